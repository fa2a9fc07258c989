import Kernel

/// One copy of a write for each remote region, passed on there: `set forwarding on`.
///
/// Cassandra picks one live replica of each remote data centre by chance, which applies the write and sends it to its
/// neighbours; every one of them acknowledges to the coordinator itself (`StorageProxy.sendMessagesToNonlocalDC`,
/// `db/MutationVerbHandler.forwardToLocalNodes`). It saves bytes between regions, and makes a write depend on one more
/// replica.
extension LeaderlessServer {
  /// Sends a write to the contacts: straight in the coordinator's region, by one relay in every other.
  func sendByRegion(_ message: Message, to contacts: ReplicaSet, _ turn: inout Turn) {
    let owners = turn.environment.owners(of: turn.catalogue.version(message.version).key)
    for (index, members) in owners.byRegion.enumerated() {
      let targets = Array(members.intersection(contacts)).filter { $0 != id }
      guard index != region.index, targets.count > 1, members.count <= RegionOwners.capacity else {
        for target in targets { turn.effects.sends.append(message.addressed(to: target)) }
        continue
      }
      let draw = turn.environment.randomness.draw(
        .relay, owner: UInt64(message.operation.raw), number: UInt64(index))
      let relay = targets[Int(draw.below(UInt64(targets.count)))]
      var others = RegionOwners()
      for (place, member) in members.enumerated() where targets.contains(member) && member != relay {
        others.insert(place: place)
      }
      turn.effects.sends.append(
        .relaying(
          message.version, from: id, to: relay, operation: message.operation, request: message.request, others: others))
    }
  }

  /// Sends a relayed write to the others of this region.
  func passOn(_ message: Message, _ turn: inout Turn) {
    let owners = turn.environment.owners(of: turn.catalogue.version(message.version).key).byRegion[region.index]
    for (place, owner) in owners.enumerated() where message.others.contains(place: place) {
      turn.effects.sends.append(message.passedOn(to: owner))
    }
  }
}
