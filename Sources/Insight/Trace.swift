import Kernel
import Replication

/// The latest records of a traced cluster, in sealed pages that snapshots share.
///
/// It holds the last ``Trace/capacity`` records at least; older ones go a page at a time. What went can be had again by
/// playing the history once more.
public struct Trace: Sendable {
  /// How many records are kept at least.
  public static let capacity = 20_000
  private static let pageSize = 1_000

  private var pages: [[Record]] = []
  /// How many records went before the first that is kept.
  public private(set) var dropped = 0

  /// No records.
  public init() {}

  /// How many records are kept.
  public var count: Int { pages.isEmpty ? 0 : (pages.count - 1) * Self.pageSize + pages[pages.count - 1].count }

  /// How many there have been.
  public var total: Int { dropped + count }

  /// The record at a position among those that are kept.
  public subscript(position: Int) -> Record { pages[position / Self.pageSize][position % Self.pageSize] }

  /// Visits the records before a position, the latest first, until a visit returns false.
  @inline(__always) public func visitBackwards(before position: Int, _ visit: (Int, Record) -> Bool) {
    var position = position
    while position > 0 {
      let page = (position - 1) / Self.pageSize
      let isOver = pages[page].withUnsafeBufferPointer { records in
        while position > page * Self.pageSize {
          position -= 1
          if !visit(position, records[position % Self.pageSize]) { return true }
        }
        return false
      }
      if isOver { return }
    }
  }

  mutating func add(_ record: Record) {
    if pages.last.map({ $0.count == Self.pageSize }) ?? true {
      pages.append([])
      if pages.count > Self.capacity / Self.pageSize + 1 {
        pages.removeFirst()
        dropped += Self.pageSize
      }
    }
    pages[pages.count - 1].append(record)
  }
}
