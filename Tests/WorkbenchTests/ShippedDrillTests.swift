import Drills
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The drills that are shipped: left alone they go as the original did, and their solutions do better.
@Suite struct ShippedDrillTests {
  /// A drill, what comes of it untouched, and by its solution.
  private struct Played {
    let drill: Drill
    let untouched: DrillCourse
    let solved: DrillPlay
    var score: DrillScore { DrillScore(solved) }
  }

  static let names = ShippedDrills.all.map(\.name)

  private func played(_ name: String) throws -> Played {
    let folder = try #require(ShippedDrills.all.first { $0.name == name })
    let drill = try Drill(name, page: folder.page, scene: folder.scene, solution: folder.solution)
    var line = LineDrill(try DrillPlay(drill), TextReport(isColored: false, isConversation: true)) { written in
      #expect(!written.text.hasPrefix("✗ "), "\(name): \(written.text)")
    }
    for text in drill.solution { _ = line.take(text) }
    var play = line.play
    play.finish()
    return Played(drill: drill, untouched: try DrillCourse(untouched: drill), solved: play)
  }

  @Test func thereAreDrills() { #expect(Self.names.count >= 5 && Self.names.contains("black-friday")) }

  @Test(arguments: names) func aSolutionProvesTheCauseAndLosesLessThanDoingNothing(name: String) throws {
    let played = try played(name)
    let (score, nobody) = (played.score, played.untouched.score)
    #expect(score.named != nil && score.guesses == 0)
    #expect(score.harmful == 0 && score.changes > 0)
    #expect(score.sales < nobody.sales, "\(score.sales) for \(nobody.sales)")
    #expect(nobody.hasShown, "untouched there is trouble")
    #expect(nobody.named == nil)
    let end = try #require(score.recovered, "all is well again")
    if let original = nobody.recovered { #expect(end <= original) }
    for (figure, value) in zip(played.drill.figures, played.untouched.values) {
      guard let bounds = figure.bounds else { continue }
      #expect(value.map(bounds.contains) == true, "\(figure.name): \(value ?? -1) is not within \(bounds)")
    }
    var again = Session()
    try again.carryOut(SourceLine.lines(of: played.solved.script.joined(separator: "\n"), in: "\(name).ev"))
    #expect(again.cluster.fingerprint == played.solved.session.cluster.fingerprint)
    // What is on the checklist can be asked, and what is said of changes begins as commands do.
    for check in played.drill.checklist where !check.command.hasPrefix("set ") && check.command != "lags" {
      #expect(throws: Never.self, "\(check.command)") {
        _ = try CommandParser.parse(check.command, in: played.solved.session.names(isPrompt: true))
      }
    }
  }
}
