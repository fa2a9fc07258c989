import Insight
import Kernel
import Language
import Replication

extension Wording {
  func words(_ claim: ReadClaim) -> String {
    switch claim {
    case .asks(_, let coordinator, let contacts, let need, let isNearest, let isByLatency):
      let own = contacts == [coordinator]
      let reason =
        own && !isByLatency
        ? "" : isByLatency ? ", by how fast they have answered" : isNearest ? ", the nearest that it thinks alive" : ""
      return "\(arithmetic(need)). \(name(coordinator)) asks \(own ? "its own copy" : list(contacts))\(reason)."
    case .asksMore(_, let coordinator, let replicas):
      return "Answers were late: \(name(coordinator)) asked \(list(replicas)) as well (speculative retry)."
    case .comparesAgain(_, let replicas):
      return "Their digests differed, so \(list(replicas)) \(were(replicas)) asked again, for data."
    case .held(let operation, let replica, let version, let key, let behind, let verdict):
      let reading = history[operation]?.operation.clockReading
      let state =
        behind == 0 ? "up to date" : "\(CountedNoun("acknowledged write").text(behind)) behind"
      let end =
        switch verdict {
        case .none: ""
        case .isAnswer: " That is the answer."
        case .agree: " They agree: that is the answer."
        case .isNewest: " It is the newest: the answer."
        case .isMerged: " What they held was merged: that is the answer."
        }
      return "\(name(replica)) held \(what(version, key, at: reading)), \(state).\(end)"
    case .elsewhere(_, let key, let source, let home, let mirrored):
      let (there, here) = (topology.name(of: source), topology.name(of: home))
      let words = "\(there) has \(self.key(key)), and \(here) is a cluster of its own: "
      return words
        + (mirrored.map { "what its mirror brings from there is called `\(Printable.escaped($0))`." }
          ?? "nothing comes from there unless `set mirror \(there) -> \(here)`, and then as `\(there).\(self.key(key))`.")
    case .heldFirst(let operation, let replica, let version, let key):
      let reading = history[operation]?.operation.clockReading
      return
        "\(name(replica)) had held \(what(version, key, at: reading)) when it was asked first, for a digest or for data."
    case .life(let operation, let version, let end, let reading, let culprit):
      let judge = (history[operation]?.operation.coordinator).map(name) ?? "its coordinator"
      let writer = name(catalogue.version(version).writer.replica)
      let skewed = culprit.map { " (\($0.words))" } ?? ""
      return
        "\(written(version)) lives until \(Quantity.milliseconds(end)) by \(writer)'s clock, which set it; a read is judged "
        + "by its coordinator's, and \(judge)'s showed \(Quantity.milliseconds(reading))\(skewed): "
        + "\(end <= reading ? "it has expired" : "it lives")."
    case .repairs(_, let sent, let acknowledged, let isBlocking):
      let whom =
        "\(list(sent)) \(were(sent)) behind and \(were(sent)) sent what was found"
      guard isBlocking else { return "\(whom); the answer did not wait for it (read repair without blocking)." }
      if acknowledged == sent {
        return "\(whom), and had \(sent.count == 1 ? "it" : "all") before the answer (blocking read repair)."
      }
      return
        "\(whom) (blocking read repair); \(acknowledged.isEmpty ? "none" : list(acknowledged)) had acknowledged it before the answer."
    case .missed(let version, let operation, let acknowledged, let isHinted):
      guard let write = history[operation]?.operation else { return "\(written(version)) was acknowledged." }
      let how = acknowledged.map { count in
        let copies = count > 0 ? "by \(count) of its copies" : nil
        return ", \(copies ?? (isHinted ? "by a hint alone" : "at the timeout, by no copy and no hint"))"
      }
      let level = write.level.name.map { ", \($0)" } ?? ""
      return "\(written(version)) was acknowledged to \(client(operation)): op \(operation.index)\(level)\(how ?? "")."
    case .apart(_, let read, _, let write, let copies):
      let sum = "\(read.required) + \(write.required) ≤ \(copies)"
      return
        "\(read.level.name ?? "it") reads \(read.required) and \(write.level.name ?? "it") writes \(write.required) of "
        + "\(CountedNoun("copy", "copies").text(copies)): \(read.required + write.required <= copies ? "\(sum), so they" : "they") need not share one."
    case .apartByStandIns(_, _, let standIns):
      let pairs = standIns.map { "\(name($0.replica)) for \(name($0.owner))" }
      return "Their levels make them share a copy only where owners answer both; one of them counted stand-ins: "
        + "\(pairs.joined(separator: ", "))."
    case .moreMissed(_, let number):
      return "It missed \(CountedNoun("more write").text(number)), which these are newer than."
    case .zombie(_, let grave, _, let grace, let replica, let version, let key):
      let shown = what(version, key)
      let isDelete = catalogue.version(grave).isTombstone || catalogue.version(grave).isState
      let subject = isDelete ? "The tombstone" : "\(written(grave)), which had expired,"
      return "\(subject) was purged everywhere else once it was older than \(Quantity.text(grace)) (tombstone-grace), "
        + "and \(name(replica)) had not heard of it: \(shown) is a zombie."
    case .spreads(let version, let key, let copies):
      return "A repair at that moment, tried on a fork, spreads \(what(version, key)) to "
        + "\(CountedNoun("more copy", "more copies").text(copies))."
    case .sibling(let value, let version, let writer, let number):
      let shown = value == .none ? "a delete" : Printable.named(catalogue.names.text(of: value))
      return "\(shown) was accepted by \(writer), op \(catalogue.version(version).operation.index), as its update "
        + "\(number) of the key."
    case .unseen(let versions):
      let none = versions.count == 2 ? "Neither's writer had seen the other" : "No writer of these had seen another's"
      return "\(none) when it wrote: all stand until a write that has seen them."
    }
  }

