import Foundation
import Kernel
import Language

/// A moment as a text of at most 2 KiB, in the letters of base64url (RFC 4648, §5) without padding.
///
/// The bytes: the format's number; the CRC-32 of what follows (ISO 3309, as in gzip), the highest byte first; the fingerprint
/// of the moment in eight bytes; the length of the program's version, and the version; the length of the script in groups
/// of seven bits, the lowest first, each but the last with its highest bit set; the script, packed by ``TextPacker``. No
/// path, time or machine is in it: the same moment is the same text.
public struct ShareToken: Hashable, Sendable {
  /// The format that is written and read here. The first letter of a token is `A` as long as it is below 4.
  static let format: UInt8 = 1
  /// How long a token is at most, in characters.
  public static let longest = 2_048
  /// How long its script is at most, in bytes: nothing that is longer is unpacked.
  public static let longestScript = 1 << 20
  /// How many bytes are packed in order to say how many there are.
  private static let counted = 1 << 16

  /// The text.
  public let text: String
  /// The fingerprint of its moment, in sixteen hexadecimal digits.
  public let fingerprint: String

  /// The token of a moment.
  ///
  /// - Throws: a ``ShareRefusal`` if it doesn't fit.
  init(_ moment: SharedMoment) throws(ShareRefusal) {
    let script = Array(moment.lines.joined(separator: "\n").utf8)
    let instead = "use `save FILE`, and pass the file on"
    guard script.count <= Self.longestScript else {
      throw ShareRefusal(
        sentence: "what leads here takes \(CountedNoun.bytes.text(script.count)), and 1 MiB can be shared; \(instead)")
    }
    var body = Self.bytes(ofFingerprint: moment.fingerprint)
    let version = Array(moment.version.utf8.prefix(255))
    body += [UInt8(version.count)] + version + Self.varied(script.count)
    guard let packed = TextPacker.packed(script, atMost: Self.counted) else {
      throw ShareRefusal(sentence: "this moment takes more than 64 KiB, and a link holds 2 KiB; \(instead)")
    }
    let sum = Checksum.of(body + packed)
    let bytes = [Self.format] + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) } + body + packed
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
    guard text.utf8.count <= Self.longest else {
      throw ShareRefusal(
        sentence:
          "this moment takes \(CountedNoun.bytes.text(text.utf8.count)), and a link holds \(Self.longest); \(instead)")
    }
    self.text = text
    fingerprint = moment.fingerprint
  }

  /// The moment that a text stands for.
  ///
  /// - Throws: a ``ShareRefusal`` if it stands for none.
  public static func moment(of text: String) throws(ShareRefusal) -> SharedMoment {
    guard text.utf8.count <= longest else {
      throw ShareRefusal(
        sentence: "this is longer than any link: \(longest) characters are the most; copy just the link")
    }
    guard !text.isEmpty, isPlain(text) else {
      throw ShareRefusal(sentence: "this is no link: one consists of A-Z, a-z, 0-9, - and _, all on one line")
    }
    guard let bytes = bytes(ofText: text) else { throw damaged }
    guard bytes[0] == format else {
      throw ShareRefusal(
        sentence:
          "this is no link, or one of another format (\(bytes[0])); this program, \(ProgramVersion.number), reads "
          + "format \(format)")
    }
    var reader = Reader(bytes: bytes[...].dropFirst())
    guard let sum = reader.take(4), Checksum.of(reader.bytes) == sum.reduce(UInt32(0), { $0 << 8 | UInt32($1) }),
      let fingerprint = reader.take(8), let count = reader.take(1)?.first, let version = reader.take(Int(count)),
      let length = reader.number()
    else { throw damaged }
    guard length <= longestScript else {
      throw ShareRefusal(sentence: "this link would become more than 1 MiB, and isn't opened")
    }
    let script = TextPacker.unpacked(reader.bytes, count: length)
    guard let text = String(validating: script, as: UTF8.self), let maker = String(validating: version, as: UTF8.self)
    else { throw ShareRefusal(sentence: "this link holds no script") }
    return SharedMoment(
      lines: text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
      fingerprint: fingerprint.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), version: maker)
  }

  private static var damaged: ShareRefusal {
    ShareRefusal(sentence: "this link is damaged, or only a part of one; copy it again, as a whole")
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// The bytes that are written in letters of base64url; nil if there are too few letters for the last one.
  private static func bytes(ofText text: String) -> [UInt8]? {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let usual = text.replacing("-", with: "+").replacing("_", with: "/") + padding
    return Data(base64Encoded: usual).map { Array($0) }
  }

  private static func bytes(ofFingerprint digits: String) -> [UInt8] {
    let value = UInt64(digits, radix: 16) ?? 0
    return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
  }

  private static func varied(_ number: Int) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 127) | (rest > 127 ? 128 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard bytes.count >= count else { return nil }
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count)
    }

    /// A number of at most 28 bits.
    mutating func number() -> Int? {
      var number = 0
      for shift in stride(from: 0, through: 21, by: 7) {
        guard let byte = take(1)?.first else { return nil }
        number |= Int(byte & 127) << shift
        if byte < 128 { return number }
      }
      return nil
    }
  }
}

/// The checksum CRC-32 (ISO 3309, reflected, polynomial 0xEDB88320).
enum Checksum {
  /// The checksum of bytes.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      var sum = sum ^ UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
      return sum
    }
  }
}
