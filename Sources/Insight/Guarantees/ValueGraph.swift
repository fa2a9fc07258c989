/// Which of a key's values must not be ranked before which: a circle through two values can't be ranked at all.
///
/// The first nodes are values, of which 0 is before all; further nodes stand for several values.
struct ValueGraph {
  private struct Edge {
    let to: Int32
    /// The next edge from the same node; -1: none.
    let next: Int32
    /// The operation that demands it; -1: none.
    let operation: Int32
  }

  private let valueCount: Int
  private var heads: [Int32]
  private var edges: [Edge] = []

  /// A graph of that many values.
  init(values: Int) {
    valueCount = values
    heads = Array(repeating: -1, count: values)
    for value in heads.indices.dropFirst() { link(0, value, by: nil) }
  }

  mutating func addNode() -> Int {
    heads.append(-1)
    return heads.count - 1
  }

  mutating func link(_ from: Int, _ to: Int, by operation: Int?) {
    guard from != to else { return }
    edges.append(Edge(to: Int32(to), next: heads[from], operation: Int32(operation ?? -1)))
    heads[from] = Int32(edges.count - 1)
  }

  /// Whether some values can't be ranked: a strongly connected component has two of them (Tarjan, SIAM J. Comput. 1972;
  /// without recursion, as a path may be as long as a history).
  var hasCircle: Bool {
    var index = Array(repeating: Int32(-1), count: heads.count)
    var low = index
    var isOpen = Array(repeating: false, count: heads.count)
    var (stack, path): ([Int32], [(node: Int32, edge: Int32)]) = ([], [])
    var count: Int32 = 0
    for start in heads.indices where index[start] < 0 {
      path.append((Int32(start), heads[start]))
      (index[start], low[start], isOpen[start]) = (count, count, true)
      count += 1
      stack.append(Int32(start))
      while let (node, edge) = path.last {
        if edge >= 0 {
          path[path.count - 1].edge = edges[Int(edge)].next
          let to = Int(edges[Int(edge)].to)
          if index[to] < 0 {
            (index[to], low[to], isOpen[to]) = (count, count, true)
            count += 1
            stack.append(Int32(to))
            path.append((Int32(to), heads[to]))
          } else if isOpen[to] {
            low[Int(node)] = min(low[Int(node)], index[to])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[Int(parent)] = min(low[Int(parent)], low[Int(node)]) }
        guard low[Int(node)] == index[Int(node)] else { continue }
        var values = 0
        while let member = stack.popLast() {
          isOpen[Int(member)] = false
          if Int(member) < valueCount { values += 1 }
          if member == node { break }
        }
        if values > 1 { return true }
      }
    }
    return false
  }

  /// The fewest operations that lead from a value to a node by way of another value, sorted; nil if none do.
  func operations(from value: Int, to target: Int) -> [Int]? {
    // Each node twice: as long as no other value was met, and after that.
    let count = heads.count
    var distance = Array(repeating: Int.max, count: 2 * count)
    var origin = Array(repeating: (state: -1, operation: Int32(-1)), count: 2 * count)
    // Edges cost one operation or none: those that cost none go first.
    var near = [value]
    var far: [Int] = []
    distance[value] = 0
    var level = 0
    while !near.isEmpty || !far.isEmpty {
      if near.isEmpty {
        (near, far) = (far, [])
        level += 1
      }
      guard let state = near.popLast() else { break }
      guard distance[state] == level else { continue }
      if state == target + count { break }
      var edge = heads[state % count]
      while edge >= 0 {
        let (to, operation) = (Int(edges[Int(edge)].to), edges[Int(edge)].operation)
        edge = edges[Int(edge)].next
        let hasMet = state >= count || to < valueCount && to != value
        let reached = hasMet ? to + count : to
        let cost = level + (operation >= 0 ? 1 : 0)
        guard cost < distance[reached] else { continue }
        distance[reached] = cost
        origin[reached] = (state, operation)
        if cost == level { near.append(reached) } else { far.append(reached) }
      }
    }
    guard distance[target + count] < .max else { return nil }
    var (operations, state): (Set<Int>, Int) = ([], target + count)
    while state != value {
      if origin[state].operation >= 0 { operations.insert(Int(origin[state].operation)) }
      state = origin[state].state
    }
    return operations.sorted()
  }
}