  // MARK: Transactions

  func words(_ claim: TransactionClaim) -> String {
    switch claim {
    case .prepares(_, let coordinator, let ballot, let attempt, let participants, let need):
      let again =
        switch attempt {
        case .first: ""
        case .contended: ", as it had given way"
        case .finishedOther: ", as it had finished another's proposal first"
        case .caughtUp: ", as some had missed the last commit"
        case .tied: ", as what was decided before is as new as its ballot"
        }
      let start = attempt == .first ? "\(arithmetic(need)). " : ""
      return "\(start)\(name(coordinator)) asks \(list(participants)) to promise ballot \(text(ballot))\(again)."
    case .promised(_, let replicas): return "\(list(replicas)) promised (\(replicas.count))."
    case .outbid(_, let replica, let promised, let own, let isProposal):
      let what = "\(name(replica)) \(isProposal ? "refused the proposal" : "did not promise"): it had promised"
      return promised > own
        ? "\(what) ballot \(text(promised)), which is above \(text(own))."
        : "\(what) ballot \(text(promised)) already, and that promise did not come."
    case .gaveWay(_, let coordinator):
      return "\(name(coordinator)) gave way, to try again a moment later."
    case .finishes(_, let coordinator, let other, let isOwn):
      return isOwn
        ? "Its own proposal was found half done: \(name(coordinator)) finishes it."
        : "op \(other.index)'s proposal was found half done: \(name(coordinator)) finishes it first."
    case .catchesUp(_, let coordinator, let replicas):
      return "\(list(replicas)) had missed the last commit: \(name(coordinator)) sends it and begins anew."
    case .reads(_, let coordinator, let replicas):
      return "\(name(coordinator)) read the present value from \(list(replicas))."
    case .found(_, let version, let key, let condition, let isMet):
      let asked: String =
        switch condition {
        case .absent: "absent"
        case .equals(let text): "value == \(Printable.escaped(text))"
        }
      return "It found \(what(version, key)): `if \(asked)` \(isMet ? "holds" : "does not hold")."
    case .proposes(_, let coordinator, let isNothing):
      return isNothing
        ? "\(name(coordinator)) proposed nothing, so that nothing older can surface afterwards."
        : "\(name(coordinator)) proposed its value."
    case .accepted(_, let replicas): return "\(list(replicas)) accepted (\(replicas.count))."
    case .commits(_, let coordinator, let replicas):
      return "\(name(coordinator)) sent what was decided to \(list(replicas))."
    case .stored(_, let replicas): return "\(list(replicas)) stored what was decided (\(replicas.count))."
    }
  }
}
