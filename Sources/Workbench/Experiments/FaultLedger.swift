import Kernel
import Language
import Replication

/// Which faults are at work, whoever caused them: where several meet on one target they are counted, slow-downs and wrong
/// clocks add up, and only the end of the last one ends what they have in common.
///
/// It turns the beginning and the end of an action into commands of the language.
struct FaultLedger {
  /// What a fault does to one link or replica.
  private enum Effect: Hashable {
    case cut(Network.Pair), slow(Network.Pair), lossy(Network.Pair), doubling(Network.Pair)
    case down(ReplicaID), paused(ReplicaID), late(ReplicaID), askew(ReplicaID)
  }

  /// How much of it.
  private struct Amount: Hashable {
    var main: Int64 = 1
    var drift: Int64 = 0

    static let none = Amount(main: 0)
  }

  /// A stretch of links or replicas that one command can name.
  private struct Scope {
    let text: String
    let effects: [Effect]
  }

  /// A fault that is at work.
  private struct Standing {
    let id: Int
    let scopes: [Scope]
    let amount: Amount
    let kind: Kind
  }

  private enum Kind: Hashable { case cut, slow, lose, duplicate, crash, wipe, pause, late, skew }

  private let topology: Topology
  private var standing: [Standing] = []
  private var contributions: [Effect: [Int: Amount]] = [:]
  private var throttles: [Int: String] = [:]
  /// What lets requests through while nothing throttles, as a command.
  private let openGateway: String

  init(_ topology: Topology, openGateway: String) {
    self.topology = topology
    self.openGateway = openGateway
  }

  /// Whether anything is at work.
  var isIdle: Bool { standing.isEmpty && throttles.isEmpty }

  /// The commands by which an action begins. `id` is known to no other that is at work.
  mutating func begin(_ id: Int, _ action: Action, at places: [Target]) -> [String] {
    switch action.kind {
    case .networkPartition, .regionFailover:
      return begin(id, .cut, links(places, isolating: true) { .cut($0) }, Amount())
    case .latencyInjection:
      return begin(id, .slow, links(places) { .slow($0) }, Amount(main: action.parameters.latency?.microseconds ?? 0))
    case .packetLoss:
      return begin(id, .lose, links(places) { .lossy($0) }, Amount(main: Int64(action.parameters.share ?? 0)))
    case .packetDuplication:
      return begin(id, .duplicate, links(places) { .doubling($0) }, Amount(main: Int64(action.parameters.share ?? 0)))
    case .nodeCrash, .nodeRestart, .regionOutage, .leaderKill:
      return begin(id, .crash, replicas(places) { .down($0) }, Amount())
    case .nodeWipe: return begin(id, .wipe, replicas(places) { .down($0) }, Amount())
    case .nodePause: return begin(id, .pause, replicas(places) { .paused($0) }, Amount())
    case .diskSlow:
      return begin(
        id, .late, replicas(places) { .late($0) }, Amount(main: action.parameters.latency?.microseconds ?? 0))
    case .clockSkew:
      let amount = Amount(main: action.parameters.skew ?? 0, drift: action.parameters.drift ?? 0)
      return begin(id, .skew, replicas(places) { .askew($0) }, amount)
    case .throttle:
      throttles[id] = action.parameters.rate ?? "1"
      return [gateway]
    case .writeLoad, .readLoad, .mixedLoad, .consistencyValidation, .repair, .cacheFlush, .operation: return []
    }
  }

  private mutating func begin(_ id: Int, _ kind: Kind, _ scopes: [Scope], _ amount: Amount) -> [String] {
    standing.append(Standing(id: id, scopes: scopes, amount: amount, kind: kind))
    return scopes.flatMap { scope -> [String] in
      let before = scope.effects.map(total)
      for effect in scope.effects { contributions[effect, default: [:]][id] = amount }
      return commands(kind, scope, before, isBeginning: true)
    }
  }

  /// The commands by which an action ends.
  mutating func end(_ id: Int) -> [String] {
    if throttles.removeValue(forKey: id) != nil { return [gateway] }
    guard let index = standing.firstIndex(where: { $0.id == id }) else { return [] }
    let fault = standing.remove(at: index)
    return fault.scopes.flatMap { scope -> [String] in
      let before = scope.effects.map(total)
      for effect in scope.effects { contributions[effect]?[id] = nil }
      return commands(fault.kind, scope, before, isBeginning: false)
    }
  }

  private var gateway: String {
    let rates = throttles.values.compactMap { rate in Double(rate).map { (rate, $0) } }
    return rates.min { $0.1 < $1.1 }.map { "set throttle \($0.0)/s" } ?? openGateway
  }

  // MARK: Commands

