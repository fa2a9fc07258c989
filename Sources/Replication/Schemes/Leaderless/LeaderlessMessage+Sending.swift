import Kernel

/// What replicas send each other where nobody leads.
extension Message {
  /// A message that carries a version: a write, or a repair.
  static func carrying(
    _ version: VersionID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID, operation: OperationID,
    request: UInt32
  ) -> Message {
    Message(kind, .version(version), from: from, to: to, operation: operation, request: request)
  }

  /// A version that the receiver is to hold in the place of an owner: a write, or a repair.
  static func standingIn(
    for owner: ReplicaID, _ version: VersionID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID,
    operation: OperationID, request: UInt32
  ) -> Message {
    Message(kind, .inPlace(version, of: owner), from: from, to: to, operation: operation, request: request)
  }

  /// A version that a repair session found to differ.
  static func streaming(_ version: VersionID, of session: RepairID, from: ReplicaID, to: ReplicaID) -> Message {
    Message(.stream, .streamed(version, session), from: from, to: to, request: session.raw)
  }

  /// A hint, and with it how long it lives.
  static func hinting(_ hint: Hint, from: ReplicaID, to: ReplicaID, operation: OperationID) -> Message {
    Message(.hint, .hint(hint.version, hint.life), from: from, to: to, operation: operation, request: hint.number)
  }

  /// A write for a whole region: the receiver passes it on to others of its region.
  static func relaying(
    _ version: VersionID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32, others: RegionOwners
  ) -> Message {
    Message(.relay, .relayed(version, others: others), from: from, to: to, operation: operation, request: request)
  }

  /// The same write for another replica of the relay's region, which answers to the coordinator.
  func passedOn(to other: ReplicaID) -> Message {
    Message(
      .passedOn, .passedOn(version, coordinator: from), from: to, to: other, operation: operation, request: request)
  }

  /// A message that hands an update of that number to an owner of its key.
  static func leading(_ lead: UInt32, from: ReplicaID, to: ReplicaID, operation: OperationID) -> Message {
    Message(.lead, .version(.none), from: from, to: to, operation: operation, request: lead)
  }

  /// The leader's answer: the version that it made, none if it refused.
  static func led(
    _ lead: UInt32, _ version: VersionID, from: ReplicaID, to: ReplicaID, operation: OperationID
  ) -> Message {
    Message(.led, .version(version), from: from, to: to, operation: operation, request: lead)
  }

  /// A message of a repair session.
  static func ofRepair(_ session: RepairID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID) -> Message {
    Message(kind, .repair(session), from: from, to: to)
  }

  /// A question of a transaction's coordinator.
  static func ofPaxos(
    _ round: RoundID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(kind, .round(round), from: from, to: to, operation: operation, request: request)
  }

  /// A decided version to be stored.
  static func committing(
    _ version: VersionID, _ round: RoundID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(.paxosCommit, .decision(version, round), from: from, to: to, operation: operation, request: request)
  }

  /// A message of gossip, which carries the parcel of that number.
  static func ofGossip(_ parcel: GossipParcelID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID) -> Message {
    Message(kind, .gossip(parcel), from: from, to: to)
  }

  /// A read's question.
  static func asking(
    for key: KeyID, _ kind: LeaderlessMessage, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(kind, .key(key), from: from, to: to, operation: operation, request: request)
  }
}
