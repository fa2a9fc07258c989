import Analysis
import Foundation
import Language
import Testing
import Workbench

@testable import Screen

/// A demo as frames, as a picture that moves, and before an audience that may not be disturbed.
@Suite struct RecordingTests {
  private static let text = """
    mark "Two writes"
    say "One value, three regions."
    write cart milk at ALL
    beat 4s
    mark "The cut & <after>"
    cut us-east-1 eu-west-1
    write cart eggs at ONE
    read cart at ONE in eu-west-1
    expect last.stale
    """

  private static func demo(
    _ pace: Demo.Pace, _ text: String = text, isGuarded: Bool = false
  ) throws -> ScreenModel {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 100, rows: 30))
    var names = model.session.names(isPrompt: false)
    let script = try Script("demo.ev", from: MemoryScript(script: text), names: &names)
    model.play(script, pace: pace, isGuarded: isGuarded)
    return model
  }

  /// The demo, filmed once.
  private static let film = Result<(reel: FrameReel, last: [String]), any Error> {
    var model = try demo(.human)
    let reel = FrameReel.film(&model)
    return (reel, TextEncoder.lines(of: ScreenView.render(model)))
  }

  private static func played() throws -> (reel: FrameReel, last: [String]) { try film.get() }

  /// A row as text, without blanks at its end.
  private static func text(_ row: [Cell]) -> String {
    var line = String(row.filter { !$0.isTail }.map(\.glyph))
    while line.last == " " { line.removeLast() }
    return line
  }

  // MARK: Frames

  @Test func theLastFrameIsTheLastScreen() throws {
    let (reel, last) = try Self.played()
    #expect(reel.status == 0 && reel.shots.count > 100)
    let shot = try #require(reel.shots.last)
    #expect(shot.rows.map { Self.text(reel.rows[$0]) } == last)
    #expect(reel.markers.map(\.name) == ["Two writes", "The cut & <after>"])
    #expect(reel.steps.map(\.line.command) == Self.text.split(separator: "\n").map(String.init))
    #expect(zip(reel.shots, reel.shots.dropFirst()).allSatisfy { $0.at < $1.at && $0.rows != $1.rows })
  }

  @Test(arguments: [66, 300, 5_000]) func fewerFramesEndAlike(interval: Int) throws {
    let (reel, _) = try Self.played()
    let thin = reel.thinned(to: interval)
    #expect(thin.shots.last?.rows == reel.shots.last?.rows && thin.shots.first == reel.shots.first)
    #expect(thin.shots.count <= reel.length / interval + 2 * reel.steps.count + 2 && thin.length == reel.length)
    #expect(zip(thin.shots, thin.shots.dropFirst()).allSatisfy { $0.at < $1.at })
  }

  @Test func whatTakesLongIsHurried() throws {
    let script = "load 50/s for 2m\nrun 2m\nwrite a 1\n"
    var model = try Self.demo(.human, script)
    let reel = FrameReel.film(&model, patience: 2)
    #expect(reel.length < 30_000 && reel.steps.count == 3 && model.demo?.isOver == true, "\(reel.length)")
  }

  // MARK: A picture that moves

  @Test func aMinuteTakesLessThan200KiB() throws {
    let (reel, last) = try Self.played()
    let lines = MovingPicture.document(of: reel, title: "a \"title\" <b>")
    let bytes = lines.reduce(0) { $0 + $1.utf8.count + 1 }
    #expect(bytes < 200 * 1_024 && reel.length > 20_000 && reel.length < 60_000, "\(bytes) bytes, \(reel.length) ms")
    #expect(MovingPicture.document(of: reel, title: "a \"title\" <b>") == lines)
    // Who wants no motion sees the last frame: each row's strip stands at what the screen ended with.
    let document = lines.joined(separator: "\n")
    for (row, text) in last.enumerated() where !text.isEmpty {
      let strip = try #require(document.firstMatch(of: try Regex("<g id=\"r\(row)\">\n([\\s\\S]*?)</g></svg>")))
      let still = document.firstMatch(of: try Regex("#r\(row)\\{transform:(?:none|translateY\\(-([0-9.]+)px\\))\\}"))
      let top = still.flatMap { $0.output[1].substring }.flatMap { Double($0) } ?? 0
      let words = String(try #require(strip.output[1].substring)).matches(
        of: #/y="([0-9.]+)"[^>]*>([^<]+)</text>/#
      ).filter { Double($0.1) == top + 13 }.map { String($0.2) }
      for word in words {
        let plain = word.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
          .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        #expect(text.contains(plain.trimmingCharacters(in: .whitespaces)), "row \(row): \(plain)")
      }
      #expect(!words.isEmpty, "row \(row)")
    }
    #expect(document.contains("prefers-reduced-motion") && !document.contains("<b>") && !document.contains("<script"))
  }

  // MARK: Recordings for asciinema

  @Test func aBeatIsAPauseThatPlayersKeep() throws {
    var lines: [String] = []
    var model = try Self.demo(.human)
    #expect(CastRecorder.record(&model, title: "t") { lines.append($0) } == 0)
    #expect(lines[0].contains("\"idle_time_limit\":4,"))
    #expect(lines.contains { $0.hasSuffix(", \"m\", \"The cut & <after>\"]") })
    let times = lines.dropFirst().compactMap { Double($0.dropFirst().prefix { $0 != "," }) }
    #expect(zip(times, times.dropFirst()).contains { $1 - $0 >= 3.9 }, "nothing happens during the beat")
  }

  // MARK: Before an audience

  @Test func aClickerGoesOnAndBack() throws {
    var model = try Self.demo(.presenter)
    model.press(.pageDown)
    model.watch()
    #expect(model.shows("One value, three regions."))
    model.press(.pageDown)
    model.watch()
    #expect(model.session.latestNumber == 1)
    model.press(.pageUp)
    #expect(model.session.latestNumber == 0)
  }

  @Test(arguments: [Key.character("b"), .character(".")]) func aBlankScreenWaitsForAnyKey(key: Key) throws {
    var model = try Self.demo(.human)
    for _ in 0..<60 { _ = model.update(.tick(nanoseconds: 33_000_000)) }
    let before = model.lines
    model.press(key)
    #expect(model.lines.allSatisfy(\.isEmpty) && !model.isMoving, "nothing is seen, and nothing goes on")
    model.press(.pageDown)
    #expect(model.lines == before && model.isMoving, "the key brings it back and does nothing else")
  }

  @Test func noAccidentEndsAGuardedDemo() throws {
    var model = try Self.demo(.presenter, isGuarded: true)
    model.press(.pageDown)
    model.watch()
    for key in [Key.character("t"), .escape] {
      model.press(key)
      #expect(model.demo?.isTakenOver == false && model.shows("can't be taken over"))
    }
    #expect(!model.shows("t take over"))
    let moment = model.session.timeline.moment
    #expect(model.update(.mouse(.press, Point(20, 10))).isEmpty && model.session.timeline.moment == moment)
    #expect(model.press(.character("q")).isEmpty && model.shows("q once more leaves"))
    #expect(model.press(.pageDown, .character("q")).isEmpty, "another key in between takes it back")
    #expect(model.press(.character("q")) == [.quit(0)])
  }

  @Test func otherDemosCanBeTakenOverAndLeft() throws {
    var model = try Self.demo(.presenter)
    model.press(.escape)
    #expect(model.demo?.isTakenOver == true)
    model.press(.character("t"))
    #expect(model.demo?.isTakenOver == false && model.press(.character("q")) == [.quit(0)])
  }

  // MARK: Ctrl-Y

  @Test func ctrlYShowsTheMomentAndCopiesIt() throws {
    var model = try stage("write cart milk at ALL\n")
    let token = try model.session.share().text
    #expect(model.press(.control("y")) == [.copy(token)])
    #expect(model.shows("SHARE") && model.shows(String(token.prefix(60))) && model.shows("eventually open TEXT"))
    model.press(.escape)
    model.press(.character(":"))
    #expect(model.press(.control("y")) == [.copy(token)], "at the prompt, too")
    #expect(try model.session.share().text == token, "it changes nothing")
  }
}
