import Kernel

/// Whatever reaches a cluster from outside: what a person, a script or an experiment decides.
public enum Input: Hashable, Sendable {
  /// A new cluster: time 0, no data, default links, settings and clients. Operations go on being numbered.
  case setUp(ClusterPlan)
  /// The same cluster anew under another seed; links, settings and clients stay, faults don't.
  case reseed(UInt64)
  /// A setting.
  case set(Setting)
  /// A delay of links, for some classes of messages.
  case link(Delay, [MessageClass], Fault.Links)
  /// A data type for a key that was never written; nil for a register.
  case type(String, ValueForm?)
  /// One exchange of full state between two replicas, by hand: cuts don't hinder it.
  case sync(from: ReplicaID, to: ReplicaID, bothWays: Bool)
  /// A round of repair between those pairs, of all keys or of one.
  case repair([Network.Pair], key: String?)
  /// A further client; its name must be new.
  case addClient(String, in: RegionID)
  /// A further client, which consumes its region's logs; its name must be new.
  case addConsumer(String, in: RegionID)
  /// A consumer of the records that a region's mirror brings from another. One of that name that there is goes on there, at the
  /// latest checkpoint of it that has come.
  case followConsumer(String, in: RegionID, from: RegionID?)
  /// Somebody joins a consumer group, leaves it, or crashes.
  case group(GroupChange)
  /// Somebody follows an author from now on, and is at home in that region, if this is the first that is heard of them; the first
  /// region, if none is named.
  case follow(String, author: String, in: RegionID?)
  /// An author has so many more followers, of whom nothing else is known.
  case addFollowers(Int, of: String)
  /// What a client's session is promised from now on; empty: nothing.
  case guarantee(ClientID, [SessionGuarantee])
  /// An operation.
  case operate(OperationPlan)
  /// A load.
  case load(WorkloadPlan)
  /// The end of all loads.
  case stopLoads
  /// A fault, or the end of one.
  case fault(Fault)
  /// Who leads a partition in a region hands its leadership over to that replica.
  case moveLeader(partition: Int, in: RegionID, to: ReplicaID)
  /// A message in flight arrives now.
  case deliver(UInt32)
  /// A message in flight is gone.
  case drop(UInt32)
  /// A message in flight takes so much longer.
  case delay(UInt32, by: TimeSpan)
  /// Caches lose what they keep.
  case flush(ReplicaSet)
  /// Who operates the cluster has decided something about watching it, which no replica knows of.
  case watch
  /// From now on the model has that defect; no command asks for it.
  case defect(Defect)
}

extension Input {
  /// Whether another cluster begins with it.
  public var beginsCluster: Bool {
    switch self {
    case .setUp, .reseed: true
    case .set, .link, .type, .sync, .repair, .addClient, .addConsumer, .followConsumer, .group, .follow, .addFollowers,
      .guarantee, .operate, .load, .stopLoads, .fault, .moveLeader, .deliver, .drop, .delay, .flush, .watch,
      .defect:
      false
    }
  }
}

/// One change of a setting.
public enum Setting: Hashable, Sendable {
  case conflict(ValueForm)
  case antiEntropy(TimeSpan?)
  case merkleDepth(Int)
  case speculation(Speculation)
  case forwarding(Bool)
  case tombstoneGrace(TimeSpan)
  case tombstoneLimit(Int)
  case tombstoneScan(TimeSpan)
  case deleteMode(DeleteMode)
  case timestamps(TimestampSource)
  case hints(Bool)
  case hintWindow(TimeSpan)
  case hintThrottle(ByteRate?)
  case readRepair(ReadRepairMode)
  case readTimeout(TimeSpan)
  case writeTimeout(TimeSpan)
  case processing(read: Delay?, write: Delay?)
  case clientDelay(Delay)
  case coordinator(CoordinatorPolicy)
  case failover(FailoverPolicy)
  case detector(DetectorMode)
  case deltaUpdates(Bool)
  case coalesce(Bool)
  case sloppyQuorum(Bool)
  case gossip(TimeSpan?)
  case replicaChoice(isDynamic: Bool)
  case partitions(Int)
  case multiRegion(MultiRegionMode)
  case witness(RegionID?)
  case partitionCapacity(PartitionCapacity?)
  /// Whether partitions draw on their table's capacity as a whole.
  case admission(Bool)
  case followerDelay(Delay)
  case lease(TimeSpan)
  case streamCapacity(ChangeRate?)
  case streamBatch(StreamBatch)
  case streamRetention(TimeSpan)
  case minInSync(Int)
  case inSyncLag(TimeSpan)
  case eligibleReplicas(Bool)
  case uncleanElection(Bool)
  case truncation(LogTruncation)
  case compaction(TimeSpan?)
  case deleteRetention(TimeSpan)
  case segment(Int)
  case mirror(MirrorChange)
  case primary(RegionID)
  case binlogDelay(Delay)
  case cacheTTL(TimeSpan?)
  case cacheSize(Int)
  case invalidation(InvalidationMode)
  case fillGuard(FillGuard)
  case negativeEntries(Bool)
  case writeThrough(Bool)
  case queue(Int)
  case shed(Shedding)
  /// What stands between clients and coordinators.
  case path(PathSetting)
  /// How posts come into timelines.
  case timelines(TimelineSetting)
  /// What the service promises.
  case operating(OperatingSetting)
}

