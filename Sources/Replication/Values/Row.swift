import Kernel

/// A row of columns, each of which is merged by itself: of two writes of a column the later one counts, and a delete of the whole
/// row hides what was written before it.
///
/// Cassandra's rows (`db/rows/Cells.resolveRegular`, `db/DeletionTime.deletes`, `db/rows/Rows.merge`): a cell is beaten by a
/// later timestamp; at equal ones a tombstone or a cell that expires is before a plain one, a tombstone before one that
/// expires, the later death before the earlier, and then the larger value in unsigned bytes. A row's tombstone deletes every
/// cell with its timestamp or an older one, and nothing else: an edit that is younger makes a row of nothing but itself
/// (Discord's messages without an author, "How Discord stores billions of messages", 2017).
///
/// There is no marker that a row exists, as an `UPDATE` leaves none: it is there as long as one of its cells lives.
public struct Row: Lattice {
  /// What one write left in a column.
  public struct Cell: Hashable, Sendable {
    /// The column's name.
    public let column: String
    /// What was written; nil: a tombstone.
    public let value: String?
    /// By what the later one is told, in microseconds.
    public let timestamp: Int64
    /// When it is dead, in microseconds of its coordinator's clock: a tombstone since it was made, a value with a limited life
    /// from its end on; nil: never.
    public let death: Int64?
    /// The number that its coordinator gave the write: by it is told who had seen it.
    var dot: VectorEntry?

    /// Whether nothing is to be seen of it, by a clock that shows `reading`.
    public func isDead(at reading: Int64) -> Bool { value == nil || death.map { $0 <= reading } ?? false }

    /// Whether it replaces another one of its column.
    func wins(over other: Cell) -> Bool {
      if timestamp != other.timestamp { return timestamp > other.timestamp }
      if (death == nil) != (other.death == nil) { return death != nil }
      if (value == nil) != (other.value == nil) { return value == nil }
      if let death, let otherDeath = other.death, death != otherDeath { return death > otherDeath }
      if value != other.value {
        return (other.value ?? "").utf8.lexicographicallyPrecedes((value ?? "").utf8)
      }
      // Two writes of the same: either will do, but all copies must keep the same one.
      return dot.isLater(than: other.dot)
    }

    /// When what was written in it ends, in microseconds of its coordinator's clock; nil for a tombstone, and for what lives for
    /// ever.
    var expiry: Int64? { value == nil ? nil : death }
  }

  /// The trace of a delete of the whole row.
  public struct Deletion: Hashable, Sendable {
    /// It hides what has this timestamp or an older one.
    public let timestamp: Int64
    /// When it was made, by its coordinator's clock, in microseconds.
    public let at: Int64
    /// The number that its coordinator gave the delete.
    var dot: VectorEntry?

    fileprivate func wins(over other: Deletion) -> Bool {
      if (timestamp, at) != (other.timestamp, other.at) { return (timestamp, at) > (other.timestamp, other.at) }
      return dot.isLater(than: other.dot)
    }
  }

  /// The cells, sorted by column; none that the deletion hides.
  public private(set) var cells: [Cell] = []
  /// The latest delete of the row.
  public private(set) var deletion: Deletion?

  /// A row that was never written.
  public init() {}

  /// Takes in a write of one column, or its delete.
  public mutating func write(_ cell: Cell) {
    if let deletion, cell.timestamp <= deletion.timestamp { return }
    let place = cells.firstIndex { !$0.column.utf8.lexicographicallyPrecedes(cell.column.utf8) } ?? cells.count
    if place < cells.count, cells[place].column == cell.column {
      if cell.wins(over: cells[place]) { cells[place] = cell }
    } else {
      cells.insert(cell, at: place)
    }
  }

  /// Takes in a delete of the whole row.
  public mutating func delete(_ other: Deletion) {
    if let deletion, !other.wins(over: deletion) { return }
    deletion = other
    cells.removeAll { $0.timestamp <= other.timestamp }
  }

  /// Takes in what another replica holds: cell by cell, and the later delete.
  public mutating func merge(_ other: Row) {
    if let deletion = other.deletion { delete(deletion) }
    for cell in other.cells { write(cell) }
  }

  /// What is to be seen of it by a clock that shows `reading`, in microseconds; nil: what nobody's clock has ended.
  public func living(at reading: Int64?) -> [Cell] { cells.filter { !$0.isDead(at: reading ?? .min) } }

  /// How many tombstones a read of it comes across: deleted and expired cells, and the row's own.
  public func tombstones(at reading: Int64) -> Int {
    cells.count { $0.isDead(at: reading) } + (deletion == nil ? 0 : 1)
  }

  /// The column and the value of an operand such as `name=Ann`: what a write's command says; the column alone for a delete.
  ///
  /// What has no `=`, as the value of a load, goes to the column `value`.
  static func operand(_ text: String, isDelete: Bool) -> (column: String, value: String?) {
    if isDelete { return (text, nil) }
    guard let place = text.firstIndex(of: "=") else { return ("value", text) }
    return (String(text[..<place]), String(text[text.index(after: place)...]))
  }
}
