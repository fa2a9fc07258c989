import Analysis
import Insight
import Kernel
import Language
import Replication

/// What a workload costs: on one, three and five regions, at each level, and under one other setting at a time.
public struct CostStudy: Sendable {
  /// The workload where none is named.
  public static let workload = "200/s for 10s write 20% keys 200"
  /// Regions from which the clusters of so many are taken.
  private static let names = ["us-east-1", "eu-west-1", "ap-south-1", "us-west-2", "sa-east-1"]

  /// What was tried.
  public enum Series: String, CaseIterable, Sendable {
    case region, level, setting
  }

  /// One run.
  public struct Row: Sendable {
    /// What was tried.
    public let series: Series
    /// Its name, such as `QUORUM`.
    public let name: String
    let run: WorkloadRun

    /// Its bill.
    public var bill: Bill { run.bill }
  }

  /// What was run before, as a script; nil: nothing, on the default cluster.
  public let session: Session
  /// What was played.
  public let workload: String
  /// The runs.
  public let rows: [Row]

  /// Plays the workload; each run is on a copy.
  ///
  /// - Parameter session: the session from which levels and settings are tried.
  /// - Throws: a ``ScriptError`` if the workload can't be played.
  public init(_ workload: String? = nil, after session: Session, prices: Prices) throws {
    let text = WorkloadText(workload ?? Self.workload)
    self.workload = text.plain
    self.session = session
    var jobs: [(series: Series, name: String, start: Session, commands: [String], workload: String)] = []
    let scheme = session.cluster.scheme
    let asked =
      text.asked.isEmpty && scheme.readLevels.all.contains(.localQuorum) ? text.at("LOCAL_QUORUM") : text.at(nil)
    for count in StatedCosts.standard.regions {
      let replicas = Self.names.prefix(count).map { "\($0):3" }.joined(separator: " ")
      let cluster =
        "cluster \(replicas)\(scheme.features.contains(.caches) ? "" : " rf=3") "
        + "scheme=\(session.cluster.plan.scheme.rawValue)"
      jobs.append((.region, CountedNoun("region").text(count), session, [cluster], asked))
    }
    for levels in scheme.ladder where !levels.name.isEmpty {
      jobs.append((.level, levels.name, session, ["load stop"], text.at(levels.name)))
    }
    jobs.append((.setting, "as it is", session, ["load stop"], asked))
    for setting in Self.settings(session.cluster.plan.scheme) {
      jobs.append((.setting, setting, session, ["load stop", "set \(setting)"], asked))
    }
    let runs = Concurrently.map(jobs) { job -> Result<WorkloadRun?, any Error> in
      Result {
        var session = job.start
        do {
          for command in job.commands { try session.carryOut(command) }
        } catch  where job.series == .setting {
          // What can't be set any more isn't compared.
          return nil
        }
        return try WorkloadRun(job.workload, on: &session, prices: prices)
      }
    }
    rows = try zip(jobs, runs).compactMap { job, run in
      try run.get().map { Row(series: job.series, name: job.name, run: $0) }
    }
  }

  /// Settings that change what is sent or kept, one at a time.
  private static func settings(_ scheme: SchemeName) -> [String] {
    switch scheme {
    case .leaderless:
      [
        "read-repair off", "read-repair async", "anti-entropy 2s", "forwarding on", "hints off",
        "speculative-retry always",
      ]
    case .streams: ["stream-batch 25 within 100ms", "stream-capacity 20/s", "retries standard-2026"]
    case .primaryCache:
      ["cache-ttl 1s", "invalidation direct", "invalidation off", "write-through off", "cache-size 20"]
    case .log: ["compaction 5s", "min-insync 1", "retries standard-2026"]
    }
  }
}
