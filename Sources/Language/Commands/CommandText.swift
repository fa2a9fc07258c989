import Kernel
import Replication

/// Commands as text: what reads it again gets the same command, whatever its keys and values are.
///
/// Nobody else puts a command together: a key may hold quotes, blanks and whatever looks like a keyword.
public struct CommandText: Sendable {
  private let topology: Topology
  private let clients: [String]

  /// The names that commands are written with.
  public init(_ cluster: Cluster) {
    topology = cluster.topology
    clients = cluster.clients.elements.map(\.name)
  }

  // MARK: Words

  /// A key or a value as the language takes it: in quotes unless it is plain.
  public static func word(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.allSatisfy { ($0.isLetter || $0.isNumber || "-_.:".contains($0)) && $0.isASCII }
    return isPlain ? text : quoted(text)
  }

  /// The same in quotes, in a place where a bare word could mean something else.
  public static func quoted(_ text: String) -> String {
    var escaped = ""
    // By scalars: a carriage return and a line feed are one character, and would end the line.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\"\(escaped)\""
  }

  // MARK: Commands

  /// The command that asks for an operation.
  public func text(of plan: OperationPlan) -> String {
    var words = verb(plan)
    if plan.kind == .timeline {
      if clients.indices.contains(plan.client.index) { words += ["in", Self.word(clients[plan.client.index])] }
      return words.joined(separator: " ")
    }
    if plan.kind == .consume {
      if clients.indices.contains(plan.client.index) { words.append(Self.word(clients[plan.client.index])) }
      if let limit = plan.value { words.append(limit) }
      if let coordinator = plan.coordinator { words += ["via", topology.name(of: coordinator)] }
      return words.joined(separator: " ")
    }
    if let level = plan.level.name { words += ["at", level] }
    if clients.indices.contains(plan.client.index) { words += ["as", Self.word(clients[plan.client.index])] }
    if let coordinator = plan.coordinator { words += ["via", topology.name(of: coordinator)] }
    if let timestamp = plan.timestamp { words += ["timestamp", String(timestamp)] }
    if let lifetime = plan.lifetime { words += ["ttl", "\(lifetime.microseconds)us"] }
    switch plan.context {
    case .latest: break
    case .blind: words.append("blind")
    case .answer(let operation): words += ["context", String(operation.index)]
    }
    switch plan.condition {
    case .absent?: words += ["if", "absent"]
    case .equals(let text)?: words += ["if", "value", "==", Self.word(text)]
    case nil: break
    }
    return words.joined(separator: " ")
  }

  private func verb(_ plan: OperationPlan) -> [String] {
    let key = Self.word(plan.key)
    switch plan.kind {
    case .write where plan.author != nil:
      return ["post", Self.word(plan.author ?? ""), Self.word(plan.value ?? "")]
    case .timeline: return [plan.kind.rawValue, Self.word(plan.value ?? "")]
    case .read, .delete: return [plan.kind.rawValue, key]
    case .write, .add, .remove: return [plan.kind.rawValue, key, Self.word(plan.value ?? "")]
    case .consume: return [plan.kind.rawValue]
    case .increment:
      let amount = plan.value.flatMap { Int($0) } ?? 1
      return [amount < 0 ? "decrement" : "increment", key, "by", String(amount.magnitude)]
    }
  }

  /// The command that mends something.
  package func text(of mending: Mending) -> String {
    switch mending {
    case .heal: "heal"
    case .restart(let replica): "restart \(topology.name(of: replica))"
    case .resume(let replica): "resume \(topology.name(of: replica))"
    case .release(let from, let to): "release \(topology.name(of: from)) \(topology.name(of: to))"
    case .repair: "repair"
    case .flush(let region): "flush \(topology.name(of: region))"
    }
  }
}

/// Something that could be done so that the replicas come to agree.
package enum Mending: Hashable, Sendable {
  case heal
  case restart(ReplicaID)
  case resume(ReplicaID)
  case release(ReplicaID, ReplicaID)
  case repair
  case flush(RegionID)

  /// What it is to a cluster.
  package func input(_ topology: Topology) -> Input {
    switch self {
    case .heal: return .fault(.healAll)
    case .restart(let replica): return .fault(.restart(ReplicaSet([replica])))
    case .resume(let replica): return .fault(.resume(ReplicaSet([replica])))
    case .release(let from, let to):
      return .fault(.release(Fault.Links(from: ReplicaSet([from]), to: ReplicaSet([to]), bothWays: true)))
    case .flush(let region): return .flush(topology.set(of: region))
    case .repair:
      let all = Array(topology.replicaIDs)
      return .repair(
        all.indices.flatMap { first in all[(first + 1)...].map { Network.Pair(from: all[first], to: $0) } }, key: nil)
    }
  }
}
