import Kernel

/// A line of a drill's journal: what came in, and what was done about it.
public struct DrillEntry: Hashable, Sendable {
  /// What it is.
  public enum Kind: Hashable, Sendable {
    /// An alarm, or an alert that somebody made, has fired.
    case paged(String)
    /// It has cleared.
    case cleared(String)
    case ticket(from: String)
    /// Somebody looked at something; whether there was trouble, and it shows there.
    case looked(isTelling: Bool)
    /// Something was changed, and what that is worth, as far as the drill knows.
    case changed(DrillMitigation.Worth?)
    /// An operation was asked by hand.
    case asked
    /// A cause was named that isn't it.
    case wrong
    /// The right one was named, and nothing that was seen shows it.
    case unproven
    /// The right one, with its proof.
    case named
  }

  /// When.
  public let at: Instant
  /// What it is.
  public let kind: Kind
  /// In words: what was written, typed or named.
  public let words: String

  init(at: Instant, _ kind: Kind, _ words: String) {
    (self.at, self.kind, self.words) = (at, kind, words)
  }

  /// Whether time stops for it, as somebody is called.
  var isCall: Bool {
    switch kind {
    case .paged, .ticket: true
    case .cleared, .looked, .changed, .asked, .wrong, .unproven, .named: false
    }
  }

  /// Whether it came in from outside.
  public var isNews: Bool {
    if case .cleared = kind { return true }
    return isCall
  }

  /// Whether somebody knew of the trouble from then on.
  var detects: Bool {
    if case .looked(let isTelling) = kind { return isTelling }
    return isCall
  }

  /// What stands before the words.
  public var heading: String {
    switch kind {
    case .paged(let name): "page \(name)"
    case .cleared: "cleared"
    case .ticket(let sender): "ticket from \(sender)"
    case .looked: "looked"
    case .changed: "changed"
    case .asked: "asked"
    case .wrong: "not the cause"
    case .unproven: "not proven"
    case .named: "the cause"
    }
  }
}
