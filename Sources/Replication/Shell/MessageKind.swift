import Kernel

/// What tells the kinds of a scheme's messages from each other for those who carry them, count them and tell of them.
public protocol MessageKind: Hashable, Sendable {
  /// How the network classes it.
  var messageClass: MessageClass { get }
  /// Whether a replica has to work on it, one at a time.
  var isServed: Bool { get }
  /// Whether it carries a version with its value, not only a digest or an acknowledgement.
  var carriesVersion: Bool { get }
  /// Whether it is part of a write as its coordinator sends it, not a repair of any kind.
  var isWrite: Bool { get }
  /// Whether it answers a read with what a copy holds.
  var answersRead: Bool { get }
  /// Whether it is about who lives, not about data.
  var isGossip: Bool { get }
  /// After what time its sender has given up, so that nobody serves it any more; nil: it is always worth taking in.
  func shelfLife(_ settings: Settings) -> TimeSpan?
  /// What it is on the map.
  var errand: MessageErrand { get }
  /// How a version comes that isn't its writer's, such as `by hint`; nil where it is simply stored.
  var means: String? { get }
  /// What it is, in a word.
  var word: String { get }
  /// What it says.
  func phrase(_ message: Message) -> Phrase
}

/// What a message is sent for, as the screen's colours tell it.
public enum MessageErrand: Hashable, Sendable {
  case request, answer, repair
}

extension Message.Kind {
  // A switch for each: an existential would be made for every message.

  /// How the network classes it.
  @inline(__always) public var messageClass: MessageClass {
    switch self {
    case .leaderless(let kind): kind.messageClass
    case .streams(let kind): kind.messageClass
    case .log(let kind): kind.messageClass
    case .primaryCache(let kind): kind.messageClass
    }
  }

  /// Whether a replica has to work on it, one at a time.
  @inline(__always) public var isServed: Bool {
    switch self {
    case .leaderless(let kind): kind.isServed
    case .streams(let kind): kind.isServed
    case .log(let kind): kind.isServed
    case .primaryCache(let kind): kind.isServed
    }
  }

  /// Whether it carries a version with its value, not only a digest or an acknowledgement.
  @inline(__always) public var carriesVersion: Bool {
    switch self {
    case .leaderless(let kind): kind.carriesVersion
    case .streams(let kind): kind.carriesVersion
    case .log(let kind): kind.carriesVersion
    case .primaryCache(let kind): kind.carriesVersion
    }
  }

  /// Whether it is a plain write or the acknowledgement of one, which most messages are, what repair streams or a hint, or
  /// where leaders have logs a record.
  @inline(__always) var isPlain: Bool {
    switch self {
    case .leaderless(let kind): kind == .write || kind == .writeAck || kind.isPlainRepair
    case .streams(let kind): kind == .append || kind == .persisted || kind == .item || kind == .received
    case .log: false
    case .primaryCache: false
    }
  }

  /// A number that tells it from others, for the fingerprint.
  @inline(__always) var digest: UInt64 {
    switch self {
    case .leaderless(let kind): UInt64(kind.rawValue)
    case .streams(let kind): 64 + UInt64(kind.rawValue)
    case .log(let kind): 128 + UInt64(kind.rawValue)
    case .primaryCache(let kind): 192 + UInt64(kind.rawValue)
    }
  }

  /// What else is known of it.
  public var traits: any MessageKind {
    switch self {
    case .leaderless(let kind): kind
    case .streams(let kind): kind
    case .log(let kind): kind
    case .primaryCache(let kind): kind
    }
  }

  /// Whether its receiver may keep the version that it carries.
  @inline(__always) public var bringsVersion: Bool {
    switch self {
    case .leaderless(let kind): kind.carriesVersion && !kind.answersRead
    case .streams(let kind): kind.carriesVersion && !kind.answersRead
    case .log(let kind): kind.carriesVersion && !kind.answersRead
    case .primaryCache(let kind): kind.bringsCopy
    }
  }

  /// Whether it hands an update to whom is to lead it.
  @inline(__always) var handsOver: Bool {
    switch self {
    case .leaderless(let kind): kind == .lead
    case .streams(let kind): kind == .update
    case .log, .primaryCache: false
    }
  }

  /// Whether it is about who lives, not about data.
  public var isGossip: Bool { traits.isGossip }

  /// Whether it is part of a write as its coordinator sends it, not a repair of any kind.
  @inline(__always) public var isWrite: Bool {
    switch self {
    case .leaderless(let kind): kind.isWrite
    case .streams(let kind): kind.isWrite
    case .log(let kind): kind.isWrite
    case .primaryCache(let kind): kind.isWrite
    }
  }

  /// What it is where nobody leads; nil for another scheme's.
  @inline(__always) public var leaderless: LeaderlessMessage? {
    if case .leaderless(let kind) = self { kind } else { nil }
  }

  /// What it is where each partition has a leader in each region; nil for another scheme's.
  @inline(__always) public var streams: StreamsMessage? {
    if case .streams(let kind) = self { kind } else { nil }
  }

  /// What it is where each region keeps logs; nil for another scheme's.
  @inline(__always) public var log: LogMessage? {
    if case .log(let kind) = self { kind } else { nil }
  }

  /// What it is where a primary's database takes all writes; nil for another scheme's.
  @inline(__always) public var primaryCache: PrimaryCacheMessage? {
    if case .primaryCache(let kind) = self { kind } else { nil }
  }
}

extension Message.Kind: CustomStringConvertible {
  /// Its name in the code, as traces have it.
  public var description: String { "\(traits)" }
}
