import Analysis
import Insight
import Kernel
import Language
import Replication

/// A session: commands in, events out. It is what a script, the prompt and the workbench all talk to.
public struct Session: Sendable {
  /// How many operations a session can hold; a load that would issue more is refused.
  public static let operationBudget = CommandParser.operationBudget

  /// The history, with the present world.
  public internal(set) var timeline: Timeline
  /// How many conditions held and failed so far; going back doesn't change that.
  public private(set) var expectations = (held: 0, failed: 0)
  /// How many commands changed the cluster or let time run.
  public private(set) var commands = 0
  /// The workbench's pace.
  public private(set) var speed = Speed.auto
  /// The condition that pauses the workbench.
  public private(set) var breakpoint: Condition?
  /// That condition, as it was written.
  private(set) var breakpointText = ""
  /// The seed that the session was begun with for good: `seed` commands have no effect then. Nil if there is none.
  public private(set) var fixedSeed: UInt64?
  /// What has been done so far, as a script that does it again.
  public internal(set) var recipe = Recipe()
  /// Everybody that any of its clusters has had.
  private var met: SubjectsMet
  private(set) var undoable: [Deed] = []
  /// How many events and commands belong to a lesson's scene, behind which nobody goes back.
  private(set) var sceneLength = 0
  private(set) var redoable: [Deed] = []
  /// How many overwritten versions have been told of, and when.
  var told: (beaten: Int, moment: Timeline.Moment)?
  /// The command whose time is running.
  var undertaking: Undertaking?
  /// The latest prediction.
  private let predictions = PredictionMemo()

  /// A session on the default cluster.
  ///
  /// - Parameters:
  ///   - seed: the seed; a given one takes precedence over `seed` commands.
  ///   - isTracing: whether the latest messages are kept for the log.
  ///   - keepsTrace: whether everything that happens is reported.
  ///   - reportsLoads: whether operations of loads are reported one by one.
  ///   - keyframeSpacing: how many events lie between keyframes at least.
  public init(
    seed: UInt64? = nil, isTracing: Bool = false, keepsTrace: Bool = false, reportsLoads: Bool = false,
    keyframeSpacing: Int = 1_000
  ) {
    var world = World(Cluster(seed: seed ?? 1))
    world.isTracing = isTracing || keepsTrace
    world.keepsTrace = keepsTrace
    world.reportsLoads = reportsLoads
    met = SubjectsMet(of: world.cluster)
    timeline = Timeline(world, spacing: keyframeSpacing)
    fixedSeed = seed
  }

  /// The present world.
  public var world: World { timeline.world }
  /// The present cluster.
  public var cluster: Cluster { timeline.world.cluster }

  /// What names mean now.
  public func names(isPrompt: Bool) -> NameContext {
    var names = NameContext(cluster: cluster, branches: timeline.branchNames, isPrompt: isPrompt, met: met)
    names.ownAlerts = world.board.ownNames
    return names
  }

  /// What names mean in a line that is carried out now; a line of a file was read before anything of it ran, and its
  /// conditions can name whom the present cluster lacks.
  public func names(carryingOut line: SourceLine) -> NameContext {
    var names = names(isPrompt: line.isPrompt)
    names.mayNameAbsent = !line.isPrompt
    return names
  }

  /// The instant at which facts are judged now.
  public var facts: FactContext { FactContext(world, commands: commands, past: timeline, predictions: predictions) }

  /// The instant at which a condition is judged, with what its facts need and no more.
  ///
  /// - Parameter isConverged: whether the replicas have converged, if that is known already.
  func facts(for condition: Condition, isConverged: Bool? = nil) -> FactContext {
    FactContext(
      timeline.world, commands: commands, isConverged: isConverged, past: condition.looksBack ? timeline : nil,
      predictions: predictions)
  }

  /// The same for somebody who has looked at the past already: what of it is recalled has held.
  func facts(recalling recalled: Set<Condition>) -> FactContext {
    FactContext(timeline.world, commands: commands, recalled: recalled, predictions: predictions)
  }

  // MARK: Commands

  /// Begins the session anew under a seed for good, as if the command line had given it.
  private mutating func fix(_ seed: UInt64) {
    guard fixedSeed == nil else { return }
    fixedSeed = seed
    var world = World(Cluster(seed: seed))
    world.inherit(reportingOf: timeline.world)
    timeline = Timeline(world, spacing: timeline.spacing)
  }

