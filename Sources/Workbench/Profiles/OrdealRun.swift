import Analysis
import Insight
import Kernel
import Language
import Replication

extension Ordeal {
  /// How long a stretch is.
  public static let stretch = TimeSpan.milliseconds(500)

  /// Puts profiles through it, each in a session of its own; results stand in their order.
  ///
  /// - Throws: a ``ScriptError`` if the workload can't be run on one of them.
  public func run(_ profiles: [Profile]) throws -> [OrdealResult] {
    try Concurrently.map(profiles) { profile in Result { try self.run(profile) } }.map { try $0.get() }
  }

  private func run(_ profile: Profile) throws -> OrdealResult {
    var run = OrdealRun(seed: seed, name: profile.name)
    try run.carryOut("profile \(profile.name)")
    let regions = run.session.cluster.topology.regions.map(\.name)
    let isCut = regions.contains(cut.first) && regions.contains(cut.second)
    var result = OrdealResult(profile: profile.name, isCut: isCut)
    let lines = beginning(profile, isCut: isCut)
    result.script = ["seed \(seed)"] + lines
    for line in lines.dropFirst() where line != "run \(Quantity.text(Self.calm))" && !line.hasPrefix("cut") {
      try run.carryOut(line)
    }
    run.watch(until: .start + Self.calm, &result)
    if isCut { try run.carryOut("cut \(cut.first) \(cut.second)") }
    run.watch(until: .start + Self.calm + cut.span, &result)
    result.script.append("run \(Quantity.text(cut.span))")
    run.read(OrdealResult.Cell.allCases.filter(\.isAtHeal), &result)
    if isCut {
      try run.carryOut("heal \(cut.first) \(cut.second)")
      result.script.append("heal \(cut.first) \(cut.second)")
    }
    let rest = run.session.cluster.loadEnd.map { $0 - run.session.now } ?? .zero
    if rest > .zero {
      run.watch(until: run.session.now + rest, &result)
      result.script.append("run \(Quantity.text(rest))")
    }
    result.hasConverged = try run.awaitAgreement(within: Self.patience, &result)
    let patience = Quantity.text(Self.patience)
    result.script +=
      result.hasConverged ? ["run until converged within \(patience)"] : ["run \(patience)", "expect not converged"]
    run.read(OrdealResult.Cell.allCases.filter { !$0.isAtHeal }, &result)
    return result
  }
}

/// One profile's session, watched.
private struct OrdealRun {
  private(set) var session: Session
  private let name: String
  /// What was counted by the end of the latest stretch.
  private var latest = (ended: 0, succeeded: 0, stale: 0)

  init(seed: UInt64, name: String) {
    session = Session(seed: seed, keyframeSpacing: .max / 2)
    self.name = name
  }

  mutating func carryOut(_ text: String) throws {
    do {
      try session.execute(SourceLine(file: name, number: 1, text: text), isPrompt: false) { _ in }
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  /// Lets time run to an instant, and takes down each stretch of the way.
  mutating func watch(until end: Instant, _ result: inout OrdealResult) {
    while session.now < end {
      let start = session.now
      try? carryOut("run \(Quantity.text(min(Ordeal.stretch, end - start)))")
      note(from: start, &result)
    }
  }

  private mutating func note(from start: Instant, _ result: inout OrdealResult) {
    let tally = session.world.observer.tally
    result.stretches.append(
      OrdealResult.Stretch(
        start: start, ended: tally.ended - latest.ended, answered: tally.succeeded - latest.succeeded,
        stale: tally.readsStale - latest.stale, isConverged: session.cluster.isConverged))
    latest = (tally.ended, tally.succeeded, tally.readsStale)
  }

  /// Lets time run until replicas agree; false if they don't in time.
  mutating func awaitAgreement(within patience: TimeSpan, _ result: inout OrdealResult) throws -> Bool {
    let end = session.now + patience
    while !session.cluster.isConverged, session.now < end {
      let start = session.now
      let failed = session.expectations.failed
      let span = min(Ordeal.stretch, end - start)
      try carryOut("run until converged within \(Quantity.text(span))")
      note(from: start, &result)
      if session.expectations.failed == failed { return true }
    }
    return session.cluster.isConverged
  }

  /// Takes down what cells come to now, and lets the script expect it.
  func read(_ cells: [OrdealResult.Cell], _ result: inout OrdealResult) {
    for cell in cells {
      var reader = CommandReader(cell.rawValue, context: session.names(isPrompt: false))
      guard let fact = try? reader.fact().fact else { continue }
      let value = session.facts.value(fact)
      result.values[cell] = value
      result.script.append("expect \(cell.rawValue) == \(value.text)")
    }
  }
}
