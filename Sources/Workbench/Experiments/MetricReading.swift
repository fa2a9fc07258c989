import Analysis
import Insight
import Kernel
import Language
import Replication

/// What a metric came to, and what that rests on.
public struct MetricReading: Hashable, Sendable {
  /// The value.
  public var value: MetricValue
  /// Of what and how many; may be empty.
  public var remark: String
  /// The spans of which it is a percentile, for what several runs come to together; nil for what is none.
  public var spans: SpanPool?

  init(_ value: MetricValue, _ remark: String = "", spans: SpanPool? = nil) {
    (self.value, self.remark, self.spans) = (value, remark, spans)
  }
}

/// Reads metrics off a session.
struct MetricReader {
  let session: Session
  /// Whether the scenario has faults, whose end convergence is counted from.
  let hasFaults: Bool
  /// How many keys the loads choose from; nil without loads.
  let keys: Int?
  /// Acknowledged writes that were on no disk at some time.
  let doomed: Set<VersionID>
  /// What is lost, where that has been worked out: it takes a look at every key.
  var knownLost: Set<VersionID>?

  private var tally: Tally { session.world.observer.tally }
  private var observer: Observer { session.world.observer }

  /// What a metric comes to now.
  func reading(_ metric: Metric) -> MetricReading {
    switch metric {
    case .measure(let measure):
      var reading = self.reading(measure)
      if measure.dependsOnKeys, let keys {
        let count = CountedNoun("key").text(keys)
        reading.remark += reading.remark.isEmpty ? "with \(count)" : "; \(count)"
      }
      return reading
    case .fact(let fact, let unit, _):
      return MetricReading(Self.value(session.facts.value(fact), unit))
    }
  }

  private static func value(_ value: FactValue, _ unit: FactUnit) -> MetricValue {
    switch value {
    case .none: .none("it has no value")
    case .boolean(let value): .truth(value)
    case .number(let value): unit == .share ? .share(value) : .number(value)
    case .duration(let value): .duration(value)
    case .text(let value): .text(value)
    }
  }

  private func reading(_ measure: Metric.Measure) -> MetricReading {
    switch measure {
    case .convergenceP50: convergence(50)
    case .convergenceP99: convergence(99)
    case .dataLoss: loss
    case .duplicates:
      share(
        observer.duplicates.count, tally.writesAcknowledged, "no update was acknowledged",
        CountedNoun("update").text(observer.duplicates.count) + " accepted twice")
    case .availability:
      share(
        tally.succeeded, tally.ended, "no operation has ended",
        "\(tally.ended - tally.succeeded) of \(CountedNoun("operation").text(tally.ended)) didn't end ok")
    case .lagP99: lag
    case .conflicts:
      share(
        observer.conflicts.total, tally.stored, "nothing was stored",
        "\(observer.conflicts.total) of \(CountedNoun("version").text(tally.stored)) stored")
    case .stalenessP99: staleness
    case .staleReads:
      share(
        tally.readsStale, tally.readsAnswered, "no read was answered",
        "\(tally.readsStale) of \(CountedNoun("read").text(tally.readsAnswered))")
    case .antiEntropy:
      share(
        session.cluster.repairTally.completed, session.cluster.repairTally.ended, "no repair session has ended",
        CountedNoun("repair session").text(session.cluster.repairTally.ended))
    case .failover: failover(990, "99 %")
    case .failoverP50: failover(500, "half")
    }
  }

  private func share(_ part: Int, _ whole: Int, _ nothing: String, _ remark: String) -> MetricReading {
    whole == 0 ? MetricReading(.none(nothing)) : MetricReading(.share(Double(part) / Double(whole)), remark)
  }

