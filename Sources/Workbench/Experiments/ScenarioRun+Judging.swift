import Analysis
import Insight
import Kernel
import Language
import Replication

/// What is looked at and judged, on the way and at the end.
extension ScenarioRun {
  mutating func look(_ progress: (ExperimentProgress) -> Void) {
    let tally = session.world.observer.tally
    result.looks.append(
      Look(
        at: now, ended: tally.ended, answered: tally.succeeded, stale: tally.readsStale,
        missing: session.world.observer.convergence.pendingVersions, oldest: nil))
    judge(.continuous, isEnd: false)
    progress(
      ExperimentProgress(
        scenario: scenario.name, seed: result.seed, time: now, length: scenario.length, operations: tally.ended))
  }

  var reader: MetricReader {
    MetricReader(
      session: session,
      hasFaults: scenario.hasFaults
        && plan.scenario.actions.indices.contains {
          scenario.actions[$0].kind.isFault && !plan.leftOut.contains($0)
        }, keys: scenario.keys, doomed: doomed)
  }

  mutating func judge(_ mode: Assertion.Mode, isEnd: Bool) {
    let wanted = scenario.assertions.indices.filter { isEnd || scenario.assertions[$0].mode == mode }
    guard !wanted.isEmpty else { return }
    var reader = reader
    // Judged, told and looked for at the end, when nothing happens any more: worked out once.
    if isEnd { lostAtEnd = reader.lost }
    reader.knownLost = lostAtEnd
    for index in wanted {
      let assertion = scenario.assertions[index]
      let reading = reader.reading(assertion.metric)
      // Before anything was seen there is nothing to judge.
      guard isEnd || reading.value.isJudged else { continue }
      let verdict = Verdict(assertion: assertion, reading: reading, at: now)
      guard let known = worst[index] else {
        worst[index] = verdict
        continue
      }
      if assertion.threshold.isWorse(reading.value, than: known.reading.value) || known.isHeld && !verdict.isHeld
        || isEnd && known.isHeld == verdict.isHeld && assertion.mode != .continuous
      {
        worst[index] = verdict
      }
    }
    if isEnd { result.verdicts = wanted.compactMap { worst[$0] } }
  }

  /// The condition that ends the scenario early, if one holds now.
  func stopReason() -> String? {
    guard !scenario.stops.isEmpty else { return nil }
    let reader = reader
    for stop in scenario.stops {
      let value = reader.reading(stop.metric).value
      if value.isJudged, stop.threshold.isMet(by: value) {
        return "\(stop.metric.name) is \(value.text) (\(stop.threshold.text))"
      }
    }
    return nil
  }

  // MARK: The end

  /// Takes down what is missing as the last fault that is at work is about to end.
  mutating func noteGap() {
    let oldest = session.facts.value(.named("lag.oldest", [])).magnitude.map { TimeSpan(microseconds: Int64($0)) }
    let hints = session.cluster.pendingHints
    gap = []
    if let oldest, oldest > .zero {
      gap.append(
        "as the last fault was about to end, the oldest write that an owner lacked was \(Quantity.figure(oldest)) old")
    }
    if hints > 0 { gap.append("hints that waited then: \(hints)") }
  }

  mutating func finish() {
    var reader = reader
    reader.knownLost = lostAtEnd
    let account = ScenarioAccount(session: session, reader: reader)
    let during = result.faults.isEmpty ? "" : ", \(calm.duringFaults) of them while a fault was at work"
    let tally = session.world.observer.tally
    result.figures.insert(
      "\(CountedNoun("operation").text(tally.ended)), \(CountedNoun("acknowledged write").text(tally.writesAcknowledged))\(during)",
      at: 0)
    result.figures += gap + account.figures
    for index in result.verdicts.indices where !result.verdicts[index].isHeld {
      result.verdicts[index].issue = account.issue(with: result.verdicts[index])
    }
    result.reached = account.reached
    result.events = session.timeline.position
    result.script = script + account.expectations
    guard let recorder else { return }
    result.course = recorder.course(of: session, from: beginning)
    result.witness = WitnessSearch(session: session, beginning: beginning, lost: reader.lost)
      .witness(of: result.verdicts)
  }
}

extension Metric {
  /// Whether working it out takes a look at every key or operation.
  var isCostly: Bool {
    switch self {
    case .measure(let measure): measure.isCostly
    case .fact(let fact, _, _): fact.cost == .history
    }
  }
}

/// How far an experiment has come.
public struct ExperimentProgress: Hashable, Sendable {
  /// The scenario.
  public let scenario: String
  /// Its seed.
  public let seed: UInt64
  /// How far its time has come.
  public let time: TimeSpan
  /// How long it takes before all is undone.
  public let length: TimeSpan
  /// Operations that have ended.
  public let operations: Int
}
