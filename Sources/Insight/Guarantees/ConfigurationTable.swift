/// The configurations that a search has come to, each a row of words: the return it stands before, the register's value,
/// which operations in flight are yet to happen, and which optional ones have happened.
///
/// A configuration that differs from a known one only in having used more of what is optional leads nowhere new.
struct ConfigurationTable {
  /// How many words say what is in flight, and what optional operations are used.
  let flightWords: Int
  let optionalWords: Int
  private var words: [UInt64] = []
  /// The next row with the same hash; -1: none.
  private var next: [Int32] = []
  private var heads: [Int32]
  private var mask: Int

  init(flightWords: Int, optionalWords: Int) {
    (self.flightWords, self.optionalWords) = (flightWords, optionalWords)
    heads = Array(repeating: -1, count: 1 << 10)
    mask = heads.count - 1
  }

  /// How many words a configuration has.
  var stride: Int { 1 + flightWords + optionalWords }
  /// How many there are.
  var count: Int { next.count }
  /// How many words they take.
  var size: Int { words.count }

  /// Copies a configuration out.
  func copy(_ row: Int, into target: inout [UInt64]) {
    let start = row * stride
    for offset in 0..<stride { target[offset] = words[start + offset] }
  }

  /// Enters a configuration; nil if it, or one that has used less, is known.
  mutating func insert(_ row: [UInt64]) -> Int? {
    let key = 1 + flightWords
    let place = hash(row, count: key)
    var known = heads[place]
    while known >= 0 {
      if isCovered(row, by: Int(known), key: key) { return nil }
      known = next[Int(known)]
    }
    words.append(contentsOf: row)
    next.append(heads[place])
    heads[place] = Int32(next.count - 1)
    if next.count > heads.count { grow() }
    return next.count - 1
  }

  private func isCovered(_ row: [UInt64], by known: Int, key: Int) -> Bool {
    let start = known * stride
    for offset in 0..<key where words[start + offset] != row[offset] { return false }
    for offset in key..<stride where words[start + offset] & ~row[offset] != 0 { return false }
    return true
  }

  private func hash(_ row: [UInt64], count: Int) -> Int {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    for offset in 0..<count {
      hash = (hash ^ row[offset]) &* 0xbf58_476d_1ce4_e5b9
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash) & mask
  }

  private mutating func grow() {
    heads = Array(repeating: -1, count: heads.count * 4)
    mask = heads.count - 1
    var row = Array(repeating: UInt64(0), count: stride)
    for index in next.indices {
      copy(index, into: &row)
      let place = hash(row, count: 1 + flightWords)
      next[index] = heads[place]
      heads[place] = Int32(index)
    }
  }
}
