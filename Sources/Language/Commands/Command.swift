import Kernel
import Replication

/// A command of the language, read and with its names resolved.
public enum Command: Hashable, Sendable {
  /// Something that changes the cluster at this instant: set-up, faults, loads.
  case input(Input)
  /// A production system's cluster and settings in place of the present cluster.
  case profile(ProfilePlan)
  /// A new seed.
  case seed(UInt64)
  /// The seed of the whole session, as the command line gives it.
  case fixSeed(UInt64)
  /// An operation; without `async`, virtual time runs until it is answered.
  case operate(OperationPlan, isAsync: Bool)
  /// Crashes who leads a partition now.
  case killLeader(PartitionName, in: RegionID)
  /// Who leads a partition in a region hands its leadership over; nil: to the first other copy that can take it.
  case moveLeader(PartitionName, in: RegionID, to: ReplicaID?)
  /// A round of repair; without `async`, virtual time runs until it has ended.
  case repair(pairs: [Network.Pair], key: String?, isAsync: Bool = false)
  /// Run until every operation in flight has been answered.
  case await
  case step(Int)
  case run(TimeSpan)
  case runUntil(Condition, within: TimeSpan, text: String)
  case back(Int)
  case goto(Instant)
  /// To the moment after that many events and inputs of the branch; time stands at an instant before the next.
  case gotoEvent(Int, at: Instant?)
  /// Lets time run on its own up to such a moment: nothing that `undo` takes back.
  case play(to: Int, at: Instant?)
  case undo
  case redo
  case speed(Speed)
  case show(ShowTarget)
  case predict(PredictionPlan)
  /// Why an operation answered as it did; nil: the last one.
  case why(OperationID?)
  /// Explains why something is not so.
  case whyNot(WhyNot)
  case fork(String)
  case branches
  case switchTo(String)
  case diff(String, String)
  /// Try something on copies.
  case whatIf(Hypothesis)
  /// Judge guarantees: one, or all.
  case check(Guarantee?, StalenessBound)
  case say(String)
  case beat(TimeSpan?)
  case mark(String)
  case note(String)
  case view(ViewName)
  case focus(String)
  case select(String)
  case zoom(ViewName)
  case expect(Condition, text: String)
  case source(String)
  case help(String?)
  case save(String)
  /// Prints this moment as a text that `eventually open` reopens.
  case share
  /// Writes what was seen to a file, in a form that other programs read.
  case export(ExportPlan, to: String)
  /// The sealed workload of a lesson's step, played on copies.
  case trial
  /// How many of a class have voted for each choice of a lesson's question.
  case poll([Int])
  /// What the workbench has said so far.
  case messages
  case quit
  case breakpoint(Condition?)
  /// Something about alerts and what is done when they fire.
  case operating(OperatingDecision)
}

extension Command {
  /// Whether another cluster takes the place of the present one.
  public var beginsCluster: Bool {
    switch self {
    case .input(.setUp), .profile: true
    default: false
    }
  }

  /// The key of an operation.
  public var operationKey: String? {
    if case .operate(let plan, _) = self { return plan.key }
    return nil
  }
}

/// A partition: by its number, or by a key that falls into it.
public enum PartitionName: Hashable, Sendable {
  case number(Int)
  case key(String)
}

/// The workbench's pace.
public enum Speed: Hashable, Sendable {
  /// The longest hop in view takes about two seconds, and silence is short.
  case auto
  /// Nothing moves but by `step`.
  case step
  /// This many thousandths of virtual time in one of real time.
  case factor(thousandths: Int)
  /// As fast as can be.
  case max
}

/// What `show` shows.
public enum ShowTarget: Hashable, Sendable {
  case key(String)
  case clocks(String)
  case messages
  case hints
  case links
  case metrics
  case lag
  case serviceLevels
  case merkle(ReplicaID, ReplicaID)
  case roles, backlog, alerts
  /// What the session costs a month.
  case cost
  /// The way of an operation to its coordinator and back; nil: of the latest.
  case path(Int?)
  /// How a user's timeline stands, in one region or at home.
  case timeline(String, in: RegionID?)
  /// What a client was promised and what its session knows; nil: all clients that were promised anything.
  case session(ClientID?)
}

/// The views of the workbench.
public enum ViewName: String, CaseIterable, Sendable {
  case map, key, log, metrics
  case spaceTime = "space-time"
  case repair, clocks, operations, lesson, guarantees
  case keys, replicas, clients, hints, branches, timelines, compare, duty
}
