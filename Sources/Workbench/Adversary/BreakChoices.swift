import Kernel
import Replication

/// What an adversary could do next in a run, after all that it has done.
struct BreakChoices {
  /// Something that could be done.
  struct Choice: Sendable {
    let fault: AdversaryFault
    /// When the event would happen before which it is done.
    let due: Instant
    /// Whether the run's outcome rests on what it takes away.
    let isPromising: Bool
    /// Whether it is played only to see how late something can come, and may not be done itself.
    var isProbe = false

    fileprivate var isMessage: Bool {
      switch fault.act {
      case .lose, .delay: true
      case .crash, .wipe, .restart, .skew, .destroy: false
      }
    }
  }

  /// How far a clock is set wrong.
  static let skew = TimeSpan.seconds(10)

  /// All of them: messages first, which are the smaller faults, and each kind in the order of the run.
  private(set) var all: [Choice] = []

  /// The choices that a plan allows after the last fault of a run and by an instant.
  init(_ play: AdversaryPlay, _ plan: BreakPlan, _ deadline: Instant) {
    let last = play.faults.last?.position ?? -1
    let moments = play.moments
    let lineage = moments.lineage(ofReplicasThemselves: plan.claim.isGlobal)
    let cluster = play.session.cluster
    var relied: Set<ReplicaID> = []
    for place in lineage {
      guard let message = moments[place].delivery?.message else { continue }
      relied.formUnion([message.from, message.to])
    }
    let stopped = play.faults.stopped
    for (place, moment) in moments.enumerated() where moment.position > last && moment.at <= deadline {
      let isPromising = lineage.contains(place)
      func offer(_ act: AdversaryFault.Act, _ isPromising: Bool, isProbe: Bool = false) {
        let fault = AdversaryFault(position: moment.position, act: act)
        all.append(Choice(fault: fault, due: moment.at, isPromising: isPromising, isProbe: isProbe))
      }
      for kind in plan.kinds {
        switch kind {
        case .loss: if let delivery = moment.delivery { offer(.lose(delivery), isPromising) }
        case .delay:
          // How late is found out from a run in which it never comes.
          if let delivery = moment.delivery, !plan.kinds.contains(.loss) {
            offer(.lose(delivery), isPromising, isProbe: true)
          }
        case .crash, .wipe:
          for replica in Self.replicas(at: moment) {
            let matters = moment.isCommand ? relied.contains(replica) : isPromising
            offer(kind == .crash ? .crash(replica) : .wipe(replica), matters)
          }
        case .skew:
          guard moment.isCommand else { break }
          for replica in cluster.topology.replicaIDs {
            offer(.skew(replica, by: Self.skew), relied.contains(replica))
            offer(.skew(replica, by: .zero - Self.skew), relied.contains(replica))
          }
        case .destroy:
          guard moment.isCommand else { break }
          for region in cluster.topology.regionIDs { offer(.destroy(region), true) }
        }
      }
      for replica in stopped where moment.isCommand || moment.missedBy == replica {
        offer(.restart(replica), true)
      }
    }
    // Stable: what is of one rank stays in the order of the run.
    let (messages, others) = (all.filter(\.isMessage), all.filter { !$0.isMessage })
    all = messages + others
  }

  /// Who could stop there so that it makes a difference: whoever is about to do something; before a command, anybody.
  private static func replicas(at moment: AdversaryMoment) -> [ReplicaID] {
    moment.isCommand ? Array(moment.running) : moment.actor.map { moment.running.contains($0) ? [$0] : [] } ?? []
  }

  /// The ways in which a message could come past its turn that was lost in a run: after each later event at its receiver that
  /// depends on it, as the same key does.
  static func delays(instead choice: Choice, in play: AdversaryPlay, _ plan: BreakPlan) -> [AdversaryFault] {
    guard plan.kinds.contains(.delay), case .lose(let delivery) = choice.fault.act else { return [] }
    let key = play.session.cluster.key(of: delivery.message)
    var spans: [TimeSpan] = []
    for moment in play.moments where moment.position > choice.fault.position && moment.at >= choice.due {
      let isRelated = key == .none || moment.key == .none || moment.key == key
      guard moment.actor == delivery.message.to, isRelated else { continue }
      let span = moment.at - choice.due + TimeSpan(microseconds: 1)
      if spans.last != span { spans.append(span) }
    }
    return spans.map { AdversaryFault(position: choice.fault.position, act: .delay(delivery, by: $0)) }
  }
}
