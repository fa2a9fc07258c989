/// An event in the slab, and the ticket by which it hangs in the wheel: when it is due, who hangs behind it, its number.
@usableFromInline struct Node<Payload: Sendable>: Sendable {
  @usableFromInline var at: Int64
  /// The slot behind it in its list, from 1; 0 at the end.
  @usableFromInline var next: UInt32
  @usableFromInline var number: UInt32
  @usableFromInline var payload: Payload

  @inlinable init(at: Int64, number: UInt32, payload: Payload) {
    self.at = at
    next = 0
    self.number = number
    self.payload = payload
  }
}

/// A hierarchical timing wheel (Varghese and Lauck, *Hashed and Hierarchical Timing Wheels*, SOSP 1987, scheme 7).
///
/// Six levels of 1,024 lists each. A ticket hangs on the level of the highest ten-bit digit in which its instant
/// differs from the wheel's position, in the list of that digit. When the finest level is empty, the wheel moves on to
/// the beginning of the next list's stretch of time and hands that list down, whole and in order, before anything
/// later can join it. So equal instants stay in one list, in the order in which they came.
///
/// All lists lie in one array of words, so that a copy of the wheel is one reference and one check covers a change.
/// Each level has a word that says which of the next 16 have bits, those 16, which say which lists have tickets, and
/// the lists: first slot in the low half, last in the high half, slots counted from 1.
@usableFromInline struct TimingWheel: Sendable {
  @inlinable static var bits: Int { 10 }
  @inlinable static var digits: Int { 1 << bits }
  @inlinable static var levels: Int { 6 }
  @inlinable static var bitmap: Int { 1 }
  @inlinable static var lists: Int { 17 }
  @inlinable static var stride: Int { lists + digits }

  @usableFromInline var words: ContiguousArray<UInt64>
  /// Where the wheel stands: nothing is due before it.
  @usableFromInline var position: Int64

  @usableFromInline init(position: Int64 = 0) {
    self.position = position
    words = ContiguousArray(repeating: 0, count: Self.levels * Self.stride)
  }

  /// Hangs a ticket, due at `at`, at the end of the list where it belongs.
  @inline(__always) @inlinable mutating func hang<Payload>(
    _ slot: UInt32, at: Int64, _ nodes: UnsafeMutablePointer<Node<Payload>>
  ) {
    let position = position
    words.withUnsafeMutableBufferPointer { words in
      guard let words = words.baseAddress else { return }
      Self.hang(slot, at: at, position: position, words, nodes)
    }
  }

  /// Takes out the first ticket and moves to its instant, unless it is due after `limit`; 0 if there is none.
  @inline(__always) @inlinable static func takeFirst<Payload>(
    notAfter limit: Int64, position: inout Int64, _ words: UnsafeMutablePointer<UInt64>,
    _ nodes: UnsafeMutablePointer<Node<Payload>>
  ) -> UInt32 {
    while true {
      let filled = words[0]
      if filled != 0 {
        let word = filled.trailingZeroBitCount
        let bits = words[bitmap &+ word]
        let digit = word &* 64 &+ bits.trailingZeroBitCount
        let due = position & ~Int64(digits &- 1) | Int64(digit)
        if due > limit { return 0 }
        position = due
        let list = words[lists &+ digit]
        let first = UInt32(truncatingIfNeeded: list)
        let next = nodes[Int(first &- 1)].next
        if next != 0 {
          words[lists &+ digit] = list & ~0xffff_ffff | UInt64(next)
        } else {
          words[lists &+ digit] = 0
          let rest = bits & (bits &- 1)
          words[bitmap &+ word] = rest
          if rest == 0 { words[0] = filled & (filled &- 1) }
        }
        return first
      }
      guard let start = handDown(notAfter: limit, from: position, words, nodes) else { return 0 }
      position = start
    }
  }

