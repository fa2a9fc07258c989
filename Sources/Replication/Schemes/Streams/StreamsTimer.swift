import Kernel

/// What replicas want to be woken for where each partition has a leader in each region.
public enum StreamsTimer: SchemeTimer {
  /// A follower applies the records up to that one, which it persisted a while ago.
  case apply(ReplicaID, incarnation: UInt32, partition: UInt16, index: UInt32)
  /// A copy has not heard its leader for as long as the failure detector says, and asks the others.
  case missLeader(ReplicaID, incarnation: UInt32, partition: UInt16, watch: UInt32)
  /// The lease of the leader before is over: a new one begins to serve.
  case serve(ReplicaID, incarnation: UInt32, partition: UInt16, epoch: UInt32)
  /// A batch of changes has waited for long enough.
  case batch(ReplicaID, incarnation: UInt32, partition: UInt16, to: RegionID)
  /// The oldest change that waits may have left the stream's retention.
  case retention(ReplicaID, incarnation: UInt32, partition: UInt16, to: RegionID)
  /// What may have been lost on the way is sent again, if it is not acknowledged.
  case resend(ReplicaID, incarnation: UInt32, partition: UInt16)
  /// A copy has been out of its leader's reach for so long that another server is to take its place.
  case replace(ReplicaID, incarnation: UInt32, partition: UInt16)
  /// The bytes of a copy have been sent to a server that had no more than the log.
  case fill(ReplicaID, incarnation: UInt32, partition: UInt16)
  /// The capacity between two regions lets the next change go.
  case turn(from: RegionID, to: RegionID)

  /// The replica that wanted to be woken, and the incarnation that did, if it forgets with its memory what for.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? {
    switch self {
    case .apply(let id, let incarnation, _, _), .missLeader(let id, let incarnation, _, _),
      .serve(let id, let incarnation, _, _), .batch(let id, let incarnation, _, _),
      .retention(let id, let incarnation, _, _), .resend(let id, let incarnation, _),
      .replace(let id, let incarnation, _), .fill(let id, let incarnation, _):
      (id, incarnation)
    case .turn: nil
    }
  }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    func word(_ kind: UInt64, _ id: ReplicaID, _ partition: UInt16, _ number: UInt32) -> UInt64 {
      4 << 56 ^ kind << 52 ^ UInt64(id.raw) << 36 ^ UInt64(partition) << 20 ^ UInt64(number)
    }
    switch self {
    case .apply(let id, _, let partition, let index): return word(1, id, partition, index)
    case .missLeader(let id, _, let partition, let watch): return word(2, id, partition, watch)
    case .serve(let id, _, let partition, let epoch): return word(3, id, partition, epoch)
    case .batch(let id, _, let partition, let region): return word(4, id, partition, UInt32(region.raw))
    case .retention(let id, _, let partition, let region): return word(5, id, partition, UInt32(region.raw))
    case .resend(let id, _, let partition): return word(6, id, partition, 0)
    case .replace(let id, _, let partition): return word(8, id, partition, 0)
    case .fill(let id, _, let partition): return word(9, id, partition, 0)
    case .turn(let from, let to): return word(7, .none, UInt16(from.raw), UInt32(to.raw))
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .apply(let id, _, _, let index): "\(id) applies what it has persisted, up to record \(Int(index))"
    case .missLeader(let id, _, let partition, _):
      "\(id) asks whether others hear the leader of partition \(Int(partition)), if it still doesn't"
    case .serve(let id, _, let partition, _): "the old lease of partition \(Int(partition)) is over: \(id) serves"
    case .batch(let id, _, let partition, _): "\(id) sends the changes of partition \(Int(partition)) that it collected"
    case .retention(let id, _, let partition, _):
      "\(id) gives up changes of partition \(Int(partition)) that are older than the retention"
    case .resend(let id, _, let partition):
      "\(id) sends again what is not acknowledged of partition \(Int(partition))"
    case .replace(let id, _, let partition):
      "\(id) has another server take a lost copy's place in partition \(Int(partition)), if it is still lost"
    case .fill(let id, _, let partition):
      "\(id) has sent the copy of partition \(Int(partition)) to who has only its log"
    case .turn: "the capacity of a stream lets the next change go"
    }
  }
}

extension Effects {
  /// Asks to be woken.
  mutating func wake(after span: TimeSpan, for timer: StreamsTimer) { wakes.append((span, .streams(timer))) }
}
