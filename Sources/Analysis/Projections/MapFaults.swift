import Kernel
import Language
import Replication

extension MapReport {
  /// Replicas that something is said of together: those of a whole region by its name, others one by one.
  public struct Party: Hashable, Sendable {
    /// The replicas, by their positions among all.
    public let replicas: [Int]
    /// The regions of which it is all, by position.
    public let regions: [Int]
    /// Those that are in none of these regions, by their positions among all.
    public let others: [Int]

    /// The region that they are; nil if they are only some of one, or of several.
    public var region: Int? { others.isEmpty && regions.count == 1 ? regions[0] : nil }

    init(_ replicas: [Int], _ topology: Topology) {
      self.replicas = replicas
      let members = Set(replicas)
      let homes = replicas.map { topology.region(of: ReplicaID($0)) }.reduce(into: [RegionID]()) {
        if $0.last != $1 { $0.append($1) }
      }
      let whole = homes.filter { topology.members(of: $0).allSatisfy { members.contains($0.index) } }
      regions = whole.map(\.index)
      others = replicas.filter { !whole.contains(topology.region(of: ReplicaID($0))) }
    }
  }

  /// What is wrong with the links between some replicas.
  public struct LinkFault: Hashable, Sendable {
    /// Who sends.
    public let from: Party
    /// Who doesn't receive, or late.
    public let to: Party
    /// Whether it is the same the other way.
    public let isBothWays: Bool
    /// Whether nothing passes.
    public let isCut: Bool
    /// What it is, such as `cut` or `held, slower by 50ms`.
    public let words: String
  }

  /// Who thinks that others are dead, as the failure detector of each has it; they may be wrong.
  public struct Suspicion: Hashable, Sendable {
    /// Who thinks so.
    public let thinkers: Party
    /// Who is thought dead.
    public let suspects: Party
    /// Whether nobody who runs thinks otherwise.
    public let isGeneral: Bool
  }

  /// What is amiss with all links, in the fewest words: a replica that is cut off from all others is said to be.
  static func faults(in cluster: Cluster) -> [LinkFault] {
    guard cluster.network.faultyLinks > 0 else { return [] }
    var relation = FaultRelation()
    for sender in cluster.topology.replicaIDs {
      for receiver in cluster.topology.replicaIDs where sender != receiver {
        relation.add(sender, receiver, cluster.network)
      }
    }
    return relation.isolations(cluster.topology) + relation.faults(cluster.topology)
  }

  /// What is amiss with the links of one region, or of two, by the regions' positions; the first is the smaller.
  static func faults(_ first: RegionID, _ second: RegionID, in cluster: Cluster) -> [LinkFault] {
    guard cluster.network.faultyLinks > 0 else { return [] }
    let topology = cluster.topology
    var relation = FaultRelation()
    let (one, other) = (topology.members(of: first), topology.members(of: second))
    for sender in one {
      for receiver in other where sender != receiver { relation.add(sender, receiver, cluster.network) }
    }
    if first != second {
      for sender in other { for receiver in one { relation.add(sender, receiver, cluster.network) } }
    }
    return relation.faults(topology)
  }

  /// Who thinks whom dead: those together that think the same ones dead.
  static func suspicions(in cluster: Cluster) -> [Suspicion] {
    let topology = cluster.topology
    let running = topology.replicaIDs.filter { cluster.replicas[$0].status != .crashed }
    let doubters = running.filter {
      cluster.environment.detector.alive(to: $0).count < topology.replicas.count
    }
    guard !doubters.isEmpty else { return [] }
    var thinkersOf: [(thinkers: [Int], suspects: [Int])] = []
    var placeOf: [[Int]: Int] = [:]
    for suspect in topology.replicaIDs {
      let thinkers = doubters.filter { !cluster.environment.detector.alive(to: $0).contains(suspect) }.map(\.index)
      guard !thinkers.isEmpty else { continue }
      if let place = placeOf[thinkers] {
        thinkersOf[place].suspects.append(suspect.index)
      } else {
        placeOf[thinkers] = thinkersOf.count
        thinkersOf.append((thinkers, [suspect.index]))
      }
    }
    return thinkersOf.map { group in
      Suspicion(
        thinkers: Party(group.thinkers, topology), suspects: Party(group.suspects, topology),
        isGeneral: group.thinkers.count > 1
          && running.allSatisfy {
            group.thinkers.contains($0.index) || group.suspects.contains($0.index)
          })
    }
  }
}

/// Which links have which fault, and how that is said in the fewest words: senders that have the same receivers together.
private struct FaultRelation {
  private struct State: Hashable {
    let isCut: Bool
    let words: String
  }

