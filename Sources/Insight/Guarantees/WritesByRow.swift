/// The writes of each key, row by row: what the rows of a ``CausalOrder`` wrote, in dense tables.
struct WritesByRow {
  /// What one row writes of one key: a stretch of the writes.
  struct Lane {
    let row: Int32
    fileprivate let start: Int32
    fileprivate var end: Int32
  }

  /// A write by its number, and its place in its row.
  private struct Write {
    var number: Int32 = 0
    var place: Int32 = 0
  }

  /// The writes by key, row and place.
  private let writes: [Write]
  private let lanes: [Lane]
  /// Where the lanes of each key begin; one more than there are keys.
  private let firstLane: [Int32]

  /// The writes among the operations of some rows.
  ///
  /// - Complexity: O(n + k) for n operations on k keys.
  init(_ rows: [[Int]], in history: RegisterHistory) {
    // Counted key by key, then put there row by row: sorted without a comparison.
    var next = Array(repeating: Int32(0), count: history.keyCount + 1)
    for numbers in rows {
      for number in numbers where history.operations[number].mayHaveWritten {
        next[history.operations[number].key + 1] += 1
      }
    }
    for key in 0..<history.keyCount { next[key + 1] += next[key] }
    let starts = next
    var writes = Array(repeating: Write(), count: Int(next[history.keyCount]))
    var rowOfWrite = Array(repeating: Int32(0), count: writes.count)
    for (row, numbers) in rows.enumerated() {
      for (place, number) in numbers.enumerated() where history.operations[number].mayHaveWritten {
        let key = history.operations[number].key
        writes[Int(next[key])] = Write(number: Int32(number), place: Int32(place))
        rowOfWrite[Int(next[key])] = Int32(row)
        next[key] += 1
      }
    }
    var lanes: [Lane] = []
    var firstLane: [Int32] = []
    firstLane.reserveCapacity(history.keyCount + 1)
    for key in 0..<history.keyCount {
      firstLane.append(Int32(lanes.count))
      for index in starts[key]..<starts[key + 1] {
        if index > starts[key], lanes[lanes.count - 1].row == rowOfWrite[Int(index)] {
          lanes[lanes.count - 1].end = index + 1
        } else {
          lanes.append(Lane(row: rowOfWrite[Int(index)], start: index, end: index + 1))
        }
      }
    }
    firstLane.append(Int32(lanes.count))
    (self.writes, self.lanes, self.firstLane) = (writes, lanes, firstLane)
  }

  /// The rows that write a key, in their order.
  func lanes(of key: Int) -> ArraySlice<Lane> { lanes[Int(firstLane[key])..<Int(firstLane[key + 1])] }

  /// The number of the latest write in a lane whose place is before that one; nil if there is none.
  func latest(in lane: Lane, before place: Int32) -> Int? {
    var (low, high) = (Int(lane.start), Int(lane.end))
    while low < high {
      let middle = (low + high) / 2
      if writes[middle].place < place { low = middle + 1 } else { high = middle }
    }
    return low > Int(lane.start) ? Int(writes[low - 1].number) : nil
  }
}
