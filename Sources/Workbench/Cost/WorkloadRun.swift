import Analysis
import Insight
import Kernel
import Language
import Replication

/// What a workload comes to on a cluster: its price, and what is had for it.
struct WorkloadRun: Sendable {
  /// How long time goes on after the last arrival, so that what was asked is answered and copied.
  static let epilogue = TimeSpan.seconds(3)
  /// How many operations a workload has at most: many of them are played.
  static let mostOperations = 200_000

  /// What it costs a month, at its own pace.
  let bill: Bill
  /// How many operations it issued.
  let issued: Int
  /// How many of them were answered ok.
  let answered: Int
  /// How many reads were, and how many of those were stale.
  let reads: (answered: Int, stale: Int)
  /// How long 99 of 100 of those that were answered took no longer than, in microseconds; nil if none was.
  let p99: Int64?

  /// The share of stale reads; nil if none was answered.
  var staleRate: Double? { reads.answered == 0 ? nil : Double(reads.stale) / Double(reads.answered) }

  /// Plays a workload on a session, which stands after it then.
  ///
  /// - Parameter workload: what follows on `load`.
  /// - Throws: a ``ScriptError`` if it can't be played.
  init(_ workload: String, on session: inout Session, prices: Prices) throws {
    let (first, start) = (session.cluster.nextOperation, session.now)
    let bytes = session.cluster.traffic.crossRegionBytes
    try session.carryOut("load \(workload)")
    guard let end = session.cluster.loadEnd, session.loadedOperations <= Self.mostOperations else {
      throw ScriptError.wrong([
        Diagnostic(
          LanguageError(
            .refused("a workload that is played again and again has at most \(Self.mostOperations) operations"),
            at: SourceSpan(start: 5, length: max(1, workload.count))),
          in: SourceLine(file: "<workload>", number: 1, text: "load \(workload)"))
      ])
    }
    try session.carryOut("run \(Quantity.text(end - start + Self.epilogue))")
    issued = session.cluster.nextOperation - first
    let history = session.world.observer.history
    var (answered, reads) = (0, (answered: 0, stale: 0))
    for number in first..<max(first, history.end) {
      guard let entry = history[OperationID(number)], entry.operation.outcome == .ok else { continue }
      answered += 1
      guard entry.operation.kind == .read else { continue }
      reads.answered += 1
      if entry.isStale { reads.stale += 1 }
    }
    (self.answered, self.reads) = (answered, reads)
    p99 = history.latencies { $0.operation.id.index >= first }.percentile(99)
    bill = Bill(
      of: session.cluster, prices: prices, transferredBytes: session.cluster.traffic.crossRegionBytes - bytes,
      elapsed: session.now - start, operations: issued)
  }
}

extension Session {
  /// Carries out a command that a study needs.
  ///
  /// - Throws: a ``ScriptError`` if it is wrong.
  mutating func carryOut(_ text: String) throws {
    do {
      try execute(SourceLine(file: "<workload>", number: 1, text: text), isPrompt: false) { _ in }
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  /// How many operations the load that was begun last issues, about.
  fileprivate var loadedOperations: Int {
    timeline.latestLoad?.expectedOperations ?? 0
  }
}

/// What follows on `load`, and the level in it.
struct WorkloadText {
  /// Without a level.
  let plain: String
  /// The level, with `at` before it; empty where it names none.
  let asked: String

  init(_ text: String) {
    var words = text.split(separator: " ").map(String.init)
    if words.first?.lowercased() == "load" { words.removeFirst() }
    var asked = ""
    if let place = words.firstIndex(where: { $0.lowercased() == "at" }), place + 1 < words.count {
      asked = "at \(words[place + 1])"
      words.removeSubrange(place...place + 1)
    }
    (plain, self.asked) = (words.joined(separator: " "), asked)
  }

  /// It at a level, or as it asks; where it asks for none, as a scheme's standard is.
  func at(_ level: String?) -> String { "\(plain) \(level.map { "at \($0)" } ?? asked)" }
}
