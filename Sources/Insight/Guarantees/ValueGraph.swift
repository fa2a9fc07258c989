/// Which of a key's values must not be ranked before which: a circle through two values can't be ranked at all.
///
/// Values are nodes from 0 on; further nodes, below 0, stand for several values.
struct ValueGraph {
  private struct Edge {
    let to: Int
    /// The operation that demands it.
    let operation: Int?
  }

  private var edges: [Int: [Edge]] = [:]
  private var nodes: [Int] = []
  private var added = 0

  mutating func addNode() -> Int {
    added += 1
    return -added
  }

  mutating func link(_ from: Int, _ to: Int, by operation: Int?) {
    guard from != to else { return }
    if edges[from] == nil { nodes.append(from) }
    edges[from, default: []].append(Edge(to: to, operation: operation))
  }

  /// The operations on a shortest way from some value to another and back; nil if there is none.
  func circle() -> [Int]? {
    for component in components() {
      let values = component.filter { $0 >= 0 }.sorted()
      guard values.count > 1 else { continue }
      let members = Set(component)
      guard let there = path(values[0], values[1], in: members), let back = path(values[1], values[0], in: members)
      else { continue }
      return (there + back).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    return nil
  }

  /// The strongly connected components (Tarjan, SIAM J. Comput. 1972), without recursion: a path may be as long as a history.
  private func components() -> [[Int]] {
    var (index, low): ([Int: Int], [Int: Int]) = ([:], [:])
    var (stack, components): ([Int], [[Int]]) = ([], [])
    var open: Set<Int> = []
    for start in nodes where index[start] == nil {
      var path: [(node: Int, next: Int)] = [(start, 0)]
      while let (node, next) = path.last {
        if next == 0 {
          index[node] = index.count
          low[node] = index[node]
          stack.append(node)
          open.insert(node)
        }
        let outgoing = edges[node] ?? []
        if next < outgoing.count {
          path[path.count - 1].next += 1
          let to = outgoing[next].to
          if index[to] == nil {
            path.append((to, 0))
          } else if open.contains(to) {
            low[node] = min(low[node] ?? 0, index[to] ?? 0)
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent] ?? 0, low[node] ?? 0) }
        guard low[node] == index[node] else { continue }
        var component: [Int] = []
        while let member = stack.popLast() {
          open.remove(member)
          component.append(member)
          if member == node { break }
        }
        if component.count > 1 { components.append(component) }
      }
    }
    return components
  }

  /// The operations on a shortest path within a component.
  private func path(_ from: Int, _ to: Int, in members: Set<Int>) -> [Int]? {
    var origins: [Int: (node: Int, operation: Int?)] = [:]
    var queue = [from]
    var head = 0
    while head < queue.count, origins[to] == nil {
      let node = queue[head]
      head += 1
      for edge in edges[node] ?? [] where members.contains(edge.to) && edge.to != from && origins[edge.to] == nil {
        origins[edge.to] = (node, edge.operation)
        queue.append(edge.to)
      }
    }
    var (operations, node): ([Int], Int) = ([], to)
    while node != from {
      guard let origin = origins[node] else { return nil }
      if let operation = origin.operation { operations.append(operation) }
      node = origin.node
    }
    return operations.reversed()
  }
}
