import Analysis
import Replication
import Testing

@testable import Language
@testable import Workbench

/// What comes of a command is said in one sentence, whichever it is.
@Suite struct OutcomeTests {
  /// A way to each command, in an order in which all of them can be carried out on one session.
  private static let lines: [(command: String, line: String)] = [
    ("seed", "seed 7"), ("cluster", "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3"),
    ("link", "link us-east-1 eu-west-1 45ms"), ("set", "set hint-window 2h"), ("type", "type likes counter"),
    ("type", "type tags or-set"), ("client", "client alice in eu-west-1"),
    ("guarantee", "guarantee alice read-your-writes"), ("write", "write cart milk at ALL"),
    ("read", "read cart at ONE"), ("increment", "increment likes"), ("decrement", "decrement likes by 2"),
    ("add", "add tags red"), ("remove", "remove tags red"), ("delete", "delete old"),
    ("async", "async write cart eggs at ALL"), ("deliver", "deliver $"), ("delay", "delay $ by 1ms"),
    ("drop", "drop $"), ("await", "await"),
    ("load", "load 100/s for 100ms keys 3"), ("step", "step 3"), ("run", "run 20ms"), ("back", "back 2"),
    ("goto", "goto 10ms"), ("undo", "undo"), ("redo", "redo"), ("fork", "fork trial"), ("branches", "branches"),
    ("switch", "switch main"), ("diff", "diff main trial"), ("play", "play to event 1000000"),
    ("cut", "cut us-east-1 eu-west-1"), ("heal", "heal"), ("isolate", "isolate ap1"),
    ("partition", "partition us-east-1 | eu-west-1 ap-south-1"), ("heal", "heal"), ("crash", "crash ap3"),
    ("restart", "restart ap3"), ("pause", "pause ap3"), ("resume", "resume ap3"),
    ("slow", "slow ap3 by 10ms"), ("slow", "slow us-east-1 eu-west-1 by 10ms"),
    ("lose", "lose 5% us-east-1 eu-west-1"), ("duplicate", "duplicate 5% us-east-1 eu-west-1"),
    ("hold", "hold us-east-1 eu-west-1"), ("release", "release us-east-1 eu-west-1"), ("skew", "skew ap3 by 50ms"),
    ("wipe", "wipe ap3"), ("destroy", "destroy ap-south-1"), ("restart", "restart ap-south-1"), ("repair", "repair"),
    ("sync", "sync us1 eu1"), ("show", "show cart"), ("predict", "predict"), ("check", "check"),
    ("whatif", "whatif cut us-east-1 eu-west-1"), ("why", "why"), ("why", "why not converged"),
    ("say", "say \"hello\""), ("beat", "beat 2s"), ("mark", "mark \"The cut\""), ("note", "note \"wait\""),
    ("view", "view log"), ("focus", "focus us1"), ("select", "select cart"), ("zoom", "zoom metrics"),
    ("expect", "expect time > 0ms"), ("speed", "speed 10x"), ("help", "help write"),
    ("alert", "alert old when lag.oldest > 5s for 10s"), ("when", "when old after 1s do heal"),
    ("breakpoint", "breakpoint reads.stale > 5"), ("breakpoint", "breakpoint off"), ("messages", "messages"),
    ("follow", "follow bob carol"), ("followers", "followers carol 1000"), ("post", "post carol hello"),
    ("timeline", "timeline bob"), ("cluster", "cluster a:3 b:3 scheme=streams"),
    ("move-leader", "move-leader partition 1"),
    ("kill-leader", "kill-leader partition 0"), ("cluster", "cluster a:4 b:4 scheme=primary-cache"),
    ("flush", "flush a"), ("cluster", "cluster a:3 scheme=log"), ("consumer", "consumer billing in a"),
    ("consume", "consume billing"), ("profile", "profile netflix-cassandra"),
    ("quit", "quit"), ("source", "source a.ev"), ("save", "save a.ev"), ("export", "export csv a.csv"),
  ]

  @Test func everyCommandIsTried() {
    let tried = Set(Self.lines.map(\.command))
    // A trial and votes are asked for where a lesson has them, and a moment that is shared is a token, not a sentence.
    #expect(CommandCatalog.all.map(\.name).filter { !tried.contains($0) } == ["trial", "poll", "share"])
  }

  @Test func everyCommandYieldsOneSentenceOfItsOwn() throws {
    var session = Session(isTracing: true)
    var previous = ""
    for (_, line) in Self.lines {
      var outcomes: [CommandOutcome] = []
      let number = session.cluster.messagesInFlight.first?.number ?? 0
      let text = line.replacing("$", with: "\(number)")
      try session.execute(.prompt(text), isPrompt: true) {
        if case .outcome(let outcome) = $0 { outcomes.append(outcome) }
      }
      #expect(outcomes.count == 1, "\(text)")
      let sentence = try #require(outcomes.first).sentence
      #expect(!sentence.isEmpty && sentence != previous, "\(text): \(sentence)")
      #expect(!sentence.contains("\n") && !sentence.contains("Optional"), "\(sentence)")
      #expect(outcomes[0].at == session.now)
      previous = sentence
    }
  }

