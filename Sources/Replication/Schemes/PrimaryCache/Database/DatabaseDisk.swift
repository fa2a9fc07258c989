import Kernel

/// The kind of thing that a ``BinlogRow`` names.
enum BinlogRowKind {}
/// A row of the binlog.
typealias BinlogRow = Identity<BinlogRowKind, UInt32>

/// What is on a database's disk: the newest row of each key, and the binlog, in the order in which the primary wrote it.
struct DatabaseDisk: Sendable {
  /// The newest version of each key.
  var cells: SparseTable<KeyID, Replica.Cell>
  /// The last number that it gave to a write of each key as the primary.
  var issued: SparseTable<KeyID, UInt32>
  /// The name under which it writes: another one on every disk.
  var writer: ReplicaID
  /// The versions in the order of the primary's commits; numbers are counted from 1.
  private var rows = PagedTable<BinlogRow, VersionID>(vacant: .none, pageSize: 256)
  /// How many rows it has.
  private(set) var end: UInt32 = 0
  /// Rows that came before those in front of them.
  var early: [(row: UInt32, version: VersionID)] = []
  /// Whether it has what it ever had: one that lost its disk has not, until it was filled from the primary's.
  var isWhole = true
  /// Up to which row it is to be filled before it is whole; nil until it was told.
  var wanted: UInt32?

  init(writer: ReplicaID, isFull: Bool) {
    self.writer = writer
    cells = SparseTable(vacant: .empty, isFull: isFull)
    issued = SparseTable(vacant: 0, isFull: isFull)
  }

  /// A new disk.
  func emptied(writer: ReplicaID) -> DatabaseDisk {
    var disk = DatabaseDisk(writer: writer, isFull: true)
    disk.isWhole = false
    return disk
  }

  /// The version of a row.
  subscript(row: UInt32) -> VersionID { rows[BinlogRow(Int(row) - 1)] }

  /// Writes the next row.
  mutating func append(_ version: VersionID) {
    rows[BinlogRow(Int(end))] = version
    end += 1
  }

  /// Gives up the rows behind one; the keys that they changed go back to what they were.
  mutating func truncate(to row: UInt32, _ catalogue: Catalogue) {
    guard row < end else { return }
    var changed: [KeyID] = []
    while end > row {
      let key = catalogue.version(self[end]).key
      if !changed.contains(key) { changed.append(key) }
      end -= 1
    }
    for key in changed { cells[key] = .empty }
    var rest = changed.count
    var place = end
    while rest > 0, place > 0 {
      let version = catalogue.version(self[place])
      if cells[version.key].version == .none, changed.contains(version.key) {
        cells[version.key] = Replica.Cell(version: self[place], seen: version.vector, timestamp: version.timestamp)
        rest -= 1
      }
      place -= 1
    }
  }
}

/// What a database sends, and to whom it has got: rows to the other regions' databases while it is the primary, invalidations to
/// the caches of its own region.
struct DatabaseSender: Sendable {
  /// What it knows of another region's database.
  struct Shipping: Sendable {
    var outlet = Outlet()
    /// Up to which row they may go: `binlog-delay` holds the others back.
    var ripe: UInt32 = 0
    /// When the last of them may go.
    var due = Instant.start
    /// Up to which row it has told the region's caches itself, while the region's database was down.
    var tailed: UInt32 = 0
  }

  /// The databases of the regions.
  let databases: [ReplicaID]
  /// By region.
  var shippings: [Shipping]
  /// By cache of its region, the leader's first.
  var outlets: [Outlet]
  /// What its caches were to be told, numbered from 1; on no disk.
  private var announcements = PagedTable<BinlogRow, VersionID>(vacant: .none, pageSize: 256)
  /// How many that were.
  private(set) var count: UInt32 = 0
  /// Of those, how many it can't say again: its memory was lost.
  private(set) var base: UInt32 = 0
  /// Who knows that it is the primary.
  var told = ReplicaSet()
  /// How many delays it has drawn.
  var delaysDrawn: UInt64 = 0
  /// Whether it is to be woken so as to ask again.
  var isResending = false

  init(databases: [ReplicaID], caches: Int) {
    self.databases = databases
    shippings = Array(repeating: Shipping(), count: databases.count)
    outlets = Array(repeating: Outlet(), count: caches)
  }

  /// What was to be told under a number.
  subscript(number: UInt32) -> VersionID { announcements[BinlogRow(Int(number) - 1)] }

  /// Gives the next number to what is to be told.
  mutating func announce(_ version: VersionID) -> UInt32 {
    announcements[BinlogRow(Int(count))] = version
    count += 1
    return count
  }

  /// Has everybody who hasn't heard all drop everything.
  mutating func giveUpAnnouncements() {
    count += 1
    base = count
  }

  /// Loses what is in memory.
  mutating func forget(end: UInt32) {
    base = count
    announcements = PagedTable(vacant: .none, pageSize: 256)
    shippings = shippings.map { _ in Shipping(ripe: end) }
    outlets = outlets.map { _ in Outlet(sent: count) }
    told = ReplicaSet()
    isResending = false
  }
}
