import Algorithms
import Kernel
import Replication

/// The history of a cluster as a tree: going back rewrites nothing, and a new input in the past opens a branch.
///
/// A moment is a position: how many events and inputs there have been. A branch holds its inputs with their positions,
/// and a keyframe (a copy of the world, which shares its pages with the present one) every so often; any moment is the
/// nearest keyframe before it and a replay. Keyframes lie ``spacing`` events apart, further in long histories (an eighth of
/// the position, until somebody goes back there), and a branch keeps at most ``keyframeLimit`` of them, thinned with age.
public struct Timeline: Sendable {
  /// How many keyframes a branch keeps at most.
  public static let keyframeLimit = 32

  /// An input and when it was given.
  package struct TimedInput: Sendable {
    /// The position at which it was given; it makes the next one.
    package let position: Int
    package let time: Instant
    package let input: Input
    /// The command that gave it, as it was written.
    package let text: String
    /// What came of it, in words; empty where that is told elsewhere.
    package var outcome = ""
    /// What was decided by it about watching the cluster.
    var decision: WatchDecision?
    /// Whether nobody is told of it: in a drill causes are to be found.
    var isConcealed = false
  }

  struct Keyframe: Sendable {
    package let position: Int
    var world: World
  }

  /// One line of history, from the beginning.
  package struct Branch: Sendable {
    package let name: String
    /// The branch from which it parted, and where.
    package let parent: (index: Int, position: Int)?
    package internal(set) var inputs: [TimedInput] = []
    var keyframes: [Keyframe]
    /// How far it has been played, and to what instant.
    package internal(set) var tip: (position: Int, time: Instant)
  }

  /// A moment to which one can return.
  public struct Moment: Hashable, Sendable {
    package let branch: Int
    package let position: Int
    package let time: Instant
  }

  /// The present world.
  public internal(set) var world: World
  /// How many events lie between keyframes at least.
  public let spacing: Int
  package internal(set) var branches: [Branch]
  package internal(set) var current = 0
  /// Which of the branch's inputs comes next.
  var cursor = 0

  /// A timeline that begins with a cluster.
  public init(_ world: World, spacing: Int = 1_000) {
    self.world = world
    self.spacing = spacing
    let root = Keyframe(position: world.cluster.position, world: world)
    branches = [
      Branch(name: "main", parent: nil, keyframes: [root], tip: (world.cluster.position, world.cluster.now))
    ]
  }

  /// The present cluster.
  public var cluster: Cluster { world.cluster }
  /// The present instant.
  public var now: Instant { world.cluster.now }
  /// The present moment.
  public var moment: Moment { Moment(branch: current, position: position, time: world.cluster.now) }
  /// Whether nothing has happened, and nothing has been given.
  package var isUntouched: Bool {
    position == 0 && world.cluster.now == .start && branches.count == 1 && tip.position == 0
  }
  /// The name of the present branch.
  public var branchName: String { branches[current].name }
  /// The names of all branches, in the order in which they were opened.
  public var branchNames: [String] { branches.map(\.name) }
  /// How many events and inputs there have been.
  public var position: Int { world.cluster.position }
  /// Whether the present moment lies in the past of its branch: time forward will replay what has been, be it silence.
  public var isInPast: Bool { isReplaying || position == tip.position && world.cluster.now < tip.time }
  /// Whether there is an event or an input of the branch ahead that has been before.
  var isReplaying: Bool {
    position < branches[current].tip.position || cursor < branches[current].inputs.count
  }
  /// How far the present branch has been played.
  public var tip: (position: Int, time: Instant) { branches[current].tip }

  /// What operations have ended since the last call; what was only replayed is left out.
  package mutating func takeEnded() -> [OperationID] { world.takeEnded() }

  /// What came of repairs and syncs since the last call; what was only replayed is left out.
  package mutating func takeRepairs() -> [RepairOutcome] { world.takeRepairs() }

  /// What alerts did since the last call; what was only replayed is left out.
  package mutating func takeAlerts() -> [AlertEvent] { world.takeAlerts() }

  /// What has happened since the last call; what was only replayed is left out.
  package mutating func takeTraced() -> [Record] { world.takeTraced() }

