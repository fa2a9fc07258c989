import Kernel
import Language
import Replication

/// What is to be broken, and what an adversary may do for it.
public struct BreakPlan: Sendable {
  /// A claim: a condition that is to hold at the end of a script.
  public struct Claim: Sendable {
    /// As it was written.
    public let text: String
    let condition: Condition

    /// A claim about what stands there after a script.
    ///
    /// - Throws: a ``ScriptError`` if it is no condition, with the place in it.
    public init(_ text: String, in names: NameContext) throws {
      var names = names
      names.mayNameAbsent = true
      do {
        condition = try CommandParser.condition(text, in: names)
      } catch let error as LanguageError {
        throw ScriptError.wrong([Diagnostic(error, in: SourceLine(file: "--claim", number: 1, text: text))])
      }
      self.text = text
    }

    /// Whether it is about the replicas themselves, not only about what operations were told.
    var isGlobal: Bool {
      !condition.facts.allSatisfy { fact in
        switch fact {
        case .operation, .count, .latency: true
        case .named(let name, _): name.hasPrefix("last.")
        case .ever(let condition): Self.isAboutOperations(condition)
        case .predicted, .guarantee: false
        }
      }
    }

    /// Whether it is about nothing but what operations were told and what replicas hold, not about how that came to be.
    var restsOnState: Bool {
      condition.facts.allSatisfy { fact in
        switch fact {
        case .operation, .count, .latency: true
        case .named(let name, _): name.hasPrefix("last.") || name == "value" || name == "converged"
        case .ever, .predicted, .guarantee: false
        }
      }
    }

    private static func isAboutOperations(_ condition: Condition) -> Bool {
      condition.facts.allSatisfy { if case .named(let name, _) = $0 { name.hasPrefix("last.") } else { false } }
    }
  }

  /// The longest run that is played, in events: an adversary is for short scripts, of which it plays many variants.
  public static let mostEvents = 200_000

  /// The script's commands.
  public var lines: [SourceLine]
  /// What is to hold.
  public var claim: Claim
  /// How many faults at most.
  public var faults = 2
  /// The instant from the beginning of the script after which nothing is done; nil: ten seconds after its end.
  public var deadline: TimeSpan?
  /// What may be done.
  public var kinds: [AdversaryFaultKind] = AdversaryFaultKind.standard
  /// Other seeds that are tried at random once all was tried on the script's own.
  public var seeds: ClosedRange<UInt64>?
  /// The seed; nil: what the script says.
  public var seed: UInt64?
  /// How many runs at most.
  public var runs = 20_000

  /// Whether what can be done from a state that was met before, with as many faults left, is not tried again.
  public var remembersStates = true

  /// Whether states can be told from each other: the claim rests on nothing else, and no command counts events.
  var tellsStates: Bool {
    remembersStates && claim.restsOnState && !lines.contains { $0.command.lowercased().hasPrefix("step") }
  }

  /// A plan to break a claim about a script.
  public init(_ lines: [SourceLine], claim: Claim) { (self.lines, self.claim) = (lines, claim) }

  /// Reads a script and a claim about it.
  ///
  /// - Throws: a ``ScriptError`` if the file is missing, or anything in it or in the claim is wrong, or if it travels in time:
  ///   an adversary needs one history.
  public init(_ file: String, from source: any ScriptSource, claim: String) throws {
    var names = Session().names(isPrompt: false)
    let script = try Script(file, from: source, names: &names)
    var reader = Session().names(isPrompt: false)
    for line in script.lines {
      guard let command = try? CommandParser.parse(line.text, in: reader) else { continue }
      reader.follow(command)
      if command.traits.domain == .history || command.isTravel {
        throw ScriptError.wrong([
          Diagnostic(
            LanguageError(
              .refused("a script that travels in time can't be broken: leave this command out"), at: line.whole),
            in: line)
        ])
      }
    }
    self.init(script.lines, claim: try Claim(claim, in: names))
  }
}

extension Command {
  /// Whether it goes elsewhere in time without being a command of history.
  fileprivate var isTravel: Bool {
    switch self {
    case .undo, .redo, .play: true
    default: false
    }
  }
}
