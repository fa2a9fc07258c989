import Kernel

/// How the caches of a region are told what isn't to be served any more: by their database behind the row, so that no miss can
/// refill from a database which lacks it (§6.1: the invalidation travels in the replication stream).
extension PrimaryCacheServer {
  /// Tells the caches of its region that a row has come.
  mutating func announce(_ version: VersionID, _ turn: inout Turn) {
    guard disk.isWhole else { return }
    let number = sender.announce(version)
    let leader = turn.environment.leaderCache(of: region)
    if regards(leader, &turn), sender.outlets[0].sent == number - 1 {
      // The leader passes it on to the followers.
      sender.outlets[0].sent = number
      tell(leader, version, by: .invalidation, number: number, &turn)
      for place in 1..<sender.outlets.count where sender.outlets[place].sent == number - 1 {
        if regards(ReplicaID(id.index + 1 + place), &turn) { sender.outlets[place].sent = number }
      }
    } else {
      for place in 1..<sender.outlets.count where sender.outlets[place].sent == number - 1 {
        let cache = ReplicaID(id.index + 1 + place)
        guard regards(cache, &turn) else { continue }
        sender.outlets[place].sent = number
        tell(cache, version, by: .invalidation, number: number, &turn)
      }
    }
    if turn.environment.settings.fillGuard == .delayed {
      turn.effects.wake(after: Self.secondSpan, for: .second(id, incarnation: incarnation, version))
    }
    armResend(&turn)
  }

  /// When a second invalidation follows the first.
  static let secondSpan = TimeSpan.seconds(1)

  /// Has everybody whom it told drop it a second time. False if that isn't asked for any more.
  mutating func invalidateAgain(_ version: VersionID, _ turn: inout Turn) -> Bool {
    guard turn.environment.settings.fillGuard == .delayed else { return false }
    if station == .leader {
      drop(version, &turn)
      tellEverybody(version, by: .second, &turn)
    } else {
      for cache in cachesToTell(in: region, &turn) { tell(cache, version, by: .second, number: 0, &turn) }
    }
    return true
  }

  /// Whom of a region's caches it tells: the leader, who passes it on; the followers if that is thought dead.
  func cachesToTell(in other: RegionID, _ turn: inout Turn) -> [ReplicaID] {
    let leader = turn.environment.leaderCache(of: other)
    if regards(leader, &turn) { return [leader] }
    return turn.environment.followerCaches(of: other).map(ReplicaID.init).filter { regards($0, &turn) }
  }

  /// Tells a cache to drop what is older than a version.
  mutating func tell(
    _ cache: ReplicaID, _ version: VersionID, by kind: PrimaryCacheMessage, number: UInt32, _ turn: inout Turn
  ) {
    turn.effects.sends.append(
      Message(
        .primaryCache(kind), .version(version), from: id, to: cache,
        operation: turn.catalogue.versions[known: version].operation, request: number))
  }

  // MARK: What was missed

  /// A cache has heard so far: it is told again what it lacks, or, if that is lost, to drop everything.
  mutating func takeHeard(byCache message: Message, _ turn: inout Turn) {
    let place = message.from.index - id.index - 1
    let heard = min(message.place, sender.count)
    sender.outlets[place].confirmed = max(sender.outlets[place].confirmed, heard)
    guard message.request > 0 else { return }
    if heard < sender.base {
      // What it was to be told is lost with its queue: every entry of the shard goes.
      sendFlush(to: message.from, &turn)
      sender.outlets[place] = Outlet(confirmed: heard, sent: sender.count)
      return
    }
    var number = heard
    while number < message.request {
      number += 1
      tell(message.from, sender[number], by: .replay, number: number, &turn)
    }
    number = max(number, sender.outlets[place].sent)
    while number < sender.count, regards(message.from, &turn) {
      number += 1
      tell(message.from, sender[number], by: .replay, number: number, &turn)
    }
    sender.outlets[place].sent = max(number, sender.outlets[place].sent)
    armResend(&turn)
  }

  private mutating func sendFlush(to cache: ReplicaID, _ turn: inout Turn) {
    turn.effects.sends.append(
      Message(
        .primaryCache(.flush), .position(partition: 0, place: sender.count), from: id, to: cache, operation: .none,
        request: 0))
  }

  /// A cache has started: it is told where this database stands.
  mutating func answerHello(_ message: Message) -> Message? {
    guard station == .database else { return nil }
    let place = message.from.index - id.index - 1
    sender.outlets[place] = Outlet(confirmed: 0, sent: sender.count)
    return message.replied(.flush, .position(partition: 0, place: sender.count))
  }
}
