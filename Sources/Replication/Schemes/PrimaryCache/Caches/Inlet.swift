import Kernel

/// How far a receiver has what comes numbered, one after the other; numbers may overtake each other on the way.
struct Inlet: Sendable {
  /// Up to where it has all of them; nil for a cache that has just started, until it is told where its database stands.
  private(set) var heard: UInt32? = 0
  /// Those beyond that it has, in order.
  private var early: [UInt32] = []

  /// Takes in that a number has come.
  mutating func take(_ number: UInt32) {
    guard let last = heard, number > last else { return }
    if number == last + 1 {
      heard = number
      drain()
    } else {
      let place = early.firstIndex { $0 >= number } ?? early.count
      if place == early.count || early[place] != number { early.insert(number, at: place) }
    }
  }

  /// Takes in that it has all up to a number, or is to do without.
  mutating func skip(to number: UInt32) {
    heard = max(heard ?? number, number)
    drain()
  }

  /// Forgets where it stood.
  mutating func forget() {
    heard = nil
    early = []
  }

  private mutating func drain() {
    while let next = early.first, let last = heard, next <= last + 1 {
      heard = max(last, next)
      early.removeFirst()
    }
  }
}

/// What a sender knows of a receiver of what it numbers.
struct Outlet: Sendable {
  /// Up to where the receiver is known to have it.
  var confirmed: UInt32 = 0
  /// Up to where it was sent.
  var sent: UInt32 = 0
}
