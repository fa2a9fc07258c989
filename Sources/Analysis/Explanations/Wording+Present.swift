import Insight
import Kernel
import Language
import Replication

extension Wording {
  func words(_ claim: PresentClaim) -> String {
    switch claim {
    case .copies(let key, let groups):
      let copies = groups.map {
        "\(list($0.replicas)) \($0.replicas.count == 1 ? "holds" : "hold") \($0.isExpired ? "(expired)" : what($0.version, key))"
          + ($0.columns.isEmpty ? "" : " (expired: \(Self.row($0.columns.map(Printable.named))))")
      }
      return "\(self.key(key)): \(copies.joined(separator: "; "))."
    case .moreDiffer(let number):
      return "So \(CountedNoun("does", "do").form(number)) \(CountedNoun("more key").text(number))."
    case .underway(let version, let targets, let due):
      let when = due.map { "due at \(at($0))" } ?? "on a held link"
      return "\(MessageText.assignment(of: version, cluster)) is in flight to \(list(targets)), \(when)."
    case .toBeLed(let operation, let leader, let due):
      let when = due.map { "due at \(at($0))" } ?? "on a held link"
      return "Op \(operation.index), to be led there, is in flight to \(name(leader)), \(when)."
    case .untaken(let replica, let number, let culprit):
      let why = culprit.map { ": \($0.words)" } ?? ""
      return
        "\(count(number, "change")) \(number == 1 ? "has" : "have") come to \(name(replica)), which is paused\(why)."
    case .hints(let keeper, let status, let number, let targets, let handoff, let culprit):
      let isDown = status == .running ? "" : ", which is \(status.rawValue),"
      let why = culprit.map { ", out of reach: \($0.words)" } ?? words(handoff)
      return
        "\(name(keeper))\(isDown) keeps \(count(number, "hint"))\(targets.count > 1 ? " each" : "") for \(list(targets))\(why)."
    case .keeps(let keeper, let number, let targets, let culprit):
      if targets == [keeper] {
        return "\(name(keeper)) has \(count(number, "write")) in its log that it has yet to apply."
      }
      let why = culprit.map { ", out of reach: \($0.words)" } ?? ""
      return
        "\(name(keeper)) keeps \(count(number, "write"))\(targets.count > 1 ? " each" : "") for \(list(targets))\(why)."
    case .keepsBeaten(let keeper, let number, let targets, let culprit):
      let why = culprit.map { "; out of reach: \($0.words)" } ?? ""
      return
        "\(name(keeper)) keeps \(count(number, "write"))\(targets.count > 1 ? " each" : "") for \(list(targets)), which "
        + "\(targets.count == 1 ? "holds" : "hold") a later one that wins: \(number == 1 ? "it changes" : "they change") "
        + "nothing there\(why)."
    case .awaits(let operation, let coordinator, let replicas, let until):
      return "\(name(coordinator)) waits for op \(operation.index) to be acknowledged by \(list(replicas)), until "
        + "\(at(until))."
    case .oddEntry(let cache, let key, let version, let since, let held):
      return
        "\(name(cache)) has kept \(what(version, key)) of \(self.key(key)) since \(at(since)); its region's database "
        + "holds \(what(held, key))."
    case .missingRows(let database, let number):
      return "\(name(database)) lacks \(count(number, "row")) of the primary's binlog."
    case .unheard(let cache, let number): return "\(name(cache)) has not heard \(count(number, "invalidation"))."
    case .toMirror(let source, let target, let number, let oldest, let culprit):
      let why = culprit.map { "; out of reach: \($0.words)" } ?? ""
      return
        "The mirror from \(topology.name(of: source)) to \(topology.name(of: target)) has yet to bring "
        + "\(count(number, "record")), the oldest \(ms(oldest)) old\(why)."
    case .goesOn(let operation, let coordinator):
      return "Op \(operation.index), which \(name(coordinator)) sees to, goes on, and may write yet."
    case .moreThings(let number): return "And \(count(number, "more such thing"))."
    case .expired(let number):
      return
        "\(count(number, "change")) left the streams after `stream-retention`, before being taken over there: what "
        + "differs for that stays so until the key is written again."
    case .nothingLeft(let besides, let isByClocks):
      let forWhom = besides ? " for who runs" : ""
      if isByClocks {
        return
          "Nothing is in flight\(forWhom). The copies are the same: their replicas' clocks differ over what has expired."
      }
      return cluster.scheme.features.contains(.repair)
        ? "Nothing is in flight or hinted\(forWhom). What differs stays so until a read or a repair compares the copies."
        : "Nothing is in flight\(forWhom)."
    case .agreeAfter(let commands, let span, let revived):
      let words =
        commands.isEmpty ? "Nothing: time alone" : commands.map { "`\(Printable.escaped($0))`" }.joined(separator: ", ")
      let back =
        revived.isEmpty
        ? "" : ", but on what was deleted: \(Self.row(revived.map(key))) \(revived.count == 1 ? "comes" : "come") back"
      return "\(words): they agree \(ms(span)) from now\(back)."
    case .neverAgree(let trials):
      let words = trials.map { $0.map { "`\(Printable.escaped($0))`" }.joined(separator: ", ") }
      return words.isEmpty
        ? "Nothing is cut, held, paused or stopped that could be mended; nothing else was tried."
        : "Nothing that was tried brings it about within a minute: \(words.joined(separator: "; "))."
    case .oneValue(let key, _, _) where cluster.scheme.features.contains(.logs):
      return "\(self.key(key)) has its newest record in each log, by its place there: nothing stands side by side."
    case .oneValue(let key, let writes, let unseen):
      let setting = cluster.scheme.features.contains(.dataTypes) ? " (`set conflict lww`)" : ""
      let rule =
        switch cluster.scheme.precedence {
        case .timestamp: "of concurrent ones the last writer wins, by timestamp\(setting)"
        case .log: "the one that stands last in the log that copies follow"
        }
      return "\(self.key(key)) keeps one value: \(rule). "
        + (writes < 2
          ? "So far there has been \(writes == 0 ? "no write" : "one write only")."
          : unseen == 0
            ? "So far each write had seen the one before."
            : "That has happened: \(unseen) of \(writes) writes had not seen the one before.")
    case .sequel(let version, let before, let sight):
      let earlier = "op \(catalogue.version(before).operation.index)'s value"
      let words =
        switch sight {
        case .stoodBeside: "had not seen \(earlier), which stood beside its own"
        case .replaced: "carried a context that had seen \(earlier), and so took its place"
        case .known: "was accepted where \(earlier) had been seen, and so does not stand beside it"
        case .absent: "had not seen \(earlier), and its coordinator did not have that"
        }
      return "op \(catalogue.version(version).operation.index) \(words)."
    case .fewWrites(_, let number):
      return "There has been \(number == 0 ? "no write" : "one write only"): siblings need two that have not seen each "
        + "other."
    case .merges(let key, let form):
      return
        "\(self.key(key)) is \(Article.indefinite(form.rawValue)): what is concurrent is merged, so nothing has to stand side by side."
    }
  }

  /// What hints wait for, as the end of a sentence.
  private func words(_ handoff: HintStore.Handoff) -> String {
    switch handoff {
    case .replaying: ", being replayed"
    case .queued:
      ", to be replayed once one of the coordinator's \(LeaderlessServer.deliveryThreads) delivery threads is free"
    case .due(let instant): ", to be replayed from \(at(instant))"
    case .outOfReach: ", to be replayed within 10 s of its coming into reach"
    }
  }
}
