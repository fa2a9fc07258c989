/// The operations that show by themselves that a read overlooked what it had to know of: the write, what leads from it to
/// the read, and what was found instead.
struct CausalWitness {
  private let graph: CausalOrder
  private let read: Int

  init(_ graph: CausalOrder, _ read: Int) { (self.graph, self.read) = (graph, read) }

  /// Whether a write is no reason to find something: a delete, or what a delete among the causes of the read has ended.
  func isEnded(_ write: Int) -> Bool {
    let operations = graph.history.operations
    guard operations[read].value <= 0 else { return false }
    return operations[write].isDelete
      || graph.deletes(of: operations[read].key).contains {
        graph.isCause(write, of: $0) && graph.isCause($0, of: read)
      }
  }

  /// The fewest operations, of those the earliest.
  ///
  /// - Parameters:
  ///   - known: sets that show it.
  ///   - overlooked: the writes that a read overlooks where only a part has happened, the operations with those numbers.
  func smallest(
    _ known: [[Int]], overlooked: (_ read: Int, _ part: CausalOrder, _ numbers: [Int]) -> [Int]
  ) -> [Int] {
    let candidates = graph.numbers.filter { graph.isCause($0, of: read) }
    func isBroken(_ numbers: [Int]) -> Bool {
      guard let place = numbers.firstIndex(of: read), areAnswersExplained(numbers) else { return false }
      var part = CausalOrder(graph.history.part(numbers), without: [])
      return part.sort() && overlooked(place, part, numbers).contains { !isEnded(numbers[$0]) }
    }
    let best = known.filter(isBroken).min { $0.isSmaller(than: $1) }
    return SmallestWitness.numbers(
      among: candidates, with: read, known: best ?? SmallestWitness.irreducible(candidates, isBroken: isBroken),
      isBroken: isBroken)
  }

  /// Whether the write of everything that was found is among them.
  private func areAnswersExplained(_ numbers: [Int]) -> Bool {
    numbers.allSatisfy { number in graph.source(of: number).map { numbers.contains($0) } ?? true }
  }
}

extension CausalOrder {
  /// The fewest operations by which one causes another, both included; only the last if it doesn't.
  func chain(from cause: Int, to effect: Int) -> [Int] {
    var origins = Array(repeating: -1, count: history.operations.count)
    origins[effect] = effect
    var queue = [effect]
    var next = 0
    var told = Array(repeating: 0, count: edges.count)
    while next < queue.count, origins[cause] < 0 {
      let number = queue[next]
      next += 1
      if let source = source(of: number), origins[source] < 0 {
        origins[source] = number
        queue.append(source)
      }
      let session = session(of: number)
      while told[session] < edges[session].count {
        let edge = edges[session][told[session]]
        guard edge.place < history.operations[number].invoked else { break }
        told[session] += 1
        guard edge.isEnd, origins[edge.number] < 0 else { continue }
        origins[edge.number] = number
        queue.append(edge.number)
      }
    }
    guard origins[cause] >= 0 else { return [effect] }
    var chain = [cause]
    while let last = chain.last, last != effect { chain.append(origins[last]) }
    return chain
  }

  /// The fewest operations by which causes go round in a circle.
  var circle: [Int] {
    SmallestWitness.irreducible(left) { numbers in
      var part = CausalOrder(history.part(numbers), without: [])
      return !part.sort()
    }
  }
}
