import Analysis
import Insight
import Kernel
import Language
import Replication

/// Plays one scenario under one seed on a session of its own: by commands of the language, so that a script can do it again.
struct ScenarioRun {
  private let experiment: Experiment
  let plan: ScenarioPlan
  private let mutant: Mutant?
  var session: Session
  private var ledger: FaultLedger
  var result: ScenarioResult
  /// The script so far, but for the time that has passed since its last command.
  var script: [String] = []
  private var written = Instant.start
  /// When the scenario's time begins.
  let beginning: Instant
  var doomed: Set<VersionID> = []
  /// What is lost at the end; nil before.
  var lostAtEnd: Set<VersionID>?
  /// Of continuous assertions: the worst so far.
  var worst: [Int: Verdict] = [:]
  private var begun: [Int: TimeSpan] = [:]
  var calm = Calm()
  /// What was missing as the last fault ended, in words.
  var gap: [String] = []

  /// Whether its script says now and then how the assertions stand: for somebody who watches it.
  var isTold = false
  /// Takes down how it goes; nil where nobody will see it.
  var recorder: CourseRecorder?

  /// What was counted while nothing was wrong, and what while something was.
  struct Calm {
    var acknowledgedAtFault: Int?
    var duringFaults = 0
  }

  var scenario: Scenario { plan.scenario }
  var now: TimeSpan { session.now - beginning }

  init(
    _ experiment: Experiment, number: Int, seed: UInt64, isSwarm: Bool, mutant: Mutant? = nil,
    leavingOut more: Set<Int> = []
  ) throws {
    self.experiment = experiment
    self.mutant = mutant
    session = try Self.session(experiment, seed: seed, mutant: mutant)
    let cluster = session.cluster
    plan = ScenarioPlan(
      experiment.scenarios[number], number: number, in: experiment, seed: seed, isSwarm: isSwarm, cluster,
      leavingOut: more)
    ledger = FaultLedger(cluster.topology, openGateway: Self.openGateway(experiment))
    let scenario = plan.scenario
    result = ScenarioResult(
      name: scenario.name, description: scenario.description, seed: seed, patience: scenario.patience,
      dangers: scenario.dangers)
    result.draw = plan.draw
    script = ["# \(experiment.name), \(scenario.name), seed \(seed)", "seed \(seed) fixed"] + experiment.setUp
    beginning = cluster.now
  }

  /// A session that is set up and has seen nothing yet.
  static func session(_ experiment: Experiment, seed: UInt64, mutant: Mutant?) throws -> Session {
    var session = Session(seed: seed, keyframeSpacing: .max / 2)
    for line in experiment.setUp { try carryOut(line, on: &session) }
    if let mutant { session.timeline.perform(.defect(mutant)) }
    return session
  }

