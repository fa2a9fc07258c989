/// Whether what each session read could have been read from a store that takes in the writes in their order: whoever has
/// seen an answer finds the question, too.
///
/// If a session has read a value, all that caused its write has happened: earlier operations of the writer, what those
/// had read, and so on. A later read of *another* key must then not answer something older than a write among those
/// causes. Of the same key that would be monotonic reads' business, and of the session's own writes read-your-writes'.
///
/// Terry, *Replicated Data Consistency Explained Through Baseball*, CACM 2013; the anomaly is that of Kleppmann,
/// *Designing Data-Intensive Applications*, chapter 5, "Consistent Prefix Reads".
public enum ConsistentPrefix {
  /// What a session's reads have shown of a process: how many of its operations, by which read, of which key.
  private struct Sight {
    var count: Int32 = 0
    var key = -1
    var read = -1
  }

  /// Judges a history; nil if that would take more steps than ``CausalConsistency/budget``.
  ///
  /// Where the history states in which order the store came to rank a key's values, that order says what is older; else
  /// only what was among the causes of something is.
  ///
  /// - Parameter process: whose reads are judged; nil: everybody's.
  /// - Complexity: O(n × p) for n operations of p processes.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of processes: Set<Int>? = nil
  ) -> Verdict? {
    let numbers = history.judged(without: anomalies).flatMap { $0 }.sorted()
    let processCount = (numbers.map { history.operations[$0].process }.max() ?? -1) + 1
    guard numbers.count * max(1, processCount) <= CausalConsistency.budget else { return nil }
    var graph = CausalOrder(history, numbers, processes: processCount)
    guard graph.sort() else {
      return .broken(witness: Array(graph.left.prefix(6)), reason: "these operations are among their own causes")
    }
    let ranks = history.orders.map { order in
      order.map { Dictionary($0.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first }) }
    }
    // What of each process the reads of one key have shown most, and the most that those of any other key have.
    let blind = Array(repeating: Sight(), count: processCount)
    var best = Array(repeating: blind, count: processCount)
    var second = best
    for number in numbers where history.operations[number].isRead {
      let read = history.operations[number]
      guard processes?.contains(read.process) ?? true else { continue }
      let source = graph.source(of: number)
      for process in 0..<processCount where process != read.process {
        let leading = best[read.process][process]
        let sight = leading.key == read.key ? second[read.process][process] : leading
        guard let write = graph.latestWrite(of: read.key, by: process, ofFirst: sight.count), write != source else {
          continue
        }
        if isOlder(source, than: write, graph, ranks[read.key]) {
          return .broken(
            witness: [write, sight.read, number],
            reason: "a session has read what came of a write, and then of that write's key something older")
        }
      }
      guard let source else { continue }
      for (process, count) in graph.causes(of: source).enumerated() {
        let seen = Sight(count: count, key: read.key, read: number)
        let leading = best[read.process][process]
        if leading.key == read.key || count > leading.count {
          if leading.key != read.key { second[read.process][process] = leading }
          if count > leading.count { best[read.process][process] = seen }
        } else if count > second[read.process][process].count {
          second[read.process][process] = seen
        }
      }
    }
    return .held
  }

  /// Whether what was found is older than a write of the same key; nothing is older than every write.
  private static func isOlder(_ found: Int?, than write: Int, _ graph: CausalOrder, _ ranks: [Int: Int]?) -> Bool {
    guard let found else { return true }
    guard let ranks else { return graph.isCause(found, of: write) }
    let operations = graph.history.operations
    // What the order leaves out never took effect.
    guard let left = ranks[operations[found].value], let right = ranks[operations[write].value] else { return false }
    return left < right
  }
}
