import Analysis
import Insight
import Kernel
import Language
import Replication

/// Where a session stood before something was done: what came of it is what has changed since.
public struct Standpoint: Sendable {
  /// The moment.
  let moment: Timeline.Moment
  /// The branch's name.
  let branch: String
  /// Which cluster it was.
  let era: Int
  /// How many operations of commands had ended.
  let ended: Int
  /// How many records the trace had had.
  let records: Int
  /// What the command would change of the network and of replicas, as it was.
  let adversity: Adversity?
  /// The message that the command names, in words, or who led what it names.
  let message: String?

  /// Where a session stands, with what it takes to tell what comes of a command.
  public init(_ session: Session, before command: Command? = nil) {
    let (timeline, world) = (session.timeline, session.world)
    (moment, branch, era) = (timeline.moment, timeline.branchName, world.era)
    ended = world.observer.history.commands.count
    records = world.observer.trace.total
    switch command {
    case .input(.fault): adversity = Adversity(world.cluster)
    default: adversity = nil
    }
    switch command {
    case .input(.deliver(let number)), .input(.drop(let number)), .input(.delay(let number, by: _)):
      message = world.cluster.messagesInFlight.first { $0.number == number }.map {
        "\(MessageText.route($0.event, world.cluster)): \(MessageText.contents($0.event, world.cluster))"
      }
    case .killLeader(let partition, let region), .moveLeader(let partition, let region, _):
      message = world.cluster.leader(of: partition, in: region).map { world.cluster.topology.name(of: $0) }
    default: message = nil
    }
  }
}

/// The state of links and replicas, as far as faults change it.
struct Adversity: Sendable {
  /// The directed links that are cut.
  let cuts: Int
  /// How each replica is.
  let statuses: [Replica.Status]

  init(_ cluster: Cluster) {
    let everyone = cluster.topology.everyone
    cuts = Network.pairs(from: everyone, to: everyone, bothWays: false).count { cluster.network.isCut($0.from, $0.to) }
    statuses = cluster.topology.replicaIDs.map { cluster.replicas.status(of: $0) }
  }
}

/// A command that is being carried out, from where it began until its time has passed.
struct Undertaking: Sendable {
  let command: Command
  let line: SourceLine
  let start: Standpoint
}
