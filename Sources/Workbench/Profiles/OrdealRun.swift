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
  /// - Parameter progress: is told how many are through, one call at a time.
  /// - Throws: a ``ScriptError`` if the workload can't be run on one of them.
  public func run(
    _ profiles: [Profile], progress: @Sendable (Concurrently.Progress) -> Void = { _ in }
  ) throws -> [OrdealResult] {
    try Concurrently.map(profiles, progress: progress) { profile in Result { try self.run(profile) } }
      .map { try $0.get() }
  }

  private func run(_ profile: Profile) throws -> OrdealResult {
    var course = try OrdealCourse(profile, in: self)
    while !course.isOver { try course.advance() }
    return course.result
  }
}

/// One profile on its way through an ordeal, in a session of its own, stretch by stretch.
public struct OrdealCourse: Sendable {
  /// What comes next on the way.
  private enum Part: Sendable {
    case calm, cut, rest, agreement(until: Instant), over
  }

  /// What has become of it so far.
  public private(set) var result: OrdealResult
  private let ordeal: Ordeal
  private var session: Session
  private var part = Part.calm
  private var isCut = false
  /// What was counted by the end of the latest stretch.
  private var latest = (ended: 0, succeeded: 0, stale: 0)

  /// A profile at its beginning.
  ///
  /// - Throws: a ``ScriptError`` if the workload can't be run on it.
  public init(_ profile: Profile, in ordeal: Ordeal) throws {
    self.ordeal = ordeal
    session = Session(seed: ordeal.seed, keyframeSpacing: .max / 2)
    result = OrdealResult(profile: profile.name, ordeal: ordeal, load: ordeal.load(of: profile))
    try carryOut("profile \(profile.name)")
    isCut = CutEffect(ordeal.cut, in: session.cluster).regions.count == 2
    result.script = ["seed \(ordeal.seed)"] + ordeal.beginning(profile, isCut: isCut)
    try carryOut(result.load)
  }

  /// Whether nothing is left to be done.
  public var isOver: Bool { if case .over = part { true } else { false } }

  /// Goes on by a stretch of time at most.
  ///
  /// - Throws: a ``ScriptError`` if a command of its own can't be carried out.
  public mutating func advance() throws {
    let (begin, heal) = (Instant.start + Ordeal.calm, Instant.start + Ordeal.calm + ordeal.cut.span)
    switch part {
    case .calm where session.now < begin: try goOn(until: begin)
    case .calm:
      if isCut { try carryOut("cut \(ordeal.cut.first) \(ordeal.cut.second)") }
      result.effect = CutEffect(ordeal.cut, in: session.cluster)
      part = .cut
    case .cut where session.now < heal: try goOn(until: heal)
    case .cut: try healNow()
    case .rest:
      guard let end = session.cluster.loadEnd, session.now < end else {
        part = .agreement(until: session.now + Ordeal.patience)
        break
      }
      try goOn(until: end)
    case .agreement(let end): try awaitAgreement(until: end)
    case .over: break
    }
  }

  private mutating func healNow() throws {
    result.script.append("run \(Quantity.text(ordeal.cut.span))")
    read(OrdealResult.Cell.allCases.filter(\.isAtHeal))
    if isCut {
      let heal = "heal \(ordeal.cut.first) \(ordeal.cut.second)"
      try carryOut(heal)
      result.script.append(heal)
    }
    let rest = session.cluster.loadEnd.map { $0 - session.now } ?? .zero
    if rest > .zero { result.script.append("run \(Quantity.text(rest))") }
    part = .rest
  }

  /// Lets time run until replicas agree, at most to an instant.
  private mutating func awaitAgreement(until end: Instant) throws {
    if !session.cluster.isConverged, session.now < end {
      let (start, failed) = (session.now, session.expectations.failed)
      try carryOut("run until converged within \(Quantity.text(min(Ordeal.stretch, end - start)))")
      note(from: start)
      guard session.expectations.failed == failed else { return }
    }
    result.hasConverged = session.cluster.isConverged
    let patience = Quantity.text(Ordeal.patience)
    result.script +=
      result.hasConverged ? ["run until converged within \(patience)"] : ["run \(patience)", "expect not converged"]
    read(OrdealResult.Cell.allCases.filter { !$0.isAtHeal })
    part = .over
  }

  private mutating func carryOut(_ text: String) throws {
    do {
      try session.execute(SourceLine(file: result.profile, number: 1, text: text), isPrompt: false) { _ in }
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  /// Lets time run for a stretch, not beyond an instant.
  private mutating func goOn(until end: Instant) throws {
    let start = session.now
    try carryOut("run \(Quantity.text(min(Ordeal.stretch, end - start)))")
    note(from: start)
  }

  /// Takes down what has come of a stretch.
  private mutating func note(from start: Instant) {
    let tally = session.world.observer.tally
    result.stretches.append(
      OrdealResult.Stretch(
        start: start, ended: tally.ended - latest.ended, answered: tally.succeeded - latest.succeeded,
        stale: tally.readsStale - latest.stale, isConverged: session.cluster.isConverged))
    latest = (tally.ended, tally.succeeded, tally.readsStale)
  }

  /// Takes down what cells come to now, and lets the script expect it.
  private mutating func read(_ cells: [OrdealResult.Cell]) {
    for cell in cells {
      var reader = CommandReader(cell.rawValue, context: session.names(isPrompt: false))
      guard let fact = try? reader.fact().fact else { continue }
      let value = session.facts.value(fact)
      result.values[cell] = value
      result.script.append("expect \(cell.rawValue) == \(value.text)")
    }
  }
}
