import Kernel

/// The kind of thing that a ``KeyID`` names.
public enum KeyKind {}
/// A key, interned: keys are numbered in the order in which the cluster first heard of them.
public typealias KeyID = Identity<KeyKind, UInt32>

/// The kind of thing that a ``ValueID`` names.
public enum ValueKind {}
/// A value, interned; see ``Catalogue/text(of:)``.
public typealias ValueID = Identity<ValueKind, UInt32>

/// The kind of thing that a ``VersionID`` names.
public enum VersionKind {}
/// One written version, in the catalogue of all versions.
public typealias VersionID = Identity<VersionKind, UInt32>

/// The kind of thing that a ``VectorID`` names.
public enum VectorKind {}
/// One version vector, in the pool of all vectors.
public typealias VectorID = Identity<VectorKind, UInt32>

/// The kind of thing that an ``OperationID`` names.
public enum OperationKindTag {}
/// One operation; operations are numbered from 1 in the order in which they begin, those of a load included.
public typealias OperationID = Identity<OperationKindTag, UInt32>

/// The kind of thing that a ``ClientID`` names.
public enum ClientKind {}
/// One client session.
public typealias ClientID = Identity<ClientKind, UInt16>

/// The kind of thing that a ``WorkloadID`` names.
public enum WorkloadKind {}
/// One load in the background.
public typealias WorkloadID = Identity<WorkloadKind, UInt16>

/// The kind of thing that an ``OwnersID`` names.
public enum OwnersKind {}
/// One set of replicas that own the same stretches of the token ring.
public typealias OwnersID = Identity<OwnersKind, UInt16>

/// The kind of thing that an ``ItemID`` names.
public enum ItemKind {}
/// One value or element of a key that keeps more than one.
public typealias ItemID = Identity<ItemKind, UInt32>
