import Kernel

/// What the model says about a partial quorum: how fast it is, and how likely its reads are fresh.
public struct Prediction: Sendable {
  /// How many trials are made if nothing is said.
  public static let standardTrials = 1_000_000
  /// How many trials can be asked for.
  public static let trialRange = 1_000...10_000_000
  /// How many answers the reads of all trials may use together: what fits into half a gigabyte.
  public static let mostAnswers = 50_000_000

  /// What it is about.
  public let quorum: PartialQuorum
  /// At the coordinator.
  public let readLatency: PartialQuorum.Latency
  /// At the coordinator.
  public let writeLatency: PartialQuorum.Latency
  /// Whether and when reads are consistent.
  public let consistency: Consistency
  /// How likely a read returns one of the last k versions, for k from 1 to 10, delays left aside.
  public let withinVersions: [Double]

  /// The prediction for a quorum: everything but ``consistency`` is computed, that from `trials` under `seed`.
  ///
  /// - Parameter trials: from 1 on; times R at most ``mostAnswers``.
  public init(of quorum: PartialQuorum, trials: Int = standardTrials, seed: UInt64 = 1) {
    self.quorum = quorum
    readLatency = quorum.readLatency
    writeLatency = quorum.writeLatency
    consistency = Consistency(of: quorum, trials: trials, seed: seed)
    withinVersions = quorum.withinVersions
  }
}

/// A number that was estimated, between the ends of its 95 % confidence interval.
public struct Interval: Hashable, Sendable {
  /// The estimate.
  public let value: Double
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// Nothing but that number is possible.
  static func exact(_ value: Double) -> Interval { Interval(value: value, low: value, high: value) }
}

/// How likely reads are consistent that begin some time after a write was acknowledged (t-visibility).
public struct Consistency: Sendable {
  /// How many standard errors a 95 % confidence interval reaches to either side.
  private static let reach = 1.96
  /// How many trials are enough to look where something lies.
  private static let look = 20_000

  /// nil for a strict quorum, whose reads are never stale.
  private let trials: StalenessTrials?

  /// The consistency of a quorum by so many trials; a strict one needs none.
  public init(of quorum: PartialQuorum, trials count: Int, seed: UInt64) {
    trials =
      quorum.isStrict ? nil : StalenessTrials(of: quorum, count: count, randomness: Randomness(seed: seed))
  }

  /// How many trials were made.
  public var trialCount: Int { trials?.count ?? 0 }

  /// How likely a read is consistent, from 0 to 1, that begins `milliseconds` after the acknowledgement.
  public func at(_ milliseconds: Double) -> Interval {
    guard let trials else { return .exact(1) }
    let stale = trials.stale(after: milliseconds)
    let margin = Self.reach * stale.error
    return Interval(value: 1 - stale.mean, low: max(0, 1 - stale.mean - margin), high: min(1, 1 - stale.mean + margin))
  }

  /// The same at many instants, in order, for a drawing: by a part of the trials, so that no instant costs much.
  public func curve(at instants: [Double]) -> [Double] {
    guard let trials else { return instants.map { _ in 1 } }
    let stride = max(1, trials.count / Self.look)
    return instants.map { 1 - trials.stale(after: $0, stride: stride).mean }
  }

  /// After how many milliseconds at least `share` of reads are consistent: t-visibility.
  ///
  /// - Parameter share: above 0 and below 1.
  public func visibility(_ share: Double) -> Interval {
    guard let trials else { return .exact(0) }
    let target = 1 - share
    // A quick look at some of the trials tells where to search among all.
    let stride = max(1, trials.count / Self.look)
    let near = Self.crossing(of: target, from: 0, step: 0.001) { trials.stale(after: $0, stride: stride).mean }
    func crossing(_ errors: Double, from start: Double) -> Double {
      Self.crossing(of: target, from: start, step: start / 256) {
        let stale = trials.stale(after: $0)
        return stale.mean + errors * stale.error
      }
    }
    let value = crossing(0, from: near)
    return Interval(value: value, low: crossing(-Self.reach, from: value), high: crossing(Self.reach, from: value))
  }

  /// The least number of milliseconds at which a function that never rises is at most `target`.
  ///
  /// - Parameters:
  ///   - start: where it is thought to be.
  ///   - step: how far off it is looked for at first; twice as far each time.
  private static func crossing(
    of target: Double, from start: Double, step: Double, _ function: (Double) -> Double
  ) -> Double {
    // Sums of many shares may miss a round number by rounding.
    func isReached(_ t: Double) -> Bool { function(t) <= target + 1e-12 }
    var (low, high) = (start, start)
    var step = max(step, 1e-6)
    if isReached(start) {
      while low > 0 {
        low = max(0, start - step)
        if !isReached(low) { break }
        high = low
        step *= 2
      }
      if low == 0, high == 0 { return 0 }
    } else {
      repeat {
        low = high
        high = start + step
        step *= 2
      } while !isReached(high) && high < 4 * Leg.longest
    }
    while high - low > max(1e-7, high * 1e-5) {
      let middle = (low + high) / 2
      if isReached(middle) { high = middle } else { low = middle }
    }
    return (high * 1e6).rounded() / 1e6
  }
}
