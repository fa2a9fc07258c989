/// A running digest of everything that has happened: equal runs have equal fingerprints.
///
/// The first test of all compares them between two runs in one process, two processes, and other keyframe spacings.
public struct Fingerprint: Hashable, Sendable {
  /// The digest so far.
  @inlinable public var value: UInt64 { digest }
  @usableFromInline var digest: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The fingerprint of nothing.
  @inlinable public init() {}

  /// Folds a word in; the order of the words matters.
  @inlinable public mutating func fold(_ word: UInt64) {
    let product = (digest ^ word).multipliedFullWidth(by: 0x9fb2_1c65_1e98_df25)
    digest = product.high ^ product.low &+ 0x9e37_79b9_7f4a_7c15
  }

  /// Folds two words in at the cost of one.
  @inlinable public mutating func fold(_ first: UInt64, _ second: UInt64) {
    fold(first &* 0xff51_afd7_ed55_8ccd ^ second)
  }

  /// Folds a text in, byte by byte in words of eight, and its length.
  public mutating func fold(_ text: String) {
    var word: UInt64 = 0
    var count: UInt64 = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count % 8 == 0 { fold(word) }
    }
    fold(word)
    fold(count)
  }
}

extension Fingerprint: CustomStringConvertible {
  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
