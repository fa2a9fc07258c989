import Kernel

/// What changes in a consumer group.
public enum GroupChange: Hashable, Sendable {
  /// A further client of that name joins it.
  case join(String, ClientID)
  /// A client that left it, or crashed, is back: the group's first member, or another.
  case comeBack(ClientID)
  /// A member closes: it says that it leaves.
  case leave(ClientID)
  /// A member crashes: the group's coordinator hears no more of it.
  case crash(ClientID)
}

/// The members of a consumer group, and who of them has which partitions; its first member knows it.
///
/// How Kafka's group coordinator and its default assignor have it (`GroupCoordinator`, `RangeAssignor`): whoever joins or leaves, or
/// has not been heard for `session.timeout.ms`, makes the group rebalance, and each rebalance is a generation of its own. What a
/// member commits that it asked for in an earlier generation is refused (`CommitFailedException`), so whoever has the partition now
/// begins where the group had committed, and gets the same again.
///
/// A rebalance is played as one instant, without the members' heartbeats by which they hear of it. Who crashes and is back before
/// its session is over goes on with what it had, as a static member does (KIP-345).
public struct ConsumerGroup: Hashable, Sendable {
  /// After how long without a heartbeat a member is taken to be gone (`session.timeout.ms`, 45 s since Kafka 3.0, KIP-735).
  static let sessionTimeout = TimeSpan.seconds(45)

  /// Why partitions were divided anew.
  public enum Cause: Hashable, Sendable {
    case began, joined(ClientID), left(ClientID), expired(ClientID)
  }

  /// A generation: who has which partitions since when.
  public struct Generation: Hashable, Sendable {
    /// Its number, from 1.
    public let number: UInt32
    /// When it began.
    public let at: Instant
    /// After how many events.
    public let position: Int
    /// Why.
    public let cause: Cause
    /// By partition: who has it; nil where nobody is left.
    public let owners: [ClientID?]
  }

  /// A member that is there, or was not heard of since a crash.
  struct Member: Hashable, Sendable {
    let client: ClientID
    let name: String
    /// How often it crashed, while it is down; nil while it runs.
    var crash: UInt32?
  }

  /// Its members, by name, as the assignor has them.
  private(set) var members: [Member]
  /// How many crashes there were.
  private var crashes: UInt32 = 0
  /// All its generations.
  public private(set) var generations: [Generation] = []

  /// A group of one member, which has all partitions.
  init(of client: ClientID, named name: String, partitions: Int, at now: Instant, _ position: Int) {
    members = [Member(client: client, name: name)]
    divide(partitions, .began, at: now, position)
  }

  /// The one that is in force.
  public var current: Generation { generations[generations.count - 1] }

  /// The one that was in force before an event.
  public func generation(before position: Int) -> Generation? { generations.last { $0.position < position } }

  /// Whether a client is a member and runs.
  public func isRunning(_ client: ClientID) -> Bool { members.contains { $0.client == client && $0.crash == nil } }

  /// Whether a client is a member, as far as the coordinator knows.
  public func isMember(_ client: ClientID) -> Bool { members.contains { $0.client == client } }

  /// Who belongs to it, by name.
  public var clients: [ClientID] { members.map(\.client) }

  /// Somebody joins, or is back. True if partitions were divided anew.
  mutating func join(_ client: ClientID, named name: String, at now: Instant, _ position: Int) {
    if let place = members.firstIndex(where: { $0.client == client }) {
      members[place].crash = nil
      return
    }
    members.insert(Member(client: client, name: name), at: members.firstIndex { $0.name > name } ?? members.count)
    divide(current.owners.count, .joined(client), at: now, position)
  }

  /// A member leaves.
  mutating func leave(_ client: ClientID, at now: Instant, _ position: Int) {
    guard isMember(client) else { return }
    members.removeAll { $0.client == client }
    divide(current.owners.count, .left(client), at: now, position)
  }

  /// A member crashes; returns the number of the crash.
  mutating func crash(_ client: ClientID) -> UInt32? {
    guard let place = members.firstIndex(where: { $0.client == client && $0.crash == nil }) else { return nil }
    crashes += 1
    members[place].crash = crashes
    return crashes
  }

  /// A session is over, unless its member is back. False if it is.
  mutating func expire(_ client: ClientID, crash: UInt32, at now: Instant, _ position: Int) -> Bool {
    guard members.contains(where: { $0.client == client && $0.crash == crash }) else { return false }
    members.removeAll { $0.client == client }
    divide(current.owners.count, .expired(client), at: now, position)
    return true
  }

  /// The same at the beginning of time, with those who run.
  func renewed(partitions: Int) -> ConsumerGroup {
    var group = self
    group.members = members.filter { $0.crash == nil }
    group.generations = []
    group.divide(partitions, .began, at: .start, 0)
    return group
  }

  /// It consumes elsewhere, or other partitions, from now on.
  mutating func renew(partitions: Int, at now: Instant, _ position: Int) {
    divide(partitions, .began, at: now, position)
  }

  /// Divides the partitions in ranges, by the members' names: the first ones get one more where they don't come out even
  /// (`RangeAssignor`).
  private mutating func divide(_ partitions: Int, _ cause: Cause, at now: Instant, _ position: Int) {
    var owners: [ClientID?] = []
    for (place, member) in members.enumerated() {
      let share = partitions / members.count + (place < partitions % members.count ? 1 : 0)
      owners += Array(repeating: member.client, count: share)
    }
    if members.isEmpty { owners = Array(repeating: nil, count: partitions) }
    generations.append(
      Generation(
        number: UInt32(generations.count + 1), at: now, position: position, cause: cause, owners: owners))
  }
}
