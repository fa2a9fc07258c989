import Insight
import Kernel
import Language
import Replication

/// One time that an alert fired, and what came of it.
public struct AlertFiring: Hashable, Sendable {
  /// Its name.
  public let alert: String
  /// How urgent it is.
  public let severity: AlertSeverity
  /// Since when its condition held; when it fired, where it waits for nothing.
  public let pending: Instant
  /// When it fired.
  public let fired: Instant
  /// Whether somebody is called for it; if not it is part of the page before (see ``AlertPages``).
  public let isNewPage: Bool
  /// When it cleared; nil while it fires.
  public internal(set) var cleared: Instant?
  /// When somebody acknowledged it.
  public internal(set) var acknowledged: Instant?
  /// Who else was told, and when.
  public internal(set) var told: [Told] = []

  /// Somebody was told.
  public struct Told: Hashable, Sendable {
    /// Who.
    public let receiver: String
    /// When.
    public let at: Instant
  }
}

/// Something that an alert did, for the log.
public struct AlertEvent: Hashable, Sendable {
  /// What.
  public enum Kind: Hashable, Sendable {
    case fired, cleared, acknowledged
    /// It fires once more, as part of the same page.
    case firedAgain
    /// It fires and clears again and again: no more is told until it has been quiet for so long.
    case flaps(within: TimeSpan)
    /// It flapped, and has been quiet for that long.
    case quietened
    /// It goes on, and somebody else is told.
    case escalated(to: String)
    /// What was to be done when it fires has been done, or left out.
    case remedied(String)
  }

  /// Which.
  public let alert: String
  /// How urgent it is.
  public let severity: AlertSeverity
  /// When.
  public let at: Instant
  /// What.
  public let kind: Kind

  /// What it did, in words.
  public var text: String {
    let name = Printable.named(alert)
    return switch kind {
    case .fired: "\(name) fires (\(severity.rawValue))"
    case .firedAgain: "\(name) fires again: the same \(severity.rawValue)"
    case .flaps(let span):
      "\(name) flaps: no more is told until it has been quiet for \(Quantity.figure(span)); `show alerts` counts on"
    case .quietened: "\(name) clears, and has been quiet for long enough"
    case .cleared: "\(name) clears"
    case .acknowledged: "\(name) is acknowledged"
    case .escalated(let receiver): "\(name) fires still: \(Printable.escaped(receiver)) is told"
    case .remedied(let text): text
    }
  }
}

/// How an alert stands.
public enum AlertState: String, Sendable {
  case ok, pending, firing
}

extension AlertEvent {
  /// What it did, in a glyph.
  public var glyph: String {
    switch kind {
    case .fired: severity == .page ? "✗" : "▲"
    case .cleared, .acknowledged, .quietened: "●"
    case .escalated, .remedied, .firedAgain, .flaps: "▲"
    }
  }

  /// Whether it is over, or taken on.
  public var isGood: Bool { [.cleared, .acknowledged, .quietened].contains(kind) }

  /// The same as JSON; instants in microseconds.
  public var json: JSONText {
    let (event, detail): (String, JSONText) =
      switch kind {
      case .fired: ("fired", .null)
      case .firedAgain: ("fired-again", .null)
      case .flaps: ("flaps", .null)
      case .quietened: ("quiet", .null)
      case .cleared: ("cleared", .null)
      case .acknowledged: ("acknowledged", .null)
      case .escalated(let receiver): ("escalated", .string(receiver))
      case .remedied(let text): ("remedied", .string(text))
      }
    return .object([
      .init("kind", .string("alert")), .init("time", .integer(at.microseconds)), .init("alert", .string(alert)),
      .init("severity", .string(severity.rawValue)), .init("event", .string(event)), .init("detail", detail),
    ])
  }
}
