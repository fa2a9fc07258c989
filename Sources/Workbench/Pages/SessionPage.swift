import Analysis
import Insight
import Kernel
import Language
import Replication

/// A session as a page of its own: what was said and commanded and what came of it, the screen as it was played, the
/// space-time diagram, every operation with its `why`, metrics, guarantees, and how to see it again.
///
/// It asks for nothing from elsewhere, and the same run gives the same bytes.
public struct SessionPage {
  /// What the template `session` asks for.
  private struct Content: Sendable {
    let title: String
    let paints: String
    let scriptSource: String
    let nonce: String
    let kind: String
    let heading: String
    let description: [String]
    let tone: String
    let sign: String
    let overall: String
    let chapters: [SessionStory.Chapter]
    let player: [PlayerPart]
    let spaceTime: [SpaceTimePart]
    let operations: [OperationsPart]
    let guarantees: [PageTable]
    let leftOut: [String]
    let metrics: [PageTable]
    let fingerprint: String
    let command: String
    let token: [String]
    let noToken: [String]
    let script: String
    let footer: String
  }

  private struct PlayerPart: Sendable {
    struct Chapter: Sendable {
      let at: Int
      let name: String
    }

    let intro: String
    let lastFrame: String
    let json: String
    let chapters: [Chapter]
  }

  private struct SpaceTimePart: Sendable {
    let picture: [PagePicture]
    let rows: [String]
  }

  /// About how many rows of the diagram are shown.
  private static let shownRows = 70

  private let story: SessionStory
  private let screen: PlayedScreen?
  private let file: String
  private let seed: UInt64?
  private var session: Session { story.session }

  /// A page of a story.
  ///
  /// - Parameters:
  ///   - screen: the screen as it was played; nil: the page has no player.
  ///   - file: the script, as the command line named it.
  ///   - seed: the seed that the command line gave.
  public init(_ story: SessionStory, screen: PlayedScreen?, file: String, seed: UInt64? = nil) {
    (self.story, self.screen, self.seed) = (story, screen, seed)
    // Where it lay on somebody's disk is nobody's business.
    self.file = file.split(separator: "/").last.map(String.init) ?? file
  }

  /// The page.
  public var text: String { PageTemplates.page(content, from: "session") }

  private var content: Content {
    let json = screen?.json ?? ""
    let overall = session.expectationWords
    let verdict = overall.map { _ in session.expectations.failed > 0 ? VerdictSign.bad : .good }
    let nonce = self.nonce(json)
    let map = session.map
    let (guarantees, leftOut) = guaranteeTable
    return Content(
      title: file, paints: SVGDrawing.rules.joined(separator: "\n"), scriptSource: "; script-src 'nonce-\(nonce)'",
      nonce: nonce, kind: "Session, seed \(session.seed)", heading: file, description: [about(map.regions.count)],
      tone: (verdict?.tone ?? .text).rawValue, sign: verdict?.rawValue ?? "·",
      overall: overall ?? "nothing was expected of it",
      chapters: story.chapters.filter { !$0.title.isEmpty || !$0.parts.isEmpty },
      player: screen.map { [player($0, json)] } ?? [], spaceTime: spaceTime,
      operations: OperationsPart.all(of: session),
      guarantees: guarantees, leftOut: leftOut, metrics: [metricTable],
      fingerprint: session.cluster.fingerprint.description,
      command: "eventually run \(ShellWord.quoted(file))\(seed.map { " --seed \($0)" } ?? "")",
      token: story.token.map { ["eventually open \($0.text)"] } ?? [],
      noToken: story.refusal.map { ["As a link: \($0)."] } ?? [],
      script: story.moment.lines.map { Printable.escaped($0) }.joined(separator: "\n"),
      footer: "Written by eventually. All times are virtual: the run depends on nothing but the script and the seed.")
  }

  /// What lets the page's own script run, and no other: a word that nobody knew when the script was written that the page
  /// quotes.
  private func nonce(_ json: String) -> String {
    var digest = session.cluster.fingerprint
    digest.fold(json)
    digest.fold(story.moment.lines.joined(separator: "\n"))
    return digest.description
  }

  private func about(_ regions: Int) -> String {
    let replicas = CountedNoun("replica").text(session.replicaNames.count)
    let operations = CountedNoun("operation").text(session.world.observer.tally.ended)
    return "\(replicas) in \(CountedNoun("region").text(regions)), \(session.cluster.plan.scheme.rawValue); "
      + "\(operations) in \(Quantity.figure(session.now - .start)) of virtual time; "
      + (session.cluster.isConverged ? "converged at the end." : "not converged at the end.")
  }

  private func player(_ screen: PlayedScreen, _ json: String) -> PlayerPart {
    PlayerPart(
      intro: "The workbench as it was played, \(screen.columns) columns and \(screen.rows) rows, in "
        + "\(CountedNoun("frame").text(screen.shots.count)).",
      lastFrame: screen.lastFrame, json: json, chapters: screen.chapters.map { .init(at: $0.at, name: $0.name) })
  }

  private var spaceTime: [SpaceTimePart] {
    let report = session.spaceTime(.everything, around: nil, count: Self.shownRows)
    guard !report.events.isEmpty else { return [] }
    let picture = SpaceTimePicture(pointedAt: report, about: "all keys")
    return [
      SpaceTimePart(
        picture: [
          PagePicture(
            picture.drawing(title: "Space-time diagram of \(file)"), named: "diagram", label: "Space-time diagram",
            caption: picture.caption)
        ], rows: picture.words)
    ]
  }

  private var guaranteeTable: ([PageTable], [String]) {
    guard let reports = session.guarantees else {
      return ([], ["There are too many operations to judge them here; `check` judges them."])
    }
    let table = PageTable(
      caption: "What the history has kept",
      columns: [.init("Guarantee"), .init("Verdict"), .init("Rests on")],
      rows: reports.map { report in
        let (word, kind, reason): (String, PageTable.Kind, String) =
          switch report.finding {
          case .kept(let remark): ("kept", .good, remark.isEmpty ? report.guarantee.summary : remark)
          case .broken(_, let reason): ("broken", .bad, reason)
          case .undecided(let reason): ("undecided", .warn, reason)
          case .notJudged(let reason): ("not judged", .text, reason)
          }
        return PageTable.Row(
          head: report.guarantee.rawValue, cells: [.init(word, kind), .init(reason, more: report.witness)])
      })
    return ([table], [])
  }

  private var metricTable: PageTable {
    PageTable(
      caption: "Every numeric fact at the end",
      columns: [.init("Fact"), .init("Value", .number), .init("What it is")],
      rows: session.metrics(0..<session.numberCount).map {
        PageTable.Row(head: $0.name, cells: [.init($0.value, .number), .init($0.summary)])
      })
  }
}

/// A word as a shell takes it.
enum ShellWord {
  /// The word, in quotes where it needs them.
  static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ",": true
      default: false
      }
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
