import Kernel

/// How many bytes things take on the wire: a plain model, so that levels and settings can be compared.
///
/// It is the only place where bytes are worked out; whatever counts them asks ``Turn/size(of:)``, or adds up what
/// stands here. What the workbench keeps to explain itself is not on the wire: under last writer wins the version
/// vectors by which conflicts are told. Where copies keep siblings or a data type the vector is what makes them work, and
/// travels.
public enum WireSize {
  /// Every message: addresses, kind, operation, key's token.
  public static let header = 40
  /// A digest: an MD5 in Cassandra.
  public static let digest = 16
  /// A timestamp.
  public static let timestamp = 8
  /// An entry of a version vector: writer and counter.
  public static let vectorEntry = 12
  /// A hash of a Merkle tree (`repair_session_space`: 32 bytes a hash).
  public static let treeHash = 32
  /// A ballot: a time-based UUID.
  public static let ballot = 16
  /// What gossip says of a replica: address, generation, version.
  public static let heartbeat = 12
  /// An entry of a counter: replica and amount.
  public static let amountEntry = 12
  /// When a hint was kept, by which its target tells whether it is still alive (`hints/Hint.creationTime`).
  public static let hintAge = 8

  /// A register under last writer wins, without the header: its key, its value (none in a tombstone) and its timestamp.
  static func register(keyBytes: Int, valueBytes: Int) -> Int { keyBytes + valueBytes + timestamp }
}

extension Turn {
  /// How many bytes a message takes on the wire.
  ///
  /// It changes nothing; but a method that is said not to would be handed a copy of all of this.
  @inline(__always) mutating func size(of message: Message) -> Int {
    switch message.kind {
    case .leaderless(.writeAck), .leaderless(.streamAck), .leaderless(.hintAck): WireSize.header
    case .leaderless(.write): size(carrying: message.plainVersion)
    case .leaderless(.stream): size(carrying: message.version)
    case .leaderless(let kind): rareSize(of: message, kind)
    case .streams(let kind): size(of: message, kind)
    case .log(let kind): size(of: message, kind)
    case .primaryCache(let kind): size(of: message, kind)
    }
  }

  private mutating func rareSize(of message: Message, _ kind: LeaderlessMessage) -> Int {
    if kind.isPaxos { return paxosSize(of: message, kind) }
    if kind == .delta, let delta = catalogue.delta(of: message.version) {
      return WireSize.header + Int(delta.bytes)
    }
    if kind.carriesVersion, message.version != .none {
      let age = kind == .hint ? WireSize.hintAge : 0
      return size(carrying: message.version) + age
    }
    if kind.isGossip { return WireSize.header + parcels.mail[message.parcel].bytes }
    if kind == .lead {
      return parcels.leads.contains(message.lead) ? Int(parcels.leads[message.lead].bytes) : WireSize.header
    }
    if kind == .tree {
      return WireSize.header + parcels.repairs.hashes(of: message.session) * WireSize.treeHash
    }
    return kind == .digestResponse ? WireSize.header + WireSize.digest : WireSize.header
  }

  /// Whether a version travels as a delta.
  mutating func hasDelta(_ version: VersionID) -> Bool { catalogue.delta(of: version) != nil }

  /// How many bytes a message takes that carries a version and nothing else.
  @inline(__always) mutating func size(carrying version: VersionID) -> Int {
    WireSize.header + Int(catalogue.versions[known: version].bytes)
  }

  /// The size of an update that is handed over: what its client asked for, and what that one had seen.
  func size(of asked: Operation, _ payload: OpenOperation.Payload) -> Int {
    WireSize.header + catalogue.names.byteCount(ofKey: asked.key) + payload.valueBytes
      + (payload.context.map { catalogue.vectors.length($0) } ?? 0) * WireSize.vectorEntry
  }

  /// The size of a transaction's message: the ballots in it, and the version if it carries one.
  private mutating func paxosSize(of message: Message, _ kind: LeaderlessMessage) -> Int {
    let carried: VersionID
    switch kind {
    case .paxosPropose: carried = parcels.paxos[message.round].version
    case .paxosPromise:
      let promise = parcels.paxos.promise(message.promise)
      carried = promise.accepted == .none ? .none : parcels.paxos[promise.accepted].version
    default: carried = .none
    }
    let ballots = kind == .paxosPromise ? 3 : 1
    return (carried == .none ? WireSize.header : size(carrying: carried)) + ballots * WireSize.ballot
  }
}
