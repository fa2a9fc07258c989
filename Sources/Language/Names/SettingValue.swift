import Kernel
import Replication

/// What a setting is at present, in the form that `set` takes: what the fact `setting(NAME)` is worth.
package enum SettingValue {
  /// The value: a duration, a number, or words.
  package static func value(of name: SettingName, in cluster: Cluster) -> FactValue {
    let settings = cluster.environment.settings
    switch name {
    case .admission: return onOff(settings.admitsByTable)
    case .antiEntropy: return span(settings.antiEntropy)
    case .binlogDelay: return delay(settings.binlogDelay)
    case .cacheSize: return number(settings.cacheSize)
    case .cacheTTL: return span(settings.cacheTTL)
    case .clientDelay: return delay(settings.clientDelay)
    case .coalesce: return onOff(settings.coalesces)
    case .compaction: return span(settings.compaction)
    case .conflict: return .text(settings.conflict.rawValue)
    case .coordinator: return .text(cluster.environment.coordinatorPolicy.rawValue)
    case .deleteMode: return deletes(settings.deleteMode)
    case .deleteRetention: return span(settings.deleteRetention)
    case .deltaUpdates: return onOff(settings.sendsDeltas)
    case .eligibleReplicas: return onOff(settings.keepsEligible)
    case .failover: return .text(settings.failover.rawValue)
    case .failureDetector: return detector(settings.detector)
    case .fillGuard: return .text(settings.fillGuard.rawValue)
    case .followerDelay: return delay(settings.followerDelay)
    case .forwarding: return onOff(settings.forwards)
    case .gossip: return span(settings.gossipPeriod)
    case .hintThrottle: return .text(settings.hintThrottle.map(Quantity.text) ?? "off")
    case .hintWindow: return span(settings.hintWindow)
    case .hints: return onOff(settings.keepsHints)
    case .inSyncLag: return span(settings.inSyncLag)
    case .invalidation: return .text(settings.invalidation.rawValue)
    case .lease: return span(settings.lease)
    case .merkleDepth: return number(settings.merkleDepth)
    case .minInSync: return number(settings.minInSync)
    case .mirror: return mirrors(settings.mirrors, cluster.topology)
    case .multiRegion: return .text(settings.multiRegion.rawValue)
    case .negativeEntries: return onOff(settings.keepsNegativeEntries)
    case .partitionCapacity: return capacity(settings.partitionCapacity)
    case .partitions: return number(cluster.environment.placement.partitionCount)
    case .primary: return .text(cluster.topology.name(of: settings.primary))
    case .processingTime: return processing(settings)
    case .queue: return number(settings.queueCapacity)
    case .readRepair: return repair(settings.readRepair)
    case .readTimeout: return span(settings.readTimeout)
    case .replicaChoice: return .text(settings.choosesByLatency ? "dynamic" : "static")
    case .segment: return number(settings.segment)
    case .shed: return .text(settings.shedding.rawValue)
    case .sloppyQuorum: return onOff(settings.isSloppy)
    case .speculativeRetry: return speculation(settings.speculation)
    case .streamBatch:
      return .text("\(settings.streamBatch.count) within \(Quantity.text(settings.streamBatch.within))")
    case .streamCapacity:
      return .text(
        settings.streamCapacity.map(rate) ?? "unlimited")
    case .streamRetention: return span(settings.streamRetention)
    case .timestamps: return .text(settings.timestamps.rawValue)
    case .tombstoneGrace: return span(settings.tombstoneGrace)
    case .tombstoneLimit: return number(settings.tombstoneLimit)
    case .tombstoneScan: return span(settings.tombstoneScan)
    case .truncation: return .text(settings.truncation.rawValue)
    case .uncleanElection: return onOff(settings.electsUncleanly)
    case .witness: return .text(settings.witness.map { cluster.topology.name(of: $0) } ?? "none")
    case .writeThrough: return onOff(settings.writesThrough)
    case .writeTimeout: return span(settings.writeTimeout)
    case .authentication: return delay(settings.path.authentication)
    case .balancerCheck: return check(settings.path.balancerCheck)
    case .breaker: return breaker(settings.path.breaker)
    case .edgeDelay: return delay(settings.path.edgeDelay)
    case .edgeErrorTTL: return span(settings.path.edgeErrorTTL)
    case .edgeTTL: return span(settings.path.edgeTTL)
    case .gatewayDelay: return delay(settings.path.gatewayDelay)
    case .healthCheck: return check(settings.path.healthCheck)
    case .hedge: return hedge(settings.path.hedge)
    case .idempotencyKeys: return onOff(settings.path.hasIdempotencyKeys)
    case .nameTTL: return span(settings.path.nameTTL)
    case .retries: return retries(settings.path.retries)
    case .routing: return .text(settings.path.routing.rawValue)
    case .throttle: return .text(settings.path.throttle.map { "\(rate($0.rate)) burst \($0.burst)" } ?? "off")
    case .fanoutBudget: return .text("\(settings.timelines.budget)/s")
    case .fanoutRate: return .text("\(settings.timelines.rate)/s")
    case .pullAbove: return settings.timelines.pullAbove.map(number) ?? .text("off")
    case .timelineCap: return number(settings.timelines.cap)
    case .timelineSnapshot: return onOff(settings.timelines.keepsPulled)
    case .sloPeriod: return span(settings.operating.period)
    case .objective: return objectives(settings.operating)
    }
  }

  // MARK: What all are made of

  /// So many a second, such as `9.7/s`.
  static func rate(_ rate: ChangeRate) -> String { "\(Quantity.number(Double(rate.inThousandSeconds) / 1_000))/s" }

  static func onOff(_ isOn: Bool) -> FactValue { .text(isOn ? "on" : "off") }

  static func span(_ span: TimeSpan?) -> FactValue { span.map { .duration($0.microseconds) } ?? .text("off") }

  static func number(_ count: Int) -> FactValue { .number(Double(count)) }

  /// A delay that is always the same is a duration, so that it can be compared with one.
  static func delay(_ delay: Delay) -> FactValue {
    delay.constant.map { .duration($0.microseconds) } ?? .text(DelayText.text(delay))
  }

  static func percent(_ share: Probability) -> String { Quantity.percent(Double(share.millionths) / 1_000_000) }

  // MARK: Those with a form of their own

  private static func deletes(_ mode: DeleteMode) -> FactValue {
    switch mode {
    case .keep: .text("keep")
    case .immediate: .text("immediate")
    case .after(let time): span(time)
    }
  }

  private static func detector(_ mode: DetectorMode) -> FactValue {
    switch mode {
    case .oracle: .text("oracle")
    case .after(let time): .text("after \(Quantity.text(time))")
    case .phi: .text("phi")
    }
  }

  private static func repair(_ mode: ReadRepairMode) -> FactValue {
    switch mode {
    case .blocking: .text("blocking")
    case .async(chance: .zero): .text("async")
    case .async(let chance): .text("async \(percent(chance))")
    case .off: .text("off")
    }
  }

  private static func speculation(_ mode: Speculation) -> FactValue {
    switch mode {
    case .off: .text("off")
    case .always: .text("always")
    case .percentile99: .text("99p")
    case .after(let time): span(time)
    }
  }

  private static func processing(_ settings: Settings) -> FactValue {
    let (read, write) = (settings.readProcessing, settings.writeProcessing)
    return read == write ? delay(read) : .text("read \(DelayText.text(read)) write \(DelayText.text(write))")
  }

  private static func capacity(_ capacity: PartitionCapacity?) -> FactValue {
    .text(capacity.map { "read \($0.reads)/s write \($0.writes)/s" } ?? "unlimited")
  }

  private static func mirrors(_ plans: [MirrorPlan], _ topology: Topology) -> FactValue {
    let words = plans.map { plan in
      "\(topology.name(of: plan.source)) -> \(topology.name(of: plan.target)) checkpoint \(Quantity.text(plan.checkpoint))"
    }
    return .text(words.isEmpty ? "off" : words.joined(separator: ", "))
  }
}
