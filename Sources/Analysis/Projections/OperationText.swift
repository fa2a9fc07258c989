import Insight
import Kernel
import Language
import Replication

/// An operation in words.
extension OperationReport {
  /// What was asked, such as `write cart = milk at QUORUM`.
  public var request: String { action + level.clause }

  /// The same without its level.
  public var action: String {
    let (name, value) = (Printable.named(key), value.map(Printable.named) ?? "")
    return switch kind {
    case .read, .delete: "\(kind.rawValue) \(name)"
    case .consume: "consume \(Printable.named(client))"
    case .timeline: "timeline \(Printable.named(user ?? ""))"
    case .write: "write \(name) = \(value)"
    case .add, .remove: "\(kind.rawValue) \(name) \(value)"
    case .increment where value.hasPrefix("-"): "decrement \(name) by \(value.dropFirst())"
    case .increment: "increment \(name) by \(value)"
    }
  }

  /// Its latency in milliseconds.
  public var latency: String { Quantity.figure(end - start) }

  /// How it ended, in two or three words.
  public var shortOutcome: String {
    switch outcome {
    case .unavailable: return "unavailable"
    case .throttled: return "throttled"
    case .rejected: return "rejected"
    case .conflict: return "conflict"
    case .failure: return "failure"
    case .timeout:
      return isSilent
        ? "timeout: \(coordinator ?? "") silent"
        : received < required && !isServedByOne ? "timeout: \(received) of \(required)" : "timeout"
    case .ok:
      if applied == false { return "not applied \(latency)" }
      if !kind.hasKey { return "\(answerText) \(latency)" }
      guard kind == .read else { return "ok \(latency)" }
      return "\(isStale == true ? "STALE " : "")\(answerText) \(latency)"
    }
  }

  /// Whether it timed out, and its coordinator has no answers to count.
  var isSilent: Bool {
    outcome == .timeout && answerer == .coordinator && !isOfCaches && kind != .consume
      && (required == 0 || awaitsLeader)
  }

  /// Why it was refused, or not answered in time, in a few words; nil if it is ok.
  ///
  /// A coordinator that never took the request up, handed it over, or crashed over it, has no answers to count.
  public var shortfall: String? {
    switch outcome {
    case .ok: nil
    case .rejected: "its region's circuit breaker is open"
    case .unavailable where answerer == .edgeCache, .timeout where answerer == .edgeCache,
      .failure where answerer == .edgeCache, .throttled where answerer == .edgeCache:
      "the edge cache serves an error that came by"
    case .throttled where answerer == .gateway: "the gateway had no token"
    case .throttled: "its \(required == 0 ? "table" : "partition")'s capacity is used up"
    case .conflict: "another region's write to it was under way"
    case .failure: "too many tombstones: \(received) of \(required) answered"
    case .unavailable:
      coordinator == nil
        ? unreached
        : isShortOfCopies
          ? "needs \(required) in sync, has \(received)"
          : isServedByOne ? "finds no replica that may serve it" : "needs \(required), sees \(received) alive"
    case .timeout where refusal != nil: refusal
    case .timeout where isSilent: "\(coordinator ?? "the coordinator") did not answer"
    case .timeout where isServedByOne: "\(coordinator ?? "the coordinator") had no answer to pass on"
    // As many answers as are needed may have come, but not from where they are needed, or for an earlier round.
    case .timeout where received >= required: "not all the answers came that it needs"
    case .timeout: "\(received) of \(required) answered"
    }
  }

  /// That there was nobody to ask, of those who come into question.
  private var unreached: String {
    if let named { return "cannot reach \(named)" }
    return "reaches no coordinator" + (home.map { " in \(Printable.escaped($0))" } ?? "")
  }

  /// The name of its level.
  public var levelName: String { level.name ?? "" }

