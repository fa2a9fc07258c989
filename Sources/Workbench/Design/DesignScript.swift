import Analysis
import Insight
import Kernel
import Language
import Replication

extension DesignSearch {
  /// How much slower than measured 99 of 100 operations may be under another seed, where nothing is asked.
  private static let slack = 1.5

  /// A point of the front as a script that shows its figures again, under any seed.
  ///
  /// - Parameter number: from 1.
  /// - Returns: nil if there is no such point.
  public func script(_ number: Int) -> [String]? {
    guard let position = front.index(ofNumber: number) else { return nil }
    let point = front[position]
    let (candidate, figures, load) = (point.candidate, point.figures, run.load(point.candidate))
    let p99 = demand.p99 ?? TimeSpan(microseconds: Int64(figures.p99 * Self.slack))
    // Of rare events two runs have different numbers: without a demand, twice as many and a tenth of a percent more will do.
    let stale = demand.stale ?? min(1, figures.stale * 2 + 0.001)
    var lines = [
      "# \(candidate.words)",
      "# asked: \(demandText)",
      "# found under seed \(run.seed): \(Quantity.dollars(figures.price)) a month, p99 "
        + "\(DesignDemand.Kind.p99.text(figures.p99)), \(Quantity.figure(share: figures.stale)) of reads stale"
        + (figures.availability.map {
          ", \(Quantity.figure(share: $0)) answered after \(figures.worst ?? "nothing") was lost"
        } ?? ""),
      "# other seeds: eventually run FILE --seed N", "seed \(run.seed)",
    ]
    lines += candidate.commands + ["load \(load)", "run \(Quantity.text(span))", "show cost"]
    lines.append("expect latency(p99 load) <= \(Quantity.text(p99))")
    lines.append("expect reads.stale-rate <= \(Quantity.percent(stale))")
    if let price = demand.price { lines.append("expect cost.total <= \(Quantity.number(price))") }
    guard let worst = figures.worst, let availability = figures.availability else { return lines }
    let command = demand.survives == .region ? "destroy \(worst)" : "wipe \(worst)"
    let least = min(availability, DesignDemand.leastAvailability)
    return lines + [
      command, "run \(Quantity.text(DesignRun.aftermath))", "load \(load)", "run \(Quantity.text(span))",
      "expect availability >= \(Quantity.percent((1 + least) / 2))",
    ]
  }

  /// How long the workload is played.
  private var span: TimeSpan { run.span ?? .zero }
}

extension DesignRun {
  /// How long the workload and what follows on it take; nil if it is none.
  fileprivate var span: TimeSpan? {
    var session = Session(seed: seed)
    guard (try? session.carryOut("load \(workload.plain)")) != nil, let end = session.cluster.loadEnd else {
      return nil
    }
    return end - session.now + WorkloadRun.epilogue
  }
}
