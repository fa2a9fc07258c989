import Insight
import Kernel
import Language
import Replication

/// Puts claims into words. It knows names and values, and nothing of what happened.
struct Wording {
  /// How many of many alike things are told one by one.
  static let shown = 3

  let cluster: Cluster
  let history: History

  init(_ world: World) {
    cluster = world.cluster
    history = world.observer.history
  }

  var catalogue: Catalogue { cluster.catalogue }
  var topology: Topology { cluster.topology }

  /// A claim in a sentence or two.
  func words(_ claim: Claim) -> String {
    switch claim {
    case .coordination(let claim): return words(claim)
    case .write(let claim): return words(claim)
    case .transaction(let claim): return words(claim)
    case .read(let claim): return words(claim)
    case .failure(let claim): return words(claim)
    case .miss(let miss, _, let accepted, let cause, let keeper):
      return miss.words(written(miss.version), acceptedAt: accepted, topology, cause, keeper: keeper)
    case .fate(let claim): return words(claim)
    case .remedy(let claim): return words(claim)
    case .present(let claim): return words(claim)
    case .consumer(let claim): return words(claim)
    }
  }

  // MARK: Names and amounts

  func name(_ replica: ReplicaID) -> String { topology.name(of: replica) }

  func ms(_ span: TimeSpan) -> String { Quantity.milliseconds(span.microseconds) }

  func at(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }

  /// Names in a row, such as `us1, us2 and eu1`.
  func list(_ replicas: some Sequence<ReplicaID>) -> String { Self.row(replicas.map(name)) }

  static func row(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
  }

  func count(_ number: Int, _ noun: String) -> String { CountedNoun(noun).text(number) }

  /// So many of all copies, such as `2 of 3 copies`.
  func of(_ copies: Int, _ number: Int) -> String { "\(number) of \(CountedNoun("copy", "copies").text(copies))" }

  func were(_ replicas: [ReplicaID]) -> String { CountedNoun("was", "were").form(replicas.count) }

  func by(_ culprit: FaultTrail.Culprit?) -> String { culprit.map { ": \($0.words)" } ?? "" }

  func client(_ operation: OperationID) -> String {
    let asked = history[operation]?.operation ?? cluster.openOperation(operation)
    return asked.map { Printable.escaped(cluster.clients[$0.client].name) } ?? "the client"
  }

  /// What a level asks for, such as `QUORUM needs 5 of 9 answers`.
  func arithmetic(_ need: Need) -> String { arithmetic(need.level, topology.region(of: need.coordinator)) }

  private func arithmetic(_ level: ConsistencyLevel, _ home: RegionID) -> String {
    guard let quorum = cluster.environment.quorum(level, in: home) else { return "" }
    let need = LevelNeed(quorum, in: cluster, region: home)
    let place = need.region.map { " from \(topology.name(of: $0))" } ?? ""
    let answers =
      need.isBeyondCopies
      ? "\(need.answers)\(place), \(need.copies)" : "\(need.share) \(need.noun)\(place)"
    let text = "\(need.level) needs \(answers)" + (need.acceptsHint ? ", or a hint" : "")
    guard level.isSerial, let data = cluster.environment.quorum(level.dataLevel, in: home) else { return text }
    let isBeyondCopies = LevelNeed(data, in: cluster, region: home).isBeyondCopies
    return text + (isBeyondCopies ? ", and \(arithmetic(level.dataLevel, home)) to read and commit" : "")
  }

  /// What a copy held when it was looked at.
  ///
  /// - Parameter reading: what the reader's clock showed, in microseconds; nil: it is told as it was written.
  func what(_ version: VersionID, _ key: KeyID, at reading: Int64? = nil) -> String {
    version == .none ? "nothing" : ValueText.shown(version, key, in: cluster, at: reading)
  }

  /// What an operation wrote, such as `milk` or `the delete of op 3`.
  func written(_ version: VersionID) -> String {
    let number = catalogue.version(version).operation
    guard let operation = history[number]?.operation ?? cluster.openOperation(number) else {
      return "what op \(number.index) wrote"
    }
    switch operation.kind {
    case .delete: return "the delete of op \(number.index)"
    case .write: return Printable.named(catalogue.names.text(of: operation.value))
    case .read, .add, .remove, .increment, .consume, .timeline: return "op \(number.index)'s \(operation.kind.rawValue)"
    }
  }

