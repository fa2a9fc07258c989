import Language

extension Quantity {
  /// Dollars as they are read: `$0.0031`, `$12.40`, `$1,801`, `$2.58M`.
  package static func dollars(_ amount: Double) -> String {
    let sign = amount < 0 ? "-" : ""
    let magnitude = amount.magnitude
    switch magnitude {
    case 0: return "$0"
    case ..<0.0001: return "<$0.0001"
    case ..<1: return "\(sign)$\(figure(magnitude))"
    case ..<999.995:
      let cents = Int64((magnitude * 100).rounded())
      return "\(sign)$\(cents / 100).\(String(cents % 100 + 100).dropFirst())"
    case ..<1e15: return "\(sign)$\(grouped(Int64(magnitude.rounded())))"
    default: return "\(sign)$\(number(magnitude))"
    }
  }

  /// A whole number in groups of three digits.
  package static func grouped(_ number: Int64) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// Large sums in short: `$480K`, `$1.776M`, `$150M`.
  package static func shortDollars(_ amount: Double) -> String {
    switch amount.magnitude {
    case ..<1_000: dollars(amount)
    case ..<1_000_000: "$\(number(amount / 1_000, decimals: 1))K"
    default: "$\(number(amount / 1_000_000, decimals: 3))M"
    }
  }
}
