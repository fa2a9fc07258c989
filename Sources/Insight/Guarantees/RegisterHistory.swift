/// A history of reads and writes of registers, whoever made it: what the checkers of guarantees judge.
///
/// Keys, processes and values are numbers; the values of a key count from 1, and 0 is the missing key. Each value is written
/// once, so that a read says which write it saw.
public struct RegisterHistory: Sendable {
  /// How an operation ended.
  public enum Ending: Sendable {
    /// It succeeded.
    case ok
    /// It certainly did not happen.
    case failed
    /// It may have happened, or happen yet.
    case unknown
  }

  /// One read or write.
  public struct Operation: Sendable {
    /// Who asked; a process asks for one thing at a time.
    public let process: Int
    /// The key.
    public let key: Int
    /// Whether it reads.
    public let isRead: Bool
    /// The value written or read; 0: none.
    public var value: Int
    /// Its place in the order of all invocations and endings.
    public let invoked: Int
    /// The place of its ending; `.max` if that isn't known.
    public var ended = Int.max
    /// How it ended.
    public var ending = Ending.unknown

    /// An operation that goes on.
    public init(process: Int, key: Int, isRead: Bool, value: Int, invoked: Int) {
      self.process = process
      self.key = key
      self.isRead = isRead
      self.value = value
      self.invoked = invoked
    }

    /// Whether it had ended before the other began.
    public func precedes(_ other: Operation) -> Bool { ended < other.invoked }
  }

  /// An answer that no store can have given.
  public struct Anomaly: Sendable {
    /// What is impossible about it.
    public enum Reason: String, Sendable {
      case neverWritten = "nobody ever wrote it"
      case fromTheFuture = "it was written after it had been read"
      case failed = "its write certainly did not happen"
    }

    /// The number of the read.
    public let read: Int
    /// What is impossible about it.
    public let reason: Reason
  }

  /// The operations in the order of their invocations.
  public private(set) var operations: [Operation] = []
  /// For each key with a stated order, the values from the oldest on.
  public var orders: [[Int]?] = []

  private var leftOut: Set<Int> = []

  /// A history without operations.
  public init() {}

  /// Adds an operation and returns its number.
  public mutating func append(_ operation: Operation) -> Int {
    operations.append(operation)
    while orders.count <= operation.key { orders.append(nil) }
    return operations.count - 1
  }

  /// Ends an operation.
  public mutating func end(_ number: Int, _ ending: Ending, value: Int, at place: Int) {
    operations[number].ending = ending
    if ending != .unknown { operations[number].ended = place }
    if operations[number].isRead, ending == .ok { operations[number].value = value }
  }

  /// Leaves keys out of every judgement.
  public mutating func leaveOut(_ keys: Set<Int>) { leftOut.formUnion(keys) }

  /// How many keys there are.
  public var keyCount: Int { orders.count }

  /// The impossible answers.
  public var anomalies: [Anomaly] {
    var writes = Array(repeating: [Int: Int](), count: keyCount)
    for (number, operation) in operations.enumerated() where !operation.isRead {
      writes[operation.key][operation.value] = number
    }
    return operations.indices.compactMap { number in
      let read = operations[number]
      guard read.isRead, read.ending == .ok, read.value != 0, !leftOut.contains(read.key) else { return nil }
      guard let write = writes[read.key][read.value].map({ operations[$0] }) else {
        return Anomaly(read: number, reason: .neverWritten)
      }
      if write.ending == .failed { return Anomaly(read: number, reason: .failed) }
      return read.precedes(write) ? Anomaly(read: number, reason: .fromTheFuture) : nil
    }
  }

  /// The numbers of what a checker has to account for, key by key: answered reads that are possible, and writes that
  /// happened, or may have.
  public func judged(without anomalies: [Anomaly]) -> [[Int]] {
    let impossible = Set(anomalies.map(\.read))
    var keys = Array(repeating: [Int](), count: keyCount)
    for (number, operation) in operations.enumerated()
    where !impossible.contains(number) && !leftOut.contains(operation.key) {
      if operation.isRead ? operation.ending == .ok : operation.ending != .failed { keys[operation.key].append(number) }
    }
    return keys
  }
}

/// What a checker says of a history.
public enum Verdict: Sendable, Equatable {
  /// The guarantee was kept.
  case held
  /// It was broken: by these operations, for this reason.
  case broken(witness: [Int], reason: String)

  /// Whether it was kept.
  public var isHeld: Bool { self == .held }
}
