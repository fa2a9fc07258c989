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
      return .broken(witness: graph.circle, reason: "these operations are among their own causes")
    }
    var earliest: (end: Int, read: Int)?
    for number in graph.numbers where history.operations[number].isRead {
      let end = history.operations[number].ended
      guard end < earliest?.end ?? .max, !overlooked(number, graph, atMost: 1).isEmpty else { continue }
      earliest = (end, number)
    }
    guard let read = earliest?.read else { return history.concluded(.held, on: .reads) }
    let witness = CausalWitness(graph, read)
    let source = graph.source(of: read)
    let known = overlooked(read, graph).filter { !witness.isEnded($0) }.map { write in
      Set(graph.chain(from: write, to: read) + (source.map { graph.chain(from: $0, to: write) } ?? [])).sorted()
    }
    let isNothing = source == nil || history.operations[read].value <= 0
    return .broken(
      witness: witness.smallest(known) { place, part, _ in overlooked(place, part) },
      reason: isNothing
        ? "a read finds nothing where a write is among its causes"
        : "a read answers what its causes had replaced already")
  }

  /// The writes among the causes of a read that it should have found instead of what it did, as many as are asked for.
  private static func overlooked(_ number: Int, _ graph: CausalOrder, atMost limit: Int = .max) -> [Int] {
    let read = graph.history.operations[number]
    let source = graph.source(of: number)
    let isNothing = source == nil || read.value <= 0
    let causes = graph.causes(of: number)
    var writes: [Int] = []
    for lane in graph.lanes(of: read.key) {
      guard let write = graph.latestWrite(in: lane, ofFirst: causes[Int(lane.row)]), write != source else { continue }
      if isNothing {
        if graph.mayHaveFoundDelete(number) { return [] }
        writes.append(write)
      } else if let source, graph.mayBeCause(source, of: write), graph.isCause(source, of: write) {
        writes.append(write)
      }
      if writes.count == limit { break }
    }
    return writes
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
