import Kernel
import Language
import Workbench

/// A script that is played on the screen: each command is typed, carried out and watched.
///
/// All pauses are drawn from the session's seed, so that a demo recorded twice is the same twice.
public struct Demo: Sendable {
  /// How a demo goes on.
  public enum Pace: String, CaseIterable, Sendable {
    /// By itself, as somebody would type it.
    case human
    /// When the presenter says so.
    case presenter
    /// As fast as can be.
    case instant
  }

  /// What is going on.
  enum Phase: Hashable, Sendable {
    /// The next step comes after that many nanoseconds.
    case pausing(UInt64)
    /// That many characters of the step's command stand in the prompt; the next key comes after some nanoseconds.
    case typing(Int, rest: UInt64)
    /// The step's command takes its time.
    case watching
    /// The presenter's word is waited for.
    case holding
    /// Nothing is left, or something failed.
    case over
  }

  /// The lines of the script.
  public let steps: [SourceLine]
  /// Who says when it goes on.
  public let pace: Pace
  /// How many steps have been begun.
  public internal(set) var position = 0
  var phase: Phase
  /// How fast it is played, in percent.
  var percent: UInt64 = 100
  /// Whether somebody has stopped it for a while.
  var isPaused = false
  /// Whether the screen is blank, so that everybody looks at the presenter.
  public internal(set) var isBlank = false
  /// Whether nobody can take over, and leaving takes two keys: a clicker in a pocket does no harm.
  public let isGuarded: Bool
  /// Whether it was asked to leave once.
  var isLeaving = false
  /// Whether somebody else is at the keys.
  public internal(set) var isTakenOver = false
  /// The exit status that it has earned so far.
  public internal(set) var status: Int32 = 0
  /// Why it failed; nil if it didn't.
  public internal(set) var failure: String?
  /// What steps have asked of the screen's loop.
  var effects: [ScreenEffect] = []
  /// The screen before each step.
  var past: [ScreenModel] = []

  /// A demo of those lines.
  ///
  /// - Parameter isGuarded: whether nobody can take over.
  public init(_ script: Script, pace: Pace, isGuarded: Bool = false) {
    steps = script.lines
    self.isGuarded = isGuarded
    self.pace = pace
    phase = pace == .presenter ? .holding : .pausing(600 * Self.millisecond)
  }

  /// Whether real time matters to it.
  var isTicking: Bool {
    guard !isPaused, !isTakenOver, !isBlank else { return false }
    switch phase {
    case .pausing, .typing: return true
    case .watching: return true
    case .holding, .over: return false
    }
  }

  /// Whether no step is being played.
  var isBetweenSteps: Bool {
    switch phase {
    case .pausing, .holding, .over: true
    case .typing, .watching: false
    }
  }

  /// Whether all of it has been played, or it has failed.
  public var isOver: Bool { phase == .over }

  /// What is said at its end: how it has ended, and what can be done then.
  var ending: String {
    "\(failure ?? "the demo is over"); ← steps back, \(isGuarded ? "" : "t takes over, ")q leaves"
  }

  /// The step that is being played, or was played last.
  public var current: SourceLine? { position > 0 ? steps[position - 1] : nil }

  /// The longest pause that the script asks for with `beat`, in seconds.
  var longestBeat: Double {
    let spans = steps.compactMap { step -> Double? in
      let words = step.command.split(separator: " ")
      guard words.count == 2, words[0].lowercased() == "beat" else { return nil }
      return Quantity.duration(String(words[1])).map { Double($0.microseconds) / 1_000_000 }
    }
    return spans.max() ?? 0
  }

  /// Where chapters begin, by step.
  var chapters: [Int] {
    steps.indices.filter { steps[$0].text.drop { $0 == " " }.lowercased().hasPrefix("mark ") }
  }
}

/// How long things take that somebody does at a keyboard.
extension Demo {
  static let millisecond: UInt64 = 1_000_000

  /// Quantiles of a log-normal distribution (σ 0.35), in percent of its median: how unevenly people type.
  private static let rhythm: [UInt64] = [
    52, 63, 70, 75, 80, 84, 88, 92, 96, 100, 104, 109, 114, 119, 125, 133, 143, 158, 192, 240,
  ]

  /// How long the key after `typed` takes to come: longer at a word's beginning and before Enter.
  func delay(after typed: [Character], of text: [Character], seed: UInt64) -> UInt64 {
    let number = UInt64(position) << 16 | UInt64(typed.count)
    let draw = Randomness.output(start: seed ^ 0x6465_6D6F, number: number)
    var delay = 65 * Self.rhythm[Int(draw % UInt64(Self.rhythm.count))] / 100
    if typed.count == text.count { delay += 350 }
    if typed.last == " " { delay += 120 }
    if let last = typed.last, ",.:;".contains(last) { delay += 200 }
    return delay * Self.millisecond * 100 / percent
  }

  /// How long a sentence takes to be read.
  func reading(_ text: String) -> UInt64 {
    UInt64(min(8_000, max(1_200, 900 + 45 * text.count))) * Self.millisecond * 100 / percent
  }

  /// A pause of so many milliseconds at the demo's speed.
  func pause(_ milliseconds: Int64) -> UInt64 { UInt64(max(0, milliseconds)) * Self.millisecond * 100 / percent }
}
