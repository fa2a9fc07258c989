import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The same commands give the same bytes: the promise on which time travel, sharing and replay rest.
@Suite struct DeterminismTests {
  /// Every source of chance at once: drawn delays, loss, doubles, random coordinators, Poisson arrivals, hot keys.
  static let storm = """
    seed 7
    link us-east-1 us-east-1 uniform(0.2ms, 3ms)
    link us-east-1 eu-west-1 40ms~8ms
    link eu-west-1 ap-south-1 exponential(30ms)
    link us-east-1 ap-south-1 mix(0.9 exponential(rate=0.02/ms), 0.1 pareto(60ms, 1.5)) for write
    set client-delay uniform(0.1ms, 1ms)
    set processing-time read exponential(0.2ms) write uniform(0ms, 0.5ms)
    set coordinator random
    set failure-detector after 300ms
    client alice in eu-west-1
    load 80/s for 3s write 60% keys 20 zipf 1.1 at QUORUM/ONE poisson
    load 30/s for 2s write 100% keys 5 size 1KB at LOCAL_QUORUM as alice hop us-east-1 ap-south-1
    run 500ms
    write cart milk at QUORUM
    lose 10% us-east-1 eu-west-1
    duplicate 15% eu-west-1 ap-south-1
    cut us1 eu2
    crash ap3
    async write cart eggs at ALL as alice
    run 800ms
    pause eu1
    delete cart at LOCAL_QUORUM
    skew us2 by 40ms drift 100us
    hold us3 eu3
    read cart at EACH_QUORUM
    restart ap3
    isolate eu1
    slow us-east-1 -> ap-south-1 by 250ms
    run 900ms
    read cart at QUORUM as alice
    write cart tea at ALL in ap-south-1
    resume eu1
    release us3 eu3
    heal
    write cart bread at ONE in ap-south-1 timestamp 1000
    run 12s
    read cart at ALL

    """

  private func playStorm(seed: UInt64? = nil, keyframeSpacing: Int = 1_000) throws -> Played {
    try play(
      Self.storm, seed: seed, keepsTrace: true, reportsLoads: true, keyframeSpacing: keyframeSpacing, finishing: true)
  }

  private func expectSame(_ first: Played, _ second: Played, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(first.session.cluster.fingerprint == second.session.cluster.fingerprint, sourceLocation: sourceLocation)
    #expect(first.trace == second.trace, "the traces differ", sourceLocation: sourceLocation)
    #expect(first.json == second.json, "the operations differ", sourceLocation: sourceLocation)
    #expect(
      JSONReport.endLine(of: first.session) == JSONReport.endLine(of: second.session), sourceLocation: sourceLocation)
  }

  @Test func theStormMeetsEveryKindOfAdversity() throws {
    let storm = try playStorm()
    #expect(storm.operations.count > 250)
    for wanted in ["\"network\"", "\"cut\"", "\"receiverDown\"", "hinted", "\"repair ", "noticed", "\"hint "] {
      #expect(storm.trace.contains { $0.contains(wanted) }, "no \(wanted) in the trace")
    }
    for outcome in [Outcome.ok, .unavailable, .timeout] {
      #expect(storm.operations.contains { $0.outcome == outcome }, "no operation ended \(outcome)")
    }
  }

  @Test func theSameScriptTwiceGivesTheSameBytes() throws {
    expectSame(try playStorm(), try playStorm())
  }

  @Test(arguments: [50, 333, 1_000_000]) func keyframesDoNotChangeWhatHappens(spacing: Int) throws {
    expectSame(try playStorm(), try playStorm(keyframeSpacing: spacing))
  }

  @Test func goingBackAndForthDoesNotChangeWhatFollows() throws {
    let straight = try playStorm()
    var travelled = try playStorm(keyframeSpacing: 200).session
    let position = travelled.timeline.position
    for count in [1, 500, position] {
      for command in ["back \(count)", "step \(count)"] {
        try travelled.execute(.prompt(command), isPrompt: true) { _ in }
      }
    }
    #expect(travelled.cluster.fingerprint == straight.session.cluster.fingerprint)
    var ahead = straight.session
    for line in ["crash us1", "write cart tea at QUORUM in eu-west-1", "run 20s"] {
      try travelled.execute(.prompt(line), isPrompt: true) { _ in }
      try ahead.execute(.prompt(line), isPrompt: true) { _ in }
    }
    #expect(travelled.cluster.fingerprint == ahead.cluster.fingerprint)
    #expect(travelled.facts.value(.named("lag.p99", [])) == ahead.facts.value(.named("lag.p99", [])))
  }

  @Test func anotherSeedGivesAnotherTrace() throws {
    let one = try playStorm(seed: 1)
    let two = try playStorm(seed: 2)
    #expect(one.session.cluster.fingerprint != two.session.cluster.fingerprint)
    #expect(one.trace != two.trace)
  }

  /// A probe on one link leaves the weather on the others as it is: draws are keyed, not taken in turn.
  @Test func anAddedProbeDoesNotChangeTheWeatherElsewhere() throws {
    let setUp = "cluster us-east-1:3 eu-west-1:3 rf=3\nlink us-east-1 us-east-1 exponential(5ms)\n"
    let write = "run 1s\nwrite a 1 at LOCAL_QUORUM via us1\n"
    let alone = try play(setUp + write).last
    let besides = try play(setUp + "async read b at LOCAL_QUORUM in eu-west-1\n" + write).last
    #expect(alone.microseconds == besides.microseconds)
    let before = try play(setUp + "async read b at LOCAL_QUORUM via us1\n" + write).last
    #expect(alone.microseconds != before.microseconds, "the same link's next draws are others")
  }

  @Test func anEventFitsInThirtyTwoBytes() {
    #expect(MemoryLayout<Message>.size <= 22)
    #expect(MemoryLayout<Event>.size <= 24)
    #expect(MemoryLayout<Scheduled>.size <= 32)
  }
}
