import Kernel

/// What servers want to be woken for where a primary's database takes all writes and caches serve reads.
public enum PrimaryCacheTimer: SchemeTimer {
  /// The rows up to that one may go to a region: `binlog-delay` is over.
  case ship(ReplicaID, incarnation: UInt32, to: RegionID, row: UInt32)
  /// A second invalidation is due for what that version replaced.
  case second(ReplicaID, incarnation: UInt32, VersionID)
  /// What may have been lost on the way is asked for, if it is not confirmed.
  case resend(ReplicaID, incarnation: UInt32)
  /// An entry may have expired.
  case expire(ReplicaID, incarnation: UInt32, KeyID)
  /// The primary's database has not run for ten seconds.
  case promote(generation: UInt32)

  /// The replica that wanted to be woken, and the incarnation that did.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? {
    switch self {
    case .ship(let id, let incarnation, _, _), .second(let id, let incarnation, _), .resend(let id, let incarnation),
      .expire(let id, let incarnation, _):
      (id, incarnation)
    case .promote: nil
    }
  }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    func word(_ kind: UInt64, _ id: ReplicaID, _ number: UInt32) -> UInt64 {
      5 << 56 ^ kind << 52 ^ UInt64(id.raw) << 36 ^ UInt64(number)
    }
    switch self {
    case .ship(let id, _, let region, let row): return word(1, id, row) ^ UInt64(region.raw) << 32
    case .second(let id, _, let version): return word(2, id, version.raw)
    case .resend(let id, _): return word(3, id, 0)
    case .expire(let id, _, let key): return word(4, id, key.raw)
    case .promote(let generation): return word(5, .none, generation)
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .ship(let id, _, _, let row): "\(id) sends the rows of its binlog up to number \(Int(row))"
    case .second(let id, _, let version): "\(id) invalidates a second time what \(version) replaced"
    case .resend(let id, _): "\(id) asks those who have not confirmed what it sent"
    case .expire(let id, _, let key): "an entry of \(id) for \(key) has expired"
    case .promote: "another region's database becomes the primary, if the primary's still doesn't run"
    }
  }
}

extension Effects {
  /// Asks to be woken.
  mutating func wake(after span: TimeSpan, for timer: PrimaryCacheTimer) { wakes.append((span, .primaryCache(timer))) }
}