  /// Why a client asks nobody outside of its region.
  private var whyHome: String {
    cluster.scheme.keepsRegionsApart ? "whose logs it uses" : "where `failover local` keeps it"
  }

  func text(_ ballot: Ballot) -> String { "\(ballot.timestamp) µs of \(name(ballot.replica))" }

  func key(_ key: KeyID) -> String { Printable.named(catalogue.names.name(of: key)) }
}

// MARK: Coordination and writes

extension Wording {
  func words(_ claim: CoordinationClaim) -> String {
    switch claim {
    case .asks(let operation, let replica, let direction):
      let reason =
        switch direction {
        case .named: ", as `via \(name(replica))` says,"
        case .nearest where cluster.primary != nil: ", the lowest-numbered follower tier that it can reach,"
        case .nearest: ", the nearest replica that it can reach,"
        case .nearestOwner: ", the nearest owner of the key that it can reach,"
        case .noOwner: ", as it can reach no owner of the key in \(topology.name(of: topology.region(of: replica))),"
        case .turn: ", whose turn it is,"
        case .lot: ", drawn by lot,"
        case .sticky: ", with which it stays,"
        case .balanced: ", which the load balancer of \(topology.name(of: topology.region(of: replica))) gives it,"
        case .session: ", the next nearest owner that it has not asked yet,"
        }
      return "\(client(operation)) asks \(name(replica))\(reason) to coordinate."
    case .lacked(let operation, let replicas, let origins):
      let known = Self.row(origins.map { "op \($0.index)" })
      return
        "\(client(operation))'s session guarantees came first: \(list(replicas)) lacked what it knows by \(known)."
    case .handedOver(let operation, let coordinator, let leader):
      let asked = history[operation]?.operation ?? cluster.openOperation(operation)
      let subject = asked.map { key($0.key) } ?? "the key"
      let isStandIn = asked.map { cluster.isStandIn(leader, of: $0.key) } ?? false
      return
        "\(name(coordinator)) owns no copy of \(subject) and hands it to \(name(leader)), "
        + (isStandIn ? "the nearest that stands in for an owner, " : "the nearest owner that it thinks alive, ")
        + "to lead it."
    case .joined(_, let coordinator, let other):
      return "\(name(coordinator)) was reading the same at the same level for op \(other.index): this one asks nobody, "
        + "and waits for that answer (`coalesce`)."
    case .standsIn(_, let coordinator, let standIns):
      return "\(name(coordinator)) thinks \(list(standIns.map(\.owner).sorted())) dead, and in "
        + "\(standIns.count == 1 ? "its place" : "their places") counts \(list(standIns.map(\.replica).sorted())) "
        + "(`sloppy-quorum`)."
    case .askedLeader(let operation, let coordinator, let leader):
      let asked = history[operation]?.operation ?? cluster.openOperation(operation)
      if asked?.kind == .consume {
        return "\(name(coordinator)) asks \(name(leader)) what comes next, as it leads a partition as far as it knows."
      }
      return
        "\(name(coordinator)) passes it on to \(name(leader)), which leads the partition of "
        + "\(asked.map { key($0.key) } ?? "the key") as far as it knows."
    case .path(let operation, let step): return words(operation, step)
    case .timeline(let operation, let step, let culprit): return words(operation, step, by: culprit)
    case .cache(let operation, let server, let step): return words(operation, server, step)
    case .named(let operation, let replica):
      return "\(client(operation)) asks for \(name(replica)), as `via \(name(replica))` says, and cannot reach it."
    case .nobody(let operation, let isKeptHome):
      let home = (history[operation]?.operation ?? cluster.openOperation(operation))?.region
      let place = home.map { isKeptHome ? " in \(topology.name(of: $0)), \(whyHome)" : "" } ?? ""
      return "\(client(operation)) asks, and finds no replica that it can reach\(place)."
    case .unreachable(_, let replicas, let isStopped, let culprit):
      return "\(list(replicas)): \(isStopped ? "stopped" : "cut off")\(by(culprit))."
    case .thinksDead(_, let coordinator, let replicas, let isRead):
      return isRead
        ? "It thinks \(list(replicas)) dead, and asks none of them."
        : "\(name(coordinator)) thinks \(list(replicas)) dead."
    }
  }

