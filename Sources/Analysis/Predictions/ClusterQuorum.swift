import Insight
import Kernel
import Language
import Replication

extension Cluster {
  /// The owners of a key: of the first arc of the ring, where keys have different ones.
  var predictedOwners: [ReplicaID] { environment.placement.owners.elements.first?.members ?? [] }

  /// Why something can't be predicted for this cluster; nil if it can.
  package func refusal(of plan: PredictionPlan) -> String? {
    if let region = plan.region, identity(of: region) == nil {
      return "there is no region `\(Printable.escaped(region.text))` here"
    }
    let copies = predictedOwners.count
    let n = plan.n ?? copies
    guard (1...copies).contains(n) else {
      let held = copies == 1 ? "one copy" : "from 1 to \(CountedNoun.copies.text(copies))"
      return "n=\(n) is out of range: a key has \(held) here"
    }
    for (name, value) in [("r", plan.r), ("w", plan.w)] where !(1...n).contains(value) {
      return "\(name)=\(value) is out of range: from 1 to \(n), the number of copies"
    }
    return nil
  }

  /// The quorum of a plan that isn't refused, among the present links with their slow-downs.
  ///
  /// Any replica of the region, or of the cluster, may coordinate the write and, drawn independently, the read; where
  /// clients go by tokens, any owner there, if there is one. Cuts, losses and crashes are left out: the model knows none.
  func quorum(of plan: PredictionPlan) -> PartialQuorum {
    let owners = predictedOwners.prefix(plan.n ?? .max)
    let coordinators =
      (plan.region.flatMap { identity(of: $0) }.map { [$0] } ?? Array(topology.regionIDs)).flatMap(
        predictedCoordinators)
    func trips(_ there: MessageClass, _ back: MessageClass) -> [[RoundTrip]] {
      coordinators.map { coordinator in
        owners.map { RoundTrip(there: leg(coordinator, $0, there), back: leg($0, coordinator, back)) }
      }
    }
    return PartialQuorum(
      r: plan.r, w: plan.w, writers: trips(.write, .ack), readers: trips(.request, .response))
  }

  private func predictedCoordinators(in region: RegionID) -> [ReplicaID] {
    let members = Array(topology.members(of: region))
    guard environment.coordinatorPolicy == .tokenAware else { return members }
    let owners = members.filter(predictedOwners.contains)
    return owners.isEmpty ? members : owners
  }

  private func leg(_ from: ReplicaID, _ to: ReplicaID, _ kind: MessageClass) -> Leg {
    guard from != to else { return .constant(.zero) }
    let extra = network.link(from, to).slowdown + network.lag[to.index]
    return Leg(network.delay(from, to, kind), plus: extra)
  }

  /// What a client adds to the latency of its coordinator, in milliseconds: its way there and back, at their mean.
  var clientRoundTrip: Double { 2 * Double(environment.settings.clientDelay.meanNanoseconds) / 1_000_000 }
}
