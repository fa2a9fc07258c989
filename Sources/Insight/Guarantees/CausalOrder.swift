import Algorithms

/// The causes of each operation, as how many operations of each row are among them.
///
/// A session's operations cause what began after they had ended; a row holds operations of one session none of which
/// overlaps the next. A write whose outcome isn't known causes only what comes of reading it, and has a row of its own.
struct CausalOrder {
  let history: RegisterHistory
  let numbers: [Int]
  /// For each session what begins and ends in it, in that order.
  private(set) var edges: [[Edge]] = []
  /// The session of each row, by its place in ``edges``.
  private(set) var sessionOfRow: [Int] = []
  private var rows: [[Int]] = []
  /// The row of an operation and its place there, by its number.
  private var row: [Int]
  private var places: [Int]
  /// For each read the write that it answers, by its number; -1 for none.
  private var sources: [Int32]
  private var clocks: [[Int32]]
  private let writes: WritesByRow
  /// For each key its deletes.
  private var deletesOfKey: [Int: [Int]] = [:]
  /// Whether no read answers a write that began after the read had ended, as it seems to where values repeat.
  private var isForward = true
  /// What could not be put in order.
  private(set) var left: [Int] = []

  /// Something that a session does.
  struct Edge {
    let place: Int
    let number: Int
    let isEnd: Bool
  }

  /// Everything that a checker has to account for; the causes are known after ``sort()``.
  init(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) {
    self.history = history
    numbers = Self.happened(history, history.judged(without: anomalies))
    row = Array(repeating: -1, count: history.operations.count)
    places = row
    sources = Array(repeating: -1, count: history.operations.count)
    clocks = Array(repeating: [], count: history.operations.count)
    var writers: [KeyValue: Int] = [:]
    var (sessions, processes): ([Int: Int], [Int: Int]) = ([:], [:])
    for number in numbers {
      let operation = history.operations[number]
      let session = sessions[operation.session] ?? edges.count
      if session == edges.count {
        sessions[operation.session] = session
        edges.append([])
      }
      let place = (operation.ending == .unknown ? nil : processes[operation.process]) ?? rows.count
      if place == rows.count {
        rows.append([])
        sessionOfRow.append(session)
      }
      if operation.ending != .unknown { processes[operation.process] = place }
      (row[number], places[number]) = (place, rows[place].count)
      rows[place].append(number)
      edges[session].append(Edge(place: operation.invoked, number: number, isEnd: false))
      if operation.ended < .max { edges[session].append(Edge(place: operation.ended, number: number, isEnd: true)) }
      guard operation.mayHaveWritten else { continue }
      writers[KeyValue(operation)] = number
      if operation.isDelete { deletesOfKey[operation.key, default: []].append(number) }
    }
    for session in edges.indices { edges[session].sort { $0.place < $1.place } }
    writes = WritesByRow(rows, in: history)
    for number in numbers {
      let read = history.operations[number]
      guard read.isRead, read.value != 0, let source = writers[KeyValue(read)] else { continue }
      sources[number] = Int32(source)
      if history.operations[source].invoked > read.ended { isForward = false }
    }
  }

  /// A value of a key.
  private struct KeyValue: Hashable {
    let key: Int
    let value: Int

    init(_ operation: RegisterHistory.Operation) { (key, value) = (operation.key, operation.value) }
  }

  /// What has to be accounted for, in the order of the numbers: what was never seen need not have happened.
  private static func happened(_ history: RegisterHistory, _ judged: [[Int]]) -> [Int] {
    var numbers: [Int] = []
    for ofKey in judged {
      guard ofKey.contains(where: { history.operations[$0].ending == .unknown }) else {
        numbers += ofKey
        continue
      }
      let read = Set(ofKey.lazy.filter { history.operations[$0].isRead }.map { history.operations[$0].value })
      numbers += ofKey.filter {
        history.operations[$0].ending != .unknown || read.contains(history.operations[$0].value)
      }
    }
    return numbers.sorted()
  }

