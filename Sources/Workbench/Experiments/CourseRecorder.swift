import Analysis
import Insight
import Kernel
import Language
import Replication

/// Takes down how a scenario goes. It looks and changes nothing: with it all figures are what they are without.
struct CourseRecorder {
  private let period: TimeSpan
  /// When it is to look again, from the scenario's beginning.
  private(set) var next = TimeSpan.zero
  private var samples: [ScenarioCourse.Sample] = []
  private var undone = TimeSpan.zero

  /// Nothing taken down yet.
  ///
  /// - Parameter length: how long the scenario takes before all is undone.
  init(length: TimeSpan) { period = ScenarioCourse.stretch(of: length) }

  /// Looks.
  mutating func look(at session: Session, _ now: TimeSpan) {
    while next <= now { next = next + period }
    let oldest = session.facts.value(.named("lag.oldest", [])).magnitude.map { TimeSpan(microseconds: Int64($0)) }
    let sample = ScenarioCourse.Sample(
      at: now, missing: session.world.observer.convergence.pendingVersions, oldest: oldest ?? .zero)
    if samples.last?.at == now { samples.removeLast() }
    samples.append(sample)
  }

  /// Looks as all has been undone.
  mutating func undo(at session: Session, _ now: TimeSpan) {
    undone = now
    look(at: session, now)
  }

  /// All of it, as the scenario is over.
  func course(of session: Session, from beginning: Instant) -> ScenarioCourse {
    let end = session.now - beginning
    let width = ScenarioCourse.stretch(of: end)
    let count = Int(end.microseconds / width.microseconds) + 1
    var stretches = Array(repeating: ScenarioCourse.Stretch(), count: count)
    let observer = session.world.observer
    let catalogue = session.cluster.catalogue
    let past = Staleness.Retrospect(observer.staleness, catalogue)
    for entry in observer.history.all where entry.operation.ended >= beginning {
      let operation = entry.operation
      let place = Int((operation.ended - beginning).microseconds / width.microseconds)
      guard stretches.indices.contains(place) else { continue }
      stretches[place].ended += 1
      guard operation.outcome == .ok else { continue }
      stretches[place].answered += 1
      guard operation.kind == .read else { continue }
      stretches[place].reads += 1
      guard entry.isStale else { continue }
      stretches[place].stale += 1
      let acknowledged = past.missed(by: entry).compactMap {
        observer.history[catalogue.version($0).operation]?.operation.ended
      }
      if let first = acknowledged.min() {
        stretches[place].staleness = max(stretches[place].staleness, operation.began - first)
      }
    }
    return ScenarioCourse(width: width, stretches: stretches, samples: samples, undone: undone, end: end)
  }
}
