import Kernel
import Replication

/// Versions that were accepted, in that order, and when each is judged if it hasn't been by then.
struct DueVerdicts: Sendable {
  /// A version, and where what it lacks is kept.
  struct Entry: Sendable {
    var slot = UInt32.max
    var version = VersionID.none
    var accepted: Int64 = 0
  }

  /// What has been judged of a version.
  struct Verdicts: OptionSet, Sendable {
    let rawValue: UInt8
    /// Its copies that were missing after the limit.
    static let lag = Verdicts(rawValue: 1)
    /// These are counted as overdue.
    static let overdue = Verdicts(rawValue: 2)
    /// That it had not converged by the limit.
    static let convergence = Verdicts(rawValue: 4)
  }

  /// How long a copy may take, and how long a version until everybody has it, in microseconds: the objectives.
  static let (lagLimit, convergenceLimit): (Int64, Int64) = (1_000_000, 500_000)

  private enum EntryKind {}
  private typealias Place = Identity<EntryKind, UInt32>

  private var entries = PagedTable<Identity<EntryKind, UInt32>, Entry>(vacant: Entry(), pageSize: 256)
  private var (lags, convergences) = (0, 0)

  mutating func add(_ version: VersionID, _ slot: UInt32, accepted: Instant) {
    entries.append(Entry(slot: slot, version: version, accepted: accepted.microseconds))
  }

  /// When the next copies are overdue: the first microsecond past the limit.
  var nextLag: Int64 { lags < entries.count ? entries[Place(lags)].accepted + Self.lagLimit + 1 : .max }

  /// When the next version is late for everybody.
  var nextConvergence: Int64 {
    convergences < entries.count ? entries[Place(convergences)].accepted + Self.convergenceLimit + 1 : .max
  }

  mutating func takeLag() -> Entry {
    defer { lags += 1 }
    return entries[Place(lags)]
  }

  mutating func takeConvergence() -> Entry {
    defer { convergences += 1 }
    return entries[Place(convergences)]
  }
}
