import Analysis
import Kernel
import Language
import Replication

/// What has been done in a session, as a script that leads to the same state: sessions are kept as recipes, not as worlds.
///
/// Commands stand as they were written. Time that ran on its own stands as `play to`, and a command whose time was cut
/// short as what became of it; both name the event and the instant at which time stood, so that the script leads to the
/// same moment of the same branch, also within an instant. What only looks is left out.
public struct Recipe: Hashable, Sendable {
  /// The lines, in order.
  public private(set) var lines: [String] = [] { didSet { revision += 1 } }
  /// How often it has changed.
  public private(set) var revision = 0
  /// The command that time runs for now: which line it is, and the moment at which its time began.
  private var open: Open?
  /// Whether the last line is time that runs on its own, and grows.
  private var isGrowing = false

  private struct Open: Hashable {
    let line: Int
    let moment: Timeline.Moment
    /// What the command does at once; nil if it only lets time run.
    let beginning: String?
  }

  init() {}

  /// How many lines, from the first, will never change any more.
  var settled: Int { open?.line ?? (isGrowing ? lines.count - 1 : lines.count) }

  /// Takes in a command that has been carried out, but for the time that it takes.
  mutating func add(_ line: String) {
    isGrowing = false
    lines.append(line)
  }

  /// Takes in that the latest command lets time run from a moment on.
  mutating func open(at moment: Timeline.Moment, beginning: String?) {
    open = Open(line: lines.count - 1, moment: moment, beginning: beginning)
  }

  /// The command that time ran for has come to its end.
  mutating func close() { open = nil }

  /// The command that time ran for is given up at a moment: what it has done so far stands in its place.
  mutating func letGo(at moment: Timeline.Moment) {
    guard let open else { return }
    self.open = nil
    lines.removeSubrange(open.line...)
    guard let beginning = open.beginning else {
      // A command that lets time run is one still, as `undo` and the count of commands know.
      lines.append("goto \(Self.text(moment))")
      return
    }
    lines.append(beginning)
    advance(from: open.moment, to: moment)
  }

  /// Takes in that time ran on its own from one moment to another.
  mutating func advance(from before: Timeline.Moment, to moment: Timeline.Moment) {
    guard open == nil, moment != before else { return }
    if isGrowing { lines.removeLast() }
    lines.append("play to \(Self.text(moment))")
    isGrowing = true
  }

  private static func text(_ moment: Timeline.Moment) -> String {
    "event \(moment.position) at \(moment.time.microseconds)us"
  }
}

/// What a journal is to hold: all that has been done in a session, and the command that is about to be carried out.
public struct KeptScript: Hashable, Sendable {
  /// With what the script of every session begins: by this it is known among other files.
  public static let title = "# A session of eventually: `eventually run` plays it, `eventually resume` goes on with it."

  private let heading: [String]
  private let done: [String]
  private let next: String?
  /// How many of its lines, from the first, will be the same in whatever this session keeps later.
  let settled: Int

  init(_ session: Session, followedBy next: String?) {
    heading = [Self.title] + (session.fixedSeed.map { ["seed \($0) fixed"] } ?? [])
    done = session.recipe.lines
    settled = heading.count + session.recipe.settled
    self.next = next
  }

  /// How many lines it has.
  var count: Int { heading.count + done.count + (next == nil ? 0 : 1) }

  subscript(position: Int) -> String {
    if position < heading.count { return heading[position] }
    let rest = position - heading.count
    return rest < done.count ? done[rest] : next ?? ""
  }

  /// Whether nothing has been done yet, and nothing is about to be.
  public var isEmpty: Bool { done.isEmpty && next == nil }

  /// Whether a command is about to be carried out.
  var announces: Bool { next != nil }

  /// Its lines.
  public var lines: [String] { heading + done + (next.map { [$0] } ?? []) }
}

extension Session {
  /// All that has been done, as a script that does it again, and the command that is about to be.
  public func kept(followedBy line: SourceLine? = nil) -> KeptScript { KeptScript(self, followedBy: line?.trimmed) }

  /// Gives up what time ran for: what runs from now on, runs on its own.
  public mutating func letGo() {
    undertaking = nil
    recipe.letGo(at: timeline.moment)
  }

  /// Takes down in the recipe what only concerns the screen that shows the session.
  public mutating func writeDown(_ line: SourceLine) {
    letGo()
    recipe.add(line.trimmed)
  }

  mutating func writeDown(_ command: Command, _ line: SourceLine, _ goal: Goal?) {
    guard command.traits.isKept else { return }
    recipe.add(line.trimmed)
    guard goal != nil else { return }
    recipe.open(at: timeline.moment, beginning: command.traits.canBeAsync ? "async \(line.trimmed)" : nil)
  }

  /// Takes down that time has run from a moment on, for a goal or on its own.
  mutating func wroteTime(since before: Timeline.Moment, isGoalReached: Bool) {
    recipe.advance(from: before, to: timeline.moment)
    if isGoalReached { recipe.close() }
  }
}