  /// The receivers of each sender, by what is wrong, in the order in which it was found.
  private var found: [(state: State, receivers: [(sender: Int, receivers: [Int])])] = []
  private var placeOf: [State: Int] = [:]

  mutating func add(_ sender: ReplicaID, _ receiver: ReplicaID, _ network: Network) {
    let link = network.link(sender, receiver)
    guard link.isCut || link.isTroubled else { return }
    let trouble = link.isTroubled ? LinkText.faults(link) : ""
    let words = [link.isCut ? "cut" : "", trouble].filter { !$0.isEmpty }.joined(separator: ", ")
    let state = State(isCut: link.isCut, words: words)
    let place = placeOf[state] ?? found.count
    if place == found.count {
      placeOf[state] = place
      found.append((state, []))
    }
    let last = found[place].receivers.count - 1
    if last >= 0, found[place].receivers[last].sender == sender.index {
      found[place].receivers[last].receivers.append(receiver.index)
    } else if let known = found[place].receivers.firstIndex(where: { $0.sender == sender.index }) {
      found[place].receivers[known].receivers.append(receiver.index)
    } else {
      found[place].receivers.append((sender.index, [receiver.index]))
    }
  }

  /// Takes out the replicas that have the same fault on all their links, both ways.
  mutating func isolations(_ topology: Topology) -> [MapReport.LinkFault] {
    let count = topology.replicas.count
    guard count > 2 else { return [] }
    return found.indices.flatMap { place -> [MapReport.LinkFault] in
      let (state, relation) = found[place]
      var heard = Array(repeating: 0, count: count)
      for (_, receivers) in relation { for receiver in receivers { heard[receiver] += 1 } }
      let alone = relation.filter { $0.receivers.count == count - 1 && heard[$0.sender] == count - 1 }.map(\.sender)
      // Where that is true of all, they are no exceptions.
      guard !alone.isEmpty, alone.count < count else { return [] }
      let isAlone = Set(alone)
      found[place].receivers = relation.filter { !isAlone.contains($0.sender) }.map {
        ($0.sender, $0.receivers.filter { !isAlone.contains($0) })
      }.filter { !$0.1.isEmpty }
      return alone.map { replica in
        MapReport.LinkFault(
          from: MapReport.Party([replica], topology),
          to: MapReport.Party((0..<count).filter { $0 != replica }, topology), isBothWays: true, isCut: state.isCut,
          words: state.words)
      }
    }
  }

  func faults(_ topology: Topology) -> [MapReport.LinkFault] {
    found.flatMap { state, relation in
      // What is the same both ways is said so, apart from what is so one way only.
      let pairs = Set(relation.flatMap { sender, receivers in receivers.map { [sender, $0] } })
      return [true, false].flatMap { isBothWays in
        let part = relation.map { sender, receivers in
          (sender: sender, receivers: receivers.filter { pairs.contains([$0, sender]) == isBothWays })
        }
        return Self.faults(part.filter { !$0.receivers.isEmpty }, isBothWays, state, topology)
      }
    }
  }

  /// Senders that have the same receivers together.
  private static func faults(
    _ relation: [(sender: Int, receivers: [Int])], _ isBothWays: Bool, _ state: State, _ topology: Topology
  ) -> [MapReport.LinkFault] {
    var rectangles: [(senders: [Int], receivers: [Int])] = []
    var placeOf: [[Int]: Int] = [:]
    for (sender, receivers) in relation {
      // Of a region in which all links are hurt, each sends to all but itself.
      let whole = (receivers + [sender]).sorted()
      let isWhole =
        whole.count > 1 && relation.count == whole.count && MapReport.Party(whole, topology).others.isEmpty
      let key = isWhole ? whole : receivers
      if let place = placeOf[key] {
        rectangles[place].senders.append(sender)
      } else {
        placeOf[key] = rectangles.count
        rectangles.append(([sender], key))
      }
    }
    func fault(_ senders: [Int], _ receivers: [Int]) -> MapReport.LinkFault {
      MapReport.LinkFault(
        from: MapReport.Party(senders, topology), to: MapReport.Party(receivers, topology), isBothWays: isBothWays,
        isCut: state.isCut, words: state.words)
    }
    guard isBothWays else { return rectangles.map { fault($0.senders, $0.receivers) } }
    // Both sides of what is the same both ways are among the senders: each pair is named once, by the first of the two.
    var named = Set<Int>()
    return rectangles.compactMap { senders, receivers in
      let later = receivers.filter { !named.contains($0) }
      named.formUnion(senders)
      return later.isEmpty ? nil : fault(senders, later)
    }
  }
}
