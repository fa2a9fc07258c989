/// Many events at a time: what has to be made sure of before the queue changes is made sure of once for all of them.
extension EventQueue {
  /// What became of an event that was offered in a series.
  public enum Response: Sendable {
    /// It happened, and led to that event at that instant and nothing else.
    case reply(Payload, at: Instant)
    /// It happened.
    case done
    /// It happened, and something is to be done before the next.
    case pause
    /// It has to be played otherwise. It is out of the queue, and was the last one.
    case refused
  }

  /// What came of a series.
  public struct Series: Sendable {
    /// How many events happened.
    public let played: Int
    /// Where the payload of the event can be read that was refused, until the next push; it is due ``EventQueue/now``.
    public let refused: Int?

    @inlinable init(played: Int, refused: Int?) {
      self.played = played
      self.refused = refused
    }
  }

  /// Takes out events that are due by `limit` and offers each, until one is refused or makes a pause.
  ///
  /// - Parameters:
  ///   - count: how many events may happen.
  ///   - respond: lets an event happen; it can't see the queue.
  @inline(__always) @inlinable public mutating func play(
    notAfter limit: Instant, atMost count: Int, _ respond: (Payload, Instant) -> Response
  ) -> Series {
    nodes.withUnsafeMutableBufferPointer { nodes in
      wheel.words.withUnsafeMutableBufferPointer { words in
        guard let nodes = nodes.baseAddress, let words = words.baseAddress else {
          return Series(played: 0, refused: nil)
        }
        var position = wheel.position
        defer { wheel.position = position }
        var played = 0
        while played < count {
          let slot = TimingWheel.takeFirst(notAfter: limit.microseconds, position: &position, words, nodes)
          if slot == 0 { break }
          let node = nodes + Int(slot &- 1)
          let response = respond(node.pointee.payload, Instant(microseconds: position))
          if case .reply(let payload, let at) = response {
            pushed &+= 1
            node.pointee = Node(at: at.microseconds, number: pushed, payload: payload)
            TimingWheel.hang(slot, at: at.microseconds, position: position, words, nodes)
            played &+= 1
            continue
          }
          node.pointee.next = vacant
          vacant = slot
          waiting &-= 1
          if case .refused = response { return Series(played: played, refused: Int(slot &- 1)) }
          played &+= 1
          if case .pause = response { break }
        }
        return Series(played: played, refused: nil)
      }
    }
  }

  /// Adds events, in the order of their places, until one isn't given, or there is no room left that was used before.
  ///
  /// - Parameters:
  ///   - now: no event is due before it.
  ///   - event: the event of a place; asked once for each that is added.
  /// - Returns: the place at which it ended.
  @inline(__always) @inlinable public mutating func push(
    from start: Int, to end: Int, notBefore now: Instant, _ event: (Int) -> (payload: Payload, at: Instant)?
  ) -> Int {
    // The wheel may have moved past instants that are yet to come.
    guard now.microseconds >= wheel.position else { return start }
    return nodes.withUnsafeMutableBufferPointer { nodes in
      wheel.words.withUnsafeMutableBufferPointer { words in
        guard let nodes = nodes.baseAddress, let words = words.baseAddress else { return start }
        var place = start
        while place < end, vacant != 0, let (payload, at) = event(place) {
          let slot = vacant
          let node = nodes + Int(slot &- 1)
          vacant = node.pointee.next
          pushed &+= 1
          waiting &+= 1
          node.pointee = Node(at: at.microseconds, number: pushed, payload: payload)
          TimingWheel.hang(slot, at: at.microseconds, position: wheel.position, words, nodes)
          place &+= 1
        }
        return place
      }
    }
  }
}
