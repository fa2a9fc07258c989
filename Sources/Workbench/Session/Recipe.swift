import Kernel
import Replication

/// What has been done in a session, as a script that leads to the same state: sessions are kept as recipes, not as worlds.
///
/// Commands stand as they were written. Time that ran on its own stands as the events that it played; a command whose
/// time was cut short stands as what became of it; `undo` and `redo` stand as the moves that they made, since what they
/// take back may have been written otherwise. What only looks is left out.
public struct Recipe: Hashable, Sendable {
  /// The lines, in order.
  public private(set) var lines: [String] = [] { didSet { revision += 1 } }
  /// How often it has changed.
  public private(set) var revision = 0
  /// The command that time runs for now: which line it is, and the moment at which its time began.
  private var open: Open?
  /// The line that grows while time runs on its own: how many events it has played so far.
  private var growing: Int?

  private struct Open: Hashable {
    let line: Int
    let position: Int
    /// What the command does at once; empty if it only lets time run.
    let beginning: String
  }

  init() {}

  /// Takes in a command that has been carried out, but for the time that it takes.
  mutating func add(_ line: String) {
    growing = nil
    lines.append(line)
  }

  /// Takes in that the latest command lets time run from a position on.
  mutating func open(at position: Int, beginning: String) {
    open = Open(line: lines.count - 1, position: position, beginning: beginning)
  }

  /// The command that time ran for has come to its end.
  mutating func close() { open = nil }

  /// The command that time ran for is given up at a moment: what it has done so far stands in its place.
  mutating func letGo(at position: Int, stoppedAt instant: Instant?) {
    guard let open else { return }
    self.open = nil
    lines.removeSubrange(open.line...)
    if !open.beginning.isEmpty { lines.append(open.beginning) }
    advance(by: position - open.position, stoppedAt: instant)
  }

  /// Takes in that so many events were played, and that time then moved on to an instant without any; nil: it didn't.
  mutating func advance(by events: Int, stoppedAt instant: Instant?) {
    guard open == nil, events > 0 || instant != nil else { return }
    if let growing {
      // Time that stopped between two events may have moved on since.
      if lines.last?.hasPrefix("goto ") ?? false { lines.removeLast() }
      if growing > 0 { lines.removeLast() }
    }
    let count = (growing ?? 0) + events
    if count > 0 { lines.append(count == 1 ? "step" : "step \(count)") }
    if let instant { lines.append("goto \(instant.microseconds)us") }
    growing = count
  }

  /// Takes in a move to another moment.
  ///
  /// - Parameters:
  ///   - tip: the last position of the branch on which it lies.
  ///   - isBeforeInput: whether an input was given at that moment. `goto` would give it again; `back` stops before it.
  mutating func move(
    from: Timeline.Moment, to target: Timeline.Moment, onto branch: String, tip: Int, isBeforeInput: Bool
  ) {
    growing = nil
    var position = from.position
    if target.branch != from.branch {
      lines.append("switch \(branch)")
      position = tip
    } else if position == target.position, from.time == target.time {
      return
    }
    if isBeforeInput, position <= target.position {
      lines.append("step \(target.position - position + 1)")
      position = target.position + 1
    }
    if position != target.position {
      lines.append("\(position < target.position ? "step" : "back") \(abs(target.position - position))")
    }
    if !isBeforeInput { lines.append("goto \(target.time.microseconds)us") }
  }
}

extension Session {
  /// All that has been done, as the lines of a script that does it again, and the command that is about to be.
  public func script(followedBy command: String? = nil) -> [String] {
    ["# A session of eventually: `eventually run` plays it, `eventually resume` goes on with it."]
      + (isSeedFixed ? ["seed \(seed)"] : []) + recipe.lines + (command.map { [$0] } ?? [])
  }

  /// Gives up what time ran for: what runs from now on, runs on its own.
  public mutating func letGo() { recipe.letGo(at: timeline.position, stoppedAt: cluster.isInSilence ? now : nil) }

  /// Takes down in the recipe what only concerns whoever shows the session.
  public mutating func writeDown(_ line: SourceLine) {
    letGo()
    recipe.add(line.trimmed)
  }

  mutating func writeDown(
    _ command: Command, _ line: SourceLine, _ goal: Goal?, since before: Timeline.Moment
  ) {
    switch command {
    case .show, .why, .whyNot, .check, .whatIf, .branches, .diff, .predict, .help, .breakpoint, .save, .export, .quit:
      return
    case .seed where isSeedFixed: return
    case .undo, .redo:
      let now = timeline.moment
      recipe.move(
        from: before, to: now, onto: timeline.branchName, tip: timeline.tip.position,
        isBeforeInput: timeline.hasInput(at: now))
      return
    default: recipe.add(line.trimmed)
    }
    guard goal != nil else { return }
    let isAtOnce: Bool
    switch command {
    case .operate, .repair: isAtOnce = true
    default: isAtOnce = false
    }
    recipe.open(at: timeline.position, beginning: isAtOnce ? "async \(line.trimmed)" : "")
  }

  /// Takes down that time has run from a moment on, for a goal or on its own.
  mutating func wroteTime(since before: Timeline.Moment, isGoalReached: Bool) {
    let moment = timeline.moment
    if moment != before {
      recipe.advance(by: moment.position - before.position, stoppedAt: cluster.isInSilence ? now : nil)
    }
    if isGoalReached { recipe.close() }
  }
}
