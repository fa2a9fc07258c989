import Kernel

/// What replicas and their controller want to be woken for where each region keeps logs.
public enum LogTimer: SchemeTimer {
  /// The controller notices who can be reached and who can't.
  case notice
  /// A partition has been without a leader for so long that one that wasn't in sync may lead.
  case unclean(RegionID, partition: UInt16, epoch: UInt32)
  /// A paused replica hears what the controller has decided meanwhile.
  case hear(ReplicaID, partition: UInt16)
  /// A leader looks for followers that lag.
  case lag(ReplicaID, partition: UInt16, incarnation: UInt32)
  /// A follower fetches again what may have been lost on the way.
  case refetch(ReplicaID, partition: UInt16, incarnation: UInt32)
  /// A replica cleans its logs.
  case clean(ReplicaID, generation: UInt32)
  /// A leader fetches again from another region's what may have been lost on the way.
  case refetchElsewhere(ReplicaID, partition: UInt16, RegionID, incarnation: UInt32)
  /// A mirror tells how far consumers are.
  case checkpoint(MirrorRoute, generation: UInt16)
  /// A member of a consumer group has crashed and is not back.
  case session(ClientID, crash: UInt32)

  /// The replica that wanted to be woken, and the incarnation that did, if it forgets with its memory what for.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? {
    switch self {
    case .notice, .unclean, .checkpoint, .session: nil
    case .hear(let id, _), .clean(let id, _): (id, nil)
    case .lag(let id, _, let incarnation), .refetch(let id, _, let incarnation),
      .refetchElsewhere(let id, _, _, let incarnation):
      (id, incarnation)
    }
  }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    switch self {
    case .notice: 4 << 56
    case .unclean(let region, let partition, let epoch):
      5 << 56 ^ UInt64(region.raw) << 48 ^ UInt64(partition) << 32 ^ UInt64(epoch)
    case .hear(let id, let partition): 6 << 56 ^ UInt64(id.raw) << 32 ^ UInt64(partition)
    case .lag(let id, let partition, _): 7 << 56 ^ UInt64(id.raw) << 32 ^ UInt64(partition)
    case .refetch(let id, let partition, _): 8 << 56 ^ UInt64(id.raw) << 32 ^ UInt64(partition)
    case .clean(let id, _): 9 << 56 ^ UInt64(id.raw) << 32
    case .refetchElsewhere(let id, let partition, let source, _):
      10 << 56 ^ UInt64(id.raw) << 32 ^ UInt64(partition) << 16 ^ UInt64(source.raw)
    case .checkpoint(let route, _): 11 << 56 ^ UInt64(route.source.raw) << 32 ^ UInt64(route.target.raw)
    case .session(let client, let crash): 12 << 56 ^ UInt64(client.index) << 32 ^ UInt64(crash)
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .notice: "the controllers notice whom they can reach"
    case .unclean(_, let partition, _): "an unclean election for partition \(Int(partition)), if nobody leads it yet"
    case .hear(let id, let partition): "\(id) hears who leads partition \(Int(partition))"
    case .lag(let id, let partition, _): "\(id) looks who lags in partition \(Int(partition))"
    case .refetch(let id, let partition, _): "\(id) fetches partition \(Int(partition)) again, if it still waits"
    case .clean(let id, _): "\(id) cleans its logs"
    case .refetchElsewhere(let id, let partition, _, _):
      "\(id) fetches another region's partition \(Int(partition)) again, if it still waits"
    case .checkpoint: "a mirror tells how far consumers are"
    case .session: "the session of a consumer ends, if it is not back"
    }
  }
}

extension Effects {
  /// Asks to be woken.
  mutating func wake(after span: TimeSpan, for timer: LogTimer) { wakes.append((span, .log(timer))) }
}
