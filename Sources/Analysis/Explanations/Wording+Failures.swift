import Insight
import Kernel
import Replication

extension Wording {
  func words(_ claim: FailureClaim) -> String {
    switch claim {
    case .refused(_, let need, let alive, let copies, let short):
      let place = short.map { " It falls short in \(topology.name(of: $0))." } ?? ""
      return "\(arithmetic(need)); \(name(need.coordinator)) thought \(of(copies, alive.count)) alive: "
        + "\(alive.isEmpty ? "none" : list(alive)).\(place) It refused before anything was sent, so it certainly did not happen."
    case .overwhelmed(_, let need, let replicas, let had):
      let found = had == 0 ? "None of the others had answered" : "\(had) had answered"
      return "\(list(replicas)) came across more tombstones than `set tombstone-limit` allows, and gave up. "
        + "\(found), and \(arithmetic(need)): too few were left, and it failed."
    case .throttled(let operation, let coordinator):
      let asked = (history[operation]?.operation ?? cluster.openOperation(operation)).map { key($0.key) } ?? "the key"
      if history[operation]?.operation.required == 0 {
        return
          "The capacity of the whole table in the region of \(name(coordinator)) was used up, as far as that could tell "
          + "(`set partition-capacity`, `set admission`). It was refused before anybody was asked, so it certainly did not happen."
      }
      return
        "The capacity of the partition of \(asked) in the region of \(name(coordinator)) was used up (`set partition-capacity`). "
        + "It was refused before anything was done, so it certainly did not happen."
    case .unserved(let operation, let coordinator, let isAnyCopyEnough):
      let served = history[operation]?.operation ?? cluster.openOperation(operation)
      let asked = served.map { key($0.key) } ?? "the key"
      // A leader with too few copies in sync may not take what all of them are to have.
      let who =
        served?.level == .acksAll
        ? "a leader of the partition of \(asked) with as many copies in sync as `min-insync` says"
        : isAnyCopyEnough
          ? served?.level == .follower
            ? "a follower in sync in the partition of \(asked) that it thinks alive, or its leader"
            : "a copy of \(asked) in its region that it thinks alive, or a leader where its session needs one"
          : "a leader of the partition of \(asked) that serves"
      return "\(name(coordinator)) knew of nobody who may serve it: \(who). So it certainly did not happen."
    case .fewInSync(let operation, let inSync, let needed):
      let asked = (history[operation]?.operation ?? cluster.openOperation(operation)).map { key($0.key) } ?? "the key"
      return
        "\(inSync) \(inSync == 1 ? "copy" : "copies") of the partition of \(asked) \(inSync == 1 ? "was" : "were") in sync, "
        + "and `min-insync` asks for \(needed): its leader appended nothing. So it certainly did not happen."
    case .refusedRead(_, let coordinator):
      return "\(name(coordinator)) had its promises, but thought too few alive to read from: nothing was proposed."
    case .dead(_, let replicas, _, let since, let culprit, let isEnded, let besides, let isOver):
      let more =
        besides.map {
          "; \(isEnded ? "that is over, but " : "")\($0.words) is in the way \(isEnded ? "now" : "as well")"
        } ?? ""
      return
        "\(list(replicas)): dead since \(at(since))\(by(culprit))\(more)\(isOver ? "; it is over, but not noticed yet" : "")."
    case .short(_, let phase, let need, let had, let asked): return short(phase, need, had, asked)
    case .stillLed(_, let need): return "\(name(need.coordinator)) led it, and still waited: \(arithmetic(need))."
    case .contended(_, let coordinator):
      return "\(name(coordinator)) met higher ballots for as long as it tried, a second: contention."
    case .minority(_, let coordinator, let accepted, let asked):
      return
        "\(accepted == 0 ? "None" : "Only \(accepted)") of \(asked) accepted \(name(coordinator))'s proposal, and a higher ballot was in the way: "
        + "whoever comes next may finish it."
    case .waited(_, let coordinator):
      return "\(name(coordinator)) had given way to a higher ballot and waited to try again."
    case .stopped(let replica, let isLeader, let isPaused, let culprit):
      return
        "\(name(replica)), which \(isLeader ? "led it" : "coordinated"), \(isPaused ? "was paused" : "had stopped")\(by(culprit))."
    case .clientLost(let operation, let replica, let isAnswer, let loss, let culprit):
      let what = isAnswer ? "The answer of \(name(replica))" : "The request to \(name(replica))"
      return "\(what) was lost, \(client(operation)) heard nothing: \(loss.plain)\(by(culprit))."
    case .answerUnderway(_, let replica, let due):
      return "\(name(replica)) had answered, but its answer was still under way, due at \(at(due))."
    case .requestUnderway(_, let replica, let due):
      return "The request to \(name(replica)) was still under way, due at \(at(due))."
    case .sought(let operation):
      return "\(client(operation)) went on asking until the timeout: nobody that it could reach would do."
    case .unheard(let operation, let replica):
      return "\(client(operation)) had heard nothing of \(name(replica)) by the timeout."
    case .unheardTogether(_, let coordinator, let other):
      return
        "\(name(coordinator)) had no answer for op \(other.index), for which this one waited: `why \(other.index)` says of "
        + "whom."
    case .silent(_, let replica, let silence, let culprit): return self.silence(of: replica, silence, culprit)
    case .unaccepted: return "No coordinator has accepted it: it did not happen."
    case .discarded(_, let leader):
      return "\(name(leader)) accepted it, and it was given up when another took over: it takes no effect."
    case .unled(_, let leader):
      return "Nobody has accepted it so far, but \(name(leader)), to which it was handed, has yet to get it and may."
    case .pending(_, let coordinator, let holders):
      return "\(name(coordinator)) accepted it, so it may take effect all the same; by now "
        + (holders.isEmpty
          ? "no replica has it." : "\(list(holders)) \(holders.count == 1 ? "has" : "have") it, or what replaced it.")
    case .hintsFor(_, let keeper, let targets): return "\(name(keeper)) keeps it as a hint for \(list(targets))."
    case .uncommitted(_, let leader, let inSync, let awaited, let needed):
      return uncommitted(leader, inSync, awaited, needed)
    case .unfetched(_, let follower, let leader, let isInSync, let absence, let culprit):
      let state = isInSync ? "in sync, had not fetched it" : "not in sync"
      return "\(name(follower)), \(state): \(words(absence, leader, culprit))."
    case .deposed(_, let leader, let heir, let epoch):
      return heir == .none
        ? "\(name(leader)) had appended it, and leads no longer: nobody does, since epoch \(epoch)."
        : "\(name(leader)) had appended it, and leads no longer: \(name(heir)) does, in epoch \(epoch)."
    }
  }

