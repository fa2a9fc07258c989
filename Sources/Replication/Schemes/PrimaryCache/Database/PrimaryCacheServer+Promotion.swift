import Kernel

/// How another region's database becomes the primary (§6.3: "if a master database goes down, one of its slaves is promoted").
extension PrimaryCacheServer {
  /// Becomes the primary: its binlog as it stands is what there is.
  mutating func promote(to choice: PrimaryChoice, _ turn: inout Turn) {
    primary = choice
    disk.isWhole = true
    disk.wanted = nil
    disk.early = []
    sender.told = ReplicaSet()
    sender.shippings = sender.shippings.map { _ in DatabaseSender.Shipping(ripe: disk.end) }
    for place in sender.shippings.indices {
      // Nobody is known to have anything of it, and all of it may go.
      sender.shippings[place].outlet.sent = disk.end
      sender.shippings[place].tailed = disk.end
    }
    probe(&turn)
  }

  /// Tells everybody who doesn't know it yet that it is the primary, if another one was before.
  mutating func tellPromotion(_ turn: inout Turn) {
    guard primary.epoch > 1 else { return }
    for other in turn.environment.everyone where other != id && !sender.told.contains(other) {
      turn.effects.sends.append(
        Message(
          .primaryCache(.promoted), .leader(id), from: id, to: other, operation: .none, request: primary.epoch))
    }
  }

  /// Hears of another primary.
  mutating func takePromotion(_ message: Message, _ turn: inout Turn) -> Message? {
    let region = turn.environment.regionOf[message.leadingReplica.index]
    follow(PrimaryChoice(region: region, epoch: message.request), &turn)
    return message.replied(.known, .leader(message.leadingReplica))
  }

  /// Somebody knows that it is the primary; a database is then asked how far it has the binlog.
  mutating func takeKnown(_ message: Message, _ turn: inout Turn) {
    guard isPrimary, message.request == primary.epoch else { return }
    sender.told.insert(message.from)
    let other = turn.environment.regionOf[message.from.index]
    if message.from == turn.environment.database(of: other) { probe(other, &turn) }
  }

  /// Follows another primary: what only those before it had is given up, in the binlog and in the entries.
  mutating func follow(_ choice: PrimaryChoice, _ turn: inout Turn) {
    guard choice.epoch > primary.epoch else { return }
    let starts = turn.parcels.primaryCache.promotions
    let common = starts[Int(primary.epoch - 1)..<Int(choice.epoch - 1)].min() ?? disk.end
    primary = choice
    if station == .database {
      disk.early = []
      disk.truncate(to: common, turn.catalogue)
      sender.shippings = sender.shippings.map { _ in DatabaseSender.Shipping(ripe: disk.end) }
    } else {
      let mail = turn.parcels.primaryCache
      for entry in cache.all {
        if entry.isHeld, entry.version != .none, mail.isDiscarded(entry.version, byEpoch: choice.epoch) {
          dropEntry(of: entry.key, &turn)
        }
        // What was given up keeps nothing out.
        if entry.floor != .none, mail.isDiscarded(entry.floor, byEpoch: choice.epoch) { clearFloor(of: entry.key) }
      }
    }
  }
}
