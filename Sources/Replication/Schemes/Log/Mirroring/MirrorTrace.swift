import Kernel

/// How far a copy of a log has what another region's log of the same partition has: it follows from the copy's records, and so
/// goes with them to followers, and is cut off with them.
///
/// MirrorMaker 2 keeps that in topics of its own, where it went to once a minute: after a crash it brings records again that it
/// brought before (unless `exactly.once.source.support`, as here).
struct MirrorTrace: Sendable {
  /// Whose records.
  let source: RegionID
  /// Where the last of them stands there.
  private(set) var last: LogPosition
  /// At which offset it stands here.
  private(set) var place: Int
  /// Pairs of places, with gaps (`offset-syncs`).
  private(set) var syncs: [MirrorSync] = []

  /// The first record of a region.
  init(_ source: RegionID, _ position: LogPosition, at place: Int) {
    (self.source, last, self.place) = (source, position, place)
    syncs = [MirrorSync(upstream: position, place: place)]
  }

  /// Takes in that a record has come.
  ///
  /// - Parameter spacing: how many there are between two pairs that are kept.
  mutating func note(_ position: LogPosition, at place: Int, spacing: Int) {
    // Where the source was cut off, what came since stands where something else did.
    syncs.removeAll { $0.upstream.offset >= position.offset }
    (last, self.place) = (position, place)
    guard let sync = syncs.last, Int(position.offset) - Int(sync.upstream.offset) < spacing else {
      syncs.append(MirrorSync(upstream: position, place: place))
      return
    }
  }

  /// Takes in that what stands from an offset on is cut off. False if nothing is left.
  ///
  /// - Parameter before: the last record of the region that stands before that offset, and its offset here.
  mutating func cut(from offset: Int, before: MirrorSync?) -> Bool {
    syncs.removeAll { $0.place >= offset }
    guard place >= offset else { return true }
    // What was cleaned away since may have stood later than what is left.
    guard let found = [before, syncs.last].compactMap({ $0 }).max(by: { $0.place < $1.place }) else { return false }
    (last, place) = (found.upstream, found.place)
    return true
  }

  /// The offset here at which a consumer goes on that has read so far there: the next record's if it is known, else the one after
  /// the last that is known before (`OffsetSyncStore.translateDownstream`); nil if none is.
  func translation(of offset: Int) -> Int? {
    let known = Int(last.offset) <= offset ? MirrorSync(upstream: last, place: place) : nil
    guard let sync = known ?? syncs.last(where: { Int($0.upstream.offset) <= offset }) else { return nil }
    return Int(sync.upstream.offset) == offset ? sync.place : sync.place + 1
  }
}

/// A record's place in its own region's log, and in that of a region that it was mirrored to.
struct MirrorSync: Hashable, Sendable {
  let upstream: LogPosition
  let place: Int

  /// How far apart two that are kept may be (`offset.lag.max` 100). There it is counted by partition; here the partitions share
  /// it, so that all consumers get at most so many records twice for it.
  static func spacing(partitions: Int) -> Int { max(1, 100 / max(1, partitions)) }
}

/// What a leader awaits of another region's, of which it fetches.
struct MirrorFetching: Sendable {
  /// Whose records it fetches.
  let source: RegionID
  /// Whom it has asked, or would.
  var leader = ReplicaID.none
  /// What comes next there, and the epoch of the record before it.
  var position = ConsumerPosition()
  /// Whether it has asked and was not answered.
  var isAwaiting = false
  /// The number of that.
  var number: UInt16 = 0
  /// When it asked.
  var asked = Instant.start
  /// Whether messages passed between the two when it last looked.
  var isConnected = false
  /// Whether it is going to ask again if no answer comes.
  var isWatched = false

  init(_ source: RegionID) { self.source = source }

  /// Loses what it has asked. Numbers go on.
  mutating func forget() {
    let number = number
    self = MirrorFetching(source)
    self.number = number &+ 1
  }
}

/// A fetch of another region's leader that waits at this one for something to come.
struct MirrorReader: Sendable {
  let replica: ReplicaID
  let target: RegionID
  let number: UInt16
  /// The next offset; what can't go there is passed over.
  var position: Int
}
