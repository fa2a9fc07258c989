/// Whether a history can be explained by an order in which causes come before effects.
///
/// An operation is caused by earlier ones of its process, by the write that it read, and by what caused those. As values are
/// unique, that order is known, and a history is causally consistent if and only if none of these patterns occurs
/// (Bouajjani, Enea, Guerraoui and Hamza, *On Verifying Causal Consistency*, POPL 2017, definition 8, theorem 5):
///
/// - *thin-air read*: a value that nobody wrote, which is an anomaly of the history;
/// - *cyclic causality*: an operation among its own causes;
/// - *write before the write that was read*: a read answers a value although another write of the key stands, in causal
///   order, between that value's write and the read;
/// - *the missing key after a write*: a read finds nothing although a write of the key is among its causes.
public enum CausalConsistency {
  /// How many steps are taken at most: operations times processes.
  public static let budget = 200_000_000

  /// Judges a history; nil if that would take more steps than the ``budget``.
  ///
  /// - Complexity: O(n × p) for n operations of p processes.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict? {
    if let anomaly = anomalies.first {
      return .broken(witness: [anomaly.read], reason: "this read answers a value, but \(anomaly.reason.rawValue)")
    }
    let numbers = history.judged(without: []).flatMap { $0 }.sorted()
    let processes = (numbers.map { history.operations[$0].process }.max() ?? -1) + 1
    guard numbers.count * max(1, processes) <= budget else { return nil }
    var graph = CausalOrder(history, numbers, processes: processes)
    guard graph.sort() else {
      return .broken(witness: Array(graph.left.prefix(6)), reason: "these operations are among their own causes")
    }
    for number in numbers where history.operations[number].isRead {
      if let verdict = judge(number, graph) { return verdict }
    }
    return .held
  }

  /// What is wrong with a read; nil if nothing is.
  private static func judge(_ number: Int, _ graph: CausalOrder) -> Verdict? {
    let read = graph.history.operations[number]
    let source = graph.source(of: number)
    for (process, count) in graph.causes(of: number).enumerated() {
      guard let write = graph.latestWrite(of: read.key, by: process, ofFirst: count), write != source, write != number
      else { continue }
      guard let source else {
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
