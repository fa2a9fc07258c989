import Kernel
import Replication

extension CommandReader {
  /// Takes one delay for all requests, or one for reads, for writes, or each.
  mutating func processingTime() throws -> Setting {
    var (read, write): (Delay?, Delay?) = (nil, nil)
    while let kind = try optionalKeyword(["read", "write"].filter { $0 == "read" ? read == nil : write == nil }) {
      if kind == "read" { read = try distribution() } else { write = try distribution() }
    }
    if read == nil, write == nil {
      let delay = try distribution()
      return .processing(read: delay, write: delay)
    }
    return .processing(read: read, write: write)
  }

  /// Takes a duration in that range.
  mutating func duration(_ range: ClosedRange<TimeSpan>) throws -> TimeSpan {
    let word = try peek()
    let span = try duration()
    guard range.contains(span) else {
      throw refused(
        "this duration must be from \(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound))",
        word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return span
  }

  /// Takes a duration above 0.
  mutating func positiveDuration() throws -> TimeSpan {
    let word = try peek()
    let span = try duration()
    guard span > .zero else {
      throw refused("this duration must be above 0", word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return span
  }

  /// Takes a whole number of units a second, from 1; `600/m` is one, `9.7/s` isn't.
  mutating func unitRate() throws -> Int {
    let word = try peek()
    let rate = try rate()
    let perSecond = Int64(rate.count).multipliedReportingOverflow(by: 1_000_000)
    let (capacity, rest) =
      perSecond.overflow ? (0, 0) : perSecond.partialValue.quotientAndRemainder(dividingBy: rate.per.microseconds)
    guard (1...10_000_000).contains(capacity), rest == 0 else {
      throw refused(
        "a capacity is a whole number of units a second from 1/s to 10000000/s; `unlimited` for no limit",
        word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return Int(capacity)
  }

  /// Takes a rate of changes, or of requests, from 1 in 1,000 s; `7.7/s` is as much as it says.
  ///
  /// - Parameter unlimited: what is written where there is no limit.
  mutating func changeRate(or unlimited: String = "unlimited") throws -> ChangeRate {
    let word = try peek()
    let rate = try rate()
    let (scaled, overflow) = Int64(rate.count).multipliedReportingOverflow(by: 1_000_000_000)
    let capacity = overflow ? 0 : scaled / rate.per.microseconds
    guard (1...10_000_000_000).contains(capacity) else {
      throw refused(
        "a rate is from 0.001/s to 10000000/s; `\(unlimited)` for no limit",
        word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return ChangeRate(inThousandSeconds: capacity)
  }
}
