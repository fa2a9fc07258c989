import Insight
import Kernel
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// The history of a session, played from its beginning with every step that was taken: what an explanation says is
/// checked against the records that it quotes, by other code than what found them.
struct Witness {
  let session: Workbench.Session
  /// Every record, by where it stands.
  private(set) var records: [RecordID: Record] = [:]
  /// The same in order.
  private(set) var order: [RecordID] = []
  /// The records of each operation, in order.
  private var byOperation: [OperationID: [RecordID]] = [:]

  init(_ session: Workbench.Session) {
    self.session = session
    var copy = session.timeline.detailed
    let end = copy.position
    copy.back(.max / 2)
    var reader = TraceReader(from: copy.world.observer.trace)
    while copy.position < end, copy.step() {
      let trace = copy.world.observer.trace
      let fresh = reader.read(trace)
      for place in fresh {
        let id = RecordID(position: copy.position, offset: place - fresh.lowerBound)
        records[id] = trace[place]
        order.append(id)
        if let operation = trace[place].operation { byOperation[operation, default: []].append(id) }
      }
    }
  }

  var catalogue: Catalogue { session.cluster.catalogue }
  var history: History { session.world.observer.history }
  var topology: Topology { session.cluster.topology }

  /// The same witness whose memory of one record is another, or gone.
  func remembering(_ record: Record?, as id: RecordID) -> Witness {
    var other = self
    other.records[id] = record
    return other
  }

  /// The world after so many events.
  func world(at position: Int) -> World {
    var copy = session.timeline
    copy.go(to: copy.moment(at: position))
    return copy.world
  }

  /// The steps of an operation, with who took them, in order.
  func steps(of operation: OperationID) -> [(id: RecordID, by: ReplicaID, step: Step)] {
    (byOperation[operation] ?? []).compactMap { id in
      guard case .step(operation, by: let replica, let step)? = records[id]?.what else { return nil }
      return (id, replica, step)
    }
  }

  /// What is wrong with a sentence; nil if what it says is what its quotes say.
  func flaw(in fact: Explanation.Fact) -> String? {
    var reading = Reading(self, fact.quotes)
    if let missing = reading.missing { return "no record \(missing)" }
    let problem =
      switch fact.claim {
      case .coordination(let claim): reading.flaw(in: claim)
      case .write(let claim): reading.flaw(in: claim)
      case .transaction(let claim): reading.flaw(in: claim)
      case .read(let claim): reading.flaw(in: claim)
      case .failure(let claim): reading.flaw(in: claim)
      case .miss(let miss, let read, let accepted, _, _): reading.flaw(in: miss, of: read, accepted)
      case .fate(let claim): reading.flaw(in: claim)
      case .remedy(let claim): reading.flaw(in: claim)
      case .present(let claim): reading.flaw(in: claim)
      case .consumer(let claim): reading.flaw(in: claim)
      }
    return problem ?? reading.flawInCommands(fact.claim) ?? reading.leftOver
  }
}

extension Record {
  /// The operation that it concerns, if one.
  var operation: OperationID? {
    switch what {
    case .began(let id), .ended(let id), .closed(let id, _, _), .clientMessageLost(let id), .lacked(let id, _, _),
      .step(let id, _, _), .retried(let id):
      id
    case .delivered(let message, _), .lost(let message, _, _): message.operation
    case .accepted, .stored, .hinted, .hintExpired, .reaped, .handedBack, .repaired, .liveness, .wiped, .promoted,
      .replaced,
      .noticed, .input:
      nil
    }
  }
}

/// The quotes of one sentence, taken one by one by whoever checks what it says; none may be left over.
struct Reading {
  let witness: Witness
  private(set) var rest: [(id: RecordID, record: Record)] = []
  /// A quoted record that isn't there.
  private(set) var missing: RecordID?
  /// What else is quoted.
  let looks: [Evidence]

