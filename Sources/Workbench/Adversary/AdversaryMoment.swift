import Kernel
import Replication

/// One event of a run, or the beginning of one of its commands, as far as it matters to an adversary.
struct AdversaryMoment: Sendable {
  /// How many events and inputs had been before it.
  let position: Int
  /// When it happened.
  let at: Instant
  /// Which of the script's commands was being carried out.
  let line: Int
  /// Whether a command begins here.
  var isCommand = false
  /// The message between replicas that arrived.
  var delivery: Delivery?
  /// The replica that did something: it got that message or a request, or sent something.
  var actor: ReplicaID?
  /// The replica that did not get what came for it, as it was down.
  var missedBy: ReplicaID?
  /// Who ran before it.
  var running = ReplicaSet()
  /// The key that it is about; none if it can't be said.
  var key = KeyID.none
  /// The coordinators and keys of the operations that were answered here.
  var answered: [Copy] = []
  /// What the rest of the run follows from, as it was before this; nil where that can't be told, or nobody asked.
  var state: UInt64?

  /// One key at one replica: what events have in common that depend on each other.
  struct Copy: Hashable, Sendable {
    let replica: ReplicaID
    let key: KeyID
  }
}

extension [AdversaryMoment] {
  /// Which deliveries an outcome rests on, by their places: those from which a chain of events at the same replica and about
  /// the same key leads to an operation's answer, or, where the outcome is about the replicas themselves, to the end.
  ///
  /// This is the lineage from which lineage-driven fault injection chooses (Alvaro et al., SIGMOD 2015, section 3), read off the
  /// run instead of a program's rules: it only says what to try first, so that too much in it does no harm.
  func lineage(ofReplicasThemselves isGlobal: Bool) -> Set<Int> {
    var needed: Set<AdversaryMoment.Copy> = []
    var found: Set<Int> = []
    for place in indices.reversed() {
      let moment = self[place]
      needed.formUnion(moment.answered)
      guard let delivery = moment.delivery else { continue }
      let copy = AdversaryMoment.Copy(replica: delivery.message.to, key: moment.key)
      guard isGlobal || moment.key == .none || needed.contains(copy) else { continue }
      found.insert(place)
      needed.insert(AdversaryMoment.Copy(replica: delivery.message.from, key: moment.key))
    }
    return found
  }

  /// The first moment at a position or after it.
  func place(of position: Int) -> Int { firstIndex { $0.position >= position } ?? count }
}
