import Foundation
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Whatever can be read can be carried out: mutated scripts are played at a prompt, where an error stops nothing.
@Suite struct RunFuzzTests {
  private static let patience = TimeSpan.seconds(30)

  /// Whether a command ends soon: an hour of a cluster with hints is thousands of events, a load as many as it says.
  private func isCheap(_ command: Command) -> Bool {
    switch command {
    case .run(let span): span <= Self.patience
    case .runUntil(_, let span, _): span <= Self.patience
    case .goto(let instant): instant <= .start + Self.patience
    case .input(.load(let plan)): plan.expectedOperations <= 100 && plan.duration <= Self.patience && plan.keys <= 1_000
    case .input(.set(.readTimeout(let span))), .input(.set(.writeTimeout(let span))): span <= Self.patience
    case .input(.setUp(let plan)): plan.regions.reduce(0) { $0 + $1.replicas } <= 12
    case .step(let count): count <= 2_000
    case .breakpoint: false
    default: true
    }
  }

  /// Plays a script line by line; what can't be read or done is passed over.
  private func play(_ script: String) -> Session {
    var session = Session(isTracing: true, keyframeSpacing: 100)
    for line in script.split(separator: "\n") {
      let source = SourceLine.prompt(String(line))
      guard let command = try? CommandParser.parse(source.text, in: session.names(isPrompt: true)), isCheap(command),
        session.timeline.position < 20_000
      else { continue }
      try? session.execute(command, from: source) { event in
        if case .shown(let lines) = event {
          #expect(lines.allSatisfy { !$0.unicodeScalars.contains { $0.value < 0x20 } }, "a control character is shown")
        }
      }
    }
    return session
  }

  @Test(arguments: Seeds.slices(fewest: 50, each: 25)) func mutatedScriptsRun(seeds: ClosedRange<Int>) throws {
    for seed in seeds {
      var dice = Dice(seed: seed + 50_000)
      let script = Mutation.script(&dice)
      var session = play(script)
      // What is counted is what is open.
      let open = session.cluster.openOperations
      #expect(session.cluster.openLoads == open.count { $0.isLoad }, "seed \(seed)\n\(script)")
      #expect(session.cluster.openCommands == open.count { !$0.isLoad }, "seed \(seed)\n\(script)")
      let end = Data(JSONReport.endLine(of: session).utf8)
      #expect(throws: Never.self, "seed \(seed)\n\(script)") { try JSONSerialization.jsonObject(with: end) }
      // Any moment of it can be had again.
      let (fingerprint, position) = (session.cluster.fingerprint, session.timeline.position)
      guard position > 0, !session.timeline.isInPast else { continue }
      let count = dice.roll(1...position)
      for command in ["back \(count)", "step \(count)"] {
        try session.execute(.prompt(command), isPrompt: true) { _ in }
      }
      #expect(session.cluster.fingerprint == fingerprint, "seed \(seed): back \(count)\n\(script)")
    }
  }

  @Test(arguments: [
    "load 2000000/ms for 1us poisson keys 1\nrun 1ms", "load 1/h for 10000d\nrun 1s",
    "load 9999999/s for 1us\nrun 1s", "load 0.001/h for 1s zipf 5 keys 9999\nrun 1s",
    "load 1/s for 1s size 16384KiB\nrun 2s",
    "link us1 us2 pareto(24h, 0.01)\nwrite a 1 at TWO\nrun 1s", "link us1 us2 exponential(24h)\nwrite a 1 at ALL\n",
    "set processing-time pareto(24h, 0.01)\nwrite a 1 at ALL\nrun 1m",
    "set client-delay 24h\nwrite a 1\nread a\nrun 1m",
    "slow us-east-1 by 24h\nslow us-east-1 us-east-1 by 24h\nset client-delay pareto(24h, 0.01)\nwrite a 1\nrun 10000d",
    "skew us1 by 365d drift 1s\nrun 10000d\nwrite a 1 at ALL\nskew us1 by -365d drift -1s\nwrite a 2 at ALL\nrun 1s",
    "set write-timeout 10m\nset read-timeout 10m\nhold us1 us2\nwrite a 1 at ALL\nread a at ALL",
    "set failure-detector after 10000d\ncrash us1\nrestart us1\nset failure-detector oracle\nwrite a 1 at ALL",
    "goto 10000d\nwrite a 1 at ALL\ngoto 0ms\nwrite a 2\ngoto 10000d", "step 100000000\nback 100000000\nstep 100000000",
    "write a 1 timestamp 9007199254740992\nwrite a 2 timestamp -9007199254740992\ndelete a timestamp 0\nread a at ALL",
    "crash us-east-1\ncrash eu-west-1\ncrash ap-south-1\nwrite a 1\nload 10/s for 1s\nrun 2s\nrestart us1\nread a\nrun 2s",
    "pause us-east-1\nasync write a 1\nasync read a\nrun 1m\ncrash us1\nresume us-east-1\nrun 1m\nawait",
    "duplicate 100% us-east-1 us-east-1\nlose 100% us-east-1 eu-west-1\nwrite a 1 at ALL\nrun 10s\nread a at ALL",
  ]) func extremesRun(script: String) {
    var session = Session(keyframeSpacing: 50)
    for line in script.split(separator: "\n") {
      try? session.execute(.prompt(String(line)), isPrompt: true) { _ in }
    }
    #expect(session.cluster.openCommands == 0 || script.contains("async"))
    #expect(!JSONReport.endLine(of: session).contains("nan"))
  }

  /// 10,000 days, over and over: virtual time has an end, and stands still there.
  @Test func timeEnds() throws {
    var session = Session()
    let far = Instant(microseconds: Instant.end.microseconds - 5)
    var goal = Goal.instant(far)
    while session.pursue(&goal, until: .end, atMost: .max, report: { _ in }) == .ongoing {}
    #expect(session.cluster.now == far)
    for line in [
      "run 10000d", "write a 1 at ALL", "run 1s", "read a", "load 10/s for 1s", "run 1s", "back 3", "step 3",
    ] {
      try session.execute(.prompt(line), isPrompt: true) { _ in }
    }
    #expect(session.cluster.now == .end)
    #expect(session.cluster.openCommands == 0)
  }
}