  // MARK: Forward

  /// Gives an input now; in the past this opens a branch.
  ///
  /// - Parameter text: the command, to be shown in the history.
  public mutating func perform(_ input: Input, as text: String = "") { perform(input, as: text, deciding: nil) }

  /// The same, and what was decided by it about watching the cluster.
  mutating func perform(_ input: Input, as text: String, deciding decision: WatchDecision?) {
    if isInPast { openBranch(named: freshName()) }
    branches[current].inputs.append(
      TimedInput(position: position, time: world.cluster.now, input: input, text: text, decision: decision))
    cursor += 1
    let era = world.era
    world.apply(input, deciding: decision)
    extendTip()
    keepKeyframe(force: world.era != era)
  }

  /// Issues an operation, and says which it is: loads may number theirs on the way to its beginning.
  package mutating func operate(_ plan: OperationPlan, as text: String = "") -> OperationID {
    perform(.operate(plan), as: text)
    guard let id = world.cluster.commandOperations.last else {
      preconditionFailure("the operation `\(text)` was performed, but the cluster has issued none")
    }
    return id
  }

  /// Lets time run to an instant at which an input will be given.
  ///
  /// In the past this opens a branch first, so that nothing of the old one is replayed on the way.
  public mutating func makeRoom(at instant: Instant) {
    if isInPast { openBranch(named: freshName()) }
    run(until: instant)
  }

  /// Plays the next event, or replays the next input. False if nothing is left to happen.
  public mutating func step() -> Bool {
    let isReplay = isReplaying
    defer { if isReplay { world.forgetReports() } }
    if let next = nextInput, next.position == position {
      replay(next)
    } else if !world.step(notAfter: nextInput?.time ?? .end, isStopping: !isReplay) {
      return false
    }
    settle()
    if world.isStepwise { carryOutRemedies() }
    return true
  }

  /// Lets time run to an instant, replaying what has been where there is any.
  ///
  /// - Parameters:
  ///   - limit: the instant; where a new cluster is replayed, whose time begins anew, it moves along.
  ///   - count: after this many events the call returns.
  /// - Returns: whether that instant was reached.
  public mutating func run(until limit: inout Instant, atMost count: Int) -> Bool {
    let end = count == .max ? Int.max : position + count
    while position < end {
      guard let next = nextInput else {
        let known = branches[current].tip.position - position
        let isReached =
          world.run(
            until: limit, atMost: min(end - position, known > 0 ? known : 65_536), isStopping: known <= 0) == .reached
        if known > 0 { world.forgetReports() }
        settle(notAfter: limit)
        if world.isStepwise, carryOutRemedies() { continue }
        if isReached { return true }
        continue
      }
      if position < next.position {
        let count = min(next.position - position, end - position)
        let isReached = world.run(until: min(limit, next.time), atMost: count) == .reached
        world.forgetReports()
        if isReached, limit < next.time { return true }
        keepKeyframe()
      } else if next.time > limit {
        world.advance(to: limit)
        return true
      } else {
        let before = next.time
        let era = world.era
        replay(next)
        if world.era != era { limit = world.cluster.now + (limit - before) }
      }
    }
    return false
  }

  /// Plays events that are new for as long as the replicas are seen to be apart, up to an instant and at most that many.
  ///
  /// - Returns: how many were played; none where what has been is to be replayed.
  package mutating func run(until limit: Instant, atMost count: Int, whileApart watch: inout ConvergenceWatch) -> Int {
    guard !isInPast, !world.isStepwise else { return 0 }
    let played = world.run(until: limit, atMost: count, whileApart: &watch)
    settle()
    return played
  }

  /// Plays events that are new for as long as a round of repair goes on, up to an instant and at most that many.
  ///
  /// - Returns: how many were played; none where what has been is to be replayed.
  package mutating func run(until limit: Instant, atMost count: Int, whileRound round: Int) -> Int {
    guard !isInPast, !world.isStepwise else { return 0 }
    let played = world.run(until: limit, atMost: count, whileRound: round)
    settle()
    return played
  }

  /// Lets time run to an instant.
  public mutating func run(until instant: Instant) {
    var limit = instant
    _ = run(until: &limit, atMost: .max)
  }