extension Cluster {
  /// Takes in an input at this instant; it counts as an event.
  ///
  /// The input must make sense: a client's name must be new, and a message named by its number must be in flight.
  public mutating func apply(_ input: Input) {
    position += 1
    fingerprint.fold(UInt64(bitPattern: now.microseconds))
    fingerprint.fold(String(describing: input))
    // Where time begins anew, the input is the first thing that happened in the new time.
    if turn.effects.isTracing, !input.beginsCluster { turn.effects.record(.input(position), at: now) }
    switch input {
    case .setUp(let plan):
      self = renewed(Cluster(plan, seed: seed))
    case .reseed(let seed):
      let network = network.renewed(randomness: Randomness(seed: seed))
      let clients = clients.elements.map { old in
        var client = Client(name: old.name, region: old.region)
        client.session = old.session.map { ClientSession($0.guarantees) }
        client.consumer = old.consumer.map { $0.renewed(partitions: turn.environment.placement.partitionCount) }
        return client
      }
      let types = turn.environment.types
      let followers = timelines.renewed()
      self = renewed(
        Cluster(
          plan, seed: seed, topology: topology, network: network, settings: turn.environment.settings, clients: clients)
      )
      timelines = followers
      for type in types { chooseType(type.form, for: type.key) }
      if let period = turn.environment.settings.antiEntropy { schedule(antiEntropy: period) }
      renewGossip(from: nil)
      renewMirrors()
    case .set(let setting):
      change(setting)
    case .link(let delay, let kinds, let links):
      network.setDelay(delay, for: kinds, on: links.pairs)
      let proximity = Proximity(topology: topology, network: network)
      turn.rearrange { $0.proximity = proximity }
      // Who leads for all regions goes by who is near to all, as long as nothing was asked of anybody.
      if turn.environment.spansRegions, turn.catalogue.names.keyCount == 0 { divide() }
      replicas.noticeReach(&turn)
    case .type(let key, let form):
      chooseType(form, for: key)
    case .sync(let from, let to, let bothWays):
      sync(from, to, bothWays: bothWays)
    case .repair(let pairs, let name):
      repair(pairs, key: name.map { turn.intern(key: $0) } ?? .none, .command)
    case .addClient(let name, let region):
      clients.append(Client(name: name, region: region))
    case .addConsumer(let name, let region):
      addConsumer(name, in: region)
    case .followConsumer(let name, let region, let source):
      followConsumer(name, in: region, from: source)
    case .group(let change):
      apply(change)
    case .follow(let follower, let author, let region):
      follow(follower, author, in: region)
    case .addFollowers(let count, let author):
      addFollowers(count, of: author)
    case .guarantee(let client, let guarantees):
      promise(guarantees, to: client)
    case .operate(let plan):
      operate(plan)
    case .load(let plan):
      begin(plan)
    case .stopLoads:
      stopLoads()
    case .fault(let fault):
      suffer(fault)
    case .moveLeader(let partition, let region, let heir):
      moveLeader(partition, in: region, to: heir)
    case .deliver(let number):
      if let message = takeInFlight(number) { deliverByHand(message) }
    case .drop(let number):
      if let message = takeInFlight(number) {
        lose(message, .dropped)
        noticeLosses()
      }
    case .delay(let number, let span): delay(number, by: span)
    case .flush(let set): flush(set)
    case .watch: break
    case .defect(let defect): turn.rearrange { $0.suffer(defect) }
    }
    if turn.effects.isTracing, input.beginsCluster { turn.effects.record(.input(position), at: now) }
    carryOut()
    lastInput = position
    if isScrutinized { scrutinize(.everything) }
  }

  /// A new cluster that goes on counting where this one stops.
  private func renewed(_ fresh: Cluster) -> Cluster {
    var fresh = fresh
    fresh.position = position
    fresh.fingerprint = fingerprint
    fresh.nextOperation = nextOperation
    fresh.turn.effects = turn.effects
    fresh.turn.effects.watchesStores = false
    fresh.isTracing = isTracing
    fresh.isDetailed = isDetailed
    fresh.ended = ended
    fresh.isScrutinized = isScrutinized
    fresh.broken = broken
    return fresh
  }

