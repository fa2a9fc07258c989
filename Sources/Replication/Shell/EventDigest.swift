import Kernel

/// What the fingerprint of a run is made of.
extension Event {
  /// A word that tells this event from others, for the fingerprint.
  @inline(__always) var digest: UInt64 {
    if case .message(let message) = self { return message.digest }
    return rareDigest
  }

  private var rareDigest: UInt64 {
    switch self {
    case .message(let message):
      message.digest
    case .request(let operation, _, let coordinator):
      1 << 60 ^ UInt64(operation.raw) ^ UInt64(coordinator.raw) << 32
    case .answer(let answer):
      2 << 60 ^ UInt64(answer.operation.raw) ^ UInt64(answer.version.raw) << 24
    case .arrival(let workload):
      3 << 60 ^ UInt64(workload.raw)
    case .wake(.deadline(let operation, _)):
      4 << 60 ^ UInt64(operation.raw)
    case .wake(.served(let replica, _)):
      5 << 60 ^ UInt64(replica.raw)
    case .wake(.hintDispatch(let replica, _)):
      6 << 60 ^ UInt64(replica.raw)
    case .wake(.hintSend(let replica, let target, _)):
      7 << 60 ^ UInt64(replica.raw) ^ UInt64(target.raw) << 32
    case .wake(.notice):
      8 << 60
    case .wake(.repairPatience(let session)):
      12 << 60 ^ UInt64(session.raw)
    case .wake(.repairRound(let generation)):
      13 << 60 ^ UInt64(generation)
    case .wake(.retry(let replica, let operation, _)):
      15 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .wake(.seek(let operation, _)):
      1 << 56 ^ UInt64(operation.raw)
    case .wake(.endLead(_, let operation)):
      2 << 56 ^ UInt64(operation.raw)
    case .wake(.gossip(let replica, _, let generation)):
      14 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(generation)
    case .wake(.speculate(let replica, let operation, _)):
      9 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .wake(.spreadRepair(let replica, let operation, _)):
      10 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .wake(.reap(let replica, let version, _)):
      3 << 56 ^ UInt64(replica.raw) << 32 ^ UInt64(version.raw)
    case .wake(.endCheck(let replica, let operation, _)):
      11 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    }
  }
}
