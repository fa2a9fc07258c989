import Insight
import Kernel
import Replication

/// Why a read answered what it did.
extension Explainer {
  mutating func explainRead(_ entry: HistoryEntry) {
    let read = entry.operation
    let missed = entry.isStale ? session.world.observer.staleness.missed(read, catalogue) : []
    let account = ReadAccount(read, missed: missed, in: session)
    explanation.misses = account.misses.filter { account.contacts.contains($0.replica) }
    explanation.add("Who was asked", asked(read, account))
    guard read.outcome == .ok else { return }
    explanation.add("What they held", held(read, account))
    if entry.isStale {
      explanation.add("What it missed", missing(read, missed, account))
      seekFresh(read, account, missed)
    }
    explainSiblings(of: read)
  }

  // MARK: Who was asked

  private func asked(_ read: Replication.Operation, _ account: ReadAccount) -> [Explanation.Fact] {
    guard let asked = account.asked else { return coordination(of: read) }
    let own = account.contacts == [read.coordinator]
    let whom = own ? "its own copy" : list(account.contacts)
    let reason = account.contacts.count > 1 || !own ? ", the nearest that it thinks alive" : ""
    var facts = coordination(of: read)
    facts.append(
      fact(asked, "\(arithmetic(read.level, read.coordinator)). \(name(read.coordinator)) asks \(whom)\(reason)."))
    let dead = owners(of: read.key).filter { !account.alive.contains($0) }
    if !dead.isEmpty { facts.append(fact(asked, "It thinks \(list(dead)) dead, and asks none of them.")) }
    if account.wasComparedAgain {
      facts.append(fact(asked, "Their digests differed, so all were asked again, for data."))
    }
    return facts
  }

  // MARK: What they held

  private func held(
    _ read: Replication.Operation, _ account: ReadAccount
  ) -> [Explanation.Fact] {
    let counted = account.contacts.compactMap { replica in account.answers[replica].map { (replica, $0) } }
    let agree = counted.allSatisfy { $0.1.version == read.version }
    var facts = counted.enumerated().map { place, entry in
      let (replica, answer) = entry
      let acknowledged = session.world.observer.staleness.lacking(
        read.key, held: answer.version, seen: answer.seen, catalogue, before: read.beganAt)
      let behind =
        acknowledged.isEmpty
        ? "up to date"
        : "\(acknowledged.count) acknowledged write\(acknowledged.count == 1 ? "" : "s") behind"
      let verdict: String
      if agree {
        verdict =
          place < counted.count - 1
          ? "" : counted.count == 1 ? " That is the answer." : " They agree: that is the answer."
      } else {
        verdict = answer.version == read.version ? " It is the newest: the answer." : ""
      }
      return fact(
        answer.at, "\(name(replica)) held \(what(answer.version, read.key, at: answer.reading)), \(behind).\(verdict)")
    }
    if let life = life(of: read) { facts.append(life) }
    if account.hasRepaired {
      facts.append(
        fact(read.ended, "The copies that were behind were brought level before the answer (blocking read repair)."))
    }
    return facts
  }

  /// By whose clock what was read lives yet, or has expired; nil for a value that lives for ever.
  private func life(of read: Replication.Operation) -> Explanation.Fact? {
    guard let expiry = catalogue.expiry(of: read.version) else { return nil }
    let isOver = expiry <= read.clockReading
    let by = trail(until: read.ended).skew(of: read.coordinator).map { " (\($0.words))" } ?? ""
    let writer = catalogue.version(read.version).writer.replica
    return fact(
      nil,
      "\(written(read.version)) lives until \(Quantity.milliseconds(expiry)) by \(name(writer))'s clock, which set it; a read "
        + "is judged by its coordinator's, and \(name(read.coordinator))'s showed "
        + "\(Quantity.milliseconds(read.clockReading))\(by): \(isOver ? "it has expired" : "it lives").")
  }

  // MARK: What it missed

