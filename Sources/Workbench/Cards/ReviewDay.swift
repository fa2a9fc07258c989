import Language

/// A day of the calendar, by its distance from 1 January 1970.
public struct ReviewDay: Comparable, Hashable, Sendable {
  /// Days since then.
  public let number: Int

  /// The day that is so many days after 1 January 1970.
  public init(number: Int) { self.number = number }

  /// The day that a text such as `2026-11-30` names; nil if there is no such day.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }), let year = Int(parts[0]),
      let month = Int(parts[1]),
      let day = Int(parts[2]), year >= 1970, (1...12).contains(month), day >= 1
    else { return nil }
    // Years begin in March here, so that the leap day is their last (Hinnant, chrono-Compatible Low-Level Date Algorithms).
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let (era, yearOfEra) = (shifted / 400, shifted % 400)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
    guard self.text == text else { return nil }
  }

  /// Such as `2026-11-30`.
  public var text: String {
    let shifted = number + 719_468
    let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marched = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marched + 2) / 5 + 1
    let month = marched < 10 ? marched + 3 : marched - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// So many days later.
  public func after(days: Int) -> ReviewDay { ReviewDay(number: number + days) }

  /// Whether one is earlier.
  public static func < (first: ReviewDay, second: ReviewDay) -> Bool { first.number < second.number }
}