  static func carryOut(_ text: String, on session: inout Session) throws {
    do {
      try session.execute(SourceLine(file: "<experiment>", number: 1, text: text), isPrompt: false) { _ in }
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  /// The command by which a gateway lets through what the set-up lets through.
  private static func openGateway(_ experiment: Experiment) -> String {
    let lines = experiment.setUp.flatMap { line -> [String] in
      guard let command = try? CommandParser.parse(line, in: .standard), case .profile(let plan) = command else {
        return [line]
      }
      return plan.lines.map(\.text)
    }
    return lines.last { $0.hasPrefix("set throttle ") } ?? "set throttle off"
  }

  // MARK: The course of it

  /// Plays it.
  ///
  /// - Parameter progress: told how far it has come, from time to time.
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  mutating func play(progress: (ExperimentProgress) -> Void) throws -> ScenarioResult {
    guard try holdsSteady() else {
      result.ending = .untested
      return result
    }
    for (command, why) in plan.preparation {
      try carryOut(command)
      result.notes.append("\(command): \(why)")
    }
    judge(.edge, isEnd: false)
    try playActions(progress)
    try undo()
    try heal(progress)
    judge(.end, isEnd: true)
    finish()
    return result
  }

  /// Whether what is taken for granted holds, on a cluster of its own.
  private mutating func holdsSteady() throws -> Bool {
    guard let steady = experiment.steadyState else { return true }
    var calm = try Self.session(experiment, seed: result.seed, mutant: mutant)
    try Self.carryOut(steady.load.command(for: steady.duration), on: &calm)
    try Self.carryOut("run \(Quantity.text(steady.duration))", on: &calm)
    calm.finish { _ in }
    let reader = MetricReader(session: calm, hasFaults: false, keys: steady.load.keys, doomed: [])
    result.steadyState = steady.assertions.map { assertion in
      Verdict(assertion: assertion, reading: reader.reading(assertion.metric), at: steady.duration)
    }
    return result.steadyState.allSatisfy(\.isHeld)
  }

  private mutating func playActions(_ progress: (ExperimentProgress) -> Void) throws {
    var turns = plan.turns[...]
    let length = scenario.length
    var nextLook = TimeSpan.zero
    while true {
      let nextTurn = turns.first?.at ?? length
      let stop = min(nextTurn, nextLook, length, recorder?.next ?? length)
      try run(to: stop)
      if let next = recorder?.next, stop >= next { record() }
      if stop == nextLook {
        look(progress)
        tell()
        if let reason = stopReason() {
          result.ending = .stopped(reason, at: now)
          try carryOut("load stop")
          return
        }
        nextLook = nextLook + lookPeriod
      }
      while let next = turns.first, next.at <= stop {
        turns.removeFirst()
        try take(next.turn)
      }
      if turns.isEmpty, stop >= length { return }
    }
  }

  /// Takes down how it goes, where somebody will see it.
  private mutating func record(isUndone: Bool = false) {
    guard var recorder else { return }
    if isUndone { recorder.undo(at: session, now) } else { recorder.look(at: session, now) }
    self.recorder = recorder
  }

  /// How often is looked: as often as the experiment says, and every second where something is judged on the way.
  private var lookPeriod: TimeSpan {
    let isWatched =
      !scenario.stops.isEmpty || scenario.assertions.contains { $0.mode == .continuous && !$0.metric.isCostly }
    return isWatched ? min(scenario.interval, .seconds(1)) : scenario.interval
  }

  private mutating func run(to end: TimeSpan) throws {
    guard end > now else { return }
    try Self.carryOut("run \(Quantity.text(end - now))", on: &session)
  }

  private mutating func take(_ turn: ScenarioPlan.Turn) throws {
    switch turn {
    case .begin(let index):
      let action = scenario.actions[index]
      if action.kind.isFault { begin(fault: action, index) }
      for command in try commands(beginning: index) { try carryOut(command) }
      if action.kind == .nodeWipe {
        doomed.formUnion(Losses.lostWrites(session.cluster, session.world.observer))
      }
    case .end(let index): try end(index)
    }
  }

  private mutating func begin(fault action: Action, _ index: Int) {
    begun[index] = now
    if calm.acknowledgedAtFault == nil { calm.acknowledgedAtFault = session.world.observer.tally.writesAcknowledged }
  }

  private mutating func end(_ index: Int) throws {
    let action = scenario.actions[index]
    // What has been going on is told before it ends.
    if action.kind.isFault, begun.count == 1, begun[index] != nil { noteGap() }
    for command in ledger.end(index) { try carryOut(command) }
    guard let start = begun.removeValue(forKey: index) else { return }
    result.faults.append((action.title, start, now))
    if begun.isEmpty, let before = calm.acknowledgedAtFault {
      calm.duringFaults += session.world.observer.tally.writesAcknowledged - before
      calm.acknowledgedAtFault = nil
    }
  }

  private mutating func commands(beginning index: Int) throws -> [String] {
    let action = scenario.actions[index]
    let places = plan.places[index]
    if let load = action.load, let span = action.duration {
      return [load.command(for: span, isPoisson: plan.isPoisson)]
    }
    switch action.kind {
    case .repair: return places.isEmpty ? ["async repair"] : places.map { "async repair \($0.text)" }
    case .operation: return action.parameters.commands
    case .cacheFlush: return places.map { "flush \($0.text)" }
    case .leaderKill: return killLeaders(index, places)
    default: return ledger.begin(index, action, at: places)
    }
  }

  /// Who leads is seen now: the script names it, and the action's end starts it again.
  private mutating func killLeaders(_ index: Int, _ places: [Target]) -> [String] {
    let action = scenario.actions[index]
    let cluster = session.cluster
    guard let key = action.parameters.key else { return [] }
    let regions = places.isEmpty ? [RegionID(0)] : places.compactMap { cluster.topology.region(named: $0.text) }
    let leaders = regions.compactMap { region -> Target? in
      guard let leader = cluster.leader(of: .key(key), in: region), cluster.live.contains(leader) else {
        result.notes.append(
          "\(Quantity.text(now)): nobody led \(key) in \(cluster.topology.name(of: region)), so nobody was stopped")
        return nil
      }
      return .place(cluster.topology.name(of: leader))
    }
    return ledger.begin(index, action, at: leaders)
  }

  /// Ends whatever is at work, whatever was planned.
  private mutating func undo() throws {
    for index in begun.keys.sorted() { try end(index) }
    for index in scenario.actions.indices {
      for command in ledger.end(index) { try carryOut(command) }
    }
  }

  /// Lets replicas agree.
  private mutating func heal(_ progress: (ExperimentProgress) -> Void) throws {
    let start = now
    record(isUndone: true)
    let end = start + scenario.patience
    // What was under way has to end first; a load that was stopped leaves operations.
    var isAgreed = session.cluster.isConverged && session.cluster.openLoads == 0
    while !isAgreed, now < end {
      let before = session.expectations.failed
      let span = min(end - now, max(scenario.interval, .seconds(1)))
      try Self.carryOut("run until converged within \(Quantity.text(span))", on: &session)
      isAgreed = session.expectations.failed == before
      record()
      look(progress)
    }
    write(to: beginning + start)
    let patience = Quantity.text(scenario.patience)
    script += isAgreed ? ["run until converged within \(patience)"] : ["run \(patience)", "expect not converged"]
    written = session.now
    result.agreement = isAgreed ? now - start : nil
    // What was asked has to be answered before it is judged.
    let last = now + Self.longestAnswer
    while session.cluster.openLoads + session.cluster.openCommands > 0, now < last { try run(to: now + .seconds(1)) }
    write(to: session.now)
  }

  /// How long is waited for answers, once replicas agree.
  private static let longestAnswer = TimeSpan.seconds(300)

  // MARK: The script

  /// Carries a command out, and takes it down.
  private mutating func carryOut(_ command: String) throws {
    write(to: session.now)
    try Self.carryOut(command, on: &session)
    script.append(command)
  }

  mutating func write(to instant: Instant) {
    guard instant > written else { return }
    script.append("run \(Quantity.text(instant - written))")
    written = instant
  }
}
