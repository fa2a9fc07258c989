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
    var key: Int32 = -1
    var read: Int32 = -1
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

    /// Takes in what a read of a key has shown: so many operations of each row.
    mutating func add(_ counts: [Int32], of key: Int, by read: Int) {
      for row in counts.indices {
        let seen = Sight(count: counts[row], key: Int32(key), read: Int32(read))
        let leading = best[row]
        if leading.key == seen.key || seen.count > leading.count {
          if leading.key != seen.key { second[row] = leading }
          if seen.count > leading.count { best[row] = seen }
        } else if seen.count > second[row].count {
          second[row] = seen
        }
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
    let ranks = WriteRanks(graph)
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
        numbers += !ranks.areStated(of: history.operations[read].key) ? graph.chain(from: source, to: write) : [source]
      }
      return Set(numbers).sorted()
    }
    return .broken(
      witness: witness.smallest(known) { place, part, numbers in
        earliest(of: [place], part, ranks.part(numbers))?.missed.map(\.write) ?? []
      },
      reason: "a session has read what came of a write, and then of that write's key something older")
  }

  /// A write that a read misses, and the read that had shown what came of it.
  private typealias Missed = (write: Int, sight: Int)

  /// The read of some that misses something and ended first, with what it misses.
  private static func earliest(
    of reads: [Int], _ graph: CausalOrder, _ ranks: WriteRanks
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
          let missed = missed(edge.number, session, sights, graph, ranks)
          if !missed.isEmpty { earliest = (edge.number, missed) }
          continue
        }
        guard let source = graph.source(of: edge.number) else { continue }
        sights.add(graph.causes(of: source), of: read.key, by: edge.number)
      }
    }
    return earliest
  }

  /// The writes that a read missed, each with the read that showed what came of it.
  private static func missed(
    _ number: Int, _ session: Int, _ sights: Sights, _ graph: CausalOrder, _ ranks: WriteRanks
  ) -> [Missed] {
    let read = graph.history.operations[number]
    let source = graph.source(of: number)
    var missed: [Missed] = []
    for lane in graph.lanes(of: read.key) where graph.sessionOfRow[Int(lane.row)] != session {
      let sight = sights.ofOthers(than: read.key, Int(lane.row))
      guard let write = graph.latestWrite(in: lane, ofFirst: sight.count), write != source,
        isOlder(source, than: write, read.key, graph, ranks)
      else { continue }
      // A delete leaves what there was in the beginning.
      if read.value <= 0, graph.mayHaveFoundDelete(number) || graph.history.operations[write].isDelete { continue }
      missed.append((write, Int(sight.read)))
    }
    return missed
  }

  /// Whether what was found is older than a write of the same key; nothing is older than every write.
  private static func isOlder(
    _ found: Int?, than write: Int, _ key: Int, _ graph: CausalOrder, _ ranks: WriteRanks
  ) -> Bool {
    guard let found else { return true }
    return ranks.areStated(of: key) ? ranks.isLower(found, than: write) : graph.isCause(found, of: write)
  }
}

/// The places of writes in the order in which the store came to rank the values of their keys, where that is stated.
private struct WriteRanks {
  private let isStated: [Bool]
  /// By the number of the write; -1 for what the order leaves out, as it never took effect.
  private var ranks: [Int32]

  init(_ graph: CausalOrder) {
    let history = graph.history
    isStated = history.orders.map { $0 != nil }
    ranks = Array(repeating: -1, count: history.operations.count)
    var writes = Array(repeating: [Int](), count: history.keyCount)
    for number in graph.numbers where !history.operations[number].isRead {
      writes[history.operations[number].key].append(number)
    }
    for (key, order) in history.orders.enumerated() where !writes[key].isEmpty {
      guard let order else { continue }
      let places = Dictionary(
        order.enumerated().map { ($0.element, Int32($0.offset)) }, uniquingKeysWith: { first, _ in first })
      for number in writes[key] { ranks[number] = places[history.operations[number].value] ?? -1 }
    }
  }

  func areStated(of key: Int) -> Bool { isStated[key] }

  func isLower(_ write: Int, than other: Int) -> Bool { ranks[write] >= 0 && ranks[write] < ranks[other] }

  /// The same of only some of the operations.
  func part(_ numbers: [Int]) -> WriteRanks {
    var part = self
    part.ranks = numbers.map { ranks[$0] }
    return part
  }
}
