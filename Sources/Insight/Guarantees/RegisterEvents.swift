/// The operations on one key as the search for an order takes them: values in a row, invocations and returns in their
/// order, and what may happen or not apart from what must.
struct RegisterEvents {
  /// What an operation asks of the register's value, and what it leaves there.
  enum Effect: Equatable {
    case read(Int)
    case write(Int)
    case compareAndSet(Int, Int)
    /// It found another value than this.
    case refuted(Int)
  }

  /// An operation whose outcome isn't known: it returns at the end of time, and need not have happened.
  struct Optional {
    let effect: Effect
    /// The place from which on it may happen.
    let invoked: Int
  }

  /// The return of an operation that has happened.
  struct Return {
    /// When.
    let place: Int
    /// Its slot among those in flight.
    let slot: Int
    /// The slots in flight, and the operation in each: a stretch of ``inFlight``.
    let range: Range<Int>
  }

  /// What begins and ends, in order: an operation by its number, or a return by its own.
  enum Event {
    case invocation(operation: Int, slot: Int)
    case `return`(Int)
  }

  /// What each operation that must have happened does.
  private(set) var effects: [Effect] = []
  private(set) var events: [Event] = []
  private(set) var returns: [Return] = []
  /// For each return the event after it.
  private(set) var eventAfter: [Int] = []
  /// The slots in flight at each return, and who has them.
  private(set) var inFlight: [(slot: Int32, operation: Int32)] = []
  /// What may have happened, equal ones side by side, the earliest first.
  private(set) var optionals: [Optional] = []
  /// The stretches of equal ones.
  private(set) var classes: [Range<Int>] = []
  private(set) var slotCount = 0
  /// For each value the place until which somebody may yet have to find it.
  private(set) var neededUntil: [Int] = [0]
  /// The place until which somebody may yet have to find another value than some.
  private(set) var refutedUntil = -1
  /// Whether an operation that may have happened asks for the value.
  private(set) var isAskedByOptional: [Bool] = []

  /// The most that is kept of who was in flight when.
  private static let mostInFlight = 20_000_000

  /// Nil if too many operations are in flight at once.
  init?(_ operations: [RegisterHistory.Operation]) {
    var numbers = [0: 0]
    func number(_ value: Int) -> Int {
      if let known = numbers[value] { return known }
      numbers[value] = numbers.count
      return numbers.count - 1
    }
    var edges: [(place: Int, operation: Int, isReturn: Bool)] = []
    var slots: [Int] = []
    var endings: [Int] = []
    for operation in operations {
      let effect: Effect
      switch (operation.function, operation.ending) {
      case (_, .failed), (.read, .unknown), (.read, .refuted), (.write, .refuted): continue
      case (.read, .ok): effect = .read(number(operation.value))
      case (.write, _): effect = .write(number(operation.value))
      case (.compareAndSet(let expected), .refuted): effect = .refuted(number(expected))
      case (.compareAndSet(let expected), _):
        effect = .compareAndSet(number(expected), number(operation.value))
      }
      guard operation.ending != .unknown else {
        optionals.append(Optional(effect: effect, invoked: operation.invoked))
        continue
      }
      edges.append((operation.invoked, effects.count, false))
      edges.append((operation.ended, effects.count, true))
      effects.append(effect)
      endings.append(operation.ended)
    }
    neededUntil = Array(repeating: -1, count: numbers.count)
    isAskedByOptional = Array(repeating: false, count: numbers.count)
    for (effect, end) in zip(effects, endings) {
      switch effect {
      case .read(let value), .compareAndSet(let value, _): neededUntil[value] = max(neededUntil[value], end)
      case .refuted: refutedUntil = max(refutedUntil, end)
      case .write: break
      }
    }
    dropIdleOptionals()
    edges.sort { $0.place < $1.place }
    slots = Array(repeating: 0, count: effects.count)
    var free: [Int] = []
    var occupied: [Int32] = []
    for edge in edges {
      guard edge.isReturn else {
        let slot = free.popLast() ?? slotCount
        if slot == slotCount {
          slotCount += 1
          occupied.append(-1)
        }
        slots[edge.operation] = slot
        occupied[slot] = Int32(edge.operation)
        events.append(.invocation(operation: edge.operation, slot: slot))
        continue
      }
      let start = inFlight.count
      for (slot, operation) in occupied.enumerated() where operation >= 0 { inFlight.append((Int32(slot), operation)) }
      guard inFlight.count <= Self.mostInFlight else { return nil }
      events.append(.return(returns.count))
      eventAfter.append(events.count)
      returns.append(Return(place: edge.place, slot: slots[edge.operation], range: start..<inFlight.count))
      occupied[slots[edge.operation]] = -1
      free.append(slots[edge.operation])
    }
  }

  /// Leaves out what may have happened and would help nobody, and puts equal ones side by side.
  private mutating func dropIdleOptionals() {
    var before = -1
    while before != optionals.count {
      before = optionals.count
      for value in isAskedByOptional.indices { isAskedByOptional[value] = false }
      for optional in optionals {
        if case .compareAndSet(let expected, _) = optional.effect { isAskedByOptional[expected] = true }
      }
      optionals.removeAll { optional in
        let value: Int
        switch optional.effect {
        case .write(let written): value = written
        case .compareAndSet(let expected, let written):
          if expected == written { return true }
          value = written
        case .read, .refuted: return true
        }
        return neededUntil[value] < optional.invoked && refutedUntil < optional.invoked && !isAskedByOptional[value]
      }
    }
    optionals.sort { ($0.order.0, $0.order.1, $0.invoked) < ($1.order.0, $1.order.1, $1.invoked) }
    for (index, optional) in optionals.enumerated() {
      if let last = classes.last, optionals[last.lowerBound].effect == optional.effect {
        classes[classes.count - 1] = last.lowerBound..<(index + 1)
      } else {
        classes.append(index..<(index + 1))
      }
    }
  }

  /// Whether somebody may yet have to find a value at that place.
  func isNeeded(_ value: Int, at place: Int) -> Bool {
    neededUntil[value] >= place || refutedUntil >= place || isAskedByOptional[value]
  }
}

extension RegisterEvents.Optional {
  fileprivate var order: (Int, Int) {
    switch effect {
    case .write(let value): (-1, value)
    case .compareAndSet(let expected, let value): (expected, value)
    case .read(let value), .refuted(let value): (value, -1)
    }
  }
}
