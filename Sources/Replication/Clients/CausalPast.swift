import Kernel

/// What the updates of causal sessions come after, in whatever keys: all that the session had written and read by then.
///
/// Replicas pass on each key by itself, so a client that reads an update may then ask a replica that lacks what the update came
/// after. With every version therefore goes a reference to its session's lists, and a causal session that reads it takes over
/// what stood there: later reads and updates ask for that as well (the nearest dependencies of COPS, Lloyd et al., *Don't
/// Settle for Eventual*, SOSP 2011; there replicas wait for dependencies, here clients ask for them).
struct CausalPast: Sendable {
  /// A place in the lists of a session.
  struct Point: Sendable {
    /// Whose session.
    let client: ClientID
    /// How many of its writes come before.
    let written: UInt32
    /// How many of its reads' answers do.
    let read: UInt32

    static let none = Point(client: .none, written: 0, read: 0)
  }

  private var points = PagedTable<VersionID, Point>(vacant: .none)
  private var versions = PagedTable<KeyID, [VersionID]>(vacant: [])

  /// Notes what a new version comes after.
  mutating func add(_ version: VersionID, of key: KeyID, after point: Point) {
    points[version] = point
    versions[key].append(version)
  }

  /// What a version comes after; of a state, what each update in it does.
  ///
  /// - Complexity: of a state O(n) in the key's updates by causal sessions.
  func points(of version: VersionID, _ catalogue: Catalogue) -> [Point] {
    let read = catalogue.version(version)
    guard read.isState else { return points[version].client == .none ? [] : [points[version]] }
    return versions[read.key].filter {
      let update = catalogue.version($0)
      return catalogue.vectors.contains(read.vector, writer: update.writer, counter: update.counter)
    }.map { points[$0] }
  }
}

extension ClientSession {
  /// Whether what its updates come after is passed on with them: all four guarantees together are causal consistency
  /// (Brzeziński et al., *From Session Causality to Causal Consistency*, PDP 2004), as long as servers pass writes on in order.
  var isCausal: Bool { guarantees.count == SessionGuarantee.allCases.count }

  /// Takes over what another session had written and read by some point: from now on this one has read it.
  mutating func takeOver(_ other: ClientSession, _ point: CausalPast.Point, _ catalogue: inout Catalogue) {
    let known = takenOver[point.client]
    read.include(other.written, from: known.written, to: point.written, &catalogue)
    read.include(other.read, from: known.read, to: point.read, &catalogue)
    takenOver[point.client] = CausalPast.Point(
      client: point.client, written: max(known.written, point.written), read: max(known.read, point.read))
  }
}

extension Cluster {
  /// Notes what an update of a causal session comes after, once its coordinator has made a version of it.
  mutating func notePast(of operation: Operation, _ demand: SessionDemand) {
    guard clients[operation.client].session?.isCausal ?? false else { return }
    let newest = VersionID(catalogue.versions.count - 1)
    guard newest.index >= 0, catalogue.version(newest).operation == operation.id else { return }
    causalPast.add(
      newest, of: operation.key,
      after: CausalPast.Point(client: operation.client, written: demand.writes, read: demand.reads))
  }

  /// A causal session has read a version: what that comes after is known to it as well.
  mutating func takePast(of version: VersionID, into client: ClientID) {
    for point in causalPast.points(of: version, catalogue) where point.client != client {
      guard let other = clients[point.client].session else { continue }
      clients[client].session?.takeOver(other, point, &turn.catalogue)
    }
  }
}
