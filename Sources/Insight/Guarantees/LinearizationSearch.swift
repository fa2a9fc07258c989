/// Looks for an order of operations on one register that explains all answers and respects real time.
///
/// The algorithm is Wing and Gong's (*Testing and Verifying Concurrent Objects*, J. Parallel Distrib. Comput. 1993) with
/// Lowe's memory of configurations seen before (*Testing for Linearizability*, Concurrency Computat. Pract. Exper. 2017),
/// as in Porcupine; the history was split by keys before (Herlihy and Wing's locality). Operations happen as late as they
/// can, just before something has to return (Lowe's just-in-time linearization). For a register less has to be tried:
///
/// - A read happens as soon as the register holds its value: it changes nothing, so that can't be a mistake.
/// - A write whose value nobody will have to find hides just before another write: that costs nothing.
/// - What may have happened or not, such as a write that timed out, happens only if that helps somebody at once. Equal ones
///   stand in for each other, the earliest first, and a state that has used fewer of them can do all that others can.
struct LinearizationSearch {
  private let register: RegisterEvents
  private var table: ConfigurationTable
  /// The configuration at hand: the return that it stands before and the value, then the words of ``ConfigurationTable``.
  private var row: [UInt64]
  private var source: [UInt64]
  /// The furthest return that nothing got past.
  private var furthest = -1
  private var budget: Int

  /// The most words that configurations may take.
  private static let mostWords = 24_000_000

  private init(_ register: RegisterEvents, budget: Int) {
    self.register = register
    self.budget = budget
    let flightWords = (register.slotCount + 63) / 64
    let optionalWords = (register.optionals.count + 63) / 64
    table = ConfigurationTable(flightWords: flightWords, optionalWords: optionalWords)
    row = Array(repeating: 0, count: table.stride)
    source = row
  }

  /// Whether there is such an order; if not, from which ending on there is none.
  ///
  /// - Parameter budget: how many configurations are looked at, at most; it is lowered by those that were.
  static func run(_ operations: [RegisterHistory.Operation], budget: inout Int) -> KeyRegister.Finding {
    guard let register = RegisterEvents(operations) else { return .undecided }
    var search = LinearizationSearch(register, budget: budget)
    let isFound = search.run()
    budget = search.budget
    guard let isFound else { return .undecided }
    return isFound ? .linearizable : .broken(end: register.returns[search.furthest].place)
  }

  /// Whether an order was found; nil if the budget ran out.
  private mutating func run() -> Bool? {
    guard let first = advance(from: 0) else { return true }
    var stack: [(row: Int, next: Int)] = []
    enter(first, &stack)
    while let (current, choice) = stack.last {
      table.copy(current, into: &source)
      let at = Int(source[0] >> 32)
      let last = register.returns[at]
      let choices = last.range.count + register.classes.count
      var isDeeper = false
      var next = choice
      while next < choices {
        let chosen = next
        next += 1
        guard apply(chosen, at: at) else { continue }
        budget -= 1
        guard budget > 0, table.size <= Self.mostWords else { return nil }
        var place = at
        if !isInFlight(last.slot) {
          guard let further = advance(from: register.eventAfter[at]) else { return true }
          place = further
        }
        stack[stack.count - 1].next = next
        if enter(place, &stack) {
          isDeeper = true
          break
        }
      }
      if !isDeeper { stack.removeLast() }
    }
    return false
  }

  /// Goes on from the configuration at hand, unless it is known.
  @discardableResult private mutating func enter(_ place: Int, _ stack: inout [(row: Int, next: Int)]) -> Bool {
    furthest = max(furthest, place)
    row[0] = UInt64(place) << 32 | row[0] & 0xFFFF_FFFF
    guard let known = table.insert(row) else { return false }
    stack.append((known, 0))
    return true
  }

  private var value: Int { Int(row[0] & 0xFFFF_FFFF) }

  private func isInFlight(_ slot: Int) -> Bool { row[1 + slot >> 6] & 1 << UInt64(slot & 63) != 0 }

