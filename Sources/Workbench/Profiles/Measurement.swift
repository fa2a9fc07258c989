import Analysis
import Insight
import Kernel
import Language
import Replication

/// What is read of a run. Nothing is known here but what facts and the history of the run say.
extension Session {
  /// What a measure comes to, in a unit; nil if there is nothing to be measured.
  ///
  /// - Throws: a ``LanguageError`` if it names a fact that there isn't.
  func measured(_ measure: Figure.Measure, in unit: Figure.Unit) throws -> Double? {
    switch measure {
    case .nothing: return nil
    case .lag(let percentile):
      let convergence = world.observer.convergence
      return convergence.lags.percentile(percentile).flatMap { unit.value(of: .duration($0)) }
    case .freshThenStale: return freshThenStale.map { $0 * 100 }
    case .bill(let lesser): return billAbove(lesser).map { $0 * 100 }
    case .fact(let text, let over, let minus, let times):
      guard let value = unit.value(of: try worth(text)) else { return nil }
      guard let over else { return (value - minus) * times }
      let divisor = try worth(over)
      guard let whole = divisor.magnitude, whole != 0 else { return nil }
      return (value - minus) * times / whole
    }
  }

  /// What a fact is worth now.
  private func worth(_ text: String) throws -> FactValue {
    var reader = CommandReader(text, context: names(isPrompt: false))
    let fact = try reader.fact().fact
    try reader.end()
    return facts.value(fact)
  }

  /// Of all pairs of consecutive reads of a key by one client, the share in which the first is fresh and the second stale.
  private var freshThenStale: Double? {
    struct Reader: Hashable {
      let client: ClientID
      let key: KeyID
    }
    var before: [Reader: Bool] = [:]
    var (pairs, turned) = (0, 0)
    for entry in world.observer.history.all {
      let operation = entry.operation
      guard operation.kind == .read, operation.outcome == .ok else { continue }
      let reader = Reader(client: operation.client, key: operation.key)
      if let wasStale = before[reader] {
        pairs += 1
        if !wasStale, entry.isStale { turned += 1 }
      }
      before[reader] = entry.isStale
    }
    return pairs == 0 ? nil : Double(turned) / Double(pairs)
  }
}

extension Figure.Unit {
  /// A fact's value in the unit; nil if it has none.
  func value(of fact: FactValue) -> Double? {
    switch fact {
    case .none, .text: return nil
    case .boolean(let value): return value ? 1 : 0
    case .number(let value): return self == .percent ? value * 100 : value
    case .duration(let span):
      switch self {
      case .milliseconds: return Double(span) / 1_000
      case .minutes: return Double(span) / 60_000_000
      case .seconds: return Double(span) / 1_000_000
      case .percent, .bytes, .perSecond, .count, .truth: return Double(span)
      }
    }
  }
}
