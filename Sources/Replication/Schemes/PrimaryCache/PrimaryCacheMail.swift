import Kernel

/// What the messages of databases, caches and coordinators carry that has no room in them.
struct PrimaryCacheMail: Sendable {
  /// What goes from a coordinator up to whoever answers, and back.
  var trips = Slab<CacheTrip>()
  /// Where each version stands in the binlog: the primary that made it gave it the place, and it travels along.
  var places = PagedTable<VersionID, BinlogPlace>(vacant: BinlogPlace(row: 0, epoch: 0), pageSize: 256)
  /// After which row each epoch begins, from the second on: who is told of a promotion is told of those before it.
  var promotions: [UInt32] = []

  /// The trip of an operation, if somebody still waits for its end.
  @inline(__always) func has(_ slot: UInt32, of operation: OperationID) -> Bool {
    trips.contains(slot) && trips[slot].operation.id == operation
  }

  /// Whether a version stood in the binlog of a primary that is none any more, behind the row up to which the next one had it.
  func isDiscarded(_ version: VersionID, byEpoch latest: UInt32) -> Bool {
    let place = places[version]
    guard place.row > 0, place.epoch < latest else { return false }
    return promotions[Int(place.epoch - 1)..<Int(latest - 1)].contains { $0 < place.row }
  }
}

/// Where a version stands in the binlog: its row, from 1, under which primary; epochs are counted from 1.
struct BinlogPlace: Sendable {
  let row: UInt32
  let epoch: UInt32
}

/// An operation on its way from the server that its client asked up to the one that answers; the answer goes back the same way.
struct CacheTrip: Sendable {
  let operation: Operation
  let payload: OpenOperation.Payload
  /// The coordinator's number for it.
  let request: UInt32
  /// Who has passed it on, the coordinator first; three at most.
  private var hops: (ReplicaID, ReplicaID, ReplicaID)
  /// What each of those noted as it asked, so as to tell whether its entry was invalidated meanwhile.
  private var tokens: (UInt32, UInt32, UInt32) = (0, 0, 0)
  /// Whether the update has been made: what the network doubles is made once.
  var isMade = false
  var messages: UInt32 = 0
  var bytes: UInt32 = 0

  init(_ operation: Operation, _ payload: OpenOperation.Payload, request: UInt32, by coordinator: ReplicaID) {
    (self.operation, self.payload, self.request) = (operation, payload, request)
    hops = (coordinator, .none, .none)
  }

  /// Who stands at a place of the way.
  subscript(place: Int) -> ReplicaID {
    get { place == 0 ? hops.0 : place == 1 ? hops.1 : hops.2 }
    set { if place == 0 { hops.0 = newValue } else if place == 1 { hops.1 = newValue } else { hops.2 = newValue } }
  }

  /// Where a server stands on the way; nil if it doesn't.
  func place(of server: ReplicaID) -> Int? {
    hops.0 == server ? 0 : hops.1 == server ? 1 : hops.2 == server ? 2 : nil
  }

  /// What the server at a place noted as it asked.
  func token(at place: Int) -> UInt32 { place == 0 ? tokens.0 : place == 1 ? tokens.1 : tokens.2 }

  /// Notes it.
  mutating func setToken(_ token: UInt32, at place: Int) {
    if place == 0 { tokens.0 = token } else if place == 1 { tokens.1 = token } else { tokens.2 = token }
  }
}

extension Turn {
  /// How many bytes a message takes on the wire.
  @inline(__always) mutating func size(of message: Message, _ kind: PrimaryCacheMessage) -> Int {
    if kind.carriesVersion, message.version != .none { return size(carrying: message.version) }
    guard kind == .update, parcels.primaryCache.has(message.request, of: message.operation) else {
      return WireSize.header
    }
    let trip = parcels.primaryCache.trips[message.request]
    return WireSize.header + catalogue.names.byteCount(ofKey: trip.operation.key) + trip.payload.valueBytes
  }
}
