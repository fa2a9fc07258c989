/// The future: events in the order of their instants, first in first out among equal instants.
///
/// Each event waits in a slab, behind a ticket of 16 bytes by which it hangs in a hierarchical ``TimingWheel``. A binary heap would compare and swap its way through log₂ n tickets at each end; here
/// an event moves down once or twice in its life, whatever n is.
///
/// An event is cancelled by its owner ignoring it when it comes (a stale timer), or taken out by
/// ``extract(where:)``, which looks at every event.
///
/// - Complexity: push O(1); pop O(1) amortised, at most six moves an event over its life.
public struct EventQueue<Payload: Sendable>: Sendable {
  /// An event and when it is due.
  public struct Entry: Sendable {
    /// When it happens.
    public let at: Instant
    /// Its number: events are numbered in the order in which they were pushed.
    public let number: UInt32
    /// What happens.
    public let payload: Payload

    /// An event of those parts.
    @inlinable public init(at: Instant, number: UInt32, payload: Payload) {
      self.at = at
      self.number = number
      self.payload = payload
    }
  }

  @usableFromInline var wheel = TimingWheel()
  @usableFromInline var nodes: ContiguousArray<Node<Payload>> = []
  /// The first vacant slot; vacant slots are chained.
  @usableFromInline var vacant: UInt32 = 0
  @usableFromInline var pushed: UInt32 = 0
  @usableFromInline var waiting = 0

  /// A queue without events.
  public init() {}

  /// How many events wait.
  @inlinable public var count: Int { waiting }

  /// When the first event is due.
  public var firstInstant: Instant? { wheel.first(nodes).map { Instant(microseconds: $0) } }

  /// Adds an event after all others of its instant and returns its number.
  @discardableResult
  @inline(never) @inlinable public mutating func push(_ payload: Payload, at instant: Instant) -> UInt32 {
    pushed &+= 1
    insert(payload, at: instant.microseconds, number: pushed)
    return pushed
  }

  /// A number for an event that is kept elsewhere and may be put in later.
  @inlinable public mutating func takeNumber() -> UInt32 {
    pushed &+= 1
    return pushed
  }

  /// Puts an event back that keeps its number; it stands after all others of its instant.
  @inlinable public mutating func restore(_ payload: Payload, at instant: Instant, number: UInt32) {
    insert(payload, at: instant.microseconds, number: number)
  }

  /// Takes out the first event, unless it is due after `limit`.
  @inlinable public mutating func pop(notAfter limit: Instant) -> Entry? {
    guard let slot = popSlot(notAfter: limit) else { return nil }
    return Entry(at: now, number: nodes[slot].number, payload: nodes[slot].payload)
  }

  /// Takes out the first event, unless it is due after `limit`, and says where its payload can be read until the
  /// next push; the event is due ``now``.
  @inlinable public mutating func popSlot(notAfter limit: Instant) -> Int? {
    let slot = nodes.withUnsafeMutableBufferPointer { nodes in
      wheel.words.withUnsafeMutableBufferPointer { words in
        guard let nodes = nodes.baseAddress, let words = words.baseAddress else { return UInt32(0) }
        let slot = TimingWheel.takeFirst(notAfter: limit.microseconds, position: &wheel.position, words, nodes)
        if slot != 0 { nodes[Int(slot &- 1)].next = vacant }
        return slot
      }
    }
    guard slot != 0 else { return nil }
    vacant = slot
    waiting &-= 1
    return Int(slot &- 1)
  }

  /// The payload in a slot.
  @inlinable public func payload(at slot: Int) -> Payload { nodes[slot].payload }

  /// The instant of the last event taken out.
  @inlinable public var now: Instant { Instant(microseconds: wheel.position) }

  @inline(__always) @inlinable mutating func insert(_ payload: Payload, at: Int64, number: UInt32) {
    // Looking for an event that somebody still waits for can move the wheel past instants that are yet to come.
    guard vacant != 0, at >= wheel.position else {
      grow(payload, at: at, number: number)
      return
    }
    let slot = vacant
    vacant = nodes.withUnsafeMutableBufferPointer { nodes in
      guard let nodes = nodes.baseAddress else { return 0 }
      let next = nodes[Int(slot &- 1)].next
      nodes[Int(slot &- 1)] = Node(at: at, number: number, payload: payload)
      wheel.hang(slot, at: at, nodes)
      return next
    }
    waiting &+= 1
  }

  @inline(never) @inlinable mutating func grow(_ payload: Payload, at: Int64, number: UInt32) {
    if at < wheel.position { rewind(to: at) }
    if vacant == 0 {
      nodes.append(Node(at: at, number: number, payload: payload))
      nodes[nodes.count - 1].next = vacant
      vacant = UInt32(truncatingIfNeeded: nodes.count)
    }
    insert(payload, at: at, number: number)
  }
}

extension EventQueue {
  /// All events in the order in which they will happen.
  ///
  /// - Complexity: O(n log n).
  public var entries: [Entry] {
    var result: [(order: Int, entry: Entry)] = []
    result.reserveCapacity(count)
    wheel.forEach(nodes) { slot in
      let node = nodes[slot]
      let entry = Entry(at: Instant(microseconds: node.at), number: node.number, payload: node.payload)
      result.append((result.count, entry))
    }
    result.sort { ($0.entry.at, $0.order) < ($1.entry.at, $1.order) }
    return result.map(\.entry)
  }

  /// Visits all events, hardly sorted: those of equal instants in their order.
  ///
  /// - Complexity: O(n), where ``entries`` sorts.
  @inlinable public func forEach(_ body: (Instant, UInt32, Payload) -> Void) {
    wheel.forEach(nodes) { slot in body(Instant(microseconds: nodes[slot].at), nodes[slot].number, nodes[slot].payload)
    }
  }

  /// Visits events until a visit returns false; all but sorted: what comes up to a millisecond later may come first.
  @inlinable public func visit(_ body: (Instant, UInt32, Payload) -> Bool) {
    wheel.visit(nodes) { slot in body(Instant(microseconds: nodes[slot].at), nodes[slot].number, nodes[slot].payload) }
  }

  /// Whether any event is as wanted.
  @inlinable public func contains(where isWanted: (Payload) -> Bool) -> Bool {
    var result = false
    wheel.forEach(nodes) { slot in result = result || isWanted(nodes[slot].payload) }
    return result
  }

  /// Takes out every event that `isChosen`, and returns them in the order in which they would have happened.
  ///
  /// - Complexity: O(n log n).
  public mutating func extract(where isChosen: (Payload) -> Bool) -> [Entry] {
    let all = entries
    let chosen = all.filter { isChosen($0.payload) }
    guard !chosen.isEmpty else { return [] }
    rebuild(all.filter { !isChosen($0.payload) }, position: wheel.position)
    return chosen
  }

  @inline(never) @usableFromInline mutating func rewind(to position: Int64) { rebuild(entries, position: position) }

  @usableFromInline mutating func rebuild(_ entries: [Entry], position: Int64) {
    nodes.removeAll(keepingCapacity: true)
    vacant = 0
    waiting = 0
    wheel = TimingWheel(position: position)
    for entry in entries { insert(entry.payload, at: entry.at.microseconds, number: entry.number) }
  }
}
