import Insight
import Kernel
import Language
import Replication

/// What kept an operation of a session waiting, with its names.
public struct DelayReport: Hashable, Sendable {
  /// The replicas that lacked what the session knows, in the cluster's order.
  public let replicas: [String]
  /// The operation by which the session knows it.
  public let origin: Int
  /// Whether that operation wrote it; otherwise it read it.
  public let isOwnWrite: Bool
  /// Whose operation it was, if it was another client's: what a causal session takes over.
  public let other: String?
  /// Its key, if it is another than that of the operation which waited.
  public let otherKey: String?
  /// From the first replica that lacked it to the end of the operation.
  public let waited: TimeSpan

  /// The report of an operation's delay; nil if there was none.
  init?(of operation: Replication.Operation, in world: World) {
    guard let delay = world.observer.delays[operation.id] else { return nil }
    let origin = world.observer.history[delay.origin]?.operation
    replicas = delay.replicas.map { world.cluster.topology.name(of: $0) }
    self.origin = delay.origin.index
    isOwnWrite = origin?.kind.isUpdate ?? false
    let client = origin?.client ?? operation.client
    other = client == operation.client ? nil : world.cluster.clients[client].name
    let isSameKey = origin.map { $0.key == operation.key } ?? true
    otherKey = isSameKey ? nil : origin.map { world.cluster.catalogue.names.name(of: $0.key) }
    waited = operation.ended - delay.began
  }

  /// What was lacking, such as `its own write, op 3`.
  package var subject: String {
    let key = otherKey.map { " on \(Printable.escaped($0))" } ?? ""
    if let other { return "what \(Printable.escaped(other)) knew\(key) since op \(origin)" }
    return isOwnWrite ? "its own write\(key), op \(origin)" : "what it read\(key) in op \(origin)"
  }

  /// The replicas, such as `us1, us2 and us3`, or `us1, us2 and 7 more`.
  private var list: String {
    guard replicas.count > 1 else { return replicas.joined() }
    let last = replicas.count > 3 ? "\(replicas.count - 2) more" : replicas[replicas.count - 1]
    return "\(replicas.prefix(replicas.count > 3 ? 2 : replicas.count - 1).joined(separator: ", ")) and \(last)"
  }

  /// Why nobody served the operation.
  var refusal: String { "\(list) lacked \(subject)" }

  /// What the delay was, for an operation that a replica has served in the end.
  func words(servedBy coordinator: String?) -> String {
    let span = Quantity.figure(waited)
    guard let coordinator, !replicas.contains(coordinator) else {
      return "waited \(span) for \(subject), at \(coordinator ?? list)"
    }
    return "asked \(coordinator) after \(list) lacked \(subject)"
  }
}

extension OperationReport {
  /// What its session's guarantees made it wait for, if a replica has served it in the end.
  package var delayWords: String? { outcome == .ok ? delay?.words(servedBy: coordinator) : nil }

  /// Why nobody served it, if that was for its session's guarantees.
  package var refusal: String? { outcome == .timeout && required == 0 ? delay?.refusal : nil }
}
