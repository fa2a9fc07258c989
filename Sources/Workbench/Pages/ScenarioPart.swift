import Analysis
import Kernel
import Language

/// A scenario's part of a page: what the template `scenario` asks for.
struct ScenarioPart: Sendable {
  /// How it went.
  struct CoursePart: Sendable {
    let picture: [PagePicture]
    let details: [PageTable]
  }

  /// The operation that shows the first failed assertion.
  struct WitnessPart: Sendable {
    let title: String
    let intro: String
    let why: String
    let picture: [PagePicture]
    let rows: [String]
  }

  /// That it met none of its dangers.
  struct Danger: Sendable {
    let tone = VerdictSign.warning.tone.rawValue
    let sign = VerdictSign.warning.rawValue
    let text: String
  }

  /// The states that it met.
  struct ReachedPart: Sendable {
    let danger: [Danger]
    let nothing: [String]
    let table: [PageTable]
  }

  let id: String
  let name: String
  let tone: String
  let sign: String
  let state: String
  let about: [String]
  let tables: [PageTable]
  let hasNotes: Bool
  let notes: [String]
  let course: [CoursePart]
  let witness: [WitnessPart]
  let reached: [ReachedPart]

  /// - Parameter number: which of its experiment's scenarios it is, from 1.
  init(_ scenario: ScenarioResult, number: Int) {
    let id = "scenario-\(number)"
    self.id = id
    name = scenario.name
    tone = scenario.sign.tone.rawValue
    sign = scenario.sign.rawValue
    state = scenario.word
    about = scenario.description.isEmpty ? [] : [scenario.description]
    var tables: [PageTable] = []
    if !scenario.steadyState.isEmpty {
      let rows = scenario.steadyState.map(Self.row)
      tables.append(Self.verdicts("What was taken for granted of \(scenario.name), its steady state", rows))
    }
    if scenario.isTested {
      let rows = scenario.verdicts.map(Self.row) + Self.endings(scenario)
      tables.append(Self.verdicts("What was asserted of \(scenario.name)", rows))
    }
    self.tables = tables
    let untested = scenario.isTested ? [] : ["nothing was tested: what is taken for granted doesn't hold"]
    notes = scenario.draw.map { "drawn: \($0)" } + untested + scenario.notes + scenario.figures
    hasNotes = !notes.isEmpty
    course = scenario.course.map { [Self.part(of: $0, scenario, id)] } ?? []
    witness = scenario.witness.map { [Self.part(of: $0, scenario, id)] } ?? []
    reached = scenario.isTested ? [Self.met(scenario)] : []
  }

  // MARK: Verdicts

  private static func verdicts(_ caption: String, _ rows: [PageTable.Row]) -> PageTable {
    PageTable(
      caption: caption,
      columns: [
        .init("Assertion"), .init("Verdict"), .init("Value", .number), .init("Limit", .number), .init("Judged"),
        .init("Rests on"),
      ], rows: rows)
  }

  private static func row(_ verdict: Verdict) -> PageTable.Row {
    let mode = verdict.assertion.mode
    let when = mode == .end ? "at the end" : "\(mode.rawValue), at \(Quantity.figure(verdict.at))"
    return PageTable.Row(
      head: verdict.assertion.metric.name,
      cells: [
        .init(verdict.word, sign: verdict.sign), .init(verdict.reading.value.text, .number),
        .init(verdict.assertion.threshold.text, .number), .init(when),
        .init(verdict.reading.remark, more: verdict.issue.map { ["Issue: \($0)"] } ?? []),
      ])
  }

  private static func mark(_ isHeld: Bool) -> PageTable.Cell {
    isHeld ? .init("holds", sign: .good) : .init("fails", sign: .bad)
  }

  /// What is demanded of every scenario: that nothing stops it, and that replicas agree.
  private static func endings(_ scenario: ScenarioResult) -> [PageTable.Row] {
    var rows: [PageTable.Row] = []
    if case .stopped(let reason, let at) = scenario.ending {
      let cells: [PageTable.Cell] = [
        mark(false), .init("stopped", .number), .init("", .number), .init("at \(Quantity.figure(at))"), .init(reason),
      ]
      rows.append(.init(head: "is played to its end", cells: cells))
    }
    let agreement = scenario.agreement
    let cells: [PageTable.Cell] = [
      mark(agreement != nil), .init(agreement.map { Quantity.figure($0) } ?? "never", .number),
      .init("within \(Quantity.text(scenario.patience))", .number), .init("after all was undone"),
      .init(agreement == nil ? "they did not agree in time" : "every live owner held the same"),
    ]
    return rows + [.init(head: "replicas agree", cells: cells)]
  }

  // MARK: Course

  private static func part(of course: ScenarioCourse, _ scenario: ScenarioResult, _ id: String) -> CoursePart {
    let picture = CoursePicture(course, scenario.faults)
    return CoursePart(
      picture: [
        PagePicture(
          picture.drawing(title: "The course of \(scenario.name)"), named: "\(id)-course",
          label: "The course of \(scenario.name)", caption: picture.caption)
      ],
      details: picture.tables(of: scenario.name))
  }

  private static func part(of witness: ScenarioWitness, _ scenario: ScenarioResult, _ id: String) -> WitnessPart {
    let picture = SpaceTimePicture(witness.spaceTime, key: witness.key)
    return WitnessPart(
      title: "Why \(witness.metric) fails: \(witness.kind.words)",
      intro:
        "Operation \(witness.number), on key \(Printable.named(witness.key)), began \(Quantity.figure(witness.began)) after the scenario's beginning. What `why \(witness.number)` says of it:",
      why: witness.explanation.joined(separator: "\n"),
      picture: [
        PagePicture(
          picture.drawing(title: "Space-time diagram of \(witness.key) up to operation \(witness.number)"),
          named: "\(id)-witness", label: "Space-time diagram in \(scenario.name)", caption: picture.caption)
      ], rows: picture.words)
  }

  // MARK: States

  private static func met(_ scenario: ScenarioResult) -> ReachedPart {
    let rows = scenario.reached.filter { $0.times > 0 || scenario.dangers.contains($0.state) }.map { entry in
      PageTable.Row(
        head: entry.state.rawValue,
        cells: [
          .init("\(entry.times)", .number), .init(scenario.dangers.contains(entry.state) ? "yes" : "no"),
          .init(entry.state.summary),
        ])
    }
    let names = scenario.dangers.map(\.rawValue).joined(separator: ", ")
    let danger =
      scenario.hasMetDanger
      ? [] : [Danger(text: "It never met what it was made for: \(names). Its outcome proves nothing.")]
    let table = PageTable(
      caption: "States that \(scenario.name) met",
      columns: [.init("State"), .init("Times", .number), .init("A danger it was made for"), .init("What it is")],
      rows: rows)
    let nothing = rows.isEmpty ? ["It met nothing of interest."] : []
    return ReachedPart(danger: danger, nothing: nothing, table: rows.isEmpty ? [] : [table])
  }
}