  /// How it ended, without its latency: the value that was read, or a word.
  public var result: String {
    switch outcome {
    case .ok where !kind.isUpdate: (isStale == true ? "STALE " : "") + answerText
    case .ok: "ok"
    case .unavailable: "unavailable"
    case .throttled: "throttled"
    case .rejected: "rejected"
    case .conflict: "conflict"
    case .failure: "failure"
    case .timeout:
      isSilent
        ? "timeout, \(coordinator ?? "") silent"
        : received < required && !isServedByOne ? "timeout \(received) of \(required)" : "timeout"
    }
  }

  /// How much it matters in a log.
  public var weight: LogLine.Weight {
    switch outcome {
    case .unavailable: .bad
    case .throttled, .conflict, .rejected: .warning
    case .failure: .bad
    case .timeout: .warning
    case .ok: isStale == true ? .bad : applied == false ? .warning : .good
    }
  }

  /// The value that it read, or how much a consumer got.
  public var answerText: String {
    records.map { CountedNoun(kind == .timeline ? "post" : "record").text($0.count) } ?? value.map(Printable.named)
      ?? "none"
  }

  /// Whether a leader appended nothing, as too few were in sync.
  private var isShortOfCopies: Bool { level == .acksAll && outcome == .unavailable && required > 1 }

  /// How it ended, in a sentence: for a stale read what it missed, and when that arrives where it was read.
  public func sentence(in world: World) -> String {
    result(in: world) + (delayWords.map { ", \($0)" } ?? "")
  }

  private func result(in world: World) -> String {
    switch outcome {
    case .unavailable where answerer == .edgeCache, .failure where answerer == .edgeCache,
      .timeout where answerer == .edgeCache, .throttled where answerer == .edgeCache:
      return "\(request): \(self.result) in \(latency), \(shortfall ?? "")"
    case .rejected:
      return "\(request): rejected, \(shortfall ?? ""); nothing was sent"
    case .unavailable:
      guard let coordinator else {
        return "\(request): unavailable, \(Printable.escaped(client)) \(unreached)"
      }
      if isShortOfCopies {
        return
          "\(request): unavailable, as \(received) of the \(CountedNoun("copy", "copies").text(required)) that it needs "
          + "\(received == 1 ? "is" : "are") in sync; nothing has happened"
      }
      if isServedByOne {
        return "\(request): unavailable, \(coordinator) finds no replica that may serve it; nothing has happened"
      }
      return
        "\(request): unavailable, \(coordinator) needs \(CountedNoun("replica").text(required)) and thinks \(received) "
        + "alive; nothing was sent"
    case .throttled:
      return "\(request): throttled in \(latency), \(shortfall ?? ""); nothing has happened"
    case .conflict:
      return "\(request): conflict in \(latency), \(shortfall ?? ""); nothing has happened"
    case .failure:
      return "\(request): failure after \(latency), \(shortfall ?? "")"
    case .timeout where refusal != nil:
      return "\(request): timeout after \(latency), \(refusal ?? ""); nothing has happened"
    case .timeout:
      let doubt =
        !kind.isUpdate
        ? ""
        : world.cluster.mayTakeEffect(OperationID(id))
          ? "; it may take effect all the same"
          : world.cluster.version(writtenBy: OperationID(id)) == nil ? "; it did not happen" : "; it takes no effect"
      return "\(request): timeout after \(latency), \(shortfall ?? "")\(doubt)"
    case .ok where applied == false:
      return
        "\(request): not applied, \(Printable.named(key)) is \(found.map(Printable.named) ?? "none"), in \(latency)"
    case .ok where applied == true && !isServedByOne:
      return "\(request): applied in \(latency), decided by \(CountedNoun("replica").text(required))"
    case .ok where !kind.hasKey:
      let odd = lacks.isEmpty ? "" : ", " + lacks.prefix(3).map { "it \($0.text)" }.joined(separator: "; ")
      return "\(request): \(answerText) in \(latency)\(odd)"
    case .ok where kind != .read && isServedByOne:
      return "\(request): \(applied == true ? "applied" : "acknowledged") in \(latency)"
    case .ok where kind != .read:
      // At ANY; whether a hint was kept is for `why` to look up.
      let by = received == 0 ? "no replica" : CountedNoun("replica").text(received)
      return "\(request): acknowledged in \(latency) by \(by)"
    case .ok where isStale != true:
      return answerer == .edgeCache
        ? "\(request): \(answerText), fresh, as the edge cache has it, in \(latency)"
        : "\(request): \(answerText), fresh, in \(latency)"
    case .ok:
      let place = answerer == .edgeCache ? ", as the edge cache has it" : ""
      let lacks = missed.isEmpty ? [] : ["it misses \(missed.map(Printable.named).joined(separator: ", "))"]
      return "stale read of \(Printable.named(key)): \(answerText)\(place); "
        + (lacks + [expired].compactMap { $0 }).joined(separator: "; ") + arrival(in: world)
    }
  }

