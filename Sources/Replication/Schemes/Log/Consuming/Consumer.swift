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
  let original: VersionID
  let epoch: UInt32
}

/// What a client knows that consumes its region's logs, or what of them was mirrored from another: a consumer group of one member,
/// which has all partitions.
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
  /// How far it had read elsewhere.
  private var elsewhere: [Elsewhere] = []
  /// How many records it got.
  public private(set) var consumed = 0
  /// How many of them it had got before.
  public private(set) var duplicates = 0
  private var given = PagedTable<VersionID, Bool>(vacant: false, pageSize: 256)

  init(partitions: Int, of source: RegionID? = nil) {
    positions = Array(repeating: ConsumerPosition(), count: partitions)
    self.source = source
  }

  /// Whether it has got a record, by its writer's region.
  public func has(_ version: VersionID) -> Bool { given[version] }

  /// Takes in what an answer brought, and commits.
  mutating func commit(_ consumption: Consumption) {
    for record in consumption.records {
      consumed += 1
      if given[record.original] { duplicates += 1 }
      given[record.original] = true
    }
    for (partition, position) in consumption.positions { positions[partition] = position }
  }

  /// Goes on elsewhere: where it was when it left, or, if that is further, where it is told to be.
  mutating func move(
    from region: RegionID, to other: RegionID, of newSource: RegionID?, told: [ConsumerPosition?], at now: Instant
  ) {
    elsewhere.removeAll { $0.region == region && $0.source == source }
    elsewhere.append(Elsewhere(region: region, source: source, positions: positions))
    let left = elsewhere.first { $0.region == other && $0.source == newSource }?.positions
    positions = positions.indices.map { partition in
      let own = left?[partition] ?? ConsumerPosition()
      guard partition < told.count, let place = told[partition], place.offset > own.offset else { return own }
      return place
    }
    (source, since) = (newSource, now)
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
  /// Whose records, where they were mirrored.
  let source: RegionID?
  let records: [ConsumedRecord]
  /// How far it has read then, in each partition that answered.
  let positions: [(partition: Int, position: ConsumerPosition)]
}

/// What a consumer asks for: from where on in each partition, and how many records at most.
struct ConsumerDemand: Sendable {
  /// How many records one answer brings at most, unless the command says less (`max.poll.records`).
  static let capacity = 500

  let positions: [ConsumerPosition]
  /// Whose records it asks for, where they were mirrored; nil: all.
  let source: RegionID?
  let limit: Int
}

/// What a coordinator waits for on behalf of a consumer.
struct ConsumerPoll: Sendable {
  /// The request's number.
  let slot: UInt32
  let source: RegionID?
  let limit: Int
  /// The partitions whose leaders have not answered, as bits.
  var awaited: UInt64 = 0
  /// What the others have answered.
  var batches: [RecordBatch] = []
}