  func words(_ claim: WriteClaim) -> String {
    switch claim {
    case .accepted(_, let coordinator, let direct, let relays, let copies, let need):
      let whom = sending(direct, relays, copies)
      return "\(name(coordinator)) accepts it and \(whom), whatever the level. \(arithmetic(need))."
    case .hinted(_, let coordinator, let targets):
      return
        "\(name(coordinator)) thinks \(list(targets)) dead and keeps a hint for \(targets.count == 1 ? "it" : "each")."
    case .unhinted(_, let coordinator, let targets, let refusal):
      let why =
        switch refusal {
        case .off: "hints are off"
        case .window: "it has thought so for longer than the hint window"
        }
      return
        "\(name(coordinator)) thinks \(list(targets)) dead, sends \(targets.count == 1 ? "it" : "them") nothing and keeps "
        + "no hint: \(why)."
    case .acknowledged(_, let replica, let isOwn, let number):
      return "\(name(replica))\(isOwn ? " itself" : "") has it (\(number))."
    case .decided(_, let replica, let isOwn, let number, let level, let journey, let culprit):
      var text =
        "\(name(replica))\(isOwn ? " itself" : "") has it (\(number)): the last that \(level.name ?? "it") needed"
      if let journey {
        text += ", \(ms(journey.there)) there and \(ms(journey.back)) back"
        if journey.waited > .zero { text += ", \(ms(journey.waited)) in its queue" }
      }
      if let culprit { text += "; slowed by \(culprit.words)" }
      return text + "."
    case .durable(_, let replica, let first, let second):
      return
        "\(name(replica)) knew it durable in two regions, \(topology.name(of: first)) and \(topology.name(of: second)): on most "
        + "copies in each."
    case .led(_, let leader, let partition, let epoch, let since):
      let region = topology.name(of: topology.region(of: leader))
      let when = since.map { ", since \(at($0))" } ?? (epoch == 1 ? ", since the cluster began" : "")
      return "\(name(leader)) led partition \(partition) in \(region), in epoch \(epoch)\(when), and took it."
    case .persisted(_, let replica, let isLeader, let number, let enough):
      return "\(name(replica))\(isLeader ? " itself" : "") has it in its log (\(number))\(ground(enough, number))."
    case .committed(_, let database): return "\(name(database)), the primary's database, has it: the write is made."
    case .more(_, let number): return "\(number) more came before the client had its answer; nobody waited for them."
    case .hintSufficed(_, let coordinator):
      return "\(name(coordinator)) has kept a hint, and at ANY a hint is enough: no copy had to acknowledge it."
    case .timeoutSufficed(_, let coordinator, let acknowledged, let isHinted):
      let kept = isHinted ? "\(name(coordinator)) keeps hints for others" : "\(name(coordinator)) keeps no hint"
      return
        "By the timeout \(acknowledged == 0 ? "no copy" : CountedNoun.copies.text(acknowledged)) had acknowledged it, and \(kept). At ANY the client is told that it succeeded, all the same."
    case .answered(let operation, let span): return "\(client(operation)) has the answer, \(ms(span)) after it asked."
    }
  }

  /// What it comes to that so many have a write in their logs, as the end of a sentence.
  private func ground(_ enough: WriteClaim.Enough, _ number: Int) -> String {
    switch enough {
    case .nobody: return number == 1 ? "; at ACKS_0 the client waited for nobody" : ""
    case .leader: return number == 1 ? ": at ACKS_1 the leader's is enough" : ""
    case .most(let copies) where number == enough.count: return ": most of the \(copies) copies, so it is durable"
    case .allInSync(let copies) where number == copies: return ": all \(copies) that are in sync, so it is committed"
    case .most, .allInSync, .elsewhere: return ""
    }
  }

  private func sending(_ direct: [ReplicaID], _ relays: [ReplicaID], _ copies: Int) -> String {
    let onward = relays.isEmpty ? "" : "to \(list(relays)), which \(relays.count == 1 ? "passes" : "pass") it on"
    guard !direct.isEmpty else { return onward.isEmpty ? "sends it to nobody" : "sends it \(onward)" }
    let straight =
      direct.count == copies
      ? copies == 1 ? "to the one copy" : "to all \(CountedNoun.copies.text(copies))"
      : relays.isEmpty && direct.count == 1
        ? "to the one copy that it thinks alive"
        : relays.isEmpty ? "to the \(CountedNoun.copies.text(direct.count)) that it thinks alive" : "to \(list(direct))"
    return "sends it \(straight)" + (onward.isEmpty ? "" : " and \(onward)")
  }
}
