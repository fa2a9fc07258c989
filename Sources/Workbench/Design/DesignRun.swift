import Analysis
import Insight
import Kernel
import Language
import Replication

/// How a candidate is put to the test: its workload, and what is lost afterwards.
struct DesignRun: Sendable {
  /// How long is waited after a loss: by then it has been noticed, and who serves in place of whom is settled.
  static let aftermath = TimeSpan.seconds(15)

  let workload: WorkloadText
  let prices: Prices
  let seed: UInt64

  /// What follows on `load` for a candidate.
  func load(_ candidate: DesignCandidate) -> String {
    workload.at(candidate.level.isEmpty ? nil : candidate.level)
  }

  /// The session after the workload, and what that came to.
  ///
  /// - Throws: a ``ScriptError`` if it can't be played.
  func measured(_ candidate: DesignCandidate) throws -> (session: Session, figures: DesignFigures) {
    // Nobody goes back in it: one keyframe will do.
    var session = Session(seed: seed, keyframeSpacing: .max / 2)
    for command in candidate.commands { try session.carryOut(command) }
    let run = try WorkloadRun(load(candidate), on: &session, prices: prices)
    var figures = DesignFigures(
      price: run.bill.total ?? 0, p99: run.p99.map(Double.init) ?? .infinity, stale: run.staleRate ?? 0)
    figures.reads = run.reads.answered
    return (session, figures)
  }

  /// The commands by which something is lost, each with its name.
  func losses(_ loss: DesignDemand.Loss, in session: Session) -> [(name: String, command: String)] {
    let topology = session.cluster.topology
    switch loss {
    case .none: return []
    case .region: return topology.regions.map { (name: $0.name, command: "destroy \($0.name)") }
    case .replica:
      return topology.regions.map { region in
        let name = topology.name(of: ReplicaID(region.replicas.lowerBound))
        return (name: name, command: "wipe \(name)")
      }
    }
  }

  /// What share of the same workload is answered after the worst loss, and how many acknowledged writes are gone with one.
  ///
  /// - Throws: a ``ScriptError`` if it can't be played.
  func bereft(
    _ candidate: DesignCandidate, _ loss: DesignDemand.Loss, of session: Session, _ figures: inout DesignFigures
  )
    throws
  {
    for (name, command) in losses(loss, in: session) {
      var copy = session
      try copy.carryOut(command)
      try copy.carryOut("run \(Quantity.text(Self.aftermath))")
      let gone = Losses.lostWrites(copy.cluster, copy.world.observer).count
      let run = try WorkloadRun(load(candidate), on: &copy, prices: prices)
      let share = run.issued == 0 ? 0 : Double(run.answered) / Double(run.issued)
      if share < figures.availability ?? .infinity { (figures.availability, figures.worst) = (share, name) }
      figures.lost = max(figures.lost ?? 0, gone)
    }
  }
}
