import Analysis
import Kernel
import Language
import Replication

/// For which pairs of numbers a claim about a script holds.
public struct ClaimMap: Sendable {
  /// What was found of a pair.
  public struct Cell: Hashable, Sendable {
    /// In how many runs the claim held.
    public var held = 0
    /// In how many it could be judged.
    public var judged = 0
    /// Whether it holds with the least of y: then what y did is what it doesn't recover from.
    public var holdsAtRest = false

    /// The share of the runs in which it held; nil where nothing could be judged.
    public var share: Double? { judged == 0 ? nil : Double(held) / Double(judged) }

    /// How the claim stands there.
    public var standing: Standing {
      guard let share else { return .unjudged }
      if share == 1 { return .holds }
      if share > 0 { return .sometimes }
      return holdsAtRest ? .lasting : .fails
    }
  }

  /// How a claim stands at a pair of numbers; the raw value is its mark on the map.
  public enum Standing: Character, CaseIterable, Sendable {
    /// It holds with each seed.
    case holds = "·"
    /// It holds with some.
    case sometimes = "+"
    /// It does not hold, though it does with the least of y: what y did is over, and its effect stays.
    case lasting = "%"
    /// It does not hold, whatever y is.
    case fails = "#"
    /// It can't be judged.
    case unjudged = "?"
  }

  /// What was asked.
  public let plan: MapPlan
  /// The pairs, by y and x.
  public private(set) var cells: [[Cell]]

  /// Plays the script with each pair of numbers.
  ///
  /// - Throws: a ``ScriptError`` where one of the scripts is wrong.
  public init(_ plan: MapPlan) throws {
    self.plan = plan
    let rows = plan.y.values.indices
    let pairs = rows.flatMap { row in plan.x.values.indices.map { (x: $0, y: row) } }
    // All are read before one is played: a wrong number is an error of the script, not of the map.
    for pair in pairs { _ = try Self.plan(plan, pair) }
    let results = Concurrently.map(pairs) { pair in
      Result { try Self.cell(plan, pair) }
    }
    let played = try results.map { try $0.get() }
    cells = rows.map { row in plan.x.values.indices.map { played[row * plan.x.values.count + $0] } }
    for row in rows {
      for column in plan.x.values.indices { cells[row][column].holdsAtRest = cells[0][column].share == 1 }
    }
  }

  private struct OneScript: ScriptSource {
    let body: String
    func text(of file: String) -> String { body }
    func resolve(_ name: String, from file: String) -> String { name }
  }

  private static func plan(_ plan: MapPlan, _ pair: (x: Int, y: Int)) throws -> BreakPlan {
    try BreakPlan(plan.file, from: OneScript(body: plan.script(x: pair.x, y: pair.y)), claim: plan.claim)
  }

  private static func cell(_ plan: MapPlan, _ pair: (x: Int, y: Int)) throws -> Cell {
    try cell(try Self.plan(plan, pair), seeds: plan.seeds)
  }

  /// Plays a script whose numbers are filled in, and judges a claim about it.
  ///
  /// - Throws: a ``ScriptError`` where the script, or the claim, is wrong.
  static func cell(_ file: String, text: String, claim: String, seeds: ClosedRange<UInt64>) throws -> Cell {
    try cell(try BreakPlan(file, from: OneScript(body: text), claim: claim), seeds: seeds)
  }

  private static func cell(_ script: BreakPlan, seeds: ClosedRange<UInt64>) throws -> Cell {
    var cell = Cell()
    for seed in seeds {
      var session = Session(seed: seed)
      for line in script.lines {
        do {
          try session.execute(line, isPrompt: false, report: { _ in })
        } catch let diagnostic as Diagnostic {
          throw ScriptError.wrong([diagnostic])
        }
      }
      guard let isHeld = session.judge(script.claim) else { continue }
      cell.judged += 1
      cell.held += isHeld ? 1 : 0
    }
    return cell
  }
}