  private func uncommitted(
    _ leader: ReplicaID, _ inSync: [ReplicaID], _ awaited: [ReplicaID], _ needed: Int
  ) -> String {
    let appended = "\(name(leader)), which leads the partition, had appended it, and commits what all in sync have"
    guard awaited.isEmpty else {
      return "\(appended): \(list(awaited)) of \(list(inSync)) had not fetched it."
    }
    return
      "\(appended), if there are \(needed) of them (`min-insync`): only \(list(inSync)) \(inSync.count == 1 ? "was" : "were") in sync."
  }

  private func words(
    _ absence: FailureClaim.Absence, _ leader: ReplicaID, _ culprit: FaultTrail.Culprit?
  ) -> String {
    let why = culprit.map { " (\($0.words))" } ?? ""
    return switch absence {
    case .down: "it was down\(why)"
    case .paused: "it was paused\(why)"
    case .cut: "it was cut off from \(name(leader))\(why)"
    case .held: "what went between it and \(name(leader)) waited on a held link\(why)"
    case .underway: "its fetch, or the answer to it, had not come yet\(why)"
    }
  }

  private func short(_ phase: Phase, _ need: Need, _ had: [ReplicaID], _ asked: Int) -> String {
    func counted(_ replicas: [ReplicaID]) -> String {
      guard need.level.requirement?.scope == .eachRegion else { return "\(replicas.count)" }
      return topology.regionIDs.map { region in
        "\(replicas.count { topology.region(of: $0) == region })"
      }.joined(separator: " + ")
    }
    let home = topology.region(of: need.coordinator)
    let local = need.level.isLocal ? had.filter { topology.region(of: $0) == home } : had
    switch phase {
    case .write, .digests, .speculation, .check: return "\(arithmetic(need)), and \(counted(local)) came in time."
    case .data:
      return "Digests had differed, so \(asked) were asked again, for data: \(counted(local)) answered in time."
    case .blockingRepair, .asyncRepair, .spreadRepair:
      return
        "Copies had differed, and the answer waited for those behind to be brought level: \(had.count) of \(asked) "
        + "acknowledged that in time."
    case .preparing: return "\(arithmetic(need)), and \(had.count) promised in time."
    case .finishing: return "To finish another's proposal \(need.required) had to accept it; \(had.count) did in time."
    case .proposing: return "\(need.required) had to accept its proposal; \(had.count) did in time."
    case .proposingNothing: return "\(need.required) had to accept its empty proposal; \(had.count) did in time."
    case .committingOther:
      return "Another's value was decided, and \(had.count) of \(asked) acknowledged its commit in time."
    case .committing: return "Its value was decided, and \(had.count) of \(asked) acknowledged the commit in time."
    case .reading: return "It read the present value, and \(had.count) of \(asked) answered in time."
    case .catchingUp, .waiting: return "It was to try again."
    }
  }