  /// The deletes of a key.
  func deletes(of key: Int) -> [Int] { deletesOfKey[key] ?? [] }

  /// The place of an operation's session in ``edges``.
  func session(of number: Int) -> Int { sessionOfRow[row[number]] }

  /// How many steps it takes to sort them and to look at each.
  var steps: Int { numbers.count * max(1, rows.count) }

  /// The write that a read answers; nil if it found nothing that was ever written.
  func source(of number: Int) -> Int? {
    sources[number] < 0 ? nil : Int(sources[number])
  }

  /// Gives each operation its clock; false if causes go round in a circle.
  ///
  /// A write has its causes when it begins, a read when it ends: what it answers is among them.
  mutating func sort() -> Bool {
    let nothing = Array(repeating: Int32(0), count: rows.count)
    var known = Array(repeating: nothing, count: edges.count)
    var next = Array(repeating: 0, count: edges.count)
    var waiting: [Int: [Int]] = [:]
    var ready = Array(edges.indices.reversed())
    while let session = ready.popLast() {
      while next[session] < edges[session].count {
        let edge = edges[session][next[session]]
        let isRead = history.operations[edge.number].isRead
        if !edge.isEnd {
          clocks[edge.number] = known[session]
          if !isRead {
            clocks[edge.number][row[edge.number]] = Int32(places[edge.number] + 1)
            ready += waiting.removeValue(forKey: edge.number) ?? []
          }
        } else {
          let source = source(of: edge.number)
          if isRead, !take(source, into: edge.number) {
            waiting[source ?? -1, default: []].append(session)
            break
          }
          Self.merge(clocks[edge.number], into: &known[session])
        }
        next[session] += 1
      }
    }
    left = Set(edges.indices.flatMap { edges[$0][next[$0]...].map(\.number) }).sorted()
    return left.isEmpty
  }

  /// Takes what a read answers among its causes; false if those of that write aren't known yet.
  private mutating func take(_ source: Int?, into number: Int) -> Bool {
    if let source {
      guard !clocks[source].isEmpty else { return false }
      Self.merge(clocks[source], into: &clocks[number])
    }
    clocks[number][row[number]] = Int32(places[number] + 1)
    return true
  }

  private static func merge(_ other: [Int32], into clock: inout [Int32]) {
    for index in clock.indices where other[index] > clock[index] { clock[index] = other[index] }
  }

  /// Whether an operation is the other one, or among its causes.
  func isCause(_ number: Int, of other: Int) -> Bool {
    guard !clocks[other].isEmpty, row[number] >= 0 else { return false }
    return clocks[other][row[number]] > Int32(places[number])
  }

  /// How many operations of each row are an operation or among its causes; empty if causes go round in a circle.
  func causes(of number: Int) -> [Int32] { clocks[number] }

  /// Whether a write that answers a read could be among the causes of another, by when they began.
  func mayBeCause(_ number: Int, of other: Int) -> Bool { !isForward || number < other }

  /// The rows that write a key, in their order, as stretches of ``WritesByRow``.
  func lanes(of key: Int) -> ArraySlice<WritesByRow.Lane> { writes.lanes(of: key) }

  /// The latest of the first `count` operations of a row that writes a key: what that one caused, so did the others.
  func latestWrite(in lane: WritesByRow.Lane, ofFirst count: Int32) -> Int? { writes.latest(in: lane, before: count) }

  /// Whether a read that found nothing may have found what a delete left that no cause of the read has replaced.
  func mayHaveFoundDelete(_ number: Int) -> Bool {
    let read = history.operations[number]
    return deletes(of: read.key).contains { delete in
      history.operations[delete].invoked < read.ended
        && !lanes(of: read.key).contains { lane in
          guard let write = latestWrite(in: lane, ofFirst: clocks[number][Int(lane.row)]) else { return false }
          return write != delete && isCause(delete, of: write)
        }
    }
  }
}

extension RegisterHistory.Operation {
  /// Whether it deletes: in a history that tells deletes apart, their values are below 0.
  var isDelete: Bool { !isRead && value < 0 }
}
