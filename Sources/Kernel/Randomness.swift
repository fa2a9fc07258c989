/// Keyed randomness: each draw is a function of what it is for, not of how many draws came before it elsewhere.
///
/// A draw is named by (seed, stream, owner, number): for example "the delay of the 17th message on link 4". A fork of a
/// cluster therefore differs from its parent only by its cause, not by luck, and a further probe on one link doesn't
/// change the weather on another.
///
/// Each (seed, stream, owner) names a starting state of SplitMix64 (Steele, Lea and Flood, *Fast Splittable
/// Pseudorandom Number Generators*, OOPSLA 2014, figure 17), whose n-th output can be computed directly.
public struct Randomness: Hashable, Sendable {
  /// The seed of the run, any 64-bit number.
  public let seed: UInt64

  /// Randomness under that seed.
  @inlinable public init(seed: UInt64) { self.seed = seed }

  /// The purposes that have draws of their own.
  public enum Stream: UInt64, Sendable {
    case delay, loss, duplication, duplicateDelay, clientDelay, processing, coordinator, workload, arrival, token,
      readRepair, relay, gossip, contention, prediction, readCopy, followerDelay, binlogDelay, names,
      resolver, healthCheck, edge, gateway, authentication, retry, experiment
  }

  /// Two words of random bits that belong to one draw.
  public struct Draw: Hashable, Sendable {
    /// The first 64 bits.
    public let first: UInt64
    /// Another 64 bits, for a choice made beside the first.
    public let second: UInt64

    /// A draw of those words.
    @inlinable public init(first: UInt64, second: UInt64) {
      self.first = first
      self.second = second
    }
  }

  /// The first word of a draw, for those who need no more.
  @inlinable public func word(_ stream: Stream, owner: UInt64, number: UInt64) -> UInt64 {
    Self.output(start: start(stream, owner), number: 2 &* number)
  }

  /// The draw of that number, for that owner, in that stream.
  @inlinable public func draw(_ stream: Stream, owner: UInt64, number: UInt64) -> Draw {
    let start = start(stream, owner)
    return Draw(
      first: Self.output(start: start, number: 2 &* number),
      second: Self.output(start: start, number: 2 &* number &+ 1))
  }

  /// Where the draws of an owner in a stream begin, for those who draw often and keep it.
  @inlinable public func start(_ stream: Stream, _ owner: UInt64) -> UInt64 {
    Self.mix(seed &+ Self.mix((stream.rawValue << 48 | owner) &+ Self.increment))
  }

  /// The output of that number (from 0) of SplitMix64 started in state `start`.
  @inlinable public static func output(start: UInt64, number: UInt64) -> UInt64 {
    mix(start &+ (number &+ 1) &* increment)
  }

  /// The golden ratio in 64 bits, made odd.
  @inlinable static var increment: UInt64 { 0x9e37_79b9_7f4a_7c15 }

  /// SplitMix64's finaliser: David Stafford's variant 13 of MurmurHash3's.
  @inlinable static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }
}

extension Randomness.Draw {
  /// A whole number from 0 to `bound - 1`, by Lemire's multiplication; the bias is below `bound` in 2⁶⁴.
  @inlinable public func below(_ bound: UInt64) -> UInt64 { first.multipliedFullWidth(by: bound).high }

  /// Whether an event of that probability happens.
  @inlinable public func happens(_ probability: Probability) -> Bool {
    UInt32(truncatingIfNeeded: first &>> 32) < probability.parts || probability.isCertain
  }
}

/// A probability as a whole number of 2³²ths: no floating point decides a run.
public struct Probability: Hashable, Sendable {
  /// The numerator over 2³²; `isCertain` stands for the whole.
  public let parts: UInt32
  /// Whether it is 1.
  public let isCertain: Bool

  /// The probability `millionths` ÷ 1,000,000, brought into the range 0 to 1.
  public init(millionths: Int) {
    let bounded = UInt64(max(0, min(1_000_000, millionths)))
    isCertain = bounded == 1_000_000
    parts = isCertain ? .max : UInt32((bounded << 32) / 1_000_000)
  }

  /// Never.
  public static let zero = Probability(millionths: 0)
  /// The probability in millionths, for display.
  public var millionths: Int { isCertain ? 1_000_000 : Int((UInt64(parts) * 1_000_000 + (1 << 31)) >> 32) }
}
