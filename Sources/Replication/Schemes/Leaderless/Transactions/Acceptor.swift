import Kernel

/// A replica's part in a lightweight transaction: promise, accept, commit (Cassandra's `service/paxos/PaxosState`).
extension LeaderlessServer {
  /// Answers a message of somebody's transaction.
  mutating func takePaxos(_ message: Message, _ turn: inout Turn) -> Message? {
    switch message.kind.leaderless {
    case .paxosPrepare: return prepare(message, &turn)
    case .paxosPropose: return accept(message, &turn)
    case .paxosPromise: takePromise(message, &turn)
    case .paxosAccept, .paxosRefuse: takeVote(message, &turn)
    default: break
    }
    return nil
  }

  /// Promises to take nothing older, unless it has promised so to somebody newer; says what it has taken and applied.
  private mutating func prepare(_ message: Message, _ turn: inout Turn) -> Message {
    let round = turn.parcels.paxos[message.round]
    let isGiven = round.ballot > paxos[round.key].promised
    if isGiven { paxos[round.key].promised = round.ballot }
    return message.voted(.paxosPromise, turn.parcels.paxos.note(promise(round.key, isGiven: isGiven)))
  }

  /// Takes a proposal, unless it has promised otherwise since.
  private mutating func accept(_ message: Message, _ turn: inout Turn) -> Message {
    let round = turn.parcels.paxos[message.round]
    guard round.ballot >= paxos[round.key].promised else {
      return message.voted(.paxosRefuse, turn.parcels.paxos.note(promise(round.key, isGiven: false)))
    }
    paxos[round.key].promised = round.ballot
    paxos[round.key].accepted = message.round
    return message.voted(.paxosAccept, .none)
  }

  private func promise(_ key: KeyID, isGiven: Bool) -> PaxosPromise {
    let state = paxos[key]
    return PaxosPromise(
      isGiven: isGiven, promised: state.promised, accepted: state.accepted, committed: state.committed)
  }

  /// Notes that a round's value is decided; what it accepted up to then is done with.
  mutating func commit(_ message: Message, _ turn: inout Turn) {
    let round = message.round
    let key = turn.parcels.paxos[round].key
    let ballot = turn.parcels.paxos.ballot(of: round)
    if ballot > turn.parcels.paxos.ballot(of: paxos[key].committed) { paxos[key].committed = round }
    if ballot >= turn.parcels.paxos.ballot(of: paxos[key].accepted) { paxos[key].accepted = .none }
  }
}
