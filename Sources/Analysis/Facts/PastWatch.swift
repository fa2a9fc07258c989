import Language

/// What has ever been so, for whoever asks again and again while a history grows: only what has happened since is gone through.
///
/// A plain `ever(…)` goes through the whole history each time it is asked.
package struct PastWatch: Sendable {
  /// How many moments are kept up to which it was looked: as many as may be taken back without beginning anew.
  private static let mostMoments = 64

  /// What is asked of the past, the innermost first.
  private let conditions: [Condition]
  /// Whether one of them asks of the past itself.
  private let isNested: Bool
  /// What has held, and when first.
  private var found: [(condition: Condition, moment: Timeline.Moment)] = []
  /// Up to where it was looked, the latest last.
  private var seen: [Timeline.Moment] = []
  private var era = 0

  /// A watch over what some conditions ask of the past; it has seen nothing.
  package init(_ asking: [Condition]) {
    var conditions: [Condition] = []
    for condition in asking.flatMap({ $0.facts.flatMap(\.conditionsWithin) }) where !conditions.contains(condition) {
      conditions.append(condition)
    }
    self.conditions = conditions
    isNested = conditions.contains { $0.looksBack }
  }

  /// Whether nothing is asked of the past.
  package var isIdle: Bool { conditions.isEmpty }

  /// What has held after some event of a history's present branch, of all that is asked.
  package mutating func recalled(in timeline: Timeline) -> Set<Condition> {
    guard !conditions.isEmpty else { return [] }
    if timeline.world.era != era { (found, seen, era) = ([], [], timeline.world.era) }
    while let last = seen.last, !timeline.contains(last) { seen.removeLast() }
    // What is gone through once more is found once more: before it held, nobody could recall it.
    let start = seen.last?.position ?? -1
    found.removeAll { $0.moment.position > start || !timeline.contains($0.moment) }
    if seen.last?.position != timeline.position {
      look(at: timeline)
      seen.append(timeline.moment)
      if seen.count > Self.mostMoments { seen.removeFirst() }
    }
    return Set(found.map(\.condition))
  }

  private mutating func look(at timeline: Timeline) {
    let known = Set(found.map(\.condition))
    var wanted = conditions.filter { !known.contains($0) }
    var (found, recalled, watch) = (found, known, FactWatch())
    timeline.replayed(since: seen.last?.position ?? timeline.beginning) { past in
      // With a new cluster history has begun anew.
      guard past.world.era == era else { return false }
      // What is asked within another question is answered first.
      for group in isNested ? wanted.map({ [$0] }) : [wanted] {
        for (condition, isHeld) in zip(group, watch.holds(group, in: past.world, recalled: recalled)) where isHeld {
          found.append((condition, past.moment))
          recalled.insert(condition)
        }
      }
      wanted.removeAll(where: recalled.contains)
      return wanted.isEmpty
    }
    self.found = found
  }
}
