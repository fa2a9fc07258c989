import Analysis
import Kernel
import Language

/// Of each claim about a script: the least change of one of its numbers that makes it false, or true.
///
/// From a pair of numbers that a map shows nobody sees how near the next change is: here one number at a time is changed along its
/// axis, nearest first, until the claim is judged otherwise, and then the two sides are brought together by halving. Both sides
/// that are told have been played.
public struct Fragility: Sendable {
  /// What is asked.
  public struct Plan: Sendable {
    let file: String
    let text: String
    /// The claims, each by itself.
    let claims: [String]
    /// The numbers that may be changed, and how far.
    let axes: [MapPlan.Axis]
    /// Where they stand, in the order of the axes.
    let values: [Double]
    let seeds: ClosedRange<UInt64>

    /// A plan for a script with open numbers.
    ///
    /// - Parameters:
    ///   - claims: what is to hold; empty: what the script's comments `# claim …` say.
    ///   - axes: numbers and how far they may be changed, such as `load=50..120/10`; those that the script's comments describe
    ///     besides.
    ///   - values: where a number stands, such as `load=70`; else where its axis begins.
    /// - Throws: a ``ScriptError`` where an axis or a value is none, or a number of the script is left open.
    public init(
      _ file: String, text: String, claims: [String], axes: [String], values: [String], seeds: ClosedRange<UInt64>
    ) throws {
      let usual = MapPlan.usualAxes(of: text)
      let given = try axes.map { try MapPlan.Axis($0, usual: usual) }
      let all = given + usual.filter { axis in !given.contains { $0.name == axis.name } }
      self.axes = all.filter { text.contains("{\($0.name)}") }
      self.claims = claims.isEmpty ? MapPlan.usualClaims(of: text) : claims
      (self.file, self.text, self.seeds) = (file, text, seeds)
      guard !self.claims.isEmpty else {
        throw ScriptError.unreadable(
          file, reason: "it says no claim of its own; --claim CONDITION says what is to hold")
      }
      guard !self.axes.isEmpty else {
        throw ScriptError.unreadable(
          file,
          reason: "it has no number that could be changed; {NAME} stands for one, and --x NAME=FROM..TO says how far")
      }
      var places = self.axes.map { $0.values[0] }
      for value in values {
        let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let axis = self.axes.firstIndex(where: { $0.name == parts[0] }),
          let number = Double(parts[1]), number.isFinite, number >= 0
        else {
          throw ScriptError.unreadable(
            "`\(Printable.escaped(value))`",
            reason: "this is no number of the script, such as \(self.axes[0].name)=\(self.axes[0].text(0))")
        }
        places[axis] = number
      }
      self.values = places
    }

    func cell(_ claim: String, _ values: [Double]) throws -> ClaimMap.Cell {
      var script = text
      for (axis, value) in zip(axes, values) {
        script = script.replacingEach("{\(axis.name)}", with: MapPlan.Axis.text(value))
      }
      return try ClaimMap.cell(file, text: script, claim: claim, seeds: seeds)
    }

    fileprivate func changing(_ axis: Int, to value: Double) -> [Double] {
      var changed = values
      changed[axis] = value
      return changed
    }
  }

  /// A change of one number that makes a claim be judged otherwise.
  public struct Flip: Sendable {
    /// The number's axis, among all.
    let axis: Int
    /// The last value, seen from where it stands, with which the claim is judged as there; it was played.
    let before: Double
    /// The value next to it with which it is judged otherwise; it was played.
    let after: Double
    /// How far that is, as a share of the axis.
    let distance: Double
    /// What came of it.
    let cell: ClaimMap.Cell
  }

  /// What was found of a claim.
  public struct Finding: Sendable {
    let claim: String
    /// With the numbers as they stand.
    let cell: ClaimMap.Cell
    /// For each axis the nearest change; nil where none as far as the axis goes makes a difference.
    let flips: [Flip?]

    /// The nearest of all.
    var nearest: Flip? { flips.compactMap { $0 }.min { $0.distance < $1.distance } }
  }

  /// What was asked.
  public let plan: Plan
  /// What was found, claim by claim.
  public let findings: [Finding]

  /// How often the two sides of a change are brought together.
  private static let halvings = 6

  /// Plays the script with one number changed at a time.
  ///
  /// - Throws: a ``ScriptError`` where the script or a claim is wrong.
  public init(_ plan: Plan) throws {
    self.plan = plan
    findings = try plan.claims.map { claim in
      let cell = try plan.cell(claim, plan.values)
      let flips = Concurrently.map(Array(plan.axes.indices)) { axis in
        Result { try Self.flip(plan, claim, axis, from: cell) }
      }
      return Finding(claim: claim, cell: cell, flips: try flips.map { try $0.get() })
    }
  }

  private static func flip(_ plan: Plan, _ claim: String, _ axis: Int, from cell: ClaimMap.Cell) throws -> Flip? {
    let (start, values) = (plan.values[axis], plan.axes[axis].values)
    let width = max((values.last ?? start) - (values.first ?? start), 1e-9)
    var last = [start, start]
    // Outwards on both sides, so that the nearest is found first.
    for value in values.filter({ $0 != start }).sorted(by: { abs($0 - start) < abs($1 - start) }) {
      let side = value < start ? 0 : 1
      let found = try plan.cell(claim, plan.changing(axis, to: value))
      guard found.holds == cell.holds else {
        var (before, after, there) = (last[side], value, found)
        for _ in 0..<halvings {
          let middle = ((before + after) / 2 * 1_000).rounded() / 1_000
          guard middle != before, middle != after else { break }
          let between = try plan.cell(claim, plan.changing(axis, to: middle))
          if between.holds == cell.holds { before = middle } else { (after, there) = (middle, between) }
        }
        return Flip(axis: axis, before: before, after: after, distance: abs(after - start) / width, cell: there)
      }
      last[side] = value
    }
    return nil
  }
}

extension ClaimMap.Cell {
  /// Whether the claim holds with each seed; nil where it can't be judged.
  var holds: Bool? { judged == 0 ? nil : held == judged }
}