  private mutating func change(_ setting: Setting) {
    switch setting {
    case .conflict(let form): turn.configure { $0.conflict = form }
    case .antiEntropy(let period): schedule(antiEntropy: period)
    case .merkleDepth(let depth): turn.configure { $0.merkleDepth = depth }
    case .speculation(let mode): turn.configure { $0.speculation = mode }
    case .forwarding(let isOn): turn.configure { $0.forwards = isOn }
    case .tombstoneGrace(let span):
      // What is purged by now stays so, however long the new grace period is.
      for replica in replicas.ids { replicas.purge(replica, &turn) }
      turn.configure { $0.tombstoneGrace = span }
      turn.rearrange { $0.clockGeneration += 1 }
    case .tombstoneLimit(let count): turn.configure { $0.tombstoneLimit = count }
    case .tombstoneScan(let span): turn.configure { $0.tombstoneScan = span }
    case .deleteMode(let mode): turn.configure { $0.deleteMode = mode }
    case .timestamps(let source): turn.configure { $0.timestamps = source }
    case .hints(let isOn): turn.configure { $0.keepsHints = isOn }
    case .hintWindow(let span): turn.configure { $0.hintWindow = span }
    case .hintThrottle(let rate): turn.configure { $0.hintThrottle = rate }
    case .readRepair(let mode): turn.configure { $0.readRepair = mode }
    case .readTimeout(let span): turn.configure { $0.readTimeout = span }
    case .writeTimeout(let span): turn.configure { $0.writeTimeout = span }
    case .processing(let read, let write):
      if let read { turn.configure { $0.readProcessing = read } }
      if let write { turn.configure { $0.writeProcessing = write } }
    case .clientDelay(let delay): turn.configure { $0.clientDelay = delay }
    case .coordinator(let policy): turn.configure { $0.coordinator = policy }
    case .queue(let count): turn.configure { $0.queueCapacity = count }
    case .shed(let shedding): turn.configure { $0.shedding = shedding }
    case .path(let setting): change(setting)
    case .timelines(let setting): change(setting)
    case .operating(let setting): change(setting)
    case .failover(let policy): turn.configure { $0.failover = policy }
    case .detector(let mode):
      let period = turn.environment.settings.gossipPeriod
      turn.configure { $0.detector = mode }
      renewGossip(from: period)
      if turn.environment.detector.isUndecided { scheduleNotice() }
      replicas.noticeReach(&turn)
    case .deltaUpdates(let isOn): turn.configure { $0.sendsDeltas = isOn }
    case .coalesce(let isOn): turn.configure { $0.coalesces = isOn }
    case .sloppyQuorum(let isOn): turn.configure { $0.isSloppy = isOn }
    case .replicaChoice(let isDynamic): turn.configure { $0.choosesByLatency = isDynamic }
    case .partitions(let count):
      turn.configure { $0.partitions = count }
      divide()
    case .multiRegion(let mode):
      turn.configure { $0.multiRegion = mode }
      divide()
    case .witness(let region):
      turn.configure { $0.witness = region }
      divide()
    case .partitionCapacity(let capacity):
      turn.configure { $0.partitionCapacity = capacity }
      turn.parcels.streams.budgets.reset()
    case .admission(let isOn):
      turn.configure { $0.admitsByTable = isOn }
      turn.parcels.streams.budgets.reset()
    case .followerDelay(let delay): turn.configure { $0.followerDelay = delay }
    case .lease(let span): turn.configure { $0.lease = span }
    case .streamCapacity(let capacity):
      turn.configure { $0.streamCapacity = capacity }
      resumeStreams()
    case .streamBatch(let batch):
      turn.configure { $0.streamBatch = batch }
      resumeStreams()
    case .streamRetention(let span):
      turn.configure { $0.streamRetention = span }
      resumeStreams()
    case .minInSync(let count): change { $0.minInSync = count }
    case .inSyncLag(let span): change { $0.inSyncLag = span }
    case .eligibleReplicas(let isOn): change { $0.keepsEligible = isOn }
    case .uncleanElection(let isOn): change { $0.electsUncleanly = isOn }
    case .truncation(let way): turn.configure { $0.truncation = way }
    case .compaction(let period): change { $0.compaction = period }
    case .deleteRetention(let span): turn.configure { $0.deleteRetention = span }
    case .segment(let count): turn.configure { $0.segment = count }
    case .mirror(let change): self.change(change)
    case .primary(let region): choosePrimary(region)
    case .binlogDelay(let delay): turn.configure { $0.binlogDelay = delay }
    case .cacheTTL(let span):
      turn.configure { $0.cacheTTL = span }
      reviseEntries()
    case .cacheSize(let size):
      turn.configure { $0.cacheSize = size }
      reviseEntries()
    case .invalidation(let mode): turn.configure { $0.invalidation = mode }
    case .fillGuard(let guardian): turn.configure { $0.fillGuard = guardian }
    case .negativeEntries(let isOn): turn.configure { $0.keepsNegativeEntries = isOn }
    case .writeThrough(let isOn): turn.configure { $0.writesThrough = isOn }
    case .gossip(let period):
      let before = turn.environment.settings.gossipPeriod
      turn.configure { $0.gossip = period }
      renewGossip(from: before)
    }
  }
}
