import Kernel
import Replication

extension Convergence {
  /// The last fault that was at work has ended: what live owners lack now is awaited.
  mutating func beginRecovery(now: Instant) {
    var missing = 0
    for slot in Array(pending.slots) {
      let isLacking = !pending[slot].missing.subtracting(crashed).isEmpty
      pending[slot].isAwaited = isLacking
      if isLacking { missing += 1 }
    }
    recovery = Recovery(since: now, missing: missing)
  }

  mutating func noteRecovered(_ slot: UInt32, now: Instant) {
    pending[slot].isAwaited = false
    recovery?.add(now)
  }
}
