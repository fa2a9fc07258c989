import Kernel
import TestSupport

@testable import Replication

/// What can go wrong with nine replicas in three regions that have leaders, whichever regions their leaders answer for.
extension Cluster {
  private static var everyLink: Fault.Links {
    let everyone = set(Array(0..<9))
    return Fault.Links(from: everyone, to: everyone, bothWays: true)
  }

  /// Suffers, or mends, what stands at a number from 0 to 11; false where nothing stands.
  mutating func sufferAtRandom(
    _ number: Int, _ replica: Int, _ other: Int, losesMessages: Bool, _ dice: inout Dice
  ) -> Bool {
    let regions = [Self.us, Self.eu, Self.ap]
    switch number {
    case 0: crash(replica)
    case 1: restart(replica)
    case 3: apply(.fault(.pause(Self.set([replica]))))
    case 4: apply(.fault(.resume(Self.set([replica]))))
    case 5 where replica != other: cut([replica], [other])
    case 6: healAll()
    case 7: cut(regions[replica % 3], regions[(replica + 1) % 3])
    case 8: apply(.fault(.hold(Fault.Links(from: Self.set([replica]), to: Self.set([other]), bothWays: true))))
    case 9: apply(.fault(.release(Self.everyLink)))
    case 10:
      let span = TimeSpan(microseconds: Int64(dice.roll(below: 2_000_000)) - 1_000_000)
      apply(.fault(.skew(Self.set([replica]), by: span, driftPerSecond: 0)))
    case 11 where losesMessages:
      apply(.fault(.lose(Probability(millionths: dice.roll(below: 100_000)), Self.everyLink)))
      apply(.fault(.duplicate(Probability(millionths: dice.roll(below: 100_000)), Self.everyLink)))
    default: return false
    }
    return true
  }

  /// Ends all that has gone wrong; lost disks stay lost.
  mutating func mendEverything() {
    apply(.fault(.lose(.zero, Self.everyLink)))
    apply(.fault(.duplicate(.zero, Self.everyLink)))
    healAll()
    apply(.fault(.release(Self.everyLink)))
    apply(.fault(.resume(topology.everyone)))
    apply(.fault(.restart(topology.everyone)))
  }

  /// Has a client of a replica that runs write to one of so many keys, or read one, the former about so often in a hundred.
  mutating func askAtRandom(_ value: String, keys: Int, reads: Int, strong: Int, _ dice: inout Dice) {
    let coordinator = dice.roll(below: 9)
    guard replicas.status(of: ReplicaID(coordinator)) == .running else { return }
    let key = "k\(dice.roll(below: keys))"
    if dice.chance(reads) {
      read(key, at: dice.chance(strong) ? .strong : .eventual, via: coordinator)
    } else {
      write(value, to: key, at: .fixed, via: coordinator, if: dice.chance(10) ? .absent : nil)
    }
  }

  /// Whether a replica has a write on its disk: in the copy, or in the log that is yet to be applied.
  func hasOnDisk(_ write: Operation, _ id: ReplicaID, _ partition: Int) -> Bool {
    let cell = replicas.streams[id].cells[write.key]
    if catalogue.isSuperseded(write.version, byHeld: cell.version, seen: cell.seen) { return true }
    guard let place = replicas.streams[id].place(of: partition) else { return false }
    let log = replicas.streams[id].copies[place].log
    return log.end > log.base && (log.base + 1...log.end).contains { log[$0].version == write.version }
  }

  /// The acknowledged updates that a replica's copy lacks.
  func missing(at id: ReplicaID) -> [OperationID] {
    ended.elements.filter { operation in
      guard operation.isAcknowledgedUpdate else { return false }
      let cell = cell(operation.key, at: id)
      return !catalogue.isSuperseded(operation.version, byHeld: cell.version, seen: cell.seen)
    }.map(\.id)
  }
}