  @Test func lineByLineNoCommandIsMute() throws {
    let report = TextReport(isColored: false, isConversation: true)
    var session = Session()
    for (name, line) in Self.lines where !["quit", "source", "save", "export", "messages"].contains(name) {
      let text = line.replacing("$", with: "\(session.cluster.messagesInFlight.first?.number ?? 0)")
      var lines: [String] = []
      try session.execute(.prompt(text), isPrompt: true) { lines += report.lines(for: $0).map(\.text) }
      #expect(lines.contains { !$0.allSatisfy(\.isWhitespace) }, "\(text)")
    }
  }

  private func outcome(of line: String, after script: [String]) throws -> String {
    var session = Session()
    var sentence = ""
    for line in script + [line] {
      try session.execute(.prompt(line), isPrompt: true) {
        if case .outcome(let outcome) = $0 { sentence = outcome.sentence }
      }
    }
    return sentence
  }

  private static let conflict = [
    "write cart milk at ALL", "cut us-east-1 eu-west-1", "write cart jam at LOCAL_QUORUM in eu-west-1",
    "write cart tea at QUORUM", "run 3s",
  ]

  @Test("a cut says how many links it cut, and how many had been cut")
  func cuts() throws {
    #expect(
      try outcome(of: "cut us-east-1 eu-west-1", after: [])
        == "us-east-1 and eu-west-1 no longer reach each other: 18 directed links cut")
    #expect(
      try outcome(of: "cut us-east-1 -> eu1", after: [])
        == "messages of us-east-1 no longer reach eu1: 3 directed links cut")
    #expect(
      try outcome(of: "isolate us-east-1", after: [])
        == "us-east-1 and everybody else no longer reach each other: 36 directed links cut")
    #expect(
      try outcome(of: "partition us-east-1 | eu-west-1 | ap-south-1", after: [])
        == "us-east-1, eu-west-1 and ap-south-1 no longer reach each other: 54 directed links cut")
    #expect(
      try outcome(of: "cut us-east-1 ap-south-1", after: ["cut us-east-1 eu-west-1"])
        == "us-east-1 and ap-south-1 no longer reach each other: 18 directed links cut; 36 are cut in all")
    #expect(
      try outcome(of: "cut us-east-1 eu-west-1", after: ["cut us-east-1 eu-west-1"])
        == "it was cut already; 18 directed links are cut")
    #expect(try outcome(of: "heal", after: []) == "nothing was cut there")
    #expect(
      try outcome(of: "heal us-east-1 eu-west-1", after: ["isolate us-east-1"])
        == "us-east-1 and eu-west-1 reach each other again: 18 directed links healed; 18 directed links stay cut")
    #expect(
      try outcome(of: "hold us1 us2", after: []) == "2 directed links between us1 and us2 hold what is sent")
  }

  @Test("undo names the command that it takes back, and redo the one that it does again")
  func travel() throws {
    let script = ["write cart milk at ALL", "cut us-east-1 eu-west-1"]
    #expect(
      try outcome(of: "undo", after: script)
        == "undid `cut us-east-1 eu-west-1`; at 181.0 ms, 1 event before the end of main")
    #expect(
      try outcome(of: "redo", after: script + ["undo"]).hasPrefix("did `cut us-east-1 eu-west-1` again; at 181.0 ms"))
    #expect(try outcome(of: "undo", after: script + ["undo"]).hasPrefix("undid `write cart milk at ALL`; at 0.0 ms"))
  }

  @Test("who commands in the past is told of the branch that begins there")
  func branches() throws {
    let sentence = try outcome(of: "crash us1", after: ["write cart milk at ALL", "back 5"])
    #expect(sentence == "us1 is down now; 8 of 9 run; on branch main~1 now, main stays as it was")
    #expect(
      try outcome(of: "switch main", after: ["write cart milk at ALL", "back 5", "crash us1"]).hasPrefix(
        "on branch main now, at "))
  }

  @Test("healing tells of hints that wait, and converging of the write that lost")
  func convergence() throws {
    let script = Self.conflict
    let healed = try outcome(of: "heal", after: script)
    #expect(healed.hasPrefix("healed 18 directed links; ") && healed.hasSuffix("hints wait"), "\(healed)")
    let converged = try outcome(of: "run until converged", after: script + ["heal"])
    #expect(
      converged.hasPrefix("converged after ") && converged.hasSuffix("jam was overwritten by tea"), "\(converged)")
    #expect(try outcome(of: "run until converged", after: []) == "converged already")
    let failed = try outcome(of: "run until converged within 1s", after: Array(script.prefix(4)) + ["set hints off"])
    #expect(failed.hasPrefix("not reached by ") && failed.hasSuffix("converged is false"), "\(failed)")
  }

  @Test("time that ran tells how many events it played, and what ended in them")
  func time() throws {
    #expect(try outcome(of: "step 2", after: ["async write cart milk at ALL"]) == "played 2 events to 1.0 ms")
    let run = try outcome(of: "run 200ms", after: ["async write cart milk at ALL"])
    #expect(run.contains("write cart = milk at ALL: acknowledged in 181 ms by 9 replicas"), "\(run)")
    #expect(try outcome(of: "await", after: ["async write cart milk at ALL"]).contains("every operation is answered"))
  }
}
