/// Chances that belong to a seed, so that what failed can be had again: SplitMix64, the one generator of all tests.
public struct Dice: RandomNumberGenerator {
  private var state: UInt64

  /// The chances of a seed.
  public init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in that range.
  public mutating func roll<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
    Number.random(in: range, using: &self)
  }

  /// A number from 0 on, less than that.
  public mutating func roll<Number: FixedWidthInteger>(below bound: Number) -> Number {
    Number.random(in: 0..<bound, using: &self)
  }

  /// True so many times in a hundred.
  public mutating func chance(_ percent: Int) -> Bool { roll(1...100) <= percent }

  /// One of those.
  public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(below: elements.count)] }
}
