import Insight
import Kernel
import Language
import Replication

/// What can't be done in a world now, though it reads well.
extension World {
  /// Why an input can't be given; nil if it can.
  package func refusal(of input: Input) -> String? {
    switch input {
    case .deliver(let number), .drop(let number), .delay(let number, by: _):
      cluster.messagesInFlight.contains { $0.number == number }
        ? nil : "no message \(number) is in flight; `show messages` lists those that are"
    case .load(let plan):
      cluster.nextOperation + plan.expectedOperations <= CommandParser.operationBudget
        ? nil : "with this load the session would hold more than \(CommandParser.operationBudget) operations"
    case .set(let setting): refusal(toSet: setting)
    case .type(let key, _):
      cluster.isWritten(key)
        ? "`\(Printable.escaped(key))` has been written already; a key's type is chosen before that" : nil
    case .follow(let follower, let author, let region): refusal(toFollow: author, by: follower, in: region)
    case .setUp, .reseed, .link, .sync, .repair, .addClient, .addConsumer, .followConsumer, .group, .addFollowers,
      .guarantee,
      .operate,
      .stopLoads,
      .moveLeader, .fault,
      .flush, .watch, .defect:
      nil
    }
  }

  /// Why an operation can't be issued; nil if it can.
  package func refusal(of plan: OperationPlan) -> String? {
    if plan.kind == .consume {
      let name = Printable.named(cluster.clients[plan.client].name)
      guard cluster.clients[plan.client].consumer != nil else {
        return "\(name) consumes nothing; `consumer NAME in REGION` makes a client that does"
      }
      return cluster.isConsuming(plan.client)
        ? nil : "\(name) has left its group, or crashed; `consumer \(name) on` brings it back"
    }
    if plan.kind == .timeline { return refusal(toShowTimelineOf: plan.value ?? "") }
    if let author = plan.author { return refusal(toPostBy: author, plan) }
    let form =
      cluster.catalogue.names.key(named: cluster.column(named: plan.key)?.row ?? plan.key).map(cluster.environment.form)
      ?? cluster.environment.settings.conflict
    if plan.lifetime != nil, cluster.environment.settings.multiRegion == .strong {
      return "a value can't have a ttl under `set multi-region strong`; under eventual, which is set before the first "
        + "operation, it can"
    }
    if plan.lifetime != nil, !form.isTimed {
      return
        "a value with a ttl is for keys that last writer wins, and for columns of a row; `\(Printable.escaped(plan.key))` is \(form.rawValue)"
    }
    if plan.level.isSerial, form != .lastWriterWins {
      return
        "\(plan.level.name ?? "") is for keys that last writer wins; `\(Printable.escaped(plan.key))` is \(form.rawValue)"
    }
    if case .answer(let number) = plan.context, let refusal = refusal(toSendContextOf: number, for: plan.key) {
      return refusal
    }
    return refusal(ofTimestamp: plan)
  }

  /// Why a setting means nothing under the conflict policy by which keys are kept that come up now; nil if it does.
  private func refusal(toSet setting: Setting) -> String? {
    if case .detector(.phi) = setting, !cluster.scheme.has(.gossip) {
      return "phi goes by gossip, which the replication scheme \(cluster.plan.scheme.rawValue) hasn't; "
        + "there are oracle and after DURATION"
    }
    if case .primary = setting, cluster.catalogue.names.keyCount > 0 {
      return "the primary is set before the first operation; a new `cluster` begins anew"
    }
    if case .partitions = setting, cluster.catalogue.names.keyCount > 0 {
      return "partitions are set before the first operation; a new `cluster` begins anew"
    }
    if case .minInSync(let count) = setting, let most = cluster.plan.regions.map(\.factor).max(), count > most {
      return "no partition has \(count) copies that could be in sync; rf is \(most)"
    }
    if let refusal = refusal(toSpan: setting) { return refusal }
    let policy = cluster.environment.settings.conflict
    let reason: String
    switch setting {
    case .tombstoneGrace where policy != .lastWriterWins:
      reason = "tombstone-grace is for keys that last writer wins; tombstones among siblings go by `set delete-mode`"
    case .deleteMode where policy == .lastWriterWins:
      reason =
        "delete-mode is for keys that keep siblings; where the last writer wins tombstones go by `set tombstone-grace`"
    case .conflict, .antiEntropy, .merkleDepth, .speculation, .forwarding, .tombstoneGrace, .tombstoneLimit,
      .tombstoneScan, .deleteMode, .timestamps,
      .hints, .hintWindow, .hintThrottle, .readRepair, .readTimeout, .writeTimeout, .processing, .clientDelay,
      .coordinator, .failover, .detector, .deltaUpdates, .coalesce, .sloppyQuorum, .gossip, .replicaChoice, .partitions,
      .multiRegion, .witness,
      .followerDelay, .lease,
      .streamCapacity, .streamBatch, .streamRetention, .partitionCapacity, .admission, .minInSync, .inSyncLag,
      .eligibleReplicas, .uncleanElection, .truncation, .compaction, .deleteRetention, .segment, .mirror,
      .primary, .binlogDelay, .cacheTTL, .cacheSize, .invalidation, .fillGuard, .negativeEntries, .writeThrough,
      .queue, .shed, .path, .timelines, .operating:
      return nil
    }
    return "\(reason). `set conflict` is \(policy.rawValue), under which there are: "
      + SettingCatalog.names(under: policy, in: cluster.scheme).joined(separator: ", ")
  }

  /// Why regions can't be replicated as a setting says; nil if they can.
  ///
  /// AWS has the mode of a global table chosen as its replicas are made, of an empty table, in exactly three regions.
  private func refusal(toSpan setting: Setting) -> String? {
    let name: String
    switch setting {
    case .multiRegion: name = "multi-region"
    case .witness: name = "witness"
    default: return nil
    }
    guard cluster.catalogue.names.keyCount == 0 else {
      return "\(name) is set before the first operation; a new `cluster` begins anew"
    }
    guard case .multiRegion(.strong) = setting else { return nil }
    let factors = cluster.environment.placement.factors
    guard factors.count == RegionSpan.regionCount, factors.allSatisfy({ $0 > 0 }) else {
      let count = factors.count { $0 > 0 }
      return "multi-region strong takes exactly three regions with copies, one of which may be the witness "
        + "(`set witness REGION`); this cluster has \(count). "
        + "`cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams` has three"
    }
    return nil
  }

  /// Why an operation's answer carries nothing about a key; nil if it does.
  private func refusal(toSendContextOf number: OperationID, for key: String) -> String? {
    guard let operation = observer.history[number]?.operation, operation.outcome == .ok else {
      return "operation \(number.index) has no answer whose context could be sent"
    }
    return cluster.catalogue.names.name(of: operation.key) == key
      ? nil : "operation \(number.index) was about another key"
  }

  /// Why an operation's timestamp would put it before what its client was promised to write after; nil if it wouldn't.
  private func refusal(ofTimestamp plan: OperationPlan) -> String? {
    let client = cluster.clients[plan.client]
    guard let timestamp = plan.timestamp, let key = cluster.catalogue.names.key(named: plan.key),
      let earliest = client.earliestTimestamp(of: key, cluster.catalogue), timestamp <= earliest
    else { return nil }
    return "\(client.name)'s guarantees ask for a timestamp above \(earliest), that of what it has written or read "
      + "before; `guarantee \(client.name) none` ends them"
  }
}
