import Kernel
import Language
import Replication

/// What a cluster costs a month, by what it holds and at the pace at which it has moved bytes.
///
/// A month has 30 days and a gigabyte 10⁹ bytes. What is sent from one region to another is billed once, to the sender.
public struct Bill: Hashable, Sendable {
  /// A month.
  public static let month = TimeSpan.hours(24 * 30)
  /// A gigabyte, in bytes.
  public static let gigabyte = 1e9

  /// The prices.
  public let prices: Prices
  /// How many regions there are.
  public let regions: Int
  /// How many replicas there are, whether or not they run.
  public let replicas: Int
  /// How many bytes they keep now, all copies and tombstones included.
  public let storedBytes: Int
  /// How many bytes went from one region to another in that time.
  public let transferredBytes: Int
  /// In what time; none where none has passed.
  public let elapsed: TimeSpan
  /// How many operations ended in it.
  public let operations: Int

  /// The bill of a cluster, for all the time since it began.
  ///
  /// - Parameter operations: how many operations have ended.
  public init(of cluster: Cluster, prices: Prices = .standard, operations: Int = 0) {
    self.init(
      of: cluster, prices: prices, transferredBytes: cluster.traffic.crossRegionBytes,
      elapsed: cluster.now - .start, operations: operations)
  }

  /// The bill of a cluster which moved so many bytes in a stretch of time.
  public init(of cluster: Cluster, prices: Prices, transferredBytes: Int, elapsed: TimeSpan, operations: Int) {
    self.prices = prices
    regions = cluster.topology.regions.count
    replicas = cluster.topology.replicas.count
    storedBytes = cluster.topology.everyone.reduce(0) { $0 + cluster.storedBytes(at: $1) }
    self.transferredBytes = transferredBytes
    self.elapsed = elapsed
    self.operations = operations
  }

  /// How many gigabytes go between regions in a month at that pace; nil before any time has passed.
  public var transferredGigabytes: Double? {
    monthly(transferredBytes).map { $0 / Self.gigabyte }
  }

  /// How many operations a month has at that pace; nil before any time has passed.
  public var monthlyOperations: Double? { monthly(operations) }

  private func monthly(_ count: Int) -> Double? {
    guard elapsed > .zero else { return nil }
    return Double(count) * Double(Self.month.microseconds) / Double(elapsed.microseconds)
  }

  /// Dollars a month of a part; nil where that isn't known.
  public func dollars(_ component: CostComponent) -> Double? {
    switch component {
    case .storage: Double(storedBytes) / Self.gigabyte * prices[.storage].dollars
    case .transfer: transferredGigabytes.map { $0 * prices[.transfer].dollars }
    case .compute: Double(replicas) * prices[.replica].dollars
    case .people: people.map { Double($0) * prices[.person].dollars / 12 }
    }
  }

  /// How many people operate it: as stated for one, three and five regions; nil for any other number.
  public var people: Int? { StatedCosts.standard.column(ofRegions: regions).map { StatedCosts.standard.people[$0] } }

  /// Dollars a month without people; nil before any time has passed.
  public var total: Double? {
    guard let storage = dollars(.storage), let transfer = dollars(.transfer), let compute = dollars(.compute) else {
      return nil
    }
    return storage + transfer + compute
  }

  /// What a million operations cost, without people; nil where there are none.
  public var perMillionOperations: Double? {
    guard let total, let monthlyOperations, monthlyOperations > 0 else { return nil }
    return total / monthlyOperations * 1_000_000
  }
}