  /// Reads a line against the present names and carries it out.
  ///
  /// - Throws: a ``Diagnostic`` if the line is wrong or can't be carried out; nothing has changed then.
  public mutating func execute(
    _ line: SourceLine, isPrompt: Bool, report: (SessionEvent) -> Void
  ) throws {
    do {
      var names = names(isPrompt: isPrompt)
      names.mayNameAbsent = !isPrompt
      guard let command = try CommandParser.parse(line.text, in: names) else { return }
      try execute(command, from: line, report: report)
    } catch let error as LanguageError {
      throw Diagnostic(error, in: line)
    }
  }

  /// Carries a command out whole, and reports what comes of it as it comes.
  ///
  /// - Throws: a ``LanguageError`` if it can't be carried out; nothing has changed then.
  public mutating func execute(
    _ command: Command, from line: SourceLine, report: (SessionEvent) -> Void
  ) throws {
    guard var goal = try begin(command, from: line, report: report) else { return }
    while pursue(&goal, until: .end, atMost: .max, report: report) != .reached {}
  }

  /// Carries a command out but for the time that it takes: the caller plays that, as fast as it likes.
  ///
  /// - Returns: what time has to run for; nil if nothing is left to do.
  /// - Throws: a ``LanguageError`` if it can't be carried out; nothing has changed then.
  public mutating func begin(
    _ command: Command, from line: SourceLine, report: (SessionEvent) -> Void
  ) throws -> Goal? {
    if command.asksOfService { watch() }
    try check(command, line)
    letGo()
    let undertaking = Undertaking(command: command, line: line, start: Standpoint(self, before: command))
    if case .fixSeed(let seed) = command, timeline.isUntouched, commands == 0 {
      fix(seed)
      report(.outcome(outcome(of: undertaking, goal: nil, answer: nil)))
      return nil
    }
    var answer: SessionEvent?
    let goal = perform(command, line) { event in
      answer = event
      report(event)
    }
    if command.traits.isAction {
      commands += 1
      undoable.append(Deed(words: line.words, moment: undertaking.start.moment))
      redoable = []
    }
    writeDown(command, line, goal)
    flush { event in
      answer = event
      report(event)
    }
    if goal == nil {
      let outcome = outcome(of: undertaking, goal: nil, answer: answer)
      // The log has the operations and rounds themselves; of other commands it says what came of them.
      if case .input = command, outcome.kind == .change { timeline.note(outcome.sentence) }
      report(.outcome(outcome))
    } else {
      self.undertaking = undertaking
    }
    return goal
  }

  /// Plays the next event, if there is one, and says what came of it.
  public mutating func step(report: (SessionEvent) -> Void) {
    letGo()
    let start = Standpoint(self)
    _ = timeline.step()
    wroteTime(since: start.moment, isGoalReached: false)
    flush(report)
    report(.outcome(played(since: start)))
  }

  /// Lets time run on until every operation and load has ended.
  public mutating func finish(report: (SessionEvent) -> Void) {
    if let end = cluster.loadEnd {
      var goal = Goal.instant(end)
      while pursue(&goal, until: .end, atMost: .max, report: report) != .reached {}
    }
    while cluster.openCommands > 0 || cluster.openLoads > 0, timeline.step() {}
    flush(report)
  }

  mutating func flush(_ report: (SessionEvent) -> Void) {
    if timeline.world.keepsTrace {
      let traced = timeline.takeTraced()
      if !traced.isEmpty { report(.traced(traced, in: timeline.world.cluster)) }
    }
    for id in timeline.takeEnded() {
      if let operation = OperationReport(id, in: timeline.world) { report(.operation(operation)) }
    }
    for event in timeline.takeAlerts() { report(.alerted(event)) }
    for outcome in timeline.takeRepairs() { report(.repaired(RepairSummary(outcome, in: cluster))) }
  }

  private mutating func operate(_ plan: OperationPlan, _ line: SourceLine) -> OperationID {
    timeline.makeRoom(at: cluster.nextStart)
    return timeline.operate(plan, as: line.words)
  }