  /// Hands the next list of a coarser level down, and says where the wheel stands then; nil if it would be after `limit`.
  @inline(never) @inlinable static func handDown<Payload>(
    notAfter limit: Int64, from position: Int64, _ words: UnsafeMutablePointer<UInt64>,
    _ nodes: UnsafeMutablePointer<Node<Payload>>
  ) -> Int64? {
    var level = 0
    var base = 0
    while words[base] == 0 {
      level &+= 1
      base &+= stride
      if level == levels { return nil }
    }
    let word = words[base].trailingZeroBitCount
    let digit = word &* 64 &+ words[base &+ bitmap &+ word].trailingZeroBitCount
    let shift = Int64(level &* bits)
    let start = ((position &>> shift) & ~Int64(digits &- 1) | Int64(digit)) &<< shift
    if start > limit { return nil }
    var slot = UInt32(truncatingIfNeeded: words[base &+ lists &+ digit])
    clear(digit, base: base, words)
    while slot != 0 {
      let next = nodes[Int(slot &- 1)].next
      nodes[Int(slot &- 1)].next = 0
      hang(slot, at: nodes[Int(slot &- 1)].at, position: start, words, nodes)
      slot = next
    }
    return start
  }

  /// When the first ticket is due.
  func first<Payload>(_ nodes: ContiguousArray<Node<Payload>>) -> Int64? {
    for level in 0..<Self.levels where words[level * Self.stride] != 0 {
      let base = level * Self.stride
      let word = words[base].trailingZeroBitCount
      let digit = word * 64 + words[base + Self.bitmap + word].trailingZeroBitCount
      var slot = UInt32(truncatingIfNeeded: words[base + Self.lists + digit])
      var earliest = Int64.max
      while slot != 0 {
        earliest = min(earliest, nodes[Int(slot - 1)].at)
        slot = nodes[Int(slot - 1)].next
      }
      return earliest
    }
    return nil
  }

  /// Visits the slots (from 0) of all tickets; those of equal instants in their order.
  @inlinable func forEach<Payload>(_ nodes: ContiguousArray<Node<Payload>>, _ body: (Int) -> Void) {
    visit(nodes) {
      body($0)
      return true
    }
  }

  /// The same, until a visit returns false. What comes up to a millisecond later may come first.
  @inlinable func visit<Payload>(_ nodes: ContiguousArray<Node<Payload>>, _ body: (Int) -> Bool) {
    for level in 0..<Self.levels where words[level * Self.stride] != 0 {
      for place in level * Self.stride + Self.lists..<(level + 1) * Self.stride where words[place] != 0 {
        var slot = UInt32(truncatingIfNeeded: words[place])
        while slot != 0 {
          guard body(Int(slot - 1)) else { return }
          slot = nodes[Int(slot - 1)].next
        }
      }
    }
  }

  @inline(__always) @inlinable static func hang<Payload>(
    _ slot: UInt32, at: Int64, position: Int64, _ words: UnsafeMutablePointer<UInt64>,
    _ nodes: UnsafeMutablePointer<Node<Payload>>
  ) {
    var level = 0
    var base = 0
    var rest = UInt64(bitPattern: at ^ position) &>> 10
    while rest != 0 {
      rest &>>= 10
      level &+= bits
      base &+= stride
    }
    let digit = Int(truncatingIfNeeded: at &>> Int64(level)) & (digits &- 1)
    let list = words[base &+ lists &+ digit]
    if list == 0 {
      words[base &+ lists &+ digit] = UInt64(slot) &<< 32 | UInt64(slot)
      words[base &+ bitmap &+ digit &>> 6] |= 1 &<< UInt64(digit & 63)
      words[base] |= 1 &<< UInt64(digit &>> 6)
    } else {
      nodes[Int(truncatingIfNeeded: list &>> 32) &- 1].next = slot
      words[base &+ lists &+ digit] = UInt64(slot) &<< 32 | list & 0xffff_ffff
    }
  }

  @inline(__always) @inlinable static func clear(
    _ digit: Int, base: Int, _ words: UnsafeMutablePointer<UInt64>
  ) {
    words[base &+ lists &+ digit] = 0
    let word = base &+ bitmap &+ digit &>> 6
    words[word] &= ~(1 &<< UInt64(digit & 63))
    if words[word] == 0 { words[base] &= ~(1 &<< UInt64(digit &>> 6)) }
  }
}
