import Kernel
import Language
import Replication

/// The cluster as a map shows it: regions with their replicas, the links between them, and what is on its way.
public struct MapReport: Hashable, Sendable {
  /// How many messages are listed one by one at most; the rest is only counted.
  public static let listedMessages = 400

  /// How many messages are counted at most.
  public static let countedMessages = 2_000
  /// With more messages than these on their way, each says only what it is.
  public static let toldMessages = 64

  /// A region, in the cluster's order.
  public struct Region: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its replicas, in order.
    public let replicas: [Replica]
    /// What is amiss with the links among them.
    public let faults: [LinkFault]
    /// What stands between its clients, or all that come to it, and its coordinators.
    public let path: [PathMark]
  }

  /// A replica as the map shows it.
  public struct Replica: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its region, by position.
    public let region: Int
    /// Whether it does anything.
    public let condition: Condition
    /// How many requests wait for it, the one it works on included.
    public let queue: Int
    /// How many versions it keeps for others: hints, or what else its scheme keeps.
    public let kept: Int
    /// How far its clock is ahead; negative: behind.
    public let skew: TimeSpan
  }

  /// How a replica is.
  public enum Condition: String, Hashable, Sendable {
    case up, slow, paused, down
  }

  /// How much of a link is cut, in one direction.
  public enum Cut: Hashable, Sendable {
    case none, partly, wholly
  }

  /// The link between two regions, both ways.
  public struct Link: Hashable, Sendable {
    /// The region that comes first in the cluster's order, by position.
    public let first: Int
    /// The other.
    public let second: Int
    /// The delay there, and back where it differs, such as `40ms`.
    public let delay: String
    /// How much of it is cut, there.
    public let cutThere: Cut
    /// How much of it is cut, back.
    public let cutBack: Cut
    /// What is amiss with it, of all its replicas or of some.
    public let faults: [LinkFault]

    /// Whether nothing can pass either way.
    public var isCut: Bool { cutThere == .wholly && cutBack == .wholly }
    /// Whether something can't pass.
    public var isHurt: Bool { cutThere != .none || cutBack != .none }
  }

  /// Where a message comes from or goes to.
  public enum Place: Hashable, Sendable {
    /// A client in that region.
    case client(String, region: Int)
    /// A replica, by its position among all.
    case replica(Int, region: Int)

    /// The region, by position.
    public var region: Int {
      switch self {
      case .client(_, let region), .replica(_, let region): region
      }
    }
  }

  /// What kind of errand a message is on: it decides the message's colour.
  public enum Errand: Hashable, Sendable {
    case request, answer, repair
  }

  /// One message on its way.
  public struct Message: Hashable, Sendable {
    /// The number by which `deliver` and `drop` name it.
    public let number: UInt32
    /// Where it comes from.
    public let from: Place
    /// Where it goes.
    public let to: Place
    /// How much of its way lies behind it, from 0 to 1.
    public let progress: Double
    /// When it arrives; nil while its link is held.
    public let arrives: Instant?
    /// What it says, such as `write cart = milk`.
    public let text: String
    /// The same in a word, such as `write`.
    public let word: String
    /// Who sends it to whom, such as `us1 → eu2`.
    public let route: String
    /// Its errand.
    public let errand: Errand
  }

  /// The regions.
  public let regions: [Region]
  /// The links between two regions each.
  public let links: [Link]
  /// What is amiss with links anywhere, in the fewest words.
  public let faults: [LinkFault]
  /// Who thinks whom dead.
  public let suspicions: [Suspicion]
  /// Messages on their way, the next to arrive first, as far as they are listed.
  public let messages: [Message]
  /// How many there are in all, such as `12`, or `2000+`.
  public let inFlight: String
  /// What replicas keep for others, in a word.
  public let wordForKept: String

  /// The map of a cluster as it is now.
  public init(_ cluster: Cluster) {
    let topology = cluster.topology
    wordForKept = cluster.scheme.wordForKept
    regions = topology.regionIDs.map { region in
      Region(
        name: topology.name(of: region),
        replicas: topology.members(of: region).map { Replica(cluster.replicas[$0], cluster) },
        faults: Self.faults(region, region, in: cluster), path: PathMark.marks(of: region, in: cluster))
    }
    links = topology.regionIDs.flatMap { first in
      topology.regionIDs.filter { $0 > first }.map { Link(first, $0, cluster) }
    }
    faults = Self.faults(in: cluster)
    suspicions = Self.suspicions(in: cluster)
    let all = cluster.messagesInFlight(first: Self.listedMessages, amongFirst: Self.countedMessages)
    inFlight = all.total < Self.countedMessages ? "\(all.total)" : "\(Self.countedMessages)+"
    let (data, gossip) = (all.first.filter { !$0.event.isGossip }, all.first.filter(\.event.isGossip))
    // Where much is on its way, nobody could read what each says.
    let isBrief = all.total > Self.toldMessages
    messages = (data + gossip).prefix(Self.listedMessages).compactMap { Message($0, isBrief: isBrief, cluster) }
  }
}

