import Analysis
import Foundation
import Insight
import Kernel
import Language
import Replication

/// Looks for designs that meet demands, and keeps those of them of which none is better in everything that counts: price, p99,
/// stale reads, and what share of operations is answered after a loss.
///
/// Each candidate plays the same workload under the same seed. What misses a demand by then is not put to a loss any more: no
/// point of the front is missed by that, as it couldn't be one.
public struct DesignSearch: Sendable {
  /// A candidate and what it came to.
  public struct Point: Sendable {
    /// The candidate.
    public let candidate: DesignCandidate
    /// What it came to.
    public let figures: DesignFigures
    /// What it came to under other seeds, without a loss.
    public internal(set) var again: [DesignFigures] = []
  }

  /// The workload where none is named.
  public static let workload = "200/s for 20s write 10% keys 500"
  /// How many other seeds the front is tried under.
  private static let freshSeeds = 2
  /// How many candidates are tried before progress is told of.
  private static let batch = 8

  /// What is asked.
  public let demand: DesignDemand
  /// What was played.
  let run: DesignRun
  /// Every candidate, in order; those that missed a demand early without availability.
  public private(set) var points: [Point] = []
  /// The best of those that meet all demands, the cheapest first.
  public private(set) var front: [Point] = []
  /// How many candidates couldn't be set up or asked so.
  public private(set) var refused = 0

  /// Searches.
  ///
  /// - Parameters:
  ///   - workload: what follows on `load`; a level in it is ignored.
  ///   - progress: is told how many candidates have been tried, of how many.
  /// - Throws: a ``ScriptError`` if the workload can't be played at all.
  public init(
    _ demand: DesignDemand, in space: DesignSpace = DesignSpace(), workload: String? = nil, prices: Prices = .standard,
    seed: UInt64 = 1, progress: (Concurrently.Progress) -> Void = { _ in }
  ) throws {
    self.demand = demand
    let run = DesignRun(workload: WorkloadText(workload ?? Self.workload), prices: prices, seed: seed)
    self.run = run
    let candidates = space.candidates
    var firstRefusal: (any Error)?
    for start in stride(from: 0, to: candidates.count, by: Self.batch) {
      let some = Array(candidates[start..<min(candidates.count, start + Self.batch)])
      for result in Concurrently.map(some, { candidate in Result { try Self.point(candidate, demand, run) } }) {
        switch result {
        case .success(let point): points.append(point)
        case .failure(let error):
          refused += 1
          firstRefusal = firstRefusal ?? error
        }
      }
      progress(Concurrently.Progress(done: min(candidates.count, start + Self.batch), all: candidates.count))
    }
    if points.isEmpty, let firstRefusal { throw firstRefusal }
    front = Self.front(of: points.filter { demand.isMet(by: $0.figures) })
    if front.isEmpty { points = try finished(points) }
    try tryAgain()
  }

  /// The points of which none is better than another, of equal ones the first; the cheapest first.
  static func front(of points: [Point]) -> [Point] {
    let best = points.enumerated().filter { place, point in
      !points.contains { $0.figures.dominates(point.figures) }
        && !points[..<place].contains { $0.figures.equals(point.figures) }
    }
    return best.sorted { ($0.element.figures.price, $0.offset) < ($1.element.figures.price, $1.offset) }.map(\.element)
  }

  private static func point(_ candidate: DesignCandidate, _ demand: DesignDemand, _ run: DesignRun) throws -> Point {
    let (session, measured) = try run.measured(candidate)
    var figures = measured
    // Before a loss nothing is known of availability, and nothing of it is missed.
    if demand.isMet(by: figures) { try run.bereft(candidate, demand.survives, of: session, &figures) }
    return Point(candidate: candidate, figures: figures)
  }

  /// The same points with what each comes to after a loss: where no design will do, it matters which came nearest.
  private func finished(_ points: [Point]) throws -> [Point] {
    let (run, demand) = (self.run, self.demand)
    return try Concurrently.map(points) { point -> Result<Point, any Error> in
      Result { () throws -> Point in
        guard point.figures.availability == nil, demand.survives != .none else { return point }
        let (session, measured) = try run.measured(point.candidate)
        var figures = measured
        try run.bereft(point.candidate, demand.survives, of: session, &figures)
        return Point(candidate: point.candidate, figures: figures)
      }
    }.map { try $0.get() }
  }

  private mutating func tryAgain() throws {
    let seeds = (1...UInt64(Self.freshSeeds)).map { self.run.seed &+ 1_000 &* $0 }
    let jobs = self.front.indices.flatMap { place in seeds.map { (place, $0) } }
    let (run, front) = (self.run, self.front)
    let again = Concurrently.map(jobs) { job -> Result<DesignFigures, any Error> in
      Result { () throws -> DesignFigures in
        let fresh = DesignRun(workload: run.workload, prices: run.prices, seed: job.1)
        return try fresh.measured(front[job.0].candidate).figures
      }
    }
    for (job, figures) in zip(jobs, again) { self.front[job.0].again.append(try figures.get()) }
  }
}
