import Algorithms
import Kernel

/// What the initiator of a repair session knows of it, in its memory.
struct Comparison: Sendable {
  /// The session.
  let session: RepairID
  /// Whose tree is asked for.
  let partner: ReplicaID
  /// The one key that is repaired; none: all that both own.
  let key: KeyID
  /// Its own tree, as it was when the session began; nil once it has been compared with the partner's.
  var tree: DigestTree?
}

/// What the messages of repair sessions carry, by session: of each there is one message on its way at a time, but for
/// doubles, which carry the same.
///
/// A session's parcels are taken back when it is over: who is still asked about it has nothing left to answer.
public struct RepairMail: Sendable {
  private struct Parcels: Sendable {
    let session: RepairID
    /// What is to be compared, in a `validate`: one key, or none for all that both own, and how deep the tree shall be.
    let key: KeyID
    let depth: Int
    /// The partner's tree, until it is taken.
    var tree: DigestTree?
    /// The leaves that are to be streamed, in an `exchange`.
    var leaves: LeafSet?
  }

  /// Those of all sessions that go on, in the order of their numbers.
  private var posted: [Parcels] = []

  private func index(of session: RepairID) -> Int? {
    let index = posted.partitioningIndex { $0.session >= session }
    return index < posted.count && posted[index].session == session ? index : nil
  }

  /// How many sessions have anything on its way.
  var count: Int { posted.count }

  /// Asks for a tree.
  mutating func ask(_ session: RepairID, key: KeyID, depth: Int) {
    posted.insert(
      Parcels(session: session, key: key, depth: depth), at: posted.partitioningIndex { $0.session >= session })
  }

  /// What is asked for; nil if the session is over.
  func question(of session: RepairID) -> (key: KeyID, depth: Int)? {
    index(of: session).map { (posted[$0].key, posted[$0].depth) }
  }

  /// Sends a tree.
  mutating func post(_ tree: DigestTree, of session: RepairID) {
    if let index = index(of: session) { posted[index].tree = tree }
  }

  /// Takes a tree out, if it is there.
  mutating func takeTree(of session: RepairID) -> DigestTree? {
    guard let index = index(of: session) else { return nil }
    defer { posted[index].tree = nil }
    return posted[index].tree
  }

  /// Names the leaves to be streamed.
  mutating func name(_ leaves: LeafSet, of session: RepairID) {
    if let index = index(of: session) { posted[index].leaves = leaves }
  }

  /// The leaves to be streamed; nil if the session is over.
  func leaves(of session: RepairID) -> LeafSet? { index(of: session).flatMap { posted[$0].leaves } }

  /// How many hashes a session's trees have; 0 once it is over.
  func hashes(of session: RepairID) -> Int { question(of: session).map { DigestTree.count(ofDepth: $0.depth) } ?? 0 }

  /// Takes back what a session that is over has sent.
  mutating func takeBack(_ session: RepairID) {
    if let index = index(of: session) { posted.remove(at: index) }
  }
}

/// Some leaves of a tree, a bit for each.
struct LeafSet: Sendable {
  private var words: ContiguousArray<UInt64>
  /// How many leaves are in it.
  private(set) var count = 0

  /// No leaves, of a tree with so many.
  init(of leafCount: Int) { words = ContiguousArray(repeating: 0, count: (leafCount + 63) / 64) }

  var isEmpty: Bool { count == 0 }

  /// Adds a leaf that isn't in it.
  mutating func insert(_ leaf: Int) {
    words[leaf &>> 6] |= 1 &<< UInt64(leaf & 63)
    count += 1
  }

  @inline(__always) func contains(_ leaf: Int) -> Bool { words[leaf &>> 6] & 1 &<< UInt64(leaf & 63) != 0 }
}

/// What a replica has to tell the operator about a repair session.
enum RepairNews: Sendable {
  /// The partner has sent a tree of so many hashes.
  case validated(RepairID, hashes: Int)
  /// The initiator has compared the trees: so many leaves differ.
  case compared(RepairID, ranges: Int)
  /// One of the two has sent so many versions; the partner, or the initiator.
  case streamed(RepairID, Int, byPartner: Bool)
  /// One that was streamed has changed a copy.
  case changed(RepairID, KeyID)
  /// One that was streamed was acknowledged.
  case acknowledged(RepairID)
}
