import Kernel

/// What a card is drawn from: a stream of choices that a seed and an owner name, so that the same two give the same card.
struct CardDraw {
  private let start: UInt64
  private var number: UInt64 = 0

  /// Draws for somebody.
  ///
  /// - Parameter owner: what tells this stream from others under that seed, below 2⁴⁸.
  init(seed: UInt64, owner: UInt64) {
    start = Randomness(seed: seed).start(.experiment, owner & 0xFFFF_FFFF_FFFF)
  }

  private mutating func word() -> UInt64 {
    defer { number += 1 }
    return Randomness.output(start: start, number: number)
  }

  /// A number from 0 to `bound - 1`; the bound is above 0.
  mutating func below(_ bound: Int) -> Int { Int(word().multipliedFullWidth(by: UInt64(bound)).high) }

  /// A number in a range that is a multiple of `step` above its beginning.
  mutating func number(_ range: ClosedRange<Int>, by step: Int = 1) -> Int {
    range.lowerBound + step * below((range.upperBound - range.lowerBound) / step + 1)
  }

  /// One of two.
  mutating func flag() -> Bool { below(2) == 1 }

  /// One of several; there is at least one.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Several, in an order that is drawn.
  mutating func mixed<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for index in elements.indices.dropFirst().reversed() { elements.swapAt(index, below(index + 1)) }
    return elements
  }

  /// A key, and two values to tell apart.
  mutating func names() -> (key: String, old: String, new: String) {
    let values = mixed(["milk", "tea", "jam", "eggs", "bread", "rice"])
    return (pick(["cart", "order", "note", "menu", "list"]), values[0], values[1])
  }
}
