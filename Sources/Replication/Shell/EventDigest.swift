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
    case .wake(.notice):
      8 << 60
    case .wake(.seek(let operation, _)):
      1 << 56 ^ UInt64(operation.raw)
    case .wake(.path(let timer)):
      timer.digest
    case .wake(.timelines(let timer)):
      timer.digest
    case .wake(.leaderless(let timer)):
      timer.digest
    case .wake(.streams(let timer)):
      timer.digest
    case .wake(.log(let timer)):
      timer.digest
    case .wake(.primaryCache(let timer)):
      timer.digest
    }
  }
}
