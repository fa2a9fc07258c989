/// The hash that places keys on the token ring: the first half of MurmurHash3 x64 128, as Cassandra's default
/// partitioner (`Murmur3Partitioner`) uses it, with Cassandra's sign-extension of the bytes of an incomplete block.
enum Murmur3 {
  /// The token of a key, as Cassandra would compute it for a single text column.
  static func token(_ key: String) -> Int64 { token(Array(key.utf8)) }

  static func token(_ bytes: [UInt8]) -> Int64 {
    var (h1, h2): (UInt64, UInt64) = (0, 0)
    let blocks = bytes.count / 16
    for block in 0..<blocks {
      h1 ^= mix1(word(bytes, block * 16))
      h1 = (rotate(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
      h2 ^= mix2(word(bytes, block * 16 + 8))
      h2 = (rotate(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
    }
    var (k1, k2): (UInt64, UInt64) = (0, 0)
    for (offset, byte) in bytes[(blocks * 16)...].enumerated() {
      let extended = UInt64(bitPattern: Int64(Int8(bitPattern: byte)))
      if offset < 8 {
        k1 ^= extended << UInt64(offset * 8)
      } else {
        k2 ^= extended << UInt64((offset - 8) * 8)
      }
    }
    h2 ^= mix2(k2)
    h1 ^= mix1(k1)
    h1 ^= UInt64(bytes.count)
    h2 ^= UInt64(bytes.count)
    h1 = h1 &+ h2
    h2 = h2 &+ h1
    let token = Int64(bitPattern: finish(h1) &+ finish(h2))
    return token == .min ? .max : token
  }

  private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) }
  }

  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }

  private static func mix1(_ k: UInt64) -> UInt64 { rotate(k &* 0x87c3_7b91_1142_53d5, 31) &* 0x4cf5_ad43_2745_937f }

  private static func mix2(_ k: UInt64) -> UInt64 { rotate(k &* 0x4cf5_ad43_2745_937f, 33) &* 0x87c3_7b91_1142_53d5 }

  private static func finish(_ hash: UInt64) -> UInt64 {
    var k = hash
    k = (k ^ k >> 33) &* 0xff51_afd7_ed55_8ccd
    k = (k ^ k >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return k ^ k >> 33
  }
}
