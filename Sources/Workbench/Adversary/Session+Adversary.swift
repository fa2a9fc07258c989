import Analysis
import Kernel
import Language
import Replication

extension Session {
  /// A session in which an adversary can look at every message.
  static func adversarial(seed: UInt64?) -> Session { Session(seed: seed, keepsTrace: true) }

  /// Does something that nobody in the script asks for. What can't be done as things stand is left undone.
  mutating func perform(_ fault: AdversaryFault) {
    guard let input = input(of: fault.act) else { return }
    timeline.perform(input, as: command(of: fault.act) ?? "")
  }

  /// Whether what a fault aims at is in this cluster: a script may have begun another one since.
  func isThere(_ act: AdversaryFault.Act) -> Bool {
    switch act {
    case .lose, .delay: true
    case .crash(let replica), .wipe(let replica), .restart(let replica), .skew(let replica, _):
      cluster.topology.replicas.indices.contains(replica.index)
    case .destroy(let region): cluster.topology.regions.indices.contains(region.index)
    }
  }

  /// What a fault is to the cluster, at this moment; nil if it can't be done.
  func input(of act: AdversaryFault.Act) -> Input? {
    switch act {
    case .lose(let delivery): cluster.number(of: delivery).map { .drop($0) }
    case .delay(let delivery, let span): cluster.number(of: delivery).map { .delay($0, by: span) }
    case .crash(let replica): .fault(.crash(ReplicaSet([replica])))
    case .wipe(let replica): .fault(.wipe(ReplicaSet([replica])))
    case .restart(let replica): .fault(.restart(ReplicaSet([replica])))
    case .skew(let replica, let span): .fault(.skew(ReplicaSet([replica]), by: span, driftPerSecond: 0))
    case .destroy(let region): .fault(.destroy(cluster.topology.set(of: region)))
    }
  }

  /// The command that does it, at this moment; nil if it can't be done.
  func command(of act: AdversaryFault.Act) -> String? {
    let names = cluster.topology
    return switch act {
    case .lose(let delivery): cluster.number(of: delivery).map { "drop \($0)" }
    case .delay(let delivery, let span): cluster.number(of: delivery).map { "delay \($0) by \(Quantity.text(span))" }
    case .crash(let replica): "crash \(names.name(of: replica))"
    case .wipe(let replica): "wipe \(names.name(of: replica))"
    case .restart(let replica): "restart \(names.name(of: replica))"
    case .skew(let replica, let span): "skew \(names.name(of: replica)) by \(Quantity.text(span))"
    case .destroy(let region): "destroy \(names.name(of: region))"
    }
  }

  /// What a fault is, in words for people.
  func words(of act: AdversaryFault.Act) -> String {
    let names = cluster.topology
    func message(_ delivery: Delivery) -> String {
      let event = Event.message(delivery.message)
      return "\(MessageText.contents(event, cluster)), \(MessageText.route(event, cluster))"
    }
    return switch act {
    case .lose(let delivery): "lost: \(message(delivery))"
    case .delay(let delivery, let span): "\(Quantity.text(span)) late: \(message(delivery))"
    case .crash(let replica): "\(names.name(of: replica)) crashes"
    case .wipe(let replica): "\(names.name(of: replica)) loses its disk"
    case .restart(let replica): "\(names.name(of: replica)) starts again"
    case .skew(let replica, let span): "the clock of \(names.name(of: replica)) is \(Quantity.text(span)) off"
    case .destroy(let region): "\(names.name(of: region)) is destroyed"
    }
  }
}