  private mutating func perform(_ command: Command, _ line: SourceLine, _ report: (SessionEvent) -> Void) -> Goal? {
    switch command {
    case .input(let input):
      timeline.perform(input, as: line.words)
      met.meet(input)
    case .profile(let plan):
      for line in plan.lines {
        timeline.perform(line.input, as: line.text)
        met.meet(line.input)
      }
    case .seed(let seed), .fixSeed(let seed):
      if fixedSeed == nil { timeline.perform(.reseed(seed), as: line.words) }
    case .killLeader(let partition, let region):
      if let leader = cluster.leader(of: partition, in: region) {
        timeline.perform(.fault(.crash(ReplicaSet([leader]))), as: line.words)
      }
    case .moveLeader(let name, let region, let heir):
      if let partition = cluster.number(of: name), let heir = heir ?? cluster.heirs(of: partition, in: region).first {
        timeline.perform(.moveLeader(partition: partition, in: region, to: heir), as: line.words)
      }
    case .operate(let plan, let isAsync):
      let id = operate(plan, line)
      return isAsync ? nil : .answer(id)
    case .repair(let pairs, let key, let isAsync):
      let round = cluster.repairs.nextRound
      timeline.perform(.repair(pairs, key: key), as: line.words)
      return isAsync ? nil : .repair(round: round)
    case .await:
      return .answers
    case .step(let count):
      return .events(count)
    case .run(let span):
      return .instant(cluster.now + span)
    case .runUntil(let condition, let span, let text):
      return .condition(condition, by: cluster.now + span, text: text, line: line)
    case .play(to: let position, at: let instant):
      timeline.goto(position: position, at: instant)
    case .back(let count):
      timeline.back(count)
    case .goto(let instant):
      timeline.goto(instant)
    case .gotoEvent(let position, at: let instant):
      timeline.goto(position: position, at: instant)
    case .undo:
      travel(from: \.undoable, to: \.redoable)
    case .redo:
      travel(from: \.redoable, to: \.undoable)
    case .fork(let name):
      timeline.fork(name)
    case .switchTo(let name):
      _ = timeline.switchTo(name)
    case .expect(let condition, let text):
      report(judge(condition, text, line, in: facts))
    case .say(let text):
      report(.said(text))
    case .mark(let text):
      report(.marked(text))
    case .show(.alerts):
      report(.alerts(AlertReport(timeline)))
    case .operating(let decision):
      timeline.decide(decision, as: line.words)
    case .show(.cost):
      let cost = CostReport(in: facts)
      report(.answered(cost.lines, json: [cost.json]))
    case .show(let target):
      report(.shown(Listing.lines(for: target, in: timeline, facts)))
    case .predict(let plan):
      report(.shown(ClusterPrediction(plan, in: world, predictions).lines))
    case .why(let number):
      if let found = timeline.explained(number).flatMap({ Explanation(of: $0.index, in: timeline) }) {
        report(.explained(found))
      }
    case .whyNot(let question):
      report(.explained(timeline.explanation(of: question)))
    case .branches:
      report(.shown(Listing.branches(of: timeline)))
    case .diff(let first, let second):
      report(.shown(BranchComparison(first, second, in: timeline)?.lines ?? []))
    case .whatIf(let hypothesis):
      let answer = timeline.answer(whatIf: hypothesis, commands: commands)
      report(answer.json.isEmpty ? .shown(answer.lines) : .answered(answer.lines, json: answer.json))
    case .check(let guarantee, let bound):
      let check = GuaranteeCheck(world)
      let asked = guarantee.map { [$0] } ?? Guarantee.allCases
      report(.checked(check.reports(asked, bound: bound), leftOut: check.leftOut(of: asked)))
    case .share:
      if let token = try? share() { report(.shared(token)) }
    case .help(let name):
      report(.shown(Reference.help(name, under: cluster.plan.scheme)))
    case .speed(let speed):
      self.speed = speed
    case .breakpoint(let condition):
      breakpoint = condition
      breakpointText = line.words.split(separator: " ").dropFirst().joined(separator: " ")
    case .beat, .note, .view, .focus, .select, .zoom, .source, .save, .export, .messages, .trial, .poll, .quit:
      break
    }
    return nil
  }

  /// Something that was done, and the moment to which taking it back, or doing it again, leads.
  struct Deed: Sendable {
    let words: String
    let moment: Timeline.Moment
  }

  private mutating func travel(
    from: WritableKeyPath<Session, [Deed]>, to: WritableKeyPath<Session, [Deed]>
  ) {
    guard let deed = self[keyPath: from].popLast() else { return }
    self[keyPath: to].append(Deed(words: deed.words, moment: timeline.moment))
    timeline.go(to: deed.moment)
  }

  // MARK: Conditions

  mutating func judge(
    _ condition: Condition, _ text: String, _ line: SourceLine, in facts: FactContext
  ) -> SessionEvent {
    let isHeld = facts.holds(condition)
    if isHeld { expectations.held += 1 } else { expectations.failed += 1 }
    let values = isHeld ? [] : condition.facts.map { "\($0.text) is \(facts.value($0).text)" }
    return .expectation(
      ExpectationReport(line: line, condition: text, isHeld: isHeld, facts: values, at: cluster.now))
  }
}

extension Session {
  /// What stands there now is a scene that was set for somebody: time begins after it, and none of it can be undone.
  mutating func settle() {
    sceneLength = timeline.position
    undoable = []
  }
}
