import Kernel

/// The primary's binlog on its way to the other regions' databases: asynchronous, in order, as MySQL's replication is.
///
/// A row goes once; what a cut, a crash or a loss has taken is found out when somebody can be reached again: the sender asks how
/// far the receiver has got, and sends the rest. (MySQL's replicas ask from where they stand; who asks comes to the same.)
extension PrimaryCacheServer {
  /// Lets the latest row go to a region, after `binlog-delay`.
  mutating func scheduleRow(to other: RegionID, _ turn: inout Turn) {
    let row = disk.end
    let delay = turn.environment.settings.binlogDelay
    let span: TimeSpan
    if let constant = delay.constant {
      span = constant
    } else {
      let draw = turn.environment.randomness.draw(.binlogDelay, owner: UInt64(id.raw), number: sender.delaysDrawn)
      sender.delaysDrawn += 1
      span = delay.sample(draw)
    }
    let due = max(sender.shippings[other.index].due, turn.now + span)
    sender.shippings[other.index].due = due
    if due == turn.now, sender.shippings[other.index].ripe == row - 1 {
      sender.shippings[other.index].ripe = row
      ship(to: other, &turn)
    } else {
      turn.effects.wake(after: due - turn.now, for: .ship(id, incarnation: incarnation, to: other, row: row))
    }
  }

  /// The rows up to one may go to a region. False if they went before.
  mutating func ripen(_ other: RegionID, _ row: UInt32, _ turn: inout Turn) -> Bool {
    guard isPrimary, row <= disk.end, sender.shippings[other.index].ripe < row else { return false }
    sender.shippings[other.index].ripe = row
    ship(to: other, &turn)
    armResend(&turn)
    return true
  }

  /// Sends a region's database the rows that may go; while that is down its caches are told what the rows would have them told.
  private mutating func ship(to other: RegionID, _ turn: inout Turn) {
    let database = turn.environment.database(of: other)
    guard regards(database, &turn) else { return tail(to: other, &turn) }
    let shipping = sender.shippings[other.index]
    // Where something was not sent before, it is asked for first; see `probe`.
    guard shipping.outlet.sent + 1 == shipping.ripe else { return }
    send(row: shipping.ripe, to: database, &turn)
    sender.shippings[other.index].outlet.sent = shipping.ripe
  }

  private mutating func send(row: UInt32, to database: ReplicaID, _ turn: inout Turn) {
    let version = disk[row]
    turn.effects.sends.append(
      Message(
        .primaryCache(.row), .entry(version, place: row), from: id, to: database,
        operation: turn.catalogue.versions[known: version].operation, request: primary.epoch))
  }

  // MARK: What was missed

  /// Asks those who have not confirmed what it sent, or what it could not send, how far they have got.
  mutating func probe(_ turn: inout Turn) {
    guard station == .database else { return }
    if isPrimary {
      tellPromotion(&turn)
      for place in sender.shippings.indices where place != region.index { probe(RegionID(place), &turn) }
    }
    for (place, outlet) in sender.outlets.enumerated() where outlet.confirmed < sender.count {
      ask(ReplicaID(id.index + 1 + place), upTo: sender.count, &turn)
    }
    armResend(&turn)
  }

  /// Asks a region's database, once it knows who asks.
  mutating func probe(_ other: RegionID, _ turn: inout Turn) {
    let (shipping, database) = (sender.shippings[other.index], turn.environment.database(of: other))
    guard shipping.outlet.confirmed < shipping.ripe, primary.epoch == 1 || sender.told.contains(database) else {
      return
    }
    ask(database, upTo: shipping.ripe, &turn)
  }

  private mutating func ask(_ receiver: ReplicaID, upTo number: UInt32, _ turn: inout Turn) {
    turn.effects.sends.append(
      Message(
        .primaryCache(.probe), .position(partition: 0, place: primary.epoch), from: id, to: receiver, operation: .none,
        request: number))
  }

  /// Says how far it has got.
  mutating func answerProbe(_ message: Message, _ turn: inout Turn) -> Message? {
    if station != .database {
      guard let heard = inlet.heard else {
        sayHello(&turn)
        return nil
      }
      return message.replied(.heard, .position(partition: 0, place: heard))
    }
    guard message.place == primary.epoch, !isPrimary else { return nil }
    if !disk.isWhole, disk.wanted == nil { disk.wanted = message.request }
    endFilling(&turn)
    return message.replied(.heard, .position(partition: 0, place: disk.end))
  }

