import Kernel

/// Delays that were measured in production and fitted: Bailis et al., *Probabilistically Bounded Staleness for
/// Practical Partial Quorums*, VLDB 2012, table 3.
public enum PublishedFit: String, CaseIterable, Sendable {
  /// LinkedIn's Voldemort on solid-state disks.
  case linkedInSSD = "lnkd-ssd"
  /// LinkedIn's Voldemort on spinning disks.
  case linkedInDisk = "lnkd-disk"
  /// Yammer's Riak.
  case yammer = "ymmr"

  /// The write's way to a replica.
  public var write: Delay {
    switch self {
    case .linkedInSSD: answer
    case .linkedInDisk: Self.mix(38, scale: 1_050, shape: 1.51, rate: 0.183)
    case .yammer: Self.mix(93.9, scale: 3_000, shape: 3.35, rate: 0.0028)
    }
  }

  /// All other ways: acknowledgement, read request and response.
  public var answer: Delay {
    switch self {
    case .linkedInSSD, .linkedInDisk: Self.mix(91.22, scale: 235, shape: 10, rate: 1.66)
    case .yammer: Self.mix(98.2, scale: 1_500, shape: 3.8, rate: 0.0217)
    }
  }

  /// That many per cent Pareto with a scale in microseconds, the rest exponential with a rate per millisecond.
  private static func mix(_ percent: Double, scale: Int64, shape: Double, rate: Double) -> Delay {
    let share = UInt64((percent * 10_000).rounded())
    let body = Delay.pareto(
      scale: TimeSpan(microseconds: scale), shape: Int64((shape * Double(Delay.shapeUnit)).rounded()))
    return .mixture([
      .init(weight: share, delay: body),
      .init(weight: 1_000_000 - share, delay: .exponential(meanNanoseconds: Int64(1_000_000 / rate))),
    ])
  }
}
