import Kernel
import Language
import Replication

/// A scenario with all that chance decides: whom `random` means, and, in a sweep, what is left out.
public struct ScenarioPlan: Sendable {
  /// One turn of an action.
  enum Turn: Hashable {
    case end(Int)
    case begin(Int)
  }

  /// The scenario.
  public let scenario: Scenario
  /// For each action, whom it is done to.
  let places: [[Target]]
  /// The actions that are left out, by their positions.
  let leftOut: Set<Int>
  /// Whether arrivals are random though the file doesn't say so.
  let isPoisson: Bool
  /// What was drawn, in words.
  public let draw: [String]
  /// The commands that come before the scenario's own, each with why.
  public let preparation: [(command: String, why: String)]

  /// A plan under a seed.
  ///
  /// - Parameters:
  ///   - number: which scenario of its experiment it is, from 0.
  ///   - more: actions to be left out besides, by their positions.
  ///   - isSwarm: whether each fault is kept or left out by chance, as in swarm testing (Groce et al., ISSTA 2012).
  init(
    _ scenario: Scenario, number: Int, in experiment: Experiment, seed: UInt64, isSwarm: Bool, _ cluster: Cluster,
    leavingOut more: Set<Int> = []
  ) {
    let randomness = Randomness(seed: seed)
    let owner = UInt64(number) << 20
    func draw(_ action: Int, _ number: Int) -> Randomness.Draw {
      randomness.draw(.experiment, owner: owner | UInt64(action + 1), number: UInt64(number))
    }
    var words: [String] = []
    var leftOut: Set<Int> = []
    let faults = scenario.actions.indices.filter { scenario.actions[$0].kind.isFault }
    if isSwarm, faults.count > 1 {
      leftOut = Set(faults.filter { draw($0, 0).below(2) == 0 })
      // One at least has to be met.
      if leftOut.count == faults.count {
        leftOut.remove(faults[Int(draw(-1, 0).below(UInt64(faults.count)))])
      }
    }
    isPoisson = isSwarm && draw(-1, 1).below(2) == 0
    leftOut.formUnion(more)
    self.leftOut = leftOut
    if isSwarm {
      let kept = faults.filter { !leftOut.contains($0) }.map { scenario.actions[$0].title }
      words.append("faults: \(kept.isEmpty ? "none" : kept.joined(separator: "; "))")
      if !leftOut.isEmpty {
        words.append("left out: \(leftOut.sorted().map { scenario.actions[$0].title }.joined(separator: "; "))")
      }
      words.append("arrivals: \(isPoisson ? "random" : "as stated")")
    }
    var places: [[Target]] = []
    for (index, action) in scenario.actions.enumerated() {
      places.append(
        action.targets.enumerated().flatMap { position, target -> [Target] in
          guard case .random(let count, let name) = target, let region = cluster.topology.region(named: name) else {
            return [target]
          }
          var members = cluster.topology.members(of: region).map { cluster.topology.name(of: $0) }
          let chosen = (0..<min(count, members.count)).map { turn in
            members.remove(at: Int(draw(index, 1 + position * 1_024 + turn).below(UInt64(members.count))))
          }
          words.append("\(target.text): \(chosen.joined(separator: ", "))")
          return chosen.map(Target.place)
        })
    }
    self.places = places
    self.scenario = scenario
    self.draw = words
    preparation = Self.preparation(scenario, cluster)
  }

  /// What a failover needs between clients and coordinators, where the set-up has nothing.
  private static func preparation(_ scenario: Scenario, _ cluster: Cluster) -> [(command: String, why: String)] {
    guard scenario.actions.contains(where: { $0.kind == .regionFailover }) else { return [] }
    let path = cluster.environment.settings.path
    return (path.nameTTL == nil ? [("set dns-ttl 60s", "region_failover needs names that expire")] : [])
      + (path.healthCheck == nil
        ? [("set health-check 30s failures 3", "region_failover needs somebody who notices")] : [])
  }

  /// The turns of the actions, in their order: at one instant what ends goes before what begins.
  var turns: [(at: TimeSpan, turn: Turn)] {
    var turns: [(at: TimeSpan, turn: Turn)] = []
    for (index, action) in scenario.actions.enumerated() where !leftOut.contains(index) {
      turns.append((action.start, .begin(index)))
      guard action.kind.isFault || action.kind == .throttle else { continue }
      turns.append((action.end ?? scenario.length, .end(index)))
    }
    func rank(_ turn: Turn) -> (Int, Int) {
      switch turn {
      case .end(let index): (0, index)
      case .begin(let index): (1, index)
      }
    }
    // What has no end lasts to the scenario's: there it begins before it is undone.
    return turns.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      if first.at != second.at { return first.at < second.at }
      let atEnd = first.at == scenario.length
      let (a, b) = (rank(first.turn), rank(second.turn))
      if a.0 != b.0 { return atEnd ? a.0 > b.0 : a.0 < b.0 }
      return a.1 < b.1
    }.map(\.element)
  }

  /// The plan in lines: when each thing begins and ends.
  public var lines: [String] {
    var lines = preparation.map { "at 0ms, first: \($0.command) (\($0.why))" }
    for (index, action) in scenario.actions.enumerated() {
      let end = action.end.map { " to \(Quantity.text($0))" } ?? (action.kind.isFault ? " to the end" : "")
      let note = leftOut.contains(index) ? " (left out)" : ""
      let load = action.load.map { " \($0.command(for: action.duration ?? .zero, isPoisson: isPoisson))" } ?? ""
      lines.append("\(Quantity.text(action.start))\(end): \(action.title)\(load.isEmpty ? "" : ":\(load)")\(note)")
    }
    lines.append(
      "\(Quantity.text(scenario.length)): all is undone; replicas have \(Quantity.text(scenario.patience)) to agree")
    return lines
  }
}
