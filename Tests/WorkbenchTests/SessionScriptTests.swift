import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Each guarantee by itself and all together, over random sessions: what is promised holds, whatever fails, and what is
/// not promised is broken now and then by the same scripts.
@Suite struct SessionScriptTests {
  /// Plays a script and keeps everything that happens.
  private func play(_ script: SessionScript) throws -> (session: Session, records: [Record]) {
    final class Collector { var records: [Record] = [] }
    let collected = Collector()
    var runner = ScriptRunner(Session(keepsTrace: true)) { event in
      if case .traced(let records, _) = event { collected.records += records }
    }
    try runner.run(["test.ev"], from: MemoryScripts(files: ["test.ev": script.text]))
    runner.finish()
    return (runner.session, collected.records)
  }

  private func judge(_ seed: Int, _ policy: SessionScript.Policy, _ promise: String?) throws -> SessionJudge {
    SessionJudge(try play(SessionScript(seed: seed, policy: policy, promise: promise)).session, client: "alice")
  }

  @Test(arguments: SessionScript.Policy.allCases, SessionGuarantee.allCases)
  func whatIsPromisedHolds(policy: SessionScript.Policy, guarantee: SessionGuarantee) throws {
    for seed in 1...8 {
      let broken = try judge(seed, policy, guarantee.rawValue).violations(of: guarantee)
      #expect(
        broken.isEmpty,
        "seed \(seed): \(broken)\n\(SessionScript(seed: seed, policy: policy, promise: guarantee.rawValue).text)")
    }
  }

  @Test(arguments: SessionScript.Policy.allCases) func aCausalSessionHasAllFour(policy: SessionScript.Policy) throws {
    for seed in 101...115 {
      let judge = try judge(seed, policy, "causal")
      for guarantee in SessionGuarantee.allCases {
        let broken = judge.violations(of: guarantee)
        #expect(
          broken.isEmpty,
          "seed \(seed): \(guarantee.rawValue) \(broken)\n\(SessionScript(seed: seed, policy: policy, promise: "causal").text)"
        )
      }
    }
  }

  @Test(arguments: SessionGuarantee.allCases) func whatIsNotPromisedIsBrokenNowAndThen(
    guarantee: SessionGuarantee
  ) throws {
    for policy in SessionScript.Policy.allCases {
      let seed = try (1...200).first { try !judge($0, policy, nil).violations(of: guarantee).isEmpty }
      #expect(seed != nil, "\(policy): no script breaks \(guarantee.rawValue)")
    }
  }

  /// Across keys: of the session's writes, or of what it read, a coordinator that accepts the next has all.
  @Test(arguments: [false, true]) func aCoordinatorHasTheSessionsOtherKeysToo(afterReads: Bool) throws {
    let promise = (afterReads ? SessionGuarantee.writesFollowReads : .monotonicWrites).rawValue
    var isEverBroken = false
    for seed in 1...8 {
      let (session, records) = try play(SessionScript(seed: seed, policy: .lww, promise: promise))
      let early = SessionJudge(session, client: "alice").acceptedTooEarly(records, afterReads: afterReads)
      #expect(early.isEmpty, "seed \(seed): \(early)")
      let free = try play(SessionScript(seed: seed, policy: .lww, promise: nil))
      let broken = SessionJudge(free.session, client: "alice").acceptedTooEarly(free.records, afterReads: afterReads)
      isEverBroken = isEverBroken || !broken.isEmpty
    }
    #expect(isEverBroken)
  }

  @Test func theScriptsAreHardEnough() throws {
    var (answered, retries, waits, refused, timeouts) = (0, 0, 0, 0, 0)
    for seed in 101...110 {
      let session = try play(SessionScript(seed: seed, policy: .lww, promise: "causal")).session
      answered += SessionJudge(session, client: "alice").count
      retries += session.cluster.sessions.retries
      waits += session.cluster.sessions.waits
      refused += session.cluster.sessions.refusals
      timeouts += session.world.observer.history.all.count { $0.operation.outcome == .timeout }
    }
    #expect(
      answered > 150 && retries > 30 && waits > 30 && refused > 5 && timeouts > 20,
      "\(answered) answered, \(retries) retries, \(waits) waits, \(refused) refused, \(timeouts) timeouts")
  }
}