  /// That the life of what it answered had ended; nil where it had not.
  private var expired: String? { outlived.map { "it had expired \(Quantity.figure($0)) before" } }

  /// Why it is stale, in a few words, such as `misses 2 writes: milk, eggs …`.
  public var staleWords: String {
    let behind = versionsBehind ?? 0
    let more = behind > missed.count ? " …" : ""
    let misses =
      behind == 0 ? [] : ["misses \(CountedNoun("write").text(behind)): \(missed.joined(separator: ", "))\(more)"]
    return (misses + [expired].compactMap { $0 }).joined(separator: "; ")
  }

  /// Where the newest write that it missed is now, as far as its coordinator waits for it.
  private func arrival(in world: World) -> String {
    let cluster = world.cluster
    guard let coordinator = coordinator.flatMap({ cluster.topology.replica(named: $0) }),
      let entry = world.observer.history[OperationID(id)],
      let version = world.observer.staleness.missed(entry.operation, cluster.catalogue).first
    else { return "" }
    let name = cluster.topology.name(of: coordinator)
    // Of several the newest is meant.
    let which = missed.count > 1 ? ", the first of which" : ", which"
    if cluster.scheme.features.contains(.logs) { return which + standing(of: version, in: cluster) }
    if cluster.holders(of: version).contains(coordinator) { return "\(which) \(name) has by now" }
    let coming = cluster.messagesInFlight(first: 1) { event in
      guard case .message(let sent) = event else { return false }
      return sent.to == coordinator && sent.version == version && sent.kind.carriesVersion
    }.first.first
    if let coming {
      guard let arrives = coming.arrives else { return "\(which) waits on a held link to \(name)" }
      let rest = Quantity.figure(arrives - cluster.now)
      return "\(which) reaches \(name) in \(rest)"
    }
    let keeper = cluster.replicas.elements.first { replica in
      cluster.hints(of: replica.id).pending.contains {
        $0.target == coordinator && $0.hints.contains { $0.version == version }
      }
    }
    return keeper.map { "\(which) \(cluster.topology.name(of: $0.id)) keeps for \(name) as a hint" } ?? ""
  }

  /// How far a record has come in its log: readers see what lies below a high watermark.
  private func standing(of version: VersionID, in cluster: Cluster) -> String {
    guard let position = cluster.catalogue.position(of: version), let home = cluster.catalogue.home(of: version),
      let leader = cluster.leader(of: Int(position.partition), in: home),
      cluster.hasRecord(version, at: leader)
    else { return cluster.isLost(version) ? " is lost" : " no leader has now" }
    let isCommitted = cluster.knownWatermark(of: Int(position.partition), at: leader).map { Int(position.offset) < $0 }
    let name = cluster.topology.name(of: leader)
    return isCommitted == true
      ? " \(name), its leader, has committed by now" : " \(name), its leader, has not committed yet"
  }
}
