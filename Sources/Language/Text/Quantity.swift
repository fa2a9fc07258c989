import Kernel

/// Durations, shares and numbers: how they are written and how they are shown.
public enum Quantity {
  /// The longest duration that can be written: 10,000 days.
  public static let longest = TimeSpan.hours(24 * 10_000)

  static let units: [(suffix: String, microseconds: Int64)] = [
    ("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
    ("d", 86_400_000_000),
  ]

  /// The duration that a word such as `1.5s` states, to the microsecond; nil if it states none.
  public static func duration(_ word: String) -> TimeSpan? {
    var text = word[...]
    let isNegative = text.hasPrefix("-")
    if isNegative { text = text.dropFirst() }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = String(text.dropFirst(digits.count))
    guard let unit = units.first(where: { $0.suffix == suffix }),
      let span = scaled(String(digits), by: unit.microseconds), span <= longest.microseconds
    else { return nil }
    return TimeSpan(microseconds: isNegative ? -span : span)
  }

  /// A decimal number times a whole one, rounded to the nearest whole; nil if it isn't a decimal or far too large.
  public static func scaled(_ decimal: String, by factor: Int64) -> Int64? {
    let parts = decimal.split(separator: ".", omittingEmptySubsequences: false)
    let isDecimal = decimal.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
    guard isDecimal, parts.count <= 2, decimal != ".", !decimal.isEmpty else { return nil }
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
    let fraction = parts.count == 2 ? parts[1].prefix(9) : ""
    let (large, overflow) = whole.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    var rest: Int64 = 0
    if !fraction.isEmpty, let numerator = Int64(fraction) {
      let denominator = (0..<fraction.count).reduce(Int64(1)) { product, _ in product * 10 }
      let wide = numerator.multipliedFullWidth(by: factor)
      let (quotient, remainder) = denominator.dividingFullWidth(wide)
      rest = quotient + (remainder * 2 >= denominator ? 1 : 0)
    }
    let (sum, sumOverflow) = large.addingReportingOverflow(rest)
    return sumOverflow ? nil : sum
  }

  /// A duration as `eventually` writes it: the largest unit that states it exactly in few digits, such as `1.5s`.
  public static func text(_ span: TimeSpan) -> String {
    let sign = span.microseconds < 0 ? "-" : ""
    let magnitude = span.microseconds.magnitude
    if magnitude == 0 { return "0ms" }
    for unit in units.reversed() where unit.suffix != "µs" && magnitude >= UInt64(unit.microseconds) {
      let whole = magnitude / UInt64(unit.microseconds)
      let rest = magnitude % UInt64(unit.microseconds)
      if rest == 0 { return "\(sign)\(whole)\(unit.suffix)" }
      let thousandths = rest * 1_000 % UInt64(unit.microseconds)
      if unit.microseconds <= 1_000_000, thousandths == 0 {
        var digits = String(rest * 1_000 / UInt64(unit.microseconds) + 1_000).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(sign)\(whole).\(digits)\(unit.suffix)"
      }
    }
    return "\(sign)\(magnitude)us"
  }

  /// Microseconds as milliseconds with a steady number of decimals, such as `81.000 ms`.
  public static func milliseconds(_ microseconds: Int64, decimals: Int = 3) -> String {
    let sign = microseconds < 0 ? "-" : ""
    let magnitude = microseconds.magnitude
    let scale: UInt64 = (0..<(3 - decimals)).reduce(1) { product, _ in product * 10 }
    let rounded = (magnitude + scale / 2) / scale
    let unit = 1_000 / scale
    if decimals == 0 { return "\(sign)\(rounded) ms" }
    let fraction = String(rounded % unit + unit).dropFirst()
    return "\(sign)\(rounded / unit).\(fraction) ms"
  }

  /// A measured duration with three significant digits, such as `0.500 ms`, `19.5 ms`, `1.25 s` or `12.5 min`.
  public static func figure(_ span: TimeSpan) -> String {
    let microseconds = Double(span.microseconds)
    switch span.microseconds.magnitude {
    case 0: return "0 ms"
    case ..<999_500: return figure(microseconds / 1_000) + " ms"
    case ..<119_500_000: return figure(microseconds / 1_000_000) + " s"
    case ..<7_170_000_000: return figure(microseconds / 60_000_000) + " min"
    default: return figure(microseconds / 3_600_000_000) + " h"
    }
  }

  /// A measured number with three significant digits, such as `0.0625`, `2.50` or `181`; a whole number keeps all of its own.
  public static func figure(_ value: Double) -> String {
    guard value.isFinite, value != 0, value.magnitude < 1e15 else { return value == 0 ? "0" : number(value) }
    var decimals = 0
    var magnitude = value.magnitude
    // The last digit that counts may carry into a new one: 99.96 is 100.
    while magnitude < 99.95, decimals < 9 {
      magnitude *= 10
      decimals += 1
    }
    return fixed(value, decimals: decimals)
  }

  /// A measured share as a percentage with three significant digits; what is less than all is never shown as all of it.
  public static func figure(share: Double) -> String {
    guard share > 0.999, share < 1 else { return figure(share * 100) + "%" }
    // Of what is missing, too, one digit is seen.
    var decimals = 1
    var missing = (1 - share) * 1_000
    while missing < 1, decimals < 9 {
      missing *= 10
      decimals += 1
    }
    return fixed(share * 100, decimals: decimals) + "%"
  }

  /// A number with that many decimals, whatever they are.
  private static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let rounded = (value.magnitude * scale).rounded()
    let sign = value < 0 && rounded > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(Int64(rounded))" }
    let whole = Int64((rounded / scale).rounded(.down))
    let fraction = Int64((rounded - Double(whole) * scale).rounded())
    return "\(sign)\(whole).\(String(Int64(scale) + fraction).dropFirst())"
  }

