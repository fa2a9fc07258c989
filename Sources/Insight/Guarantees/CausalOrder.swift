/// The causes of each operation, as how many operations of each process are among them.
struct CausalOrder {
  let history: RegisterHistory
  private let numbers: [Int]
  let processes: Int
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

  /// The write that a read answers; nil if it found nothing.
  func source(of number: Int) -> Int? {
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
  func isCause(_ number: Int, of other: Int) -> Bool {
    let process = history.operations[number].process
    return (clocks[other]?[process] ?? 0) > Int32(places[number] ?? .max)
  }

  /// How many operations of each process are an operation or among its causes; empty if causes go round in a circle.
  func causes(of number: Int) -> [Int32] { clocks[number] ?? [] }

  /// The latest of the first `count` operations of a process that writes a key: what that one caused, so did the others.
  func latestWrite(of key: Int, by process: Int, ofFirst count: Int32) -> Int? {
    guard let writes = writesOfKey[process][key] else { return nil }
    var (low, high) = (0, writes.count)
    while low < high {
      let middle = (low + high) / 2
      if writes[middle] < Int(count) { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? sessions[process][writes[low - 1]] : nil
  }
}
