import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

/// What is said of consumers and mirrors, against the clusters at those moments.
extension Reading {
  func flaw(in claim: ConsumerClaim) -> String? {
    switch claim {
    case .movedOn(let operation, let moved):
      guard let asked = witness.history[operation]?.operation else { return "no such operation" }
      let before = witness.world(at: moved.position - 1).cluster
      let after = witness.world(at: moved.position).cluster
      return before.clients[asked.client].region == moved.from && after.clients[asked.client].region == moved.to
        && after.consumerGroup(of: asked.client)?.source == moved.source && after.now == moved.at
        && moved.position < asked.beganAt ? nil : "it did not go on there"
    case .resumed(let operation, let moved, let partition): return flaw(in: moved, operation, partition, isTold: true)
    case .unchecked(let operation, let moved, let partition):
      return flaw(in: moved, operation, partition, isTold: false)
    case .assigned(let operation, let generation, let partitions):
      guard let asked = witness.history[operation]?.operation else { return "no such operation" }
      let cluster = witness.world(at: asked.beganAt - 1).cluster
      return cluster.consumerGroup(of: asked.client)?.group?.current == generation
        && partitions == generation.owners.indices.filter { generation.owners[$0] == asked.client }
        ? nil : "it had others"
    case .uncommitted(let operation, let number, let generation):
      guard let asked = witness.history[operation]?.operation else { return "no such operation" }
      let before = witness.world(at: asked.beganAt - 1).cluster.consumerGroup(of: asked.client)?.group
      let after = witness.world(at: asked.endedAt).cluster.consumerGroup(of: asked.client)?.group
      return (before?.current.number ?? 0) == number && after?.current == generation && number != generation.number
        ? nil : "it could commit"
    case .repeated(let operation, let version, let earlier, let position, let moved, let isUncommitted):
      let cluster = witness.session.cluster
      let original = witness.catalogue.original(of: version)
      let isThere = [operation, earlier].allSatisfy { id in
        cluster.consumedRecords(by: id).contains { $0.original == original }
      }
      guard isThere, earlier < operation, witness.catalogue.position(of: original) == position else {
        return "it came once"
      }
      guard (cluster.isCommitted(earlier) == false) == isUncommitted else { return "it was committed, or was not" }
      guard let checkpoint = moved?.checkpoint else { return nil }
      return checkpoint.offsets[Int(position.partition)] <= Int(position.offset) ? nil : "the checkpoint is beyond it"
    case .moreRepeated(let operation, let number):
      return witness.session.cluster.repeats(by: operation).count - Explainer.shown == number ? nil : "not so many"
    case .unmirrored(let operation, let version, let position):
      guard let asked = witness.history[operation]?.operation else { return "no such operation" }
      let cluster = witness.world(at: asked.endedAt).cluster
      let isThere = cluster.catalogue.versions.ids.contains {
        cluster.catalogue.original(of: $0) == version && cluster.catalogue.home(of: $0) == asked.region
      }
      let isGot = cluster.consumerGroup(of: asked.client)?.has(version) == true
      return !isThere && !isGot && cluster.catalogue.position(of: version) == position ? nil : "it is there"
    case .moreUnmirrored(_, let number): return looks.count - 1 == number ? nil : "not so many"
    case .mirrored(let read, let version, let original, let there, let here):
      let catalogue = witness.catalogue
      return witness.history[read]?.operation.version == version && catalogue.origin(of: version) == original
        && catalogue.position(of: original) == there && catalogue.position(of: version) == here
        ? nil : "it is a copy of something else"
    case .checkpoint(let read, let checkpoint, let name, let source, let target, let partition, let behind):
      guard let asked = witness.history[read]?.operation else { return "no such operation" }
      let cluster = witness.world(at: asked.endedAt).cluster
      guard cluster.clients[checkpoint.client].name == name,
        cluster.checkpoint(of: checkpoint.client, from: source, to: target) == checkpoint,
        let place = checkpoint.place(in: partition), let here = cluster.catalogue.position(of: asked.version)
      else { return "no such checkpoint" }
      return max(0, Int(here.offset) + 1 - place) == behind ? nil : "it begins elsewhere"
    }
  }

  private func flaw(in moved: Resumption, _ operation: OperationID, _ partition: Int, isTold: Bool) -> String? {
    guard let asked = witness.history[operation]?.operation, let source = moved.source else {
      return "it was told nothing"
    }
    let cluster = witness.world(at: moved.position).cluster
    let known = witness.world(at: moved.position - 1).cluster.checkpoint(of: asked.client, from: source, to: moved.to)
    guard known == moved.checkpoint, (known?.place(in: partition) != nil) == isTold else { return "another checkpoint" }
    return cluster.consumerGroup(of: asked.client)?.positions[partition].offset == moved.start[partition]
      ? nil : "it goes on elsewhere"
  }
}