  private func silence(
    of replica: ReplicaID, _ silence: FailureClaim.Silence, _ culprit: FaultTrail.Culprit?
  ) -> String {
    func what(_ isAnswer: Bool) -> String { isAnswer ? "it did it, but its answer" : "what was sent to it" }
    let target = name(replica)
    switch silence {
    case .lost(let isAnswer, let loss, let when):
      return "\(target): \(what(isAnswer)) was lost at \(at(when)): \(loss.words(culprit))."
    case .underway(let isAnswer, let due):
      let slow = culprit.map { ", slowed by \($0.words)" } ?? ""
      return "\(target): \(what(isAnswer)) was still under way, due at \(at(due))\(slow)."
    case .held(let isAnswer):
      return "\(target): \(what(isAnswer)) waited on a held link" + (culprit.map { ", \($0.words)" } ?? "") + "."
    case .crashed(let when):
      return "\(target): it had been asked, and crashed at \(at(when)) before it answered\(by(culprit))."
    case .paused:
      return "\(target): it was paused\(culprit.map { " (\($0.words))" } ?? ""), and what was sent to it waited."
    case .down: return "\(target): it was down\(culprit.map { " (\($0.words))" } ?? "")."
    case .queued: return "\(target): what was sent to it waited in its queue."
    case .unanswered: return "\(target): it was asked, and no answer of it had been counted."
    }
  }

  // MARK: What became of it

