import Insight
import Kernel
import Language
import Replication

/// The answer of the command `predict`: what the model says of the present cluster, beside what this session has seen.
package struct ClusterPrediction {
  private let plan: PredictionPlan
  private let quorum: PartialQuorum
  private let prediction: Prediction
  private let observed: ObservedQuorum
  private let cluster: Cluster

  package init(_ plan: PredictionPlan, in world: World, _ memo: PredictionMemo) {
    self.plan = plan
    cluster = world.cluster
    quorum = cluster.quorum(of: plan)
    prediction = memo.prediction(of: quorum)
    let isWhole = quorum.n == cluster.predictedOwners.count
    let coordinators =
      plan.region.flatMap { world.cluster.identity(of: $0) }.map(world.cluster.topology.set)
      ?? world.cluster.topology.everyone
    observed = ObservedQuorum(
      world.observer.history, r: plan.r, w: plan.w, coordinators: isWhole ? coordinators : ReplicaSet())
  }

  /// The answer in lines.
  package var lines: [String] { [title, ""] + table + [""] + freshness }

  private var title: String {
    let place = plan.region.map { "in \(Printable.escaped($0.text))" } ?? "in every region"
    return "N = \(quorum.n), R = \(quorum.r), W = \(quorum.w); coordinators \(place)"
  }

  private var table: [String] {
    let extra = cluster.clientRoundTrip
    var rows = [["", "predicted", "observed"]]
    func add(_ name: String, _ latency: PartialQuorum.Latency, _ samples: Samples) {
      let count = PredictionText.grouped(samples.count)
      rows.append(["\(name) latency at the client", "", samples.count == 0 ? "none" : "of \(count)"])
      for (share, value, percentile) in [
        ("50", latency.p50, 50), ("95", latency.p95, 95), ("99", latency.p99, 99), ("99.9", latency.p999, 99.9),
      ] {
        rows.append([
          "  \(share) %", PredictionText.milliseconds(value + extra),
          samples.percentile(percentile).map { PredictionText.milliseconds(Double($0) / 1_000) } ?? "–",
        ])
      }
    }
    add("read", prediction.readLatency, observed.reads)
    add("write", prediction.writeLatency, observed.writes)
    let expected = observed.expectedStaleShare(by: prediction.consistency, plus: extra)
    rows.append([
      "stale reads, as late after a write as these", expected.map(PredictionText.percent) ?? "–",
      expected == nil ? "–" : observedShare,
    ])
    return Listing.table(rows, right: [1, 2])
  }

  /// The share of stale reads: of few, how many of how many.
  private var observedShare: String {
    let (stale, reads) = (observed.staleReads, observed.reads.count)
    return reads < Quantity.fewest
      ? Quantity.share(stale, of: reads) : PredictionText.percent(Double(stale) / Double(reads))
  }

  private var freshness: [String] {
    guard !quorum.isStrict else {
      return ["R + W > N: every read meets every acknowledged write, so no read is stale."] + sloppiness
    }
    let zero = prediction.consistency.at(0)
    func visibility(_ share: Double) -> [String] {
      let interval = prediction.consistency.visibility(share)
      return [
        "\(Quantity.percent(share).dropLast()) % consistent from t =", PredictionText.milliseconds(interval.value),
        PredictionText.milliseconds(interval),
      ]
    }
    let versions = [1, 2, 3, 5, 10].map { "\($0): \(PredictionText.percent(prediction.withinVersions[$0 - 1]))" }
    return Listing.table(
      [
        ["t after a write's acknowledgement", "predicted", "95 % confidence"],
        [
          "consistent at t = 0", PredictionText.percent(zero.value),
          "\(PredictionText.percent(zero.low)) … \(PredictionText.percent(zero.high))",
        ], visibility(0.9), visibility(0.99), visibility(0.999),
      ], right: [1, 2])
      + ["within k versions  " + versions.joined(separator: "  ")]
  }

  /// What stand-ins do to that.
  private var sloppiness: [String] {
    guard cluster.environment.settings.isSloppy, cluster.environment.placement.hasNonOwners else { return [] }
    return [
      "So it is while no owner is thought dead: a stand-in (`sloppy-quorum`) counts like one,",
      "and need not be among those that are asked later.",
    ]
  }
}
