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
  var messages: UInt32 = 0
  var bytes: UInt32 = 0
}