  /// The command that gave the input which made that position; nil if an event made it.
  public func text(ofInputAt position: Int) -> String? {
    branches[current].inputs.made(position).flatMap { $0.isConcealed ? nil : $0.text }
  }

  /// Nobody is told of the inputs that were given at a position or after it.
  package mutating func conceal(since position: Int) {
    for index in branches[current].inputs.indices.reversed() {
      guard branches[current].inputs[index].position >= position else { return }
      branches[current].inputs[index].isConcealed = true
    }
  }

  /// What came of that input, in words; empty where that is told elsewhere.
  public func outcome(ofInputAt position: Int) -> String { branches[current].inputs.made(position)?.outcome ?? "" }

  /// Notes what came of the input that made the present position.
  package mutating func note(_ outcome: String) {
    guard let index = branches[current].inputs.lastIndex(where: { $0.position + 1 == position }) else { return }
    branches[current].inputs[index].outcome = outcome
  }

  /// A copy for looking back: it keeps every message in its trace, whether or not this one does.
  package var retraced: Timeline {
    var copy = self
    copy.world.isTracing = true
    return copy
  }

  /// A copy for explaining: it keeps every step of every coordinator as well.
  var detailed: Timeline {
    var copy = retraced
    copy.world.isDetailed = true
    return copy
  }

  /// When the next input of the branch was given, if it lies ahead.
  public var nextInputTime: Instant? { nextInput?.time }

  var nextInput: TimedInput? {
    cursor < branches[current].inputs.count ? branches[current].inputs[cursor] : nil
  }

  mutating func replay(_ next: TimedInput) {
    world.advance(to: next.time)
    world.apply(next.input, deciding: next.decision)
    world.forgetReports()
    cursor += 1
  }

  /// Takes note of where playing has led.
  private mutating func settle(notAfter limit: Instant = .end) {
    if isInPast, !isReplaying {
      // After the last event that has been: the time that had passed since then passes again.
      world.advance(to: min(tip.time, limit))
    }
    if !isInPast { extendTip() }
    keepKeyframe()
  }

  mutating func extendTip() { branches[current].tip = (position, world.cluster.now) }

  mutating func keepKeyframe(force: Bool = false) {
    var frames = branches[current].keyframes
    guard let index = frames.lastIndex(where: { $0.position <= position }) else { return }
    guard force || position - frames[index].position >= max(spacing, position / 8),
      frames[index].position != position
    else { return }
    frames.insert(Keyframe(position: position, world: world), at: index + 1)
    if frames.count > Self.keyframeLimit {
      // Every second of the older half goes, but not the root.
      let old = frames.count / 2
      frames = frames.enumerated().filter { $0.offset > old || $0.offset % 2 == 0 }.map(\.element)
    }
    branches[current].keyframes = frames
  }

  // MARK: Branches

  mutating func openBranch(named name: String) {
    let parent = branches[current]
    // A keyframe of this position may have been taken later, after a while in which nothing happened.
    let now = world.cluster.now
    let frames = parent.keyframes.enumerated().filter { index, frame in
      index == 0 || frame.position < position || frame.position == position && frame.world.cluster.now <= now
    }
    branches.append(
      Branch(
        name: name, parent: (current, position), inputs: Array(parent.inputs.prefix(cursor)),
        keyframes: frames.map(\.element), tip: (position, now)))
    current = branches.count - 1
    keepKeyframe(force: true)
  }

  /// `main~1`, `main~2` … for branches that part from `main` by going back.
  private func freshName() -> String {
    let trunk = branchName.split(separator: "~").first.map(String.init) ?? branchName
    var number = 1
    while branches.contains(where: { $0.name == "\(trunk)~\(number)" }) { number += 1 }
    return "\(trunk)~\(number)"
  }
}

extension [Timeline.TimedInput] {
  /// The input that made a position, by where it stands; nil if an event made it.
  package func made(_ position: Int) -> Timeline.TimedInput? {
    let place = partitioningIndex { $0.position + 1 >= position }
    return place < count && self[place].position + 1 == position ? self[place] : nil
  }
}
