import DequeModule
import Kernel

/// When each operation's time is up.
///
/// All writes have the same timeout, and all reads, so their deadlines come in the order in which they began: two plain
/// rows hold them, and the queue of events is spared a timer for each operation, nearly all of which nobody would wait
/// for any more.
struct Deadlines: Sendable {
  /// One operation's deadline.
  struct Deadline: Sendable {
    let at: Instant
    let operation: OperationID
    let ticket: UInt32
  }

  private var reads: Deque<Deadline> = []
  private var writes: Deque<Deadline> = []
  /// The earliest deadline; ``Instant/end`` if there is none.
  private(set) var next = Instant.end

  /// Adds a deadline. False if it comes before one that was added earlier, because a timeout was shortened.
  @inline(__always) mutating func add(_ deadline: Deadline, isUpdate: Bool) -> Bool {
    if isUpdate {
      guard writes.last.map({ $0.at <= deadline.at }) ?? true else { return false }
      writes.append(deadline)
    } else {
      guard reads.last.map({ $0.at <= deadline.at }) ?? true else { return false }
      reads.append(deadline)
    }
    next = min(next, deadline.at)
    return true
  }

  /// Takes out the earliest deadline; of two at the same instant the one whose operation began first.
  mutating func takeFirst() -> Deadline? {
    let isWrite: Bool
    switch (reads.first, writes.first) {
    case (nil, nil): return nil
    case (_?, nil): isWrite = false
    case (nil, _?): isWrite = true
    case (let read?, let write?): isWrite = (write.at, write.operation) < (read.at, read.operation)
    }
    let first = isWrite ? writes.removeFirst() : reads.removeFirst()
    next = min(reads.first?.at ?? .end, writes.first?.at ?? .end)
    return first
  }

  /// Whether an operation's deadline is yet to come.
  func holds(_ operation: OperationID) -> Bool {
    (reads + writes).contains { $0.operation == operation }
  }

  /// The deadline after those that nobody waits for any more.
  func first(where isAwaited: (Deadline) -> Bool) -> Deadline? {
    let (read, write) = (reads.first(where: isAwaited), writes.first(where: isAwaited))
    guard let read, let write else { return read ?? write }
    return (write.at, write.operation) < (read.at, read.operation) ? write : read
  }
}