  init(_ witness: Witness, _ quotes: Quotes) {
    self.witness = witness
    var looks: [Evidence] = []
    for evidence in quotes.all {
      guard case .record(let id) = evidence else {
        looks.append(evidence)
        continue
      }
      if let record = witness.records[id] {
        if !rest.contains(where: { $0.id == id }) { rest.append((id, record)) }
      } else {
        missing = id
      }
    }
    self.looks = looks
  }

  /// What was quoted for nothing.
  var leftOver: String? { rest.first.map { "it quotes \($0.record.what) for nothing" } }

  /// Takes all quoted records for which something can be said.
  mutating func take<Found>(_ look: (Record) -> Found?) -> [(id: RecordID, at: Instant, found: Found)] {
    var taken: [(id: RecordID, at: Instant, found: Found)] = []
    rest.removeAll { entry in
      guard let found = look(entry.record) else { return false }
      taken.append((entry.id, entry.record.at, found))
      return true
    }
    return taken
  }

  /// Takes the quoted steps of an operation by one replica, or by any.
  mutating func steps<Found>(
    of operation: OperationID, by replica: ReplicaID? = nil, _ look: (Step, ReplicaID) -> Found?
  ) -> [(id: RecordID, at: Instant, found: Found)] {
    take { record in
      guard case .step(operation, let by, let step) = record.what, replica == nil || by == replica else { return nil }
      return look(step, by)
    }
  }

  /// Takes what was sent: to whom.
  mutating func sent(
    of operation: OperationID, by replica: ReplicaID? = nil, _ isMeant: (LeaderlessMessage) -> Bool
  ) -> [(id: RecordID, at: Instant, found: Message)] {
    steps(of: operation, by: replica) { step, by in
      guard case .sent(let message) = step, message.from == by, message.kind.leaderless.map(isMeant) == true else {
        return nil
      }
      return message
    }
  }

  mutating func counted(
    of operation: OperationID, by replica: ReplicaID? = nil, _ isMeant: (LeaderlessMessage) -> Bool
  ) -> [(id: RecordID, at: Instant, found: Message)] {
    steps(of: operation, by: replica) { step, by in
      guard case .counted(let message) = step, message.to == by, message.kind.leaderless.map(isMeant) == true else {
        return nil
      }
      return message
    }
  }

  mutating func began(_ operation: OperationID, by replica: ReplicaID? = nil, _ phases: Phase...) -> Bool {
    steps(of: operation, by: replica) { step, _ -> Bool? in
      if case .began(let phase) = step, phases.contains(phase) { true } else { nil }
    }.count == 1
  }

  /// Takes that an operation was taken on, with so many answers needed.
  mutating func isTaken(_ operation: OperationID, _ need: Need) -> Bool {
    let taken = steps(of: operation, by: need.coordinator) { step, _ -> Int? in
      if case .taken(let required) = step { Int(required) } else { nil }
    }
    let region = witness.topology.region(of: need.coordinator)
    let rule = witness.session.cluster.environment.quorum(need.level, in: region)
    return taken.map(\.found) == [need.required] && (rule?.required ?? 0) == need.required
      && witness.history[operation]?.operation.level == need.level
  }

  mutating func answered(_ operation: OperationID, _ ground: Ground) -> RecordID? {
    steps(of: operation) { step, _ -> Bool? in
      if case .answered(_, _, _, ground) = step { true } else { nil }
    }.first?.id
  }

  /// The commands that are blamed must have been given, and be about what is said.
  func flawInCommands(_ claim: Claim) -> String? {
    let inputs = witness.session.timeline.branches[witness.session.timeline.current].inputs
    for case .command(let position) in looks {
      guard let input = inputs.first(where: { $0.position == position }) else { return "no command at \(position)" }
      switch input.input {
      case .fault, .drop: continue
      case .followConsumer, .addConsumer:
        if case .consumer = claim { continue }
        return "`\(input.text)` is no fault"
      default: return "`\(input.text)` is no fault"
      }
    }
    return nil
  }
}
