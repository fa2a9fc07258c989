import Insight
import Kernel
import Language
import Replication

/// Alerts in a history: what watches them, and what is done when they fire.
extension Timeline {
  /// Whether indicators are counted over windows.
  public var isWatching: Bool { world.observer.isWatching }

  /// Has indicators counted over windows from the beginning: what has been so far is played once more.
  package mutating func watch() {
    guard !isWatching else { return }
    for index in branches.indices {
      var root = branches[index].keyframes[0]
      root.world.watch()
      branches[index].keyframes = [root]
    }
    if position == 0, world.cluster.now == .start, world.cluster.nextOperation == 1 {
      world.watch()
      return
    }
    seek(position, world.cluster.now)
  }

  /// Takes in what somebody has decided about alerts.
  package mutating func decide(_ decision: OperatingDecision, as text: String) {
    watch()
    perform(.watch, as: text, deciding: .operating(decision))
  }

  /// Carries out the remedies that are due now, where time is new; says whether there were any.
  @discardableResult
  mutating func carryOutRemedies() -> Bool {
    guard world.isRemedyDue, !isInPast else { return false }
    var isCarriedOut = false
    while let due = world.board.firstDue(at: world.cluster.now) {
      let text = "alert \(due.remedy.alert) fired: \(due.remedy.text)"
      isCarriedOut = true
      if case .operate = due.remedy.command, world.cluster.nextStart > world.cluster.now {
        // An operation begins after the last answer of one, so that it is clear which was first.
        world.board.postpone(due, to: world.cluster.nextStart)
        continue
      }
      guard world.board.times(due) < AlertBoard.mostTimes else {
        give(.watch, "\(text): no more, after \(AlertBoard.mostTimes) times", due)
        continue
      }
      switch world.input(of: due.remedy.command) {
      case .success(let input):
        give(input, text, due)
      case .failure(let refusal):
        give(.watch, "\(text): left out, \(refusal.reason)", due)
      }
    }
    return isCarriedOut
  }

  private mutating func give(_ input: Input, _ text: String, _ due: AlertBoard.Due) {
    perform(input, as: text, deciding: .remedied(due.number, text: text))
  }
}

/// Why a remedy can't be carried out.
struct RemedyRefusal: Error {
  let reason: String
}

extension World {
  /// What a remedy's command comes to now.
  func input(of command: Command) -> Result<Input, RemedyRefusal> {
    let input: Input
    switch command {
    case .input(let given): input = given
    case .operate(let plan, _):
      if let reason = refusal(of: plan) { return .failure(RemedyRefusal(reason: reason)) }
      return .success(.operate(plan))
    case .repair(let pairs, let key, _):
      if let key, cluster.catalogue.names.key(named: key) == nil {
        return .failure(RemedyRefusal(reason: "no operation has touched `\(Printable.escaped(key))`"))
      }
      return .success(.repair(pairs, key: key))
    case .killLeader(let name, let region):
      guard let leader = cluster.leader(of: name, in: region) else {
        return .failure(RemedyRefusal(reason: "nobody leads it now"))
      }
      return .success(.fault(.crash(ReplicaSet([leader]))))
    case .moveLeader(let name, let region, let heir):
      if let reason = cluster.refusal(toMove: name, in: region, to: heir) {
        return .failure(RemedyRefusal(reason: reason))
      }
      guard let partition = cluster.number(of: name), let heir = heir ?? cluster.heirs(of: partition, in: region).first
      else { return .failure(RemedyRefusal(reason: "nobody else could lead it")) }
      return .success(.moveLeader(partition: partition, in: region, to: heir))
    default: return .failure(RemedyRefusal(reason: "it is no command that changes the cluster"))
    }
    return refusal(of: input).map { .failure(RemedyRefusal(reason: $0)) } ?? .success(input)
  }
}