extension MapReport.Replica {
  fileprivate init(_ replica: Replica, _ cluster: borrowing Cluster) {
    name = cluster.topology.name(of: replica.id)
    region = replica.region.index
    condition =
      switch replica.status {
      case .crashed: .down
      case .paused: .paused
      case .running: cluster.network.lag[replica.id.index] > .zero ? .slow : .up
      }
    queue = replica.queueLength + replica.inboxLength
    kept = cluster.keptCount(of: replica.id)
    skew = replica.clock.skew
  }
}

extension MapReport.Link {
  fileprivate init(_ first: RegionID, _ second: RegionID, _ cluster: borrowing Cluster) {
    let topology = cluster.topology
    self.first = first.index
    self.second = second.index
    let (one, other) = (topology.members(of: first), topology.members(of: second))
    let faults = MapReport.faults(first, second, in: cluster)
    func cut(from region: RegionID) -> MapReport.Cut {
      let count = faults.reduce(0) { count, fault in
        let sends = fault.isBothWays || topology.region(of: ReplicaID(fault.from.replicas[0])) == region
        return count + (fault.isCut && sends ? fault.from.replicas.count * fault.to.replicas.count : 0)
      }
      return count == 0 ? .none : count == one.count * other.count ? .wholly : .partly
    }
    self.faults = faults
    cutThere = cut(from: first)
    cutBack = cut(from: second)
    let ends = one.first.flatMap { one in other.first.map { [(one, $0), ($0, one)] } } ?? []
    let texts = ends.map { DelayText.text(cluster.network.delay($0.0, $0.1, .write)) }
    delay = Set(texts).count == 1 ? texts[0] : texts.joined(separator: " / ")
  }
}

extension MapReport.Message {
  fileprivate init?(_ message: InFlight, isBrief: Bool, _ cluster: borrowing Cluster) {
    let topology = cluster.topology
    func place(_ replica: ReplicaID) -> MapReport.Place {
      .replica(replica.index, region: topology.region(of: replica).index)
    }
    func client(_ operation: OperationID, _ ticket: UInt32) -> MapReport.Place? {
      cluster.openOperation(operation, ticket: ticket).map { .client($0.client.name, region: $0.client.region.index) }
    }
    switch message.event {
    case .message(let sent):
      (from, to) = (place(sent.from), place(sent.to))
      errand =
        switch sent.kind.traits.errand {
        case .request: .request
        case .answer: .answer
        case .repair: .repair
        }
    case .request(let operation, let ticket, let coordinator):
      guard let client = client(operation, ticket) else { return nil }
      (from, to, errand) = (client, place(coordinator), .request)
    case .answer(let answer):
      guard let client = client(answer.operation, answer.ticket) else { return nil }
      (from, to, errand) = (place(answer.coordinator), client, .answer)
    case .arrival, .wake:
      return nil
    }
    number = message.number
    arrives = message.arrives
    let whole = message.arrives.map { ($0 - message.departed).microseconds } ?? 0
    progress =
      whole > 0 ? min(1, max(0, Double((cluster.now - message.departed).microseconds) / Double(whole))) : 0.5
    word = MessageText.word(message.event)
    text = isBrief ? word : MessageText.contents(message.event, cluster)
    route = MessageText.route(message.event, cluster)
  }
}
