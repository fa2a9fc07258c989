/// Numbers as people write them: digits, perhaps a point, perhaps a sign. What YAML's versions read in different ways
/// (`1e3`, `0x10`, `0777`, `1_000`) is none.
enum PlainNumber {
  /// A whole number from 0; nil for any other word.
  static func whole(_ word: String) -> Int? {
    guard !word.isEmpty, word.allSatisfy({ $0.isASCII && $0.isNumber }), word == "0" || !word.hasPrefix("0") else {
      return nil
    }
    return Int(word)
  }

  /// A decimal number; nil for any other word.
  static func decimal(_ word: String) -> Double? {
    let digits = word.hasPrefix("-") ? word.dropFirst() : word[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      parts[0] == "0" || !parts[0].hasPrefix("0"), let number = Double(word), number.isFinite
    else { return nil }
    return number
  }

  /// A share from 0, as a percentage or a number; nil for any other word.
  static func share(_ word: String) -> Double? {
    guard word.hasSuffix("%") else { return decimal(word) }
    // Divided as a decimal is read, so that 0.1% and 0.001 are one number.
    return decimal(String(word.dropLast())).map { $0 / 100 }
  }

  /// What should be written in place of a word that is a number to some readers only; nil for any other word.
  static func plainer(_ word: String) -> String? {
    if word.contains("_"), let number = whole(word.replacing("_", with: "")) { return "\(number)" }
    let isExponent = word.contains("e") || word.contains("E")
    if isExponent, let number = Double(word), number.magnitude < 1e15,
      word.first.map({ $0.isNumber || "+-.".contains($0) }) == true
    {
      return number == number.rounded() ? "\(Int64(number))" : "\(number)"
    }
    if word.hasPrefix("0x") || word.hasPrefix("0o") {
      return Int(word.dropFirst(2), radix: word.hasPrefix("0x") ? 16 : 8).map { "\($0)" }
    }
    let isOctal = word.count > 1 && word.hasPrefix("0") && word.allSatisfy { $0.isASCII && $0.isNumber }
    return isOctal ? "\(word.drop { $0 == "0" })" : nil
  }

  /// Whether some readers of YAML take a bare word for true or false, and not for a text.
  static func isTruthWord(_ word: String) -> Bool {
    ["y", "n", "yes", "no", "on", "off", "true", "false"].contains(word.lowercased())
  }
}
