/// A history of registers, from any store: what the checkers of guarantees judge.
///
/// Keys, processes, sessions and values are numbers; the values of a key count from 1, and 0 is the missing key: a delete
/// is a write of 0. Where each value was written once, a read says which write it saw; where not, any of them may be meant.
public struct RegisterHistory: Sendable {
  /// How an operation ended.
  public enum Ending: Sendable {
    /// It succeeded.
    case ok
    /// It certainly did not happen.
    case failed
    /// It may have happened, or happen yet.
    case unknown
    /// A compare-and-set that found another value than it had asked for, and so changed nothing.
    case refuted
  }

  /// What an operation does.
  public enum Function: Hashable, Sendable {
    case read, write
    /// Writes its value if it finds this one, in one instant.
    case compareAndSet(expected: Int)
  }

  /// One operation on one key.
  public struct Operation: Sendable {
    /// Who asked; a process asks for one thing at a time.
    public let process: Int
    /// The session that it belongs to: what of it ended before something else of it began is the earlier of the two.
    public var session: Int
    /// The key.
    public let key: Int
    /// What it does.
    public let function: Function
    /// The value written or read; 0: none.
    public var value: Int
    /// Its place in the order of all invocations and endings.
    public let invoked: Int
    /// The place of its ending; `.max` if that isn't known.
    public var ended = Int.max
    /// How it ended.
    public var ending = Ending.unknown

    /// An operation that goes on.
    ///
    /// - Parameter session: the session of its process; nil: the process is one.
    public init(process: Int, session: Int? = nil, key: Int, _ function: Function, value: Int, invoked: Int) {
      self.process = process
      self.session = session ?? process
      self.key = key
      self.function = function
      self.value = value
      self.invoked = invoked
    }

    /// A read or a write that goes on.
    public init(process: Int, key: Int, isRead: Bool, value: Int, invoked: Int) {
      self.init(process: process, key: key, isRead ? .read : .write, value: value, invoked: invoked)
    }

    /// Whether it only reads.
    public var isRead: Bool { function == .read }

    /// Whether it had ended before the other began.
    public func precedes(_ other: Operation) -> Bool { ended < other.invoked }

    /// The value that it found, as its end says: an answered read's, or what a successful compare-and-set asked for.
    public var found: Int? {
      guard ending == .ok else { return nil }
      switch function {
      case .read: return value
      case .write: return nil
      case .compareAndSet(let expected): return expected
      }
    }

    /// Whether it has changed the key, or may have.
    public var mayHaveWritten: Bool { !isRead && (ending == .ok || ending == .unknown) }
  }

  /// An answer that no store can have given.
  public struct Anomaly: Sendable {
    /// What is impossible about it.
    public enum Reason: String, Sendable {
      case neverWritten = "nobody ever wrote it"
      case fromTheFuture = "it was written after it had been read"
      case failed = "its write certainly did not happen"
    }

    /// The number of the operation that found it.
    public let read: Int
    /// What is impossible about it.
    public let reason: Reason
  }

  /// The operations in the order of their invocations.
  public private(set) var operations: [Operation] = []
  /// For each key with a stated order, the values from the oldest on; 0 is a delete.
  public var orders: [[Int]?] = []
  /// For each key why it is left out of every judgement; nil if it isn't.
  public private(set) var leftOut: [LeftOut?] = []

  /// A history without operations.
  public init() {}

  /// Adds an operation and returns its number.
  public mutating func append(_ operation: Operation) -> Int {
    operations.append(operation)
    reserveKeys(operation.key + 1)
    return operations.count - 1
  }

  /// Makes sure that there are at least so many keys.
  public mutating func reserveKeys(_ count: Int) {
    while orders.count < count {
      orders.append(nil)
      leftOut.append(nil)
    }
  }

  /// The same with only some of the operations.
  func part(_ numbers: [Int]) -> RegisterHistory {
    var part = self
    part.operations = numbers.map { operations[$0] }
    return part
  }

  /// Ends an operation.
  ///
  /// - Parameter value: what an answered read found; else it plays no part.
  public mutating func end(_ number: Int, _ ending: Ending, value: Int, at place: Int) {
    operations[number].ending = ending
    if ending != .unknown { operations[number].ended = place }
    if operations[number].isRead, ending == .ok { operations[number].value = value }
  }

  /// Says which session each process belongs to.
  public mutating func assign(sessions: [Int]) {
    for number in operations.indices { operations[number].session = sessions[operations[number].process] }
  }

  /// Leaves a key out of every judgement; the first reason stays.
  public mutating func leaveOut(_ key: Int, _ reason: LeftOut) {
    guard key < leftOut.count, leftOut[key] == nil else { return }
    leftOut[key] = reason
  }

  /// How many keys there are.
  public var keyCount: Int { orders.count }

  /// The impossible answers, in the order of their invocations.
  public var anomalies: [Anomaly] {
    /// What is known of the writes of one value.
    struct Source {
      /// When the first two of them began.
      var earliest = Int.max
      var second = Int.max
    }
    var sources = Array(repeating: [Int: Source](), count: keyCount)
    for operation in operations where !operation.isRead && operation.value != 0 {
      var source = sources[operation.key][operation.value] ?? Source()
      if operation.mayHaveWritten {
        // Operations come in the order of their invocations.
        if source.earliest == .max {
          source.earliest = operation.invoked
        } else {
          source.second = min(source.second, operation.invoked)
        }
      }
      sources[operation.key][operation.value] = source
    }
    return operations.indices.compactMap { number in
      let read = operations[number]
      guard let found = read.found, found != 0, leftOut[read.key] == nil else { return nil }
      guard let source = sources[read.key][found] else { return Anomaly(read: number, reason: .neverWritten) }
      // A write that didn't happen, and no other of that value.
      if source.earliest == .max { return Anomaly(read: number, reason: .failed) }
      // What a compare-and-set writes itself it can't have found.
      let isItself = !read.isRead && source.earliest == read.invoked
      return (isItself ? source.second : source.earliest) > read.ended
        ? Anomaly(read: number, reason: .fromTheFuture) : nil
    }
  }

  /// The numbers of what a checker has to account for, key by key: answers that are possible, and writes that happened, or
  /// may have.
  public func judged(without anomalies: [Anomaly]) -> [[Int]] {
    let impossible = Set(anomalies.map(\.read))
    var keys = Array(repeating: [Int](), count: keyCount)
    for (number, operation) in operations.enumerated() where leftOut[operation.key] == nil {
      guard operation.isRead ? operation.ending == .ok : operation.ending != .failed else { continue }
      if impossible.isEmpty || !impossible.contains(number) { keys[operation.key].append(number) }
    }
    return keys
  }
}
