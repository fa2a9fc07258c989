import Kernel

/// Writers: who gives versions their dots.
///
/// A replica writes under its own name until it loses its disk. What it wrote before may live on elsewhere, but the
/// replica no longer knows of it: its next dot under the same name would tell everybody that it had seen all of its
/// earlier updates and dropped them. So it begins anew under another name, as Riak's vnodes do after amnesia
/// (`riak_kv_vnode`, actor epochs; riak_kv issue 679).
extension ReplicaID {
  /// How many names a replica has; the last one stays.
  private static let lives = Int(UInt16.max) / ReplicaSet.capacity

  /// The name under which this replica writes after it has lost its disk that often.
  func writer(afterLosses losses: Int) -> ReplicaID {
    ReplicaID(index + min(losses, Self.lives - 1) * ReplicaSet.capacity)
  }

  /// The replica that writes under this name.
  public var replica: ReplicaID { self == .none ? .none : ReplicaID(index % ReplicaSet.capacity) }

  /// How often the replica that writes under this name had lost its disk.
  var losses: Int { index / ReplicaSet.capacity }
}

extension Topology {
  /// The name of a writer: its replica's, and from its second disk on the number of the disk, such as `us1~2`.
  public func name(ofWriter writer: ReplicaID) -> String {
    name(of: writer.replica) + (writer.losses == 0 ? "" : "~\(writer.losses + 1)")
  }
}
