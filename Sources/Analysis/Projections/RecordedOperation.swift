import Kernel
import Replication

extension Record {
  /// The client's operation that it is about: whose message it tells of, or whose version.
  func operation(in cluster: Cluster) -> OperationID? {
    func writer(of version: VersionID) -> OperationID? {
      let operation = cluster.catalogue.version(version).operation
      return operation == .none ? nil : operation
    }
    switch what {
    case .began(let operation), .ended(let operation), .closed(let operation, _, _), .clientMessageLost(let operation),
      .lacked(let operation, _, _), .step(let operation, _, _), .retried(let operation):
      return operation
    case .delivered(let message, _), .lost(let message, _, _):
      return message.operation == .none ? nil : message.operation
    case .accepted(let version), .stored(let version, _, _, _, _), .hinted(let version, _, _),
      .hintExpired(let version, _, _), .reaped(let version, _), .handedBack(let version, _):
      return writer(of: version)
    case .liveness, .wiped, .promoted, .replaced, .noticed, .repaired, .input: return nil
    }
  }
}
