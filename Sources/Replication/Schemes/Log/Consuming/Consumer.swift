import Kernel

/// How far somebody has read a partition's log: the next offset, and the epoch of the record before it, by which a log that was
/// cut off since is found out (KIP-320).
public struct ConsumerPosition: Hashable, Sendable {
  /// The offset of the next record.
  public internal(set) var offset = 0
  /// The epoch of the last record that was read; 0 before the first.
  var epoch: UInt32 = 0
}

/// A record as a consumer got it.
public struct ConsumedRecord: Hashable, Sendable {
  /// Its partition.
  public let partition: Int
  /// Its offset there.
  public let offset: Int
  /// What was written.
  public let version: VersionID
  /// The same as its writer's region has it, where it was mirrored.
  public let original: VersionID
  let epoch: UInt32
}

/// How a consumer came to go on elsewhere, and from where on.
public struct Resumption: Hashable, Sendable {
  /// When it was told to, and after how many events.
  public let at: Instant
  /// After how many events that was.
  public let position: Int
  /// Where it consumed before, and where it does now.
  public let from: RegionID
  /// Where it does now.
  public let to: RegionID
  /// Whose records, where they were mirrored; nil: all of that region's logs.
  public let source: RegionID?
  /// How far it had read before, by partition: the next offset there.
  public let left: [Int]
  /// At which offset it goes on, by partition.
  public let start: [Int]
  /// The latest checkpoint of it that the mirror had brought; nil: none had come.
  public let checkpoint: Checkpoint?
}

/// What a client knows that consumes its region's logs, or what of them was mirrored from another: a consumer group of one member,
/// which has all partitions, unless others have joined it. A client that is a member of another's group knows what it got itself.
///
/// It commits, when it has its answer, how far it has read. Kafka keeps that in a log of its own (`__consumer_offsets`); here the
/// group keeps it, and never loses it.
public struct Consumer: Sendable {
  /// How far it has read each partition.
  public internal(set) var positions: [ConsumerPosition]
  /// Whose records it consumes, where they were mirrored from another region; nil: all that its own region's logs have.
  public private(set) var source: RegionID?
  /// Since when it consumes there.
  public private(set) var since = Instant.start
  /// How it came to go on elsewhere, each time.
  public private(set) var resumptions: [Resumption] = []
  /// How far it had read elsewhere.
  private var elsewhere: [Elsewhere] = []
  /// How many records it got.
  public private(set) var consumed = 0
  /// How many of them it had got before.
  public private(set) var duplicates = 0
  /// Whose group it is a member of, if not its own.
  public private(set) var membership: ClientID?
  /// The members of its own group; nil while it is alone and always was.
  public internal(set) var group: ConsumerGroup?
  private var given = PagedTable<VersionID, Bool>(vacant: false, pageSize: 256)

  init(partitions: Int, of source: RegionID? = nil) {
    positions = Array(repeating: ConsumerPosition(), count: partitions)
    self.source = source
  }

  /// A member of another's group.
  init(of group: ClientID) {
    positions = []
    membership = group
  }

  /// The same at the beginning of time.
  func renewed(partitions: Int) -> Consumer {
    var consumer = Consumer(partitions: membership == nil ? partitions : 0, of: source)
    consumer.membership = membership
    consumer.group = group?.renewed(partitions: partitions)
    return consumer
  }

  /// Whether it, or another member of its group, has got a record, by its writer's region.
  public func has(_ version: VersionID) -> Bool { given[version] }

  /// Takes in what an answer brought to a member of its group; returns how much of that the group had got before.
  mutating func take(_ records: [ConsumedRecord]) -> Int {
    var known = 0
    for record in records {
      if given[record.original] { known += 1 }
      given[record.original] = true
    }
    return known
  }

  /// Counts what it got itself.
  mutating func count(_ records: Int, ofThemKnown known: Int) {
    consumed += records
    duplicates += known
  }

  /// Commits how far the group has read.
  mutating func commit(_ read: [(partition: Int, position: ConsumerPosition)]) {
    for (partition, position) in read { positions[partition] = position }
  }

  /// Goes on elsewhere: where it was when it left, or, if that is further, where it is told to be.
  mutating func move(
    from region: RegionID, to other: RegionID, of newSource: RegionID?, told checkpoint: Checkpoint?, at now: Instant,
    _ position: Int
  ) {
    let (told, before) = (checkpoint?.positions ?? [], positions.map(\.offset))
    elsewhere.removeAll { $0.region == region && $0.source == source }
    elsewhere.append(Elsewhere(region: region, source: source, positions: positions))
    let left = elsewhere.first { $0.region == other && $0.source == newSource }?.positions
    positions = positions.indices.map { partition in
      let own = left?[partition] ?? ConsumerPosition()
      guard partition < told.count, let place = told[partition], place.offset > own.offset else { return own }
      return place
    }
    (source, since) = (newSource, now)
    resumptions.append(
      Resumption(
        at: now, position: position, from: region, to: other, source: newSource, left: before,
        start: positions.map(\.offset), checkpoint: checkpoint))
  }

  /// How far it has read in a region, of whose records.
  private struct Elsewhere: Sendable {
    let region: RegionID
    let source: RegionID?
    let positions: [ConsumerPosition]
  }
}

/// What an operation of a consumer brought.
struct Consumption: Sendable {
  let operation: OperationID
  /// Who has it; nil until it has come.
  var client: ClientID?
  /// Whose records, where they were mirrored.
  let source: RegionID?
  /// In which generation of its group it was asked for.
  let generation: UInt32
  /// Whether what was read is committed.
  var isCommitted = true
  let records: [ConsumedRecord]
  /// How far it has read then, in each partition that answered.
  let positions: [(partition: Int, position: ConsumerPosition)]
}

/// What a consumer asks for: from where on in each partition, and how many records at most.
struct ConsumerDemand: Sendable {
  /// How many records one answer brings at most, unless the command says less (`max.poll.records`).
  static let capacity = 500

  let positions: [ConsumerPosition]
  /// The partitions that it has, as bits.
  let partitions: UInt64
  /// The generation of its group; 0 where it is alone.
  let generation: UInt32
  /// Whose records it asks for, where they were mirrored; nil: all.
  let source: RegionID?
  let limit: Int
}

/// What a coordinator waits for on behalf of a consumer.
struct ConsumerPoll: Sendable {
  /// The request's number.
  let slot: UInt32
  let source: RegionID?
  let generation: UInt32
  let limit: Int
  /// The partitions whose leaders have not answered, as bits.
  var awaited: UInt64 = 0
  /// What the others have answered.
  var batches: [RecordBatch] = []
}
