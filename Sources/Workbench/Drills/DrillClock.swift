import Kernel

/// What time of day it is in a drill.
public struct DrillClock: Hashable, Sendable {
  /// Minutes since midnight at virtual time 0, from 0 to 1,439.
  let start: Int64

  /// The time of day such as `14:00`; nil if it is none.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int64(parts[0]),
      let minute = Int64(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    start = hour * 60 + minute
  }

  /// The time of day at an instant, such as `14:15`, or `14:15:07`; after midnight `00:10 the next day`.
  public func text(_ instant: Instant) -> String {
    let seconds = start * 60 + instant.microseconds / 1_000_000
    let (day, second) = (seconds / 86_400, seconds % 86_400)
    let time = "\(Self.two(second / 3_600)):\(Self.two(second / 60 % 60))"
    let rest = second % 60 == 0 ? "" : ":\(Self.two(second % 60))"
    return time + rest + (day == 0 ? "" : day == 1 ? " the next day" : " \(day) days later")
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
