import Kernel

/// Whose copies make up a partition's group in a region, from a record of its log on.
///
/// The members change in two steps (joint consensus: Ongaro and Ousterhout 2014, §6). The first record names the new members beside
/// those before: as long as it is the latest, a majority of each is needed, to make a record durable, to elect a leader, to keep a
/// lease. Once it is committed so, the second record has the new ones count alone. Each copy goes by the latest in its log, committed
/// or not, so that no two majorities that can act at the same time are apart.
struct Membership: Hashable, Sendable {
  /// The record's place in the log; 0: the group as it was at first.
  let place: UInt32
  /// The epoch of the leader that made it.
  let epoch: UInt32
  /// The members, by number.
  let members: [ReplicaID]
  /// The members before, as long as both count; else nobody.
  let former: [ReplicaID]

  init(place: UInt32, epoch: UInt32, members: [ReplicaID], former: [ReplicaID] = []) {
    self.place = place
    self.epoch = epoch
    self.members = members.sorted()
    self.former = former.sorted()
  }

  /// Whether both those before and those after count.
  var isJoint: Bool { !former.isEmpty }

  /// All of them, by number.
  var everyone: [ReplicaID] { former.isEmpty ? members : Array(ReplicaSet(members + former)) }

  /// Which copies are enough.
  var quorum: CopyQuorum { isJoint ? CopyQuorum(ofBoth: former, members) : CopyQuorum(of: members.count) }

  /// Whether those of its copies that are in a set are enough.
  func isReached(by set: ReplicaSet) -> Bool { quorum.isReached(by: set.intersection(ReplicaSet(everyone))) }
}

/// What a copy knows of the members of its group, where its region has more servers than copies. All of it is on its disk; the
/// latest stays known though that is lost, for the table's control plane knows it.
struct MembershipLedger: Sendable {
  /// By the records of its log that name members: the latest is the last, and none is there where no other server could ever join.
  private(set) var known: [Membership] = []
  /// Those that came with records which have yet to find their places.
  var offered: [Membership] = []
  /// By whose word it belongs to the group: the epoch of that leader, and the record that it went by.
  private(set) var invitation: (epoch: UInt32, place: UInt32) = (1, 0)

  /// What it goes by.
  @inline(__always) var latest: Membership? { known.last }

  /// What the record at a place says of them; nil where it says nothing, or that is of no account any more.
  func named(at place: UInt32) -> Membership? { known.last { $0.place == place } }

  /// Takes in what a record says. Of those before only what may be gone back to is kept.
  mutating func add(_ membership: Membership, committed: UInt32) {
    // What a later leader says of an earlier place stands for all that was thought of since then.
    while let last = known.last, membership.epoch > last.epoch, membership.place <= last.place { known.removeLast() }
    guard known.last.map({ membership.place > $0.place }) ?? true else { return }
    if let first = known.lastIndex(where: { $0.place <= committed }) { known.removeFirst(first) }
    known.append(membership)
  }

  /// Goes back to what stood before a place. Whether that is something else.
  mutating func forget(from place: UInt32) -> Bool {
    let count = known.count
    while known.count > 1, let last = known.last, last.place >= place { known.removeLast() }
    return known.count < count
  }

  /// Begins anew with what a whole copy came with.
  mutating func restart(with membership: Membership) { (known, offered) = ([membership], []) }

  /// Takes a leader's word for it that it belongs to the group.
  mutating func heed(epoch: UInt32, place: UInt32) { if (epoch, place) > invitation { invitation = (epoch, place) } }
}

/// That another server has taken a copy's place in a partition's group, or that its copy is whole by now.
public struct CopyReplacement: Hashable, Sendable {
  /// The partition.
  public let partition: Int
  /// The server.
  public let replica: ReplicaID
  /// Whose place it has taken; nil where it has now got the whole copy.
  public let predecessor: ReplicaID?
  /// Whether it has no more than the log so far.
  public let isLogOnly: Bool
}

/// What a log-only copy begins with: the log of its leader, from the oldest record on that this keeps.
struct LogStart: Sendable {
  /// The place before that record, and the epoch at that place.
  let base: UInt32
  let epoch: UInt32
  /// How many changes of its region had been numbered there.
  let numbered: UInt32
}
