import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  mutating func flaw(in claim: TransactionClaim) -> String? {
    switch claim {
    case .prepares(let operation, let by, let ballot, let attempt, let participants, let need):
      let balloted = ballots(operation, by)
      let sends = sent(of: operation, by: by) { $0 == .paxosPrepare }
      return isTaken(operation, need) && balloted.count == 1 && balloted[0].0 == ballot && balloted[0].1 == attempt
        && sends.map(\.found.to).sorted() == participants ? nil : "another attempt"
    case .promised(let operation, let replicas):
      return promises(operation, isGiven: true).map(\.0).sorted() == replicas ? nil : "others promised"
    case .outbid(let operation, let replica, let promised, let own, _):
      let refusals = promises(operation, isGiven: false)
      let balloted = ballots(operation, nil)
      return refusals.count == 1 && refusals[0].0 == replica && refusals[0].1 == promised
        && balloted.map(\.0) == [own] && promised >= own ? nil : "it was not outbid so"
    case .gaveWay(let operation, let by): return began(operation, by: by, .waiting) ? nil : "it did not give way"
    case .finishes(let operation, let by, let other, let isOwn):
      let proposed = proposals(operation, by)
      return began(operation, by: by, .finishing) && proposed.count == 1 && proposed[0] != .none
        && witness.catalogue.version(proposed[0]).operation == other && (other == operation) == isOwn
        ? nil : "it finished another's"
    case .catchesUp(let operation, let by, let replicas):
      let sends = sent(of: operation, by: by) { $0 == .paxosCommit }
      return began(operation, by: by, .catchingUp) && sends.map(\.found.to).sorted() == replicas
        ? nil : "others were behind"
    case .reads(let operation, let by, let replicas):
      let counts = counted(of: operation, by: by) { $0.isReading }
      return counts.map(\.found.from).sorted() == replicas ? nil : "others answered"
    case .found(let operation, let version, _, let condition, let isMet):
      let found = steps(of: operation) { step, _ -> Bool? in
        if case .found(version, let isMet) = step { isMet } else { nil }
      }
      guard found.map(\.found) == [isMet] else { return "it found something else" }
      let reading = witness.history[operation]?.operation.clockReading ?? 0
      let isDead = version == .none || witness.catalogue.isDead(version, at: reading)
      let holds =
        switch condition {
        case .absent: isDead
        case .equals(let text):
          !isDead && witness.catalogue.names.text(of: witness.catalogue.version(version).value) == text
        }
      return holds == isMet ? nil : "the condition was judged otherwise"
    case .proposes(let operation, let by, let isNothing):
      let proposed = proposals(operation, by)
      return began(operation, by: by, .proposing, .proposingNothing) && proposed.count == 1
        && (proposed[0] == .none) == isNothing ? nil : "it proposed something else"
    case .accepted(let operation, let replicas):
      return counted(of: operation) { $0 == .paxosAccept }.map(\.found.from).sorted() == replicas
        ? nil : "others accepted"
    case .commits(let operation, let by, let replicas):
      let sends = sent(of: operation, by: by) { $0 == .paxosCommit }
      return began(operation, by: by, .committing, .committingOther) && sends.map(\.found.to).sorted() == replicas
        ? nil : "it was sent to others"
    case .stored(let operation, let replicas):
      return counted(of: operation) { $0 == .writeAck }.map(\.found.from).sorted() == replicas
        ? nil : "others stored it"
    }
  }

  private mutating func ballots(_ operation: OperationID, _ by: ReplicaID?) -> [(Ballot, Attempt)] {
    steps(of: operation, by: by) { step, _ -> (Ballot, Attempt)? in
      if case .balloted(let ballot, let attempt) = step { (ballot, attempt) } else { nil }
    }.map(\.found)
  }

  private mutating func promises(_ operation: OperationID, isGiven: Bool) -> [(ReplicaID, Ballot)] {
    steps(of: operation) { step, _ -> (ReplicaID, Ballot)? in
      if case .promised(let replica, isGiven: isGiven, let ballot) = step { (replica, ballot) } else { nil }
    }.map(\.found)
  }

  private mutating func proposals(_ operation: OperationID, _ by: ReplicaID) -> [VersionID] {
    steps(of: operation, by: by) { step, _ -> VersionID? in
      if case .proposed(let version) = step { version } else { nil }
    }.map(\.found)
  }

  // MARK: Reads

  mutating func flaw(in claim: ReadClaim) -> String? {
    switch claim {
    case .asks(let operation, let by, let contacts, let need, let isNearest, let isByLatency):
      let ranked = steps(of: operation, by: by) { step, _ -> Bool? in
        if case .ranked(let byLatency) = step { byLatency } else { nil }
      }
      let sends = sent(of: operation, by: by) { $0 == .dataRequest || $0 == .digestRequest }
      guard isTaken(operation, need), ranked.map(\.found) == [isByLatency],
        Set(sends.map(\.found.to)) == Set(contacts)
      else { return "others were asked" }
      return isNearest ? flawInNearness(operation, by, contacts, need) : nil
    case .asksMore(let operation, let by, let replicas):
      let sends = sent(of: operation, by: by) { $0 == .dataRequest || $0 == .digestRequest }
      return began(operation, by: by, .speculation) && sends.map(\.found.to).sorted() == replicas
        ? nil : "others were asked"
    case .comparesAgain(let operation, let replicas):
      let sends = sent(of: operation) { $0 == .dataRequest }
      return began(operation, by: nil, .data) && sends.map(\.found.to).sorted() == replicas ? nil : "others were asked"
    case .held(let operation, let replica, let version, let key, let behind, let verdict):
      return flawInHeld(operation, replica, version, key, behind, verdict)
    case .elsewhere(let operation, let key, let source, let home, let mirrored):
      guard case .copy(let holder, key, let position)? = looks.first else { return "nobody looked" }
      let cluster = witness.world(at: position).cluster
      let topology = witness.topology
      let isEmpty = topology.members(of: home).allSatisfy { cluster.cell(key, at: $0).version == .none }
      let isMirrored = cluster.environment.settings.mirrors.contains { $0.source == source && $0.target == home }
      return topology.region(of: holder) == source && cluster.cell(key, at: holder).version != .none
        && isMirrored == (mirrored != nil) && (isEmpty || operation != .none) ? nil : "it is elsewhere"
    case .heldFirst(let operation, let replica, let version, _):
      let sends = sent(of: operation, by: replica) { $0.isReading }
      let counts = counted(of: operation) { $0.isReading }
      guard sends.count == 1, counts.count == 1, sends[0].found == counts[0].found, sends[0].found.version == version
      else { return "it answered otherwise" }
      let isAskedAgain = witness.steps(of: operation).contains { $0.id > counts[0].id && $0.step == .began(.data) }
      return isAskedAgain ? nil : "nobody was asked again"
    case .life(let operation, let version, let end, let reading, _):
      guard let read = witness.history[operation]?.operation else { return "no such read" }
      return read.version == version && read.clockReading == reading && witness.catalogue.expiry(of: version) == end
        ? nil : "it lives for another while"
    case .repairs(let operation, let targets, let acknowledged, let isBlocking):
      let sends = sent(of: operation) { $0 == .repair }
      let acks = counted(of: operation) { $0 == .repairAck }
      let answer = answered(operation, isBlocking ? .repaired : .unrepaired)
      return began(operation, by: nil, isBlocking ? .blockingRepair : .asyncRepair) && answer != nil
        && sends.map(\.found.to).sorted() == targets && acks.map(\.found.from).sorted() == acknowledged
        ? nil : "others were repaired"
    case .missed(let version, let operation, let acknowledged, let isHinted):
      let write = witness.history[operation]?.operation
      let ground = steps(of: operation) { step, _ -> Ground? in
        if case .answered(.ok, _, _, let ground) = step { ground } else { nil }
      }
      return witness.catalogue.version(version).operation == operation && write?.outcome == .ok
        && (acknowledged.map { $0 == write.map { Int($0.received) } } ?? true)
        && (ground.last?.found == .hinted) == isHinted
        ? nil : "it was acknowledged otherwise"
    case .apartByStandIns(let asked, let written, let standIns):
      func replacement(_ step: Step, _ by: ReplicaID) -> StandIn? {
        if case .replaced(let owner, let replica) = step { StandIn(replica: replica, owner: owner) } else { nil }
      }
      let replaced = steps(of: asked, replacement) + steps(of: written, replacement)
      return !standIns.isEmpty && Set(replaced.map(\.found)) == Set(standIns) ? nil : "others stood in"
    case .apart(let asked, let read, let written, let write, _): return flawInOverlap(asked, read, written, write)
    case .moreMissed(let operation, let number):
      guard let read = witness.history[operation]?.operation else { return "no such read" }
      // Where each region keeps its own, nobody misses what was written to another's.
      let isApart = witness.session.cluster.scheme.keepsRegionsApart
      let home = read.executor == .none ? nil : witness.topology.region(of: read.executor)
      let missed = witness.history.all.map(\.operation).filter { write in
        let isElsewhere = write.executor != .none && home != nil && witness.topology.region(of: write.executor) != home
        guard write.isAcknowledgedUpdate, write.key == read.key, !(isApart && isElsewhere) else { return false }
        return write.endedAt < read.beganAt && write.version != .none
          && !witness.catalogue.isSuperseded(write.version, byHeld: read.version, seen: read.seen)
      }
      let quoted = Set(looks.compactMap { if case .version(let version) = $0 { version } else { nil } })
      return quoted == Set(missed.map(\.version)) && number == missed.count - Wording.shown
        ? nil : "it missed \(missed.count)"
    case .zombie(let operation, let grave, let died, let grace, _, _, let key):
      guard let read = witness.history[operation]?.operation else { return "no such read" }
      let cluster = witness.world(at: read.endedAt).cluster
      let isDead =
        witness.catalogue.death(of: grave) == died && cluster.environment.settings.tombstoneGrace == grace
        && cluster.environment.owners(of: key).members.contains { cluster.reading(of: $0) - died > grace.microseconds }
      let isGone = cluster.environment.owners(of: key).members.allSatisfy { cluster.cell(key, at: $0).version != grave }
      return isDead && isGone ? nil : "somebody has it"
    case .spreads(let version, let key, let copies): return flawInSpreading(version, key, copies)
    case .sibling(_, let version, _, let number):
      return witness.catalogue.version(version).counter == number ? nil : "another update"
    case .unseen(let versions):
      let catalogue = witness.catalogue
      let isSeen = versions.contains { one in
        versions.contains { $0 != one && catalogue.isSeen($0, in: catalogue.version(one).context) }
      }
      return isSeen && versions.allSatisfy({ !catalogue.version($0).isState }) ? "one had seen another" : nil
    }
  }

  private func flawInNearness(
    _ operation: OperationID, _ by: ReplicaID, _ contacts: [ReplicaID], _ need: Need
  ) -> String? {
    let steps = witness.steps(of: operation)
    guard let start = steps.last(where: { if case .taken = $0.step { true } else { false } }) else { return "untaken" }
    let cluster = witness.world(at: start.id.position).cluster
    let order = cluster.environment.proximity.order(from: by)
    let alive = steps.compactMap { step -> ReplicaID? in
      guard step.id.position == start.id.position, case .regards(let replica, isAlive: true, _) = step.step else {
        return nil
      }
      return replica
    }
    // Nobody who was left out is nearer than somebody of the same region that was asked, or of any at a global level.
    let isPassedOver = alive.filter { !contacts.contains($0) }.contains { left in
      if need.level.isLocal, cluster.topology.region(of: left) != cluster.topology.region(of: by) { return false }
      return contacts.contains { asked in
        let isRival =
          need.level != .eachQuorum || cluster.topology.region(of: asked) == cluster.topology.region(of: left)
        return isRival && order.firstIndex(of: left)! < order.firstIndex(of: asked)!
      }
    }
    return isPassedOver ? "somebody nearer was passed over" : nil
  }

  private mutating func flawInHeld(
    _ operation: OperationID, _ replica: ReplicaID, _ version: VersionID, _ key: KeyID, _ behind: Int,
    _ verdict: ReadClaim.Verdict
  ) -> String? {
    let sends = steps(of: operation, by: replica) { step, _ -> Message? in
      if case .sent(let message) = step, message.kind.isReading { message } else { nil }
    }
    let counts = steps(of: operation) { step, _ -> Message? in
      if case .counted(let message) = step, message.kind.isReading { message } else { nil }
    }
    guard sends.count == 1, counts.count == 1, sends[0].found == counts[0].found, sends[0].found.version == version,
      let read = witness.history[operation]?.operation
    else { return "it answered otherwise" }
    let catalogue = witness.catalogue
    let missed = witness.history.all.map(\.operation).filter { write in
      write.isAcknowledgedUpdate && write.key == key && write.endedAt < read.beganAt && write.version != .none
        && isOfSameLog(write, as: replica)
        && !catalogue.isSuperseded(write.version, byHeld: version, seen: sends[0].found.seen)
    }
    guard missed.count == behind else { return "it was \(missed.count) behind" }
    switch verdict {
    case .none, .isMerged: return nil
    case .isAnswer, .agree, .isNewest: return read.version == version ? nil : "that was not the answer"
    }
  }

  /// Whether a write can be in the log that a replica keeps: each region has its own.
  private func isOfSameLog(_ write: Operation, as replica: ReplicaID) -> Bool {
    let topology = witness.session.cluster.topology
    guard witness.session.cluster.scheme.features.contains(.logs), write.coordinator != .none else { return true }
    return topology.region(of: write.coordinator) == topology.region(of: replica)
  }

  /// By trying all sets of copies.
  private mutating func flawInOverlap(
    _ asked: OperationID, _ read: Need, _ written: OperationID, _ write: Need
  ) -> String? {
    guard isTaken(asked, read), isTaken(written, write) else { return "other numbers of answers" }
    let environment = witness.session.cluster.environment
    let owners = witness.session.cluster.catalogue.names.keys.map { environment.owners(of: $0).members }
    let isApart = owners.contains { owners in
      (0..<(1 << owners.count)).contains { bits in
        let asked = ReplicaSet(owners.indices.filter { bits >> $0 & 1 == 1 }.map { owners[$0] })
        let others = ReplicaSet(owners).subtracting(asked)
        return isMet(read, asked, environment) && isMet(write, others, environment)
      }
    }
    return isApart ? nil : "they must share a copy"
  }

  private func isMet(_ need: Need, _ set: ReplicaSet, _ environment: Replication.Environment) -> Bool {
    need.level == .any
      || environment.isMet(need.level, by: set, coordinatorIn: witness.topology.region(of: need.coordinator))
  }

  private func flawInSpreading(_ version: VersionID, _ key: KeyID, _ copies: Int) -> String? {
    guard case .attempt(let inputs, let position)? = looks.first else { return "nothing was tried" }
    var copy = witness.session.timeline
    copy.go(to: copy.moment(at: position))
    func holders() -> Int {
      copy.world.cluster.environment.owners(of: key).members.count {
        copy.world.cluster.cell(key, at: $0).version == version
      }
    }
    let before = holders()
    copy.fork("spread")
    for input in inputs { copy.perform(input) }
    let end = copy.world.cluster.now + .seconds(70)
    while holders() - before < copies, copy.world.cluster.now < end, copy.step() {}
    return holders() - before == copies ? nil : "it spread to \(holders() - before)"
  }
}