  func words(_ claim: FateClaim) -> String {
    switch claim {
    case .beaten(_, let winner, let won, let lost):
      if cluster.scheme.precedence == .log {
        return
          "\(written(winner)), op \(catalogue.version(winner).operation.index), stands later in the log that copies follow."
      }
      return "\(written(winner)), op \(catalogue.version(winner).operation.index), beat it: the last writer wins, by "
        + "timestamp \(won) µs over \(lost) µs\(won == lost ? ", a tie" : "")."
    case .unseenByWinner(let version, let winner, let isConcurrent):
      return "\(name(catalogue.version(winner).writer.replica)), which accepted it, had not seen \(written(version))"
        + (isConcurrent ? ": the two are concurrent." : ".")
    case .knewWinner(let version, let winner):
      return "\(name(catalogue.version(version).writer.replica)) had \(written(winner)) when it accepted "
        + "\(written(version)), which therefore comes after it; but timestamps alone decide."
    case .later(_, _, let span):
      return "It was accepted \(ms(span)) after the winner, and lost all the same: timestamps decide, not instants."
    case .stamped(let version, let stamp, let ahead, let culprit):
      return stamped(version, stamp, ahead, culprit)
    case .gone: return "No copy that runs has it or what replaced it, and nothing is left that could bring it back."
    case .givenUp(_, let database):
      return "\(name(database)) took it as the primary, and another was promoted that did not have it: it is given up."
    case .replacedUnmet(_, let now):
      return "No copy that runs has it, and nothing is left that could bring it back. \(written(now)), op "
        + "\(catalogue.version(now).operation.index), which stands there now, was written without it."
    case .lackedByLeader(_, let leader, let epoch, let election):
      let from = election.map { ", elected as \($0.words)" } ?? ""
      return
        "\(name(leader)) leads its partition in epoch \(epoch)\(from), and has no record of it. A copy that has one cuts it "
        + "off when it follows."
    case .onNoDisk: return "Nobody leads its partition, and none of its copies has it."
    case .neverAppended: return "No leader has appended it, and nothing is left that could bring it to one."
    case .wiped(let replica, let culprit): return "Disk lost, \(name(replica))\(by(culprit))."
    }
  }

  private func stamped(
    _ version: VersionID, _ stamp: Stamp, _ ahead: Int64, _ culprit: FaultTrail.Culprit?
  ) -> String {
    let span = ms(TimeSpan(microseconds: Int64(ahead.magnitude)))
    let wrong = "ran \(span) \(ahead > 0 ? "ahead" : "behind")\(by(culprit))."
    let timestamp = catalogue.version(version).timestamp
    let coordinator = name(catalogue.version(version).writer.replica)
    let asker = client(catalogue.version(version).operation)
    switch stamp {
    case .none: return "\(written(version)) has no timestamp."
    case .coordinatorClock: return "\(coordinator)'s clock \(wrong)"
    case .clientClock: return "\(asker)'s clock, which stamps its writes (`timestamps client`), \(wrong)"
    case .coordinatorSequence: return stepping(version, coordinator, culprit)
    case .clientSequence: return stepping(version, asker, culprit)
    case .request: return "\(written(version)) has the timestamp that its client asked for, \(timestamp) µs."
    case .session:
      return "\(written(version)) has one microsecond more than what its session had to write after: \(timestamp) µs."
    case .ballot:
      return
        "\(written(version)) has the timestamp of its ballot, \(timestamp) µs: it was proposed under that and decided "
        + "\(ahead > 0 ? "\(span) before" : "\(span) after")."
    }
  }

  private func stepping(_ version: VersionID, _ owner: String, _ culprit: FaultTrail.Culprit?) -> String {
    "\(written(version)) has one microsecond more than the last timestamp of \(owner), whose clock showed less by "
      + "then\(by(culprit))."
  }

  func words(_ claim: RemedyClaim) -> String {
    switch claim {
    case .would(let remedy):
      return "\(remedy.change): \(remedy.result), answered \(ms(remedy.answered)) after the issue."
    case .soonest(let remedy): return "The smallest change is the one that answers soonest: \(remedy.change)."
    case .nothing(let isFresh, let levels, let coordinators):
      let tried =
        "\(count(levels, isFresh ? "higher level" : "weaker level")), \(count(coordinators, "other coordinator"))"
      return isFresh
        ? "Nothing that was tried would have helped: \(tried), and waiting for up to a minute."
        : "Nothing that was tried would have been answered: \(tried)."
    }
  }
}

extension LogElection {
  /// What was said for whom it elected.
  fileprivate var words: String {
    switch self {
    case .inSync: "one in sync"
    case .eligible: "one eligible"
    case .lastLeader: "the last leader, as nobody was in sync or eligible"
    case .unclean: "the longest log, though not in sync"
    }
  }
}
