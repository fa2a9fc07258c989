/// Whether what each session read could have been read from a store that takes in the writes in their order: a session that has
/// seen an answer finds the question, too.
///
/// If a session has read a value, all that caused its write has happened: earlier operations of the writer, what those
/// had read, and so on. A later read of *another* key must then not answer something older than a write among those
/// causes. Of the same key that would be monotonic reads' business, and of the session's own writes read-your-writes'.
///
/// Terry, *Replicated Data Consistency Explained Through Baseball*, CACM 2013; the anomaly is that of Kleppmann,
/// *Designing Data-Intensive Applications*, chapter 5, "Consistent Prefix Reads".
public enum ConsistentPrefix {
  /// What a session's reads have shown of a row: how many of its operations, by which read, of which key.
  private struct Sight {
    var count: Int32 = 0
    var key = -1
    var read = -1
  }

  /// What of each row the reads of one key have shown most, and the most that those of any other key have.
  private struct Sights {
    var best: [Sight]
    var second: [Sight]

    init(rows: Int) {
      best = Array(repeating: Sight(), count: rows)
      second = best
    }

    func ofOthers(than key: Int, _ row: Int) -> Sight { best[row].key == key ? second[row] : best[row] }

    mutating func add(_ seen: Sight, of row: Int) {
      let leading = best[row]
      if leading.key == seen.key || seen.count > leading.count {
        if leading.key != seen.key { second[row] = leading }
        if seen.count > leading.count { best[row] = seen }
      } else if seen.count > second[row].count {
        second[row] = seen
      }
    }
  }

  /// Judges a history; undecided if that would take more steps than ``CausalConsistency/budget``.
  ///
  /// Where the history states in which order the store came to rank a key's values, that order says what is older; else
  /// only what was among the causes of something is.
  ///
  /// - Parameter wanted: the sessions whose reads are judged; nil: everybody's.
  /// - Complexity: O(n × p) for n operations of p rows.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of wanted: Set<Int>? = nil
  ) -> Verdict {
    guard let graph = CausalOrder.of(history, without: anomalies) else { return .tooLong }
    guard graph.left.isEmpty else {
      return .broken(witness: graph.circle, reason: "these operations are among their own causes")
    }
    let ranks = history.orders.map { order in
      order.map { Dictionary($0.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first }) }
    }
    let reads = graph.numbers.filter { number in
      history.operations[number].isRead && wanted?.contains(history.operations[number].session) ?? true
    }
    guard let (read, missed) = earliest(of: reads, graph, ranks) else {
      return history.concluded(.held, on: .reads, of: wanted)
    }
    let witness = CausalWitness(graph, read)
    let known = missed.filter { !witness.isEnded($0.write) }.map { write, sight -> [Int] in
      var numbers = [sight, read] + (graph.source(of: sight).map { graph.chain(from: write, to: $0) } ?? [])
      if let source = graph.source(of: read) {
        numbers += ranks[history.operations[read].key] == nil ? graph.chain(from: source, to: write) : [source]
      }
      return Set(numbers).sorted()
    }
    return .broken(
      witness: witness.smallest(known) { place, part in
        earliest(of: [place], part, ranks)?.missed.map(\.write) ?? []
      },
      reason: "a session has read what came of a write, and then of that write's key something older")
  }

  /// A write that a read misses, and the read that had shown what came of it.
  private typealias Missed = (write: Int, sight: Int)

  /// The read of some that misses something and ended first, with what it misses.
  private static func earliest(
    of reads: [Int], _ graph: CausalOrder, _ ranks: [[Int: Int]?]
  ) -> (read: Int, missed: [Missed])? {
    let operations = graph.history.operations
    var isJudged = Array(repeating: false, count: operations.count)
    for read in reads { isJudged[read] = true }
    var earliest: (read: Int, missed: [Missed])?
    for (session, edges) in graph.edges.enumerated() {
      guard edges.contains(where: { isJudged[$0.number] }) else { continue }
      var sights = Sights(rows: graph.sessionOfRow.count)
      for edge in edges where operations[edge.number].isRead {
        let read = operations[edge.number]
        guard edge.isEnd else {
          // What its session had seen before it began obliges it.
          guard isJudged[edge.number], read.ended < earliest.map({ operations[$0.read].ended }) ?? .max else {
            continue
          }
          let missed = missed(edge.number, session, sights, graph, ranks[read.key])
          if !missed.isEmpty { earliest = (edge.number, missed) }
          continue
        }
        guard let source = graph.source(of: edge.number) else { continue }
        for (row, count) in graph.causes(of: source).enumerated() {
          sights.add(Sight(count: count, key: read.key, read: edge.number), of: row)
        }
      }
    }
    return earliest
  }

  /// The writes that a read missed, each with the read that showed what came of it.
  private static func missed(
    _ number: Int, _ session: Int, _ sights: Sights, _ graph: CausalOrder, _ ranks: [Int: Int]?
  ) -> [Missed] {
    let read = graph.history.operations[number]
    let source = graph.source(of: number)
    var missed: [Missed] = []
    for row in graph.sessionOfRow.indices where graph.sessionOfRow[row] != session {
      let sight = sights.ofOthers(than: read.key, row)
      guard let write = graph.latestWrite(of: read.key, by: row, ofFirst: sight.count), write != source,
        isOlder(source, than: write, graph, ranks)
      else { continue }
      // A delete leaves what there was in the beginning.
      if read.value <= 0, graph.mayHaveFoundDelete(number) || graph.history.operations[write].isDelete { continue }
      missed.append((write, sight.read))
    }
    return missed
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
