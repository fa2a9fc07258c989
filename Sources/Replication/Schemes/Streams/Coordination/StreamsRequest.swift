import Kernel

/// What a replica coordinates for a client: it has it done by a leader, or by the copy on which the lot fell.
struct StreamsRequest: Request {
  let operation: OperationID
  let ticket: UInt32
  let key: KeyID
  let isUpdate: Bool
  /// What it passes on, if that is an update.
  var forward = ForwardID.none
  /// Who was asked last.
  var asked = ReplicaID.none
  /// The region of whose copies any may serve it; nil where it is the leader's.
  var home: RegionID?
  /// The copies that had nothing to say, as they are yet to be filled.
  var refused = ReplicaSet()
  var messages: UInt32 = 0
  var bytes: UInt32 = 0
}