  /// What faults on one link or replica come to together.
  private func total(_ effect: Effect) -> Amount {
    let parts = (contributions[effect] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    guard !parts.isEmpty else { return .none }
    switch effect {
    case .cut, .down, .paused: return Amount(main: 1)
    case .slow, .late, .askew:
      return parts.reduce(.none) { Amount(main: $0.main + $1.main, drift: $0.drift + $1.drift) }
    case .lossy, .doubling:
      // Each of them alone spares the rest.
      let spared = parts.reduce(1.0) { $0 * (1 - Double($1.main) / 1_000_000) }
      return Amount(main: Int64(((1 - spared) * 1_000_000).rounded()))
    }
  }

  /// The commands that bring a scope from what was to what is now: one if it is alike everywhere, else one a link or replica.
  private func commands(_ kind: Kind, _ scope: Scope, _ before: [Amount], isBeginning: Bool) -> [String] {
    let now = scope.effects.map(total)
    // A disk is lost also where its replica is down already.
    if kind == .wipe, isBeginning { return ["wipe \(scope.text)"] }
    let changed = scope.effects.indices.filter { now[$0] != before[$0] }
    guard !changed.isEmpty else { return [] }
    let isWhole =
      changed.count == scope.effects.count && Set(now).count == 1 && (now[0] != .none || !isEntangled(scope))
    if isWhole { return [Self.command(kind, scope.text, now[0])] }
    return changed.map { Self.command(kind, name(of: scope.effects[$0]), now[$0]) }
  }

  /// Whether healing all links of a place would heal what others have cut there.
  private func isEntangled(_ scope: Scope) -> Bool {
    guard case .cut = scope.effects.first, !scope.text.contains(" ") else { return false }
    return contributions.contains { effect, parts in
      if case .cut = effect { !parts.isEmpty } else { false }
    }
  }

  private static func command(_ kind: Kind, _ place: String, _ amount: Amount) -> String {
    let isOver = amount == .none
    // Where a place stands alone it is cut off from all others.
    let isAlone = !place.contains(" ")
    switch kind {
    case .cut: return isOver ? "heal \(place)" : isAlone ? "isolate \(place)" : "cut \(place)"
    case .slow: return "slow \(place) by \(Quantity.text(TimeSpan(microseconds: amount.main)))"
    case .lose: return "lose \(Quantity.number(Double(amount.main) / 10_000))% \(place)"
    case .duplicate: return "duplicate \(Quantity.number(Double(amount.main) / 10_000))% \(place)"
    case .crash, .wipe: return isOver ? "restart \(place)" : "crash \(place)"
    case .pause: return isOver ? "resume \(place)" : "pause \(place)"
    case .late: return "slow \(place) by \(Quantity.text(TimeSpan(microseconds: amount.main)))"
    case .skew:
      let drift = amount.drift == 0 ? "" : " drift \(Quantity.text(TimeSpan(microseconds: amount.drift)))"
      return "skew \(place) by \(Quantity.text(TimeSpan(microseconds: amount.main)))\(drift)"
    }
  }

  private func name(of effect: Effect) -> String {
    switch effect {
    case .cut(let pair), .slow(let pair), .lossy(let pair), .doubling(let pair):
      "\(topology.name(of: pair.from)) -> \(topology.name(of: pair.to))"
    case .down(let replica), .paused(let replica), .late(let replica), .askew(let replica): topology.name(of: replica)
    }
  }

  // MARK: Scopes

  private func replicas(_ places: [Target], _ effect: (ReplicaID) -> Effect) -> [Scope] {
    places.compactMap { target in
      guard case .place(let name) = target else { return nil }
      return Scope(text: name, effects: topology.place(named: name).map(effect))
    }
  }

  /// - Parameter isolating: whether one command can name all links of a place.
  private func links(_ places: [Target], isolating: Bool = false, _ effect: (Network.Pair) -> Effect) -> [Scope] {
    func scope(_ first: String, _ second: String, bothWays: Bool) -> Scope {
      let pairs = Network.pairs(
        from: topology.place(named: first), to: topology.place(named: second), bothWays: bothWays)
      return Scope(text: bothWays ? "\(first) \(second)" : "\(first) -> \(second)", effects: pairs.map(effect))
    }
    return places.flatMap { target -> [Scope] in
      switch target {
      case .links(let first, let second, let bothWays): return [scope(first, second, bothWays: bothWays)]
      case .place(let name) where isolating:
        let place = topology.place(named: name)
        let pairs = Network.pairs(from: place, to: topology.everyone.subtracting(place), bothWays: true)
        return [Scope(text: name, effects: pairs.map(effect))]
      case .place(let name):
        let own = topology.replica(named: name).map { topology.region(of: $0) }
        let regions = topology.regionIDs.filter { topology.name(of: $0) != name && $0 != own }
          .map { scope(name, topology.name(of: $0), bothWays: true) }
        let neighbours = own.map { Array(topology.members(of: $0)) } ?? []
        return regions
          + neighbours.map { topology.name(of: $0) }.filter { $0 != name }
          .map { scope(name, $0, bothWays: true) }
      case .random: return []
      }
    }
  }
}
