/// Foretells the next bit of a text from the bits before it: several contexts each make a guess, and a small network
/// weighs them (Mahoney, *Adaptive Weighing of Context Models for Lossless Data Compression*, Florida Tech CS-2005-16).
///
/// All arithmetic is in whole numbers, so that every machine foretells the same.
struct TextPredictor {
  /// The contexts: so many bytes before, then the word.
  private static let orders = [0, 1, 2, 3, 4, 6]
  private static let guesses = orders.count + 2
  private static let slots = 1 << 16
  /// How many bytes must be alike before a text that stood there earlier is followed.
  private static let alike = 5
  private static let rate = 8
  /// How fast a context learns that has been met so often: one in `n + 1.5`.
  private static let haste: [Int] = (0..<32).map { 131_072 / (2 * $0 + 3) }

  /// For each slot how likely a one is, in 65,536ths.
  private var chance: [UInt16]
  /// And how often it was met.
  private var met: [UInt8]
  private var weights: [Int]
  /// The text so far.
  private var text: [UInt8] = []
  /// The last place after which those bytes stood.
  private var places: [Int32]
  /// How likely what stood there is right, by how much is alike.
  private var trust = [Int](repeating: 49_152, count: 32)
  /// Where the text that is followed stands, and how much of it is alike.
  private var follow = (place: 0, length: 0)
  /// The bits of the present byte, after a one.
  private var partial = 1
  private var hashes = [UInt32](repeating: 0, count: orders.count + 1)
  private var word: UInt32 = 0

  // What the present guess was made of.
  private var chosen = [Int](repeating: 0, count: orders.count + 1)
  private var stretched = [Int](repeating: 0, count: guesses)
  private var foretold: Int?
  private var set = 0
  private var mixed = 2_048

  init() {
    chance = Array(repeating: 32_768, count: (Self.orders.count + 1) * Self.slots)
    met = Array(repeating: 0, count: chance.count)
    weights = Array(repeating: 18_000, count: 3 * Self.guesses)
    places = Array(repeating: 0, count: Self.slots)
    guess()
  }

  /// How likely the next bit is a one, in 65,536ths; never 0 and never all.
  var likelihood: UInt32 { UInt32(max(1, min(4_095, mixed)) * 16 + 8) }

  /// Takes in the next bit.
  mutating func take(_ isOne: Bool) {
    learn(isOne)
    partial = partial << 1 | (isOne ? 1 : 0)
    if partial > 255 { take(UInt8(partial & 255)) }
    guess()
  }

  private mutating func learn(_ isOne: Bool) {
    let error = ((isOne ? 4_096 : 0) - mixed) * Self.rate
    for index in 0..<Self.guesses {
      weights[set * Self.guesses + index] += (stretched[index] * error + 0x8000) >> 16
    }
    for slot in chosen {
      let present = Int(chance[slot])
      let haste = Self.haste[Int(met[slot])]
      chance[slot] = UInt16(max(32, min(65_503, present + (((isOne ? 65_535 : 0) - present) * haste) >> 16)))
      if met[slot] < 30 { met[slot] += 1 }
    }
    guard let foretold else { return }
    let bucket = min(31, follow.length)
    let isRight = (foretold == 1) == isOne
    trust[bucket] += ((isRight ? 65_535 : 0) - trust[bucket]) >> 5
    if !isRight { follow = (0, 0) }
  }

  /// A byte is whole.
  private mutating func take(_ byte: UInt8) {
    partial = 1
    text.append(byte)
    if follow.length > 0 {
      follow = (follow.place + 1, follow.length + 1)
    }
    let isLetter = byte >= 0x80 || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    word = isLetter ? (word &+ UInt32(byte)) &* 0x2F0B_4C47 : word == 0 ? 0 : word &* 0x9E37_79B1 & 0xFF00
    for (index, order) in Self.orders.enumerated() {
      var hash = UInt32(index) &* 0x9E37_79B1
      for back in 1...max(1, order) where back <= order && back <= text.count {
        hash = (hash ^ UInt32(text[text.count - back])) &* 0x0100_0193 &+ UInt32(back)
      }
      hashes[index] = hash
    }
    hashes[Self.orders.count] = word &+ (UInt32(byte) &* (isLetter ? 0 : 0x85EB_CA6B))
    guard text.count >= Self.alike else { return }
    let recent = text.suffix(Self.alike).reduce(UInt32(0)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let slot = Int((recent ^ recent >> 15) & UInt32(Self.slots - 1))
    if follow.length == 0, places[slot] > 0 {
      let place = Int(places[slot])
      var length = 0
      while length < 31, length < place, text[place - 1 - length] == text[text.count - 1 - length] { length += 1 }
      if length >= Self.alike { follow = (place, length) }
    }
    places[slot] = Int32(text.count)
  }

  private mutating func guess() {
    var sum = 0
    for index in chosen.indices {
      var hash = (hashes[index] &+ UInt32(partial) &* 0x9E37_79B1) &* 0x85EB_CA6B
      hash ^= hash >> 16
      let slot = index * Self.slots + Int(hash & UInt32(Self.slots - 1))
      chosen[index] = slot
      stretched[index] = met[slot] == 0 ? 0 : Logistic.stretch(Int(chance[slot]) >> 4)
    }
    foretold = nil
    if follow.length > 0, follow.place < text.count {
      // What stood there is foretold as long as its first bits are those of this byte.
      let byte = Int(text[follow.place]) | 256
      let seen = Int.bitWidth - partial.leadingZeroBitCount - 1
      if byte >> (8 - seen) == partial {
        foretold = byte >> (7 - seen) & 1
      } else {
        follow = (0, 0)
      }
    }
    let bucket = min(31, follow.length)
    let strength = foretold == nil ? 0 : Logistic.stretch(trust[bucket] >> 4)
    stretched[Self.guesses - 1] = foretold == 1 ? strength : -strength
    set = foretold == nil ? 0 : follow.length < 16 ? 1 : 2
    for index in 0..<Self.guesses { sum += stretched[index] * weights[set * Self.guesses + index] }
    mixed = Logistic.squash(sum >> 16)
  }
}

/// The logistic function and its inverse, in whole numbers: chances in 4,096ths, their logarithms of odds in 256ths.
private enum Logistic {
  private static let curve = [
    1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1_101, 1_546, 2_047, 2_549, 2_994, 3_348, 3_607, 3_785,
    3_901, 3_975, 4_022, 4_050, 4_068, 4_079, 4_085, 4_089, 4_092, 4_093, 4_094,
  ]

  /// The chance that has those odds.
  static func squash(_ odds: Int) -> Int {
    if odds > 2_047 { return 4_095 }
    if odds < -2_047 { return 0 }
    let (step, rest) = ((odds >> 7) + 16, odds & 127)
    guard step + 1 < curve.count else { return curve[curve.count - 1] }
    return (curve[step] * (128 - rest) + curve[step + 1] * rest + 64) >> 7
  }

  private static let inverse: [Int] = {
    var inverse = [Int](repeating: 2_047, count: 4_096)
    var next = 0
    for odds in -2_047...2_047 {
      let chance = squash(odds)
      while next <= chance {
        inverse[next] = odds
        next += 1
      }
    }
    return inverse
  }()

  /// The odds of a chance.
  static func stretch(_ chance: Int) -> Int { inverse[chance] }
}