  private mutating func settle(_ slot: Int) { row[1 + slot >> 6] &= ~(1 << UInt64(slot & 63)) }

  /// Lets operations begin and settled ones return; the first return of one that has yet to happen, nil at the end.
  private mutating func advance(from event: Int) -> Int? {
    for event in register.events[event...] {
      switch event {
      case .invocation(let operation, let slot):
        if !isSettled(register.effects[operation]) { row[1 + slot >> 6] |= 1 << UInt64(slot & 63) }
      case .return(let number):
        if isInFlight(register.returns[number].slot) { return number }
      }
    }
    return nil
  }

  /// Whether an operation that changes nothing finds what it has to.
  private func isSettled(_ effect: RegisterEvents.Effect) -> Bool {
    switch effect {
    case .read(let wanted): wanted == value
    case .refuted(let unwanted): unwanted != value
    case .write, .compareAndSet: false
    }
  }

  /// Lets one operation happen, from the source configuration on; false if it can't, or would be in vain.
  private mutating func apply(_ choice: Int, at place: Int) -> Bool {
    let last = register.returns[place]
    let held = Int(source[0] & 0xFFFF_FFFF)
    if choice < last.range.count {
      let slot = Int(register.inFlight[last.range.lowerBound + choice].slot)
      guard source[1 + slot >> 6] & 1 << UInt64(slot & 63) != 0 else { return false }
      let effect = register.effects[Int(register.inFlight[last.range.lowerBound + choice].operation)]
      guard let written = result(effect, held) else { return false }
      for offset in row.indices { row[offset] = source[offset] }
      settle(slot)
      take(written, effect, last)
      return true
    }
    let choices = register.classes[choice - last.range.count]
    let effect = register.optionals[choices.lowerBound].effect
    guard let written = result(effect, held), written != held, let used = unused(choices, before: last.place) else {
      return false
    }
    for offset in row.indices { row[offset] = source[offset] }
    let word = 1 + table.flightWords + used >> 6
    row[word] |= 1 << UInt64(used & 63)
    guard register.isAskedByOptional[written] || helps(written, last) else { return false }
    take(written, effect, last)
    return true
  }

  /// What an operation leaves that finds a value; nil if it doesn't write, or asks for another.
  private func result(_ effect: RegisterEvents.Effect, _ held: Int) -> Int? {
    switch effect {
    case .write(let written): written
    case .compareAndSet(let expected, let written): expected == held ? written : nil
    case .read, .refuted: nil
    }
  }

  /// The earliest of equal optional operations that has not been used and has begun.
  private func unused(_ choices: Range<Int>, before place: Int) -> Int? {
    for index in choices {
      guard register.optionals[index].invoked < place else { return nil }
      if source[1 + table.flightWords + index >> 6] & 1 << UInt64(index & 63) == 0 { return index }
    }
    return nil
  }

  /// Whether something in flight waits for a value.
  private func helps(_ written: Int, _ last: RegisterEvents.Return) -> Bool {
    for (slot, operation) in register.inFlight[last.range] where isInFlight(Int(slot)) {
      switch register.effects[Int(operation)] {
      case .read(let wanted), .compareAndSet(let wanted, _): if wanted == written { return true }
      case .refuted(let unwanted): if unwanted != written { return true }
      case .write: break
      }
    }
    return false
  }

  /// The register holds another value: what that settles has happened.
  private mutating func take(_ written: Int, _ effect: RegisterEvents.Effect, _ last: RegisterEvents.Return) {
    row[0] = row[0] & ~0xFFFF_FFFF | UInt64(written)
    var isWrite = false
    if case .write = effect { isWrite = true }
    for (slot, operation) in register.inFlight[last.range] where isInFlight(Int(slot)) {
      let other = register.effects[Int(operation)]
      if isSettled(other) {
        settle(Int(slot))
      } else if isWrite, case .write(let hidden) = other, !register.isNeeded(hidden, at: last.place) {
        settle(Int(slot))
      }
    }
  }
}
