import DequeModule
import Kernel

/// What the leader of a partition in a region keeps in memory.
struct Leadership: Sendable {
  /// How far a follower is.
  struct Follower: Sendable {
    let replica: ReplicaID
    /// Up to where it has persisted the log.
    var persisted: UInt32 = 0
    /// On which of its disks.
    var disk: UInt16 = 0
    /// Up to where it was sent the log.
    var sent: UInt32 = 0
    /// Whether it is known to follow: messages pass, and it is in the same epoch.
    var follows = true
    /// Whether it is being sent a whole copy.
    var isFilled = false
    /// Since when it has been out of reach, where another server could take its place; nil while it isn't.
    var lostSince: Instant?
    /// Whether it has no more than the log, as far as is known.
    var isLogOnly = false
    /// When all bytes of the copy will have been sent to it that it lacks; nil while none is.
    var filledAt: Instant?
    /// Who passes records on to it; none: it is sent them itself.
    var relay = ReplicaID.none
    /// Up to where it is known to know the log committed, where messages get lost and its group spans all regions.
    var informed: UInt32 = 0
  }

  /// Somebody who waits until a record is committed.
  struct Waiter: Sendable {
    /// What for.
    enum Purpose: Sendable {
      /// A client's update has made that record.
      case update(VersionID, seen: VectorID)
      /// A client's update is not to be made, by what that record says.
      case unmet(VersionID, seen: VectorID)
      /// Another region's change has made it.
      case change(number: UInt32)
    }

    let place: UInt32
    let purpose: Purpose
    /// Who is told: a coordinator, perhaps the leader itself, or another region's leader.
    let recipient: ReplicaID
    /// The recipient's number for the request.
    let request: UInt32
    let operation: OperationID
  }

  /// The others, by number.
  var followers: [Follower]
  /// Where its leadership begins in the log: what is before is committed when that is.
  let barrier: UInt32
  /// The end of the leases before.
  let servesFrom: Instant
  /// Until when its lease is known to last, as of when it last ceased to be renewed, or began.
  var lease: Instant
  /// Since when it has been renewed again and again; nil while it isn't.
  var renewedSince: Instant?
  /// Those who wait for a record to be committed, in the order of the records.
  var waiters: Deque<Waiter> = []
  /// The streams towards the other regions; nothing of its own.
  var streams: [StreamCursor]
  /// Whether it wants to be woken to send again what is not acknowledged.
  var isToResend = false
  /// Who has heard that it leads, of those that it reaches.
  var announced = ReplicaSet()
  /// Whether it was handed over to it: what waits for that is served once the log goes on.
  var isHandedOver = false
  /// To whom it hands its leadership over, once that has all of the log; until then it takes no updates.
  var heir: ReplicaID?
  /// Up to where the other copies know that all regions have its changes.
  var trimmed: UInt32 = 0
  /// Up to where it has told other regions that records are durable in its own.
  var toldDurable: UInt32 = 0
  /// Those who wait to be told what it holds.
  var readers: [Reader] = []
  /// How often it has asked other regions whether it still leads, and up to which time that was confirmed.
  var round: UInt32 = 0
  var confirmed: UInt32 = 0

  init(others: [ReplicaID], regions: Int, servesFrom: Instant, barrier: UInt32) {
    followers = others.map { Follower(replica: $0) }
    self.servesFrom = servesFrom
    self.barrier = barrier
    lease = servesFrom
    renewedSince = servesFrom
    streams = Array(repeating: StreamCursor(), count: regions)
  }

  /// Takes in who the others are by now. Who is new has nothing yet.
  mutating func regroup(_ others: [ReplicaID]) {
    followers = others.map { other in
      if let known = followers.first(where: { $0.replica == other }) { return known }
      var new = Follower(replica: other)
      (new.follows, new.isLogOnly) = (false, true)
      return new
    }
  }

  /// Whether it may serve where the log is committed up to there.
  @inline(__always) func serves(committed: UInt32, at now: Instant, _ span: TimeSpan) -> Bool {
    now >= servesFrom && committed >= barrier && now < lease(at: now, span: span)
  }

  /// Until when its lease lasts.
  ///
  /// A lease counts as renewed at each multiple of a quarter of it at which its leader ran and reached enough followers.
  func lease(at now: Instant, span: TimeSpan) -> Instant {
    guard let renewedSince else { return lease }
    let latest = now.renewal(span)
    return latest >= renewedSince ? max(lease, latest + span) : lease
  }
}

extension Instant {
  /// The latest instant up to this one at which leases of that span are renewed.
  func renewal(_ span: TimeSpan) -> Instant {
    let period = max(1, span.microseconds / 4)
    return Instant(microseconds: microseconds / period * period)
  }
}

/// How far a partition's changes have gone towards another region.
struct StreamCursor: Sendable {
  /// Up to which change they were sent.
  var sent: UInt32 = 0
  /// The last of those that were sent and have not left the retention.
  var previous: UInt32 = 0
  /// Up to which change they are durable there, or given up.
  var acknowledged: UInt32 = 0
  /// Up to which they are durable there, as was last heard.
  var delivered: UInt32 = 0
  /// Up to which they have left the retention unsent.
  var givenUp: UInt32 = 0
  /// Whether it is known how far that is: a new leader asks first.
  var isKnown = true
  /// Whether messages pass; what is on its way when they cease to is sent again.
  var isOpen = true
  /// Whether the next change waits for the capacity.
  var isInLine = false
  /// When the batch goes that is being collected; nil while none is.
  var batchEnd: Instant?
  /// Whether the retention of what waits is watched.
  var isRetained = false

  /// Takes in that the other region has the changes up to a number.
  @inline(__always) mutating func takeReceived(_ number: UInt32) {
    guard isKnown else {
      isKnown = true
      (sent, acknowledged) = (max(number, givenUp), max(number, givenUp))
      (previous, delivered) = (number, number)
      return
    }
    delivered = max(delivered, number)
    acknowledged = max(acknowledged, number)
    if sent < number { (sent, previous) = (number, number) }
  }
}

/// When a stream's changes go.
public struct StreamBatch: Hashable, Sendable {
  /// As soon as there are so many.
  public let count: Int
  /// Or when the first of them has waited for so long.
  public let within: TimeSpan

  /// So many, or so late.
  public init(count: Int, within: TimeSpan) { (self.count, self.within) = (count, within) }
}