  /// After faults of what was missing as the last one ended, from then on; without faults of all versions, from their acceptance.
  private func convergence(_ percentile: Double) -> MetricReading {
    let convergence = observer.convergence
    guard hasFaults else {
      let open = convergence.pendingVersions
      guard convergence.times.count + open > 0 else { return MetricReading(.none("nothing was written")) }
      let reached = Percentile(percentile, of: convergence.times, missing: Array(repeating: 0, count: open))?.atMost
      return MetricReading(
        reached.map { .duration($0) } ?? .never,
        "from acceptance, \(CountedNoun("version").text(convergence.times.count + open))",
        spans: convergence.times.pool(open: open))
    }
    guard let recovery = convergence.recovery else { return MetricReading(.none("no fault has come to its end")) }
    guard recovery.missing > 0 else {
      return MetricReading(.duration(0), "no live owner lacked anything as the last fault ended")
    }
    let wait = recovery.firstHint.map { ", the first hint after \(Quantity.figure($0 - recovery.since))" } ?? ""
    let rest = (recovery.open > 0 ? ", \(recovery.open) still missing" : "") + wait
    return MetricReading(
      recovery.percentile(percentile).map { .duration($0) } ?? .never,
      "after the last fault, \(CountedNoun("version").text(recovery.missing)) missing then\(rest)",
      spans: recovery.times.pool(open: recovery.open))
  }

  private var lag: MetricReading {
    let copies = observer.convergence.copies
    guard copies.due > 0 else { return MetricReading(.none("nothing was written")) }
    let reached = Percentile(99, of: observer.convergence.lags, missing: Array(repeating: 0, count: copies.missing))?
      .atMost
    let rest = copies.missing > 0 ? ", \(copies.missing) missing" : ""
    return MetricReading(
      reached.map { .duration($0) } ?? .never, "\(CountedNoun.copies.text(copies.stored))\(rest)",
      spans: observer.convergence.lags.pool(open: copies.missing))
  }

  // MARK: Loss

  /// The acknowledged writes that are gone: those that nothing holds or replaced, and those that only what was written after
  /// their loss replaced.
  var lost: Set<VersionID> {
    if let knownLost { return knownLost }
    let cluster = session.cluster
    var lost = Set(Losses.lostWrites(cluster, observer))
    guard !doomed.isEmpty else { return lost }
    let live = cluster.live
    for version in doomed where !lost.contains(version) {
      let key = cluster.catalogue.version(version).key
      let isKnown = cluster.environment.owners(of: key).members.contains { owner in
        guard live.contains(owner) else { return false }
        let cell = cluster.cell(key, at: owner)
        return cell.version == version || cluster.catalogue.isSeen(version, in: cell.seen)
      }
      if !isKnown { lost.insert(version) }
    }
    return lost
  }

  private var loss: MetricReading {
    let overwritten = observer.conflicts.overwrittenCount
    let count = tally.writesAcknowledged
    guard count > 0 else { return MetricReading(.none("no write was acknowledged")) }
    let lost = lost.count
    return MetricReading(
      .share(Double(lost) / Double(count)),
      "\(lost) of \(count) lost; overwritten \(overwritten) (\(Quantity.figure(share: Double(overwritten) / Double(count))))"
    )
  }

  // MARK: Staleness, failover

  /// Of stale reads: since when the first write that each missed had been acknowledged.
  private var staleness: MetricReading {
    guard tally.readsAnswered > 0 else { return MetricReading(.none("no read was answered")) }
    guard tally.readsStale > 0 else {
      return MetricReading(.duration(0), "none of \(CountedNoun("read").text(tally.readsAnswered)) was stale")
    }
    var spans = Samples()
    let (history, catalogue) = (observer.history, session.cluster.catalogue)
    for entry in history.all where entry.isStale {
      let answers = observer.staleness.missed(entry.operation, catalogue).compactMap {
        history[catalogue.version($0).operation]?.operation.ended
      }
      if let first = answers.min() { spans.add((entry.operation.began - first).microseconds) }
    }
    return MetricReading(
      spans.percentile(99).map { .duration($0) } ?? .none("no missed write is known"),
      "of \(CountedNoun("stale read").text(tally.readsStale)), \(CountedNoun("read").text(tally.readsAnswered)) in all",
      spans: spans.pool())
  }

  private func failover(_ thousandths: Int, _ share: String) -> MetricReading {
    let cluster = session.cluster
    guard cluster.environment.settings.path.nameTTL != nil else {
      return MetricReading(
        .none("clients come by no names: `region_failover`, or `set dns-ttl` in the set-up, asks for them"))
    }
    guard let span = cluster.failoverTime(ofThousand: thousandths) else {
      return MetricReading(observer.tally.ended == 0 ? .none("nobody asked") : .never)
    }
    let half = cluster.failoverTime(ofThousand: 500).map { ", half after \(Quantity.figure($0))" } ?? ""
    return MetricReading(.duration(span.microseconds), "\(share) of its clients\(thousandths == 500 ? "" : half)")
  }
}
