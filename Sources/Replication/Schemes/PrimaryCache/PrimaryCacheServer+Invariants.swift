import Kernel

/// What must hold for a database, or a cache, and its requests.
extension PrimaryCacheServer {
  func brokenInvariant(_ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool) -> String? {
    if replica.status == .crashed, requests.count > 0 || cache.count > 0 {
      return "it has crashed, serves \(requests.count) requests and keeps \(cache.count) entries"
    }
    for slot in requests.slots where !isAwaited(requests[slot].operation, requests[slot].ticket) {
      return "nobody waits for operation \(requests[slot].operation.raw) any more"
    }
    if cache.count > max(1, turn.environment.settings.cacheSize) {
      return "it keeps \(cache.count) entries, and has room for \(turn.environment.settings.cacheSize)"
    }
    return cache.brokenInvariant ?? sender.brokenInvariant(end: disk.end)
  }
}

extension DatabaseSender {
  fileprivate func brokenInvariant(end: UInt32) -> String? {
    for shipping in shippings
    where shipping.outlet.confirmed > end || shipping.outlet.sent > end || shipping.ripe > end {
      return "of \(end) rows it knows \(shipping.outlet.confirmed) confirmed, has sent \(shipping.outlet.sent)"
    }
    for outlet in outlets where outlet.confirmed > count || outlet.sent > count {
      return "of \(count) invalidations it knows \(outlet.confirmed) confirmed, has sent \(outlet.sent)"
    }
    return nil
  }
}

extension Servers {
  /// Two databases that are the primary in one epoch, or a binlog that another one's contradicts, in words; nil where all is well.
  func brokenByPrimaries() -> String? {
    guard scheme == .primaryCache else { return nil }
    let databases = primaryCache.elements.filter { $0.station == .database }
    for (place, first) in databases.enumerated() {
      for second in databases[(place + 1)...] where first.primary.epoch == second.primary.epoch {
        if first.isPrimary, second.isPrimary { return "two are the primary in epoch \(first.primary.epoch)" }
        let common = min(first.disk.end, second.disk.end)
        // The first rows agreed when they were the last ones.
        if common > 0, first.disk[common] != second.disk[common] {
          return "two databases of epoch \(first.primary.epoch) differ in row \(common)"
        }
      }
    }
    return nil
  }
}
