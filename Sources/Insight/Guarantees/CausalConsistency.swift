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
      if let verdict = graph.judge(number) { return verdict }
    }
    return .held
  }
}

/// The causes of each operation, as how many operations of each process are among them.
private struct CausalOrder {
  private let history: RegisterHistory
  private let numbers: [Int]
  private let processes: Int
  /// For each process its operations, in its order.
  private var sessions: [[Int]]
  /// The place of an operation among those of its process.
  private var places: [Int: Int] = [:]
  private var writes: [Int: [Int: Int]] = [:]
  private var clocks: [Int: [Int32]] = [:]
  /// For each process and key the places of its writes.
  private var writesOfKey: [[Int: [Int]]]
  /// What could not be put in order.
  private(set) var left: [Int] = []

  init(_ history: RegisterHistory, _ numbers: [Int], processes: Int) {
    self.history = history
    self.numbers = numbers
    self.processes = processes
    sessions = Array(repeating: [], count: processes)
    writesOfKey = Array(repeating: [:], count: processes)
    for number in numbers {
      let operation = history.operations[number]
      places[number] = sessions[operation.process].count
      if !operation.isRead {
        writes[operation.key, default: [:]][operation.value] = number
        writesOfKey[operation.process][operation.key, default: []].append(sessions[operation.process].count)
      }
      sessions[operation.process].append(number)
    }
  }

  private func source(of number: Int) -> Int? {
    let operation = history.operations[number]
    return operation.isRead && operation.value != 0 ? writes[operation.key]?[operation.value] : nil
  }

  /// Gives each operation its clock; false if causes go round in a circle.
  mutating func sort() -> Bool {
    var next = Array(repeating: 0, count: processes)
    var waiting: [Int: [Int]] = [:]
    var ready = Array(0..<processes)
    while let process = ready.popLast() {
      while next[process] < sessions[process].count {
        let number = sessions[process][next[process]]
        let source = source(of: number)
        if let source, clocks[source] == nil {
          waiting[source, default: []].append(process)
          break
        }
        var clock = next[process] > 0 ? clocks[sessions[process][next[process] - 1]] ?? [] : []
        if clock.isEmpty { clock = Array(repeating: 0, count: processes) }
        if let source, let other = clocks[source] {
          for index in 0..<processes { clock[index] = max(clock[index], other[index]) }
        }
        clock[process] = Int32(next[process] + 1)
        clocks[number] = clock
        next[process] += 1
        ready += waiting.removeValue(forKey: number) ?? []
      }
    }
    left = numbers.filter { clocks[$0] == nil }
    return left.isEmpty
  }

  /// Whether an operation is the other one, or among its causes.
  private func isCause(_ number: Int, of other: Int) -> Bool {
    let process = history.operations[number].process
    return (clocks[other]?[process] ?? 0) > Int32(places[number] ?? .max)
  }

  /// What is wrong with a read; nil if nothing is.
  func judge(_ number: Int) -> Verdict? {
    let read = history.operations[number]
    guard let clock = clocks[number] else { return nil }
    let source = source(of: number)
    for process in 0..<processes {
      guard let writes = writesOfKey[process][read.key] else { continue }
      // The latest of that process's writes among the read's causes: the others are among that one's.
      var (low, high) = (0, writes.count)
      while low < high {
        let middle = (low + high) / 2
        if writes[middle] < Int(clock[process]) { low = middle + 1 } else { high = middle }
      }
      guard low > 0 else { continue }
      let write = sessions[process][writes[low - 1]]
      guard write != source, write != number else { continue }
      guard let source else {
        return .broken(witness: [write, number], reason: "a read finds nothing where a write is among its causes")
      }
      if isCause(source, of: write) {
        return .broken(
          witness: [source, write, number], reason: "a read answers what its causes had replaced already")
      }
    }
    return nil
  }
}
