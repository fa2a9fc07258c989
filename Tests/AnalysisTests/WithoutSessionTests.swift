import Insight
import Kernel
import Language
import Replication
import Testing

@testable import Analysis

/// What is explained, tried out, predicted and judged takes a history: no command has to be read for it.
@Suite struct WithoutSessionTests {
  private static func plan(_ kind: OperationKind, _ level: ConsistencyLevel, from region: Int) -> OperationPlan {
    OperationPlan(
      kind: kind, key: "cart", value: kind == .read ? nil : "milk", level: level, client: ClientID(region))
  }

  /// A write in the first region that the second has not seen when it reads.
  private func staleRead() -> Timeline {
    var timeline = Timeline(World(Cluster(seed: 1)))
    for plan in [Self.plan(.write, .one, from: 0), Self.plan(.read, .one, from: 1)] {
      let operation = timeline.operate(plan)
      while timeline.world.observer.history[operation] == nil, timeline.step() {}
    }
    return timeline
  }

  @Test func aStaleReadIsExplained() throws {
    let timeline = staleRead()
    let explanation = try #require(Explanation(of: 2, in: timeline))
    #expect(explanation.title.contains("stale") && !explanation.remedies.isEmpty)
  }

  @Test func whatIsTriedOutChangesNothing() throws {
    let timeline = staleRead()
    let before = timeline.cluster.fingerprint
    let rows = OperationWhatIf(Self.plan(.read, .one, from: 1), in: timeline).trials
    #expect(rows.contains { $0.freshness == .stale } && rows.contains { $0.freshness == .guaranteed })
    let forecast = try #require(Forecast(Self.plan(.write, .all, from: 0), in: timeline))
    #expect(forecast.arithmetic == "ALL = 9 of 9")
    var trial = Trial(timeline)
    #expect(trial.strike(.fault(.crash(ReplicaSet([ReplicaID(0)])))) != .nothing)
    #expect(timeline.cluster.fingerprint == before && timeline.position == staleRead().position)
  }

  @Test func factsAndGuaranteesAreJudged() {
    let timeline = staleRead()
    let facts = FactContext(timeline.world, commands: 0, past: timeline, predictions: PredictionMemo())
    #expect(facts.value(.named("reads.stale", [])) == .number(1))
    #expect(facts.holds(.fact(.ever(.not(.fact(.named("converged", [])))))))
    #expect(GuaranteeCheck(timeline.world).report(.linearizable).isHeld == false)
  }
}
