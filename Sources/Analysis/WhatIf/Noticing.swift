import Insight
import Kernel
import Language
import Replication

/// What coordinators have come to think of a fault.
enum Noticing: Hashable {
  /// Nobody thinks otherwise of anybody: there is nothing to notice.
  case nothing
  /// All have noticed how things stand, that long after it.
  case everybody(after: TimeSpan)
  /// That long after it some have not, and the detector in use gives them no reason to: a cut that gossip goes round.
  case notEverybody(after: TimeSpan)

  /// When it was asked, in words.
  var words: String {
    switch self {
    case .nothing: "; it changes nobody's opinion of who is alive"
    case .everybody(let span): " once the fault has been noticed, \(Quantity.text(span)) after it"
    case .notEverybody(let span):
      " \(Quantity.text(span)) after the fault; not every coordinator has noticed it by then"
    }
  }
}

extension Trial {
  /// How often it is looked whether everybody has noticed.
  private static let lookingPeriod = TimeSpan.milliseconds(100)
  /// How many events are played for it at most.
  private static let noticingBudget = 1_000_000

  /// Lets a fault strike, or end, and plays on until every coordinator has noticed, by whatever failure detector is in use:
  /// at once, after its delay, or when gossip has been silent for long enough.
  mutating func strike(_ input: Input) -> Noticing {
    let settings = cluster.environment.settings
    let (before, began) = (opinions, cluster.now)
    give(input)
    let bound = began + settings.detector.longestDelay(gossipPeriod: settings.gossipPeriod)
    var rest = Self.noticingBudget
    while cluster.environment.detector.isUndecided, cluster.now < bound, rest > 0 {
      let position = timeline.position
      _ = run(until: min(bound, cluster.now + Self.lookingPeriod), atMost: rest)
      rest -= max(1, timeline.position - position)
    }
    if cluster.environment.detector.isUndecided { return .notEverybody(after: cluster.now - began) }
    return opinions == before ? .nothing : .everybody(after: cluster.now - began)
  }

  private var opinions: [ReplicaSet] {
    cluster.topology.everyone.map { cluster.environment.detector.alive(to: $0) }
  }
}
