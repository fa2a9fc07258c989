import Analysis
import Kernel
import Language

/// What is said of one event of a space-time diagram that somebody points at.
struct EventAccount {
  /// The positions of the events that came right before it.
  let causes: [Int]
  /// Where, when and what, with its clock.
  let words: String

  /// An account of each event of a diagram, in its order.
  ///
  /// The clock is that of Fidge and Mattern: for each replica how many of the events in sight happened before this one or are it,
  /// itself included (Mattern, *Virtual Time and Global States of Distributed Systems*, 1989).
  static func all(in report: SpaceTimeReport) -> [EventAccount] {
    let events = report.events
    let causes = SpaceTimeDraft.causes(of: events)
    var clocks: [[Int]] = []
    let lanes = report.lanes.map(\.replica)
    for (index, event) in events.enumerated() {
      var clock = [Int](repeating: 0, count: lanes.count)
      for cause in causes[index] { clock = zip(clock, clocks[cause]).map { max($0, $1) } }
      if let lane = lanes.firstIndex(of: event.name.replica), event.mark != .loss { clock[lane] += 1 }
      clocks.append(clock)
    }
    return events.indices.map { index in
      let event = events[index]
      let clock = zip(report.lanes, clocks[index]).filter { $0.1 > 0 }.map { "\($0.0.name):\($0.1)" }
      let version = event.clock.isEmpty ? "" : "; version \(event.clock)"
      let time = event.mark == .prediction ? "expected" : Quantity.milliseconds(event.name.at.microseconds)
      return EventAccount(
        causes: causes[index],
        words: "\(event.replicaName), \(time): \(event.name.text); clock \(clock.joined(separator: " "))\(version)")
    }
  }
}
