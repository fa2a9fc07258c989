/// Packs a text by coding each bit at the cost of how unlikely it was (Witten, Neal and Cleary, *Arithmetic Coding for Data
/// Compression*, CACM 1987). What foretells the bits has read the ``SharePrimer`` before, so that a short script finds its
/// words known.
///
/// This and not zlib: another version of a library may pack the same text into other bytes, and a moment that is shared twice
/// should read the same.
enum TextPacker {
  /// The bytes of a text, packed; nil if that takes more than `limit` bytes.
  static func packed(_ text: [UInt8], atMost limit: Int) -> [UInt8]? {
    var predictor = SharePrimer.reader
    var coder = Encoder()
    for byte in text {
      for shift in stride(from: 7, through: 0, by: -1) {
        let isOne = byte >> UInt8(shift) & 1 == 1
        coder.add(isOne, predictor.likelihood)
        predictor.take(isOne)
      }
      if coder.bytes.count > limit { return nil }
    }
    coder.end()
    return coder.bytes.count <= limit ? coder.bytes : nil
  }

  /// The text of so many bytes that was packed. Whatever the bytes are, it is as long as said, and takes no longer.
  static func unpacked(_ bytes: some Collection<UInt8>, count: Int) -> [UInt8] {
    var predictor = SharePrimer.reader
    var coder = Decoder(Array(bytes))
    var text: [UInt8] = []
    text.reserveCapacity(count)
    while text.count < count {
      var byte: UInt8 = 0
      for _ in 0..<8 {
        let isOne = coder.next(predictor.likelihood)
        predictor.take(isOne)
        byte = byte << 1 | (isOne ? 1 : 0)
      }
      text.append(byte)
    }
    return text
  }

  /// The stretch of numbers that is left, and which part of it means a one.
  private struct Interval {
    var low: UInt32 = 0
    var high: UInt32 = .max

    func middle(_ likelihood: UInt32) -> UInt32 { low + UInt32((UInt64(high - low) * UInt64(likelihood)) >> 16) }

    /// Whether its first byte is known.
    var isSettled: Bool { (low ^ high) & 0xFF00_0000 == 0 }

    mutating func narrow(_ isOne: Bool, _ likelihood: UInt32) {
      let middle = middle(likelihood)
      if isOne { high = middle } else { low = middle + 1 }
    }

    mutating func shift() { (low, high) = (low << 8, high << 8 | 255) }
  }

  private struct Encoder {
    var bytes: [UInt8] = []
    private var interval = Interval()

    mutating func add(_ isOne: Bool, _ likelihood: UInt32) {
      interval.narrow(isOne, likelihood)
      while interval.isSettled {
        bytes.append(UInt8(interval.high >> 24))
        interval.shift()
      }
    }

    /// Ends with as few bytes as name a number of what is left; what is missing reads as zeros.
    mutating func end() {
      for count in 0...4 as ClosedRange<UInt64> {
        let mask = UInt64(UInt32.max) >> (8 * count)
        let number = (UInt64(interval.low) + mask) & ~mask
        guard number <= UInt64(interval.high) else { continue }
        for index in 0..<count { bytes.append(UInt8(number >> (24 - 8 * index) & 255)) }
        return
      }
    }
  }

  private struct Decoder {
    private let bytes: [UInt8]
    private var position = 0
    private var interval = Interval()
    private var number: UInt32 = 0

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      for _ in 0..<4 { read() }
    }

    private mutating func read() {
      number = number << 8 | UInt32(position < bytes.count ? bytes[position] : 0)
      position += 1
    }

    mutating func next(_ likelihood: UInt32) -> Bool {
      let isOne = number <= interval.middle(likelihood)
      interval.narrow(isOne, likelihood)
      while interval.isSettled {
        interval.shift()
        read()
      }
      return isOne
    }
  }
}
