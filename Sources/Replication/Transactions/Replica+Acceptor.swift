import Kernel

/// A replica's part in a lightweight transaction: promise, accept, commit (Cassandra's `service/paxos/PaxosState`).
extension Replica {
  /// Answers a message of somebody's transaction.
  mutating func takePaxos(_ message: Message, in environment: inout Environment, _ effects: inout Effects) -> Message? {
    switch message.kind {
    case .paxosPrepare: return prepare(message, in: &environment)
    case .paxosPropose: return accept(message, in: &environment)
    case .paxosPromise: takePromise(message, in: &environment, &effects)
    case .paxosAccept, .paxosRefuse: takeVote(message, in: &environment, &effects)
    default: break
    }
    return nil
  }

  /// Promises to take nothing older, unless it has promised so to somebody newer; says what it has taken and applied.
  private mutating func prepare(_ message: Message, in environment: inout Environment) -> Message {
    let round = environment.paxos[message.round]
    let isGiven = round.ballot > paxos[round.key].promised
    if isGiven { paxos[round.key].promised = round.ballot }
    return message.voted(.paxosPromise, environment.paxos.note(promise(round.key, isGiven: isGiven)))
  }

  /// Takes a proposal, unless it has promised otherwise since.
  private mutating func accept(_ message: Message, in environment: inout Environment) -> Message {
    let round = environment.paxos[message.round]
    guard round.ballot >= paxos[round.key].promised else {
      return message.voted(.paxosRefuse, environment.paxos.note(promise(round.key, isGiven: false)))
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
  mutating func commit(_ message: Message, in environment: Environment) {
    let round = message.round
    let key = environment.paxos[round].key
    let ballot = environment.paxos.ballot(of: round)
    if ballot > environment.paxos.ballot(of: paxos[key].committed) { paxos[key].committed = round }
    if ballot >= environment.paxos.ballot(of: paxos[key].accepted) { paxos[key].accepted = .none }
  }
}