  /// Somebody has got so far: what it lacks of what was sent before it was asked is sent again, and what was held back.
  mutating func takeHeard(_ message: Message, _ turn: inout Turn) {
    guard station == .database else { return }
    if turn.environment.regionOf[message.from.index] == region {
      takeHeard(byCache: message, &turn)
    } else if isPrimary {
      takeHeard(byDatabase: message, &turn)
    }
  }

  private mutating func takeHeard(byDatabase message: Message, _ turn: inout Turn) {
    let other = turn.environment.regionOf[message.from.index].index
    let ripe = sender.shippings[other].ripe
    let heard = min(message.place, disk.end)
    sender.shippings[other].outlet.confirmed = max(sender.shippings[other].outlet.confirmed, heard)
    sender.shippings[other].tailed = max(sender.shippings[other].tailed, heard)
    // Nobody asked: it only confirms.
    guard message.request > 0 else { return }
    // Of one that lost its disk what was confirmed before is void.
    if heard < sender.shippings[other].outlet.confirmed { sender.shippings[other].outlet.confirmed = heard }
    var row = heard
    while row < min(message.request, ripe) {
      row += 1
      send(row: row, to: message.from, &turn)
    }
    row = max(row, sender.shippings[other].outlet.sent)
    while row < ripe, regards(message.from, &turn) {
      row += 1
      send(row: row, to: message.from, &turn)
    }
    sender.shippings[other].outlet.sent = max(row, sender.shippings[other].outlet.sent)
    armResend(&turn)
  }

  /// Where messages can be lost without anybody noticing, it asks again after a while.
  mutating func armResend(_ turn: inout Turn) {
    guard station == .database, turn.environment.hasLosses, !sender.isResending, hasUnconfirmed(&turn) else { return }
    sender.isResending = true
    turn.effects.wake(after: Self.resendSpan, for: .resend(id, incarnation: incarnation))
  }

  /// Whether somebody whom it thinks alive has not confirmed all.
  private func hasUnconfirmed(_ turn: inout Turn) -> Bool {
    if isPrimary {
      for (place, shipping) in sender.shippings.enumerated() where place != region.index {
        if shipping.outlet.confirmed < shipping.ripe, regards(turn.environment.database(of: RegionID(place)), &turn) {
          return true
        }
      }
      if primary.epoch > 1,
        !turn.environment.detector.alive(to: id).subtracting(sender.told).subtracting(ReplicaSet([id])).isEmpty
      {
        return true
      }
    }
    return sender.outlets.enumerated().contains { place, outlet in
      outlet.confirmed < sender.count && regards(ReplicaID(id.index + 1 + place), &turn)
    }
  }

  mutating func resend(_ turn: inout Turn) -> Bool {
    sender.isResending = false
    guard hasUnconfirmed(&turn) else { return false }
    probe(&turn)
    return true
  }

  /// After what time it asks again; what is undeliverable so goes out within ten seconds of reach.
  static let resendSpan = TimeSpan.seconds(1)

  // MARK: Where a region's database is down

  /// Tells the caches of regions whose database it thinks down what the rows would have them told: TAO's binlog tailer.
  mutating func tail(_ turn: inout Turn) {
    guard isPrimary else { return }
    for place in sender.shippings.indices where place != region.index {
      let database = turn.environment.database(of: RegionID(place))
      if !regards(database, &turn) { tail(to: RegionID(place), &turn) }
    }
  }

  private mutating func tail(to other: RegionID, _ turn: inout Turn) {
    guard turn.environment.settings.invalidation == .binlog else { return }
    let receivers = cachesToTell(in: other, &turn)
    let shipping = sender.shippings[other.index]
    guard !receivers.isEmpty else { return }
    var row = max(shipping.tailed, shipping.outlet.confirmed)
    while row < shipping.ripe {
      row += 1
      for cache in receivers { tell(cache, disk[row], by: .direct, number: 0, &turn) }
    }
    sender.shippings[other.index].tailed = row
  }
}