  private func missing(
    _ read: Replication.Operation, _ missed: [VersionID], _ account: ReadAccount
  ) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    for version in missed.prefix(Self.shown) {
      guard let write = history[catalogue.version(version).operation]?.operation else { continue }
      facts.append(
        fact(
          write.ended,
          "\(written(version)) was acknowledged to \(client(write)): op \(write.id.index), \(write.level.name), "
            + "by \(write.received == 0 ? "a hint alone" : "\(write.received) of its copies")."))
      for miss in account.misses where miss.version == version && account.contacts.contains(miss.replica) {
        facts.append(
          fact(
            miss.at,
            miss.words(
              written(version), acceptedAt: catalogue.version(version).accepted, topology, trail(until: miss.at))))
        if let zombie = zombie(version, read, miss.replica) { facts.append(zombie) }
      }
      if let overlap = overlap(read, write) { facts.append(fact(nil, overlap)) }
    }
    if missed.count > Self.shown {
      facts.append(
        fact(nil, "It missed \(CountedNoun("more write").text(missed.count - Self.shown)), which these are newer than.")
      )
    }
    return facts
  }

  /// Why the levels of a write and a read did not make them meet; nil if they had to.
  private func overlap(_ read: Replication.Operation, _ write: Replication.Operation) -> String? {
    let all = owners(of: read.key).count
    let (asked, acknowledged) = (required(read.level, read.coordinator), required(write.level, write.coordinator))
    guard asked + acknowledged <= all else { return nil }
    return "\(read.level.name) reads \(asked) and \(write.level.name) writes \(acknowledged) of \(all) copies: "
      + "\(asked) + \(acknowledged) ≤ \(all), so they need not share one."
  }

  /// That a value has come back, because its delete was purged before this replica heard of it.
  private func zombie(
    _ version: VersionID, _ read: Replication.Operation, _ replica: ReplicaID
  ) -> Explanation.Fact? {
    guard catalogue.isDead(version, at: read.clockReading), let died = catalogue.death(of: version),
      read.version != .none
    else { return nil }
    let grace = session.cluster.environment.settings.tombstoneGrace
    let purges = owners(of: read.key).filter { $0 != replica }.map { owner in
      session.cluster.replicas[owner].clock.instant(ofReading: died + grace.microseconds, from: .start) ?? .end
    }
    guard let purged = purges.max(), purged < read.ended else { return nil }
    let shown = what(read.version, read.key, at: read.clockReading)
    return fact(
      purged,
      "The tombstone was purged everywhere else once it was older than \(Quantity.text(grace)) (tombstone-grace), "
        + "and \(name(replica)) had not heard of it: \(shown) is a zombie, and a repair would now spread it.")
  }

  // MARK: Siblings

  /// Why several values stand side by side.
  private mutating func explainSiblings(of read: Replication.Operation) {
    guard let state = catalogue.state(of: read.version), case .dotted(let items) = state.content,
      state.form.isRegister, items.entries.count > 1
    else { return }
    var facts: [Explanation.Fact] = []
    for item in items.entries.prefix(Self.shown) {
      let value = item.item == .none ? "a delete" : Printable.escaped(catalogue.names.text(of: item.item))
      let writer = topology.name(ofWriter: item.dot.writer)
      let origin = catalogue.versions.ids.first {
        catalogue.version($0).writer == item.dot.writer && catalogue.version($0).counter == item.dot.counter
          && catalogue.version($0).key == read.key
      }
      let operation = origin.map { catalogue.version($0).operation }
      facts.append(
        fact(
          origin.map { catalogue.version($0).accepted },
          "\(value) was accepted by \(writer)\(operation.map { ", op \($0.index)" } ?? ""), as its update \(item.dot.counter) of the key."
        ))
    }
    facts.append(
      fact(nil, "Neither's writer had seen the other when it wrote: both stand until a write that has seen both."))
    explanation.add("Why \(items.entries.count) values stand", facts)
  }
}
