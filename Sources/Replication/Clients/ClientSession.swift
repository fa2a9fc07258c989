import Kernel

/// The kind of thing that a ``SessionEntryID`` names.
enum SessionEntryKind {}
/// One thing that a session wrote or read, numbered in that order.
typealias SessionEntryID = Identity<SessionEntryKind, UInt32>

/// What a session has written, or what it has read: the write set or the read set of Terry et al.
///
/// It is kept key by key, as the replicas' versions are. Since an update also asks for what the session knows of *other*
/// keys, there is a list of all of it in order, and for each replica how much of that list it is known to have: copies
/// only ever go forward, so nothing is asked twice.
struct SessionSet: Sendable {
  struct Entry: Sendable {
    let key: KeyID
    let needs: SessionNeeds
  }

  /// What it comes to for each key.
  private var latest = PagedTable<KeyID, SessionNeeds>(vacant: .none)
  private var entries = PagedTable<SessionEntryID, Entry>(vacant: Entry(key: .none, needs: .none))
  private var known = PagedTable<ReplicaID, UInt32>(vacant: 0)

  /// How long the list is.
  var count: UInt32 { UInt32(entries.count) }

  /// What there is of a key.
  subscript(key: KeyID) -> SessionNeeds { latest[key] }

  /// The keys of which there is anything.
  var keys: [KeyID] { latest.ids.filter { !latest[$0].isNone } }

  /// Takes in what an operation wrote or read.
  mutating func include(_ operation: Operation, _ catalogue: inout Catalogue) {
    change(operation.key) { $0.include(operation.version, by: operation.id, &catalogue) }
  }

  /// Takes in entries of another session's list.
  mutating func include(_ other: SessionSet, from start: UInt32, to end: UInt32, _ catalogue: inout Catalogue) {
    // A session that began anew has a shorter list.
    for number in start..<max(start, min(end, other.count)) {
      let entry = other.entries[known: SessionEntryID(Int(number))]
      change(entry.key) { $0.include(entry.needs, &catalogue) }
    }
  }

  private mutating func change(_ key: KeyID, _ include: (inout SessionNeeds) -> Void) {
    let before = latest[key]
    include(&latest[key])
    let after = latest[key]
    guard after.vector != before.vector || after.version != before.version else { return }
    entries.append(Entry(key: key, needs: after))
  }

  /// The first of the `count` earliest entries that a replica does not have.
  mutating func firstLacking(
    at replica: ReplicaID, ofFirst count: UInt32, _ isMet: (KeyID, SessionNeeds) -> Bool
  ) -> Entry? {
    while known[replica] < count {
      let entry = entries[known: SessionEntryID(Int(known[replica]))]
      guard isMet(entry.key, entry.needs) else { return entry }
      known[replica] += 1
    }
    return nil
  }

  /// Takes in that a replica has lost its disk.
  mutating func forget(_ replica: ReplicaID) { known[replica] = 0 }
}

/// What a session has written and read, as far as it was promised anything.
///
/// Only acknowledged operations count, from the moment at which a guarantee is asked for: a write that timed out is in no
/// set, for whether it happened nobody knows.
struct ClientSession: Sendable {
  /// What is promised, in the order of the cases.
  var guarantees: [SessionGuarantee]
  /// All that the session has written.
  var written = SessionSet()
  /// All that it has read.
  var read = SessionSet()
  /// What it has taken over of other sessions.
  var takenOver = PagedTable<ClientID, CausalPast.Point>(vacant: .none)

  init(_ guarantees: [SessionGuarantee]) { self.guarantees = guarantees }

  /// What such an operation asks of the replica that serves it.
  func demand(_ kind: OperationKind, of key: KeyID, _ catalogue: inout Catalogue) -> SessionDemand {
    var demand = SessionDemand.none
    if guarantees.contains(kind.isUpdate ? .monotonicWrites : .readYourWrites) {
      demand.needs.include(written[key], &catalogue)
      if kind.isUpdate { demand.writes = written.count }
    }
    if guarantees.contains(kind.isUpdate ? .writesFollowReads : .monotonicReads) {
      demand.needs.include(read[key], &catalogue)
      if kind.isUpdate { demand.reads = read.count }
    }
    return demand
  }

  /// Takes in what an operation wrote or read.
  mutating func note(_ operation: Operation, _ catalogue: inout Catalogue) {
    guard operation.version != .none else { return }
    if operation.isAcknowledgedUpdate {
      written.include(operation, &catalogue)
    } else {
      read.include(operation, &catalogue)
    }
  }
}

/// What a session knows of one key, to be shown.
public struct SessionKnowledge: Sendable {
  /// The key.
  public let key: KeyID
  /// All that a copy has seen which has the session's writes.
  public let written: VectorID
  /// All that a copy has seen which has what the session read.
  public let read: VectorID
}

extension Client {
  /// What its session has written and read, in the order in which the keys came up; nothing without guarantees.
  public var knowledge: [SessionKnowledge] {
    guard let session else { return [] }
    let keys = session.written.keys + session.read.keys.filter { session.written[$0].isNone }
    return keys.sorted().map { key in
      SessionKnowledge(key: key, written: session.written[key].vector, read: session.read[key].vector)
    }
  }

  /// The timestamp above which a write of the client must be, so as to come after what it was promised to come after; nil
  /// if there is no such thing.
  public func earliestTimestamp(of key: KeyID, _ catalogue: Catalogue) -> Int64? {
    guard let session else { return nil }
    let sets = [
      session.guarantees.contains(.monotonicWrites) ? session.written[key] : .none,
      session.guarantees.contains(.writesFollowReads) ? session.read[key] : .none,
    ]
    return sets.compactMap { $0.floor(catalogue) }.max()
  }
}

extension SessionNeeds {
  /// The timestamp of what is needed; nil where nothing is, and where versions have none.
  func floor(_ catalogue: Catalogue) -> Int64? {
    guard version != .none, !catalogue.version(version).isState else { return nil }
    return catalogue.version(version).timestamp
  }
}
