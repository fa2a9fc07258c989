import Analysis
import Insight
import Kernel
import Language
import Replication

/// What happened at each replica, with vector clocks, as ShiViz reads it (Beschastnikh et al., *Debugging Distributed Systems:
/// Challenges and Options for Validation and Debugging*, CACM 2016; https://bestchai.bitbucket.io/shiviz/).
///
/// Each event is two lines: what it is, then the replica and its clock, which counts for every replica the events that
/// happened before. This is the form that ShiViz takes without a parser of one's own, once its expression is
/// ``ShiVizLog/expression``.
public enum ShiVizLog {
  /// How many records are told at most: ShiViz draws no more in a browser.
  static let limit = 20_000
  /// What is to be put into ShiViz's field for the log's parser.
  public static let expression = #"(?<event>.*)\n(?<host>\S+) (?<clock>\{.*\})"#

  static func lines(of records: [Record], in session: Session) -> [String] {
    var draft = SpaceTimeDraft(session.cluster, session.timeline)
    for record in records { draft.add(record, named: nil) }
    draft.addSends()
    let events = draft.events
    var clocks: [[Int]] = []
    let count = session.cluster.topology.replicas.count
    for (number, causes) in SpaceTimeDraft.causes(of: events).enumerated() {
      var clock = Array(repeating: 0, count: count)
      for cause in causes { for host in 0..<count { clock[host] = max(clock[host], clocks[cause][host]) } }
      clock[events[number].name.replica] += 1
      clocks.append(clock)
    }
    return zip(events, clocks).filter { $0.0.mark != .loss }.flatMap { event, clock in
      [
        "\(Quantity.milliseconds(event.name.at.microseconds)) \(event.name.text)",
        "\(event.replicaName) \(text(of: clock, session.cluster.topology))",
      ]
    }
  }

  private static func text(of clock: [Int], _ topology: Topology) -> String {
    JSONText.object(
      clock.enumerated().filter { $0.element > 0 }.map {
        .init(topology.name(of: ReplicaID($0.offset)), .integer(Int64($0.element)))
      }
    ).text
  }
}
