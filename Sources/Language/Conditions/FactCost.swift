/// What working out a fact takes. It matters where a condition is judged after every event: by `run until`, and by a
/// breakpoint.
public enum FactCost: String, CaseIterable, Sendable {
  /// Always the same: it is counted anyway, or stands in one place.
  case cheap
  /// It looks at replicas, links, keys, or what is under way.
  case cluster
  /// It looks at the operations so far, or at the versions that they wrote.
  case history

  /// The same in words.
  public var summary: String {
    switch self {
    case .cheap: "costs next to nothing"
    case .cluster: "looks at replicas, links, keys or what is under way"
    case .history: "looks at all operations so far"
    }
  }
}

extension Fact {
  /// What working it out takes.
  public var cost: FactCost {
    switch self {
    case .named(let name, _): FactCatalog.named(name)?.cost ?? .cheap
    case .operation, .predicted: .cluster
    case .ever, .guarantee, .count, .latency: .history
    }
  }
}
