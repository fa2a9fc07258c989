/// Whether a history can be explained by an order in which causes come before effects.
///
/// An operation is caused by earlier ones of its session, by the write that it read, and by what caused those. As values are
/// unique, that order is known, and a history is causally consistent if and only if none of these patterns occurs
/// (Bouajjani, Enea, Guerraoui and Hamza, *On Verifying Causal Consistency*, POPL 2017, definition 8, theorem 5):
///
/// - *thin-air read*: a value that nobody wrote, which is an anomaly of the history;
/// - *cyclic causality*: an operation among its own causes;
/// - *write before the write that was read*: a read answers a value although another write of the key stands, in causal
///   order, between that value's write and the read;
/// - *the missing key after a write*: a read finds nothing although a write of the key is among its causes, and no delete
///   explains it.
///
/// Deletes are told apart by values below 0, so that what a read found is known for them too.
public enum CausalConsistency {
  /// How many steps are taken at most: operations times rows of operations that don't overlap.
  public static let budget = 200_000_000

  /// Judges a history.
  ///
  /// - Complexity: O(n × p) for n operations of p rows; undecided if that is more than the ``budget``.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    if let anomaly = anomalies.min(by: { history.operations[$0.read].ended < history.operations[$1.read].ended }) {
      return .broken(witness: [anomaly.read], reason: "this read answers a value, but \(anomaly.reason.rawValue)")
    }
    guard let graph = CausalOrder.of(history, without: []) else { return .tooLong }
    guard graph.left.isEmpty else {
      return .broken(witness: Array(graph.left.prefix(6)), reason: "these operations are among their own causes")
    }
    var earliest: (end: Int, verdict: Verdict)?
    for number in graph.numbers where history.operations[number].isRead {
      let end = history.operations[number].ended
      guard end < earliest?.end ?? .max, let verdict = judge(number, graph) else { continue }
      earliest = (end, verdict)
    }
    return earliest?.verdict ?? history.concluded(.held, on: .reads)
  }

  /// What is wrong with a read; nil if nothing is.
  private static func judge(_ number: Int, _ graph: CausalOrder) -> Verdict? {
    let read = graph.history.operations[number]
    let source = graph.source(of: number)
    for (row, count) in graph.causes(of: number).enumerated() {
      guard let write = graph.latestWrite(of: read.key, by: row, ofFirst: count), write != source, write != number
      else { continue }
      guard let source, read.value > 0 else {
        if graph.mayHaveFoundDelete(number) { continue }
        return .broken(witness: [write, number], reason: "a read finds nothing where a write is among its causes")
      }
      if graph.isCause(source, of: write) {
        return .broken(
          witness: [source, write, number], reason: "a read answers what its causes had replaced already")
      }
    }
    return nil
  }
}

extension CausalOrder {
  /// The causes of everything that a checker has to account for; nil if that would take more steps than there may be.
  static func of(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> CausalOrder? {
    var graph = CausalOrder(history, without: anomalies)
    guard graph.steps <= CausalConsistency.budget else { return nil }
    _ = graph.sort()
    return graph
  }
}

extension Verdict {
  static var tooLong: Verdict { .undecided(reason: "the history is too long and has too many sessions") }
}