  /// A share as a percentage with as few decimals as it needs, at most four.
  public static func percent(_ share: Double) -> String { number(share * 100, decimals: 4) + "%" }

  /// Below that many things a share is said as a count: nobody should read 100 % out of one.
  package static let fewest = 100

  /// A part of so many: `3 of 4`, or a percentage where there are many; `–` of nothing.
  public static func share(_ part: Int, of whole: Int) -> String {
    if whole == 0 { return "–" }
    return whole < fewest ? "\(part) of \(whole)" : percent(Double(part) / Double(whole))
  }

  /// A whole number with its thousands set apart, such as `9,990,000`.
  public static func grouped(_ number: Int) -> String {
    let digits = "\(number.magnitude)"
    let parts = digits.enumerated().map { offset, digit in
      offset > 0 && (digits.count - offset) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }
    return (number < 0 ? "-" : "") + parts.joined()
  }

  /// A number with as few decimals as it needs.
  public static func number(_ value: Double, decimals: Int = 6) -> String {
    guard value.isFinite else { return "none" }
    if value.magnitude >= 1e15 { return String(value) }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let rounded = (value.magnitude * scale).rounded()
    let whole = (rounded / scale).rounded(.down)
    let fraction = Int64((rounded - whole * scale).rounded())
    let sign = value < 0 && rounded > 0 ? "-" : ""
    if fraction == 0 { return "\(sign)\(Int64(whole))" }
    var digits = String(Int64(scale) + fraction).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    return "\(sign)\(Int64(whole)).\(digits)"
  }
}

extension Quantity {
  /// Sizes by the units of which they are written, the largest first; `KiB` is 1,024 bytes and `KB` 1,000.
  static let byteUnits: [(suffix: String, bytes: Int64)] = [
    ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1_000),
    ("B", 1),
  ]
  /// The fastest rate that can be written.
  public static let fastest = ByteRate(bytesPerSecond: 1 << 40)

  /// The size in bytes that a word such as `100B` or `1.5KiB` states, to the byte; nil if it states none.
  public static func bytes(_ word: String) -> Int64? {
    guard let unit = byteUnits.first(where: { word.hasSuffix($0.suffix) }) else { return nil }
    return scaled(String(word.dropLast(unit.suffix.count)), by: unit.bytes)
  }

  /// A rate as it is written, in the largest unit that states it in whole numbers, such as `1024KiB/s`.
  public static func text(_ rate: ByteRate) -> String {
    // Whole mebibytes are said in kibibytes as long as that is short, as Cassandra's settings are.
    let units = byteUnits.filter { $0.suffix.contains("i") || $0.suffix == "B" }
    let unit = units.first {
      rate.bytesPerSecond % $0.bytes == 0 && (rate.bytesPerSecond / $0.bytes > 1 || $0.bytes <= 1 << 10)
    }
    return unit.map { "\(rate.bytesPerSecond / $0.bytes)\($0.suffix)/s" } ?? "\(rate.bytesPerSecond)B/s"
  }

  /// A whole number of bytes in the fewest digits that tell its size, such as `40 B`, `1.5 KB` or `2.3 MB`.
  public static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<1_000: "\(bytes) B"
    case ..<1_000_000: number(Double(bytes) / 1_000, decimals: 1) + " KB"
    case ..<1_000_000_000: number(Double(bytes) / 1_000_000, decimals: 1) + " MB"
    default: number(Double(bytes) / 1_000_000_000, decimals: 1) + " GB"
    }
  }

  /// The word itself, if it would be a duration were it not too long.
  static func durationUnit(of word: String) -> String? {
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    let suffix = String(word.dropFirst(digits.count))
    return !digits.isEmpty && units.contains { $0.suffix == suffix } ? word : nil
  }
}
