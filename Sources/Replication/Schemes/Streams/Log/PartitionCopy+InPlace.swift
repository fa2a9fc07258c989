import Kernel

/// What is asked of a copy at every message. It changes nothing, most of it, and yet is said to: a copy is large, and whatever is
/// not would be handed another one (`Documentation/performance.md`, the traps).
extension PartitionCopy {
  /// Whether it may serve as the leader.
  @inline(__always) mutating func servesInPlace(at now: Instant, _ span: TimeSpan) -> Bool {
    leadership?.serves(committed: committed, at: now, span) ?? false
  }

  /// Whether it leads, though perhaps it may not serve.
  @inline(__always) mutating func leadsInPlace() -> Bool { leadership != nil }

  /// Whether a record comes from whom it follows, or, as a candidate, fetches from.
  @inline(__always) mutating func expectsRecord(_ message: Message) -> Bool {
    guard message.request == epoch, leadership == nil else { return false }
    // What a copy of its region passes on is its leader's, too: nobody else has made records in that epoch.
    if candidacy == nil { return message.from == leader || quorum.spans && leader != .none }
    return message.from == candidacy?.source?.replica
  }

  /// Up to where it fetches, as a candidate.
  @inline(__always) mutating func fetchEnd() -> UInt32? { candidacy?.source?.end }

  /// Whether a leadership is being handed over by it, or to it.
  @inline(__always) mutating func isBetweenLeadersInPlace() -> Bool {
    if leadership == nil { return candidacy?.isHandedOver == true }
    return leadership?.heir != nil || leadership?.isHandedOver == true && committed < leadership?.barrier ?? 0
  }

  /// Whether it hands its leadership over.
  @inline(__always) mutating func hasHeir() -> Bool { leadership?.heir != nil }

  /// Up to where the other copies know that all regions have its changes; nil unless it leads.
  @inline(__always) mutating func trimmedInPlace() -> UInt32? { leadership?.trimmed }

  /// Takes in, as the leader, that another region has its changes up to a number.
  @inline(__always) mutating func takeReceived(_ number: UInt32, by region: Int) {
    leadership?.streams[region].takeReceived(number)
  }

  /// Takes in, as the leader, up to where a follower has persisted the log. Whether that is news.
  mutating func acknowledge(_ message: Message) -> Bool {
    guard leadership != nil, epoch == message.request else { return false }
    for index in others.indices where others[index] == message.subjectReplica {
      guard leadership?.followers[index].disk == message.disk,
        message.place > leadership?.followers[index].persisted ?? 0
      else { return false }
      leadership?.followers[index].persisted = message.place
      if leadership?.followers[index].sent ?? 0 < message.place { leadership?.followers[index].sent = message.place }
      return true
    }
    return false
  }

  /// Commits, as the leader, what enough of the copies have persisted. Whether that is more than before.
  ///
  /// What earlier leaders left is committed with the record at which its own leadership begins (Raft, §5.4.2).
  mutating func commitReached() -> Bool {
    guard let barrier = leadership?.barrier else { return false }
    var reached = log.end
    let majority = quorum.majority
    if quorum.spans {
      reached = quorum.reach { persisted(by: $0) }
    } else if !quorum.both.isEmpty {
      reached = quorum.reachInBoth { persisted(by: $0) }
    } else if majority == 2 {
      // Of three copies any follower makes a majority with the leader; of two the only one.
      reached = 0
      for index in others.indices { reached = max(reached, leadership?.followers[index].persisted ?? 0) }
    } else if majority > 2 {
      reached = (leadership?.followers ?? []).map(\.persisted).sorted(by: >)[majority - 2]
    }
    guard reached > committed, reached >= barrier else { return false }
    committed = reached
    return true
  }

  /// Up to where another copy is known to have persisted the log, or it has itself, as the leader.
  private func persisted(by member: ReplicaID) -> UInt32 {
    guard member != owner, let index = others.firstIndex(of: member) else { return log.end }
    return leadership?.followers[index].persisted ?? 0
  }

  /// Takes the next record up to a place that is yet to be applied; nil where there is none.
  @inline(__always) mutating func takeNext(upTo index: UInt32) -> VersionID? {
    guard applied < index else { return nil }
    applied += 1
    return log[applied].version
  }

  /// Takes the first who waits for what is committed by now.
  @inline(__always) mutating func takeWaiter() -> Leadership.Waiter? {
    guard let place = leadership?.waiters.first?.place, place <= committed else { return nil }
    return leadership?.waiters.removeFirst()
  }

  /// The follower of that number, if it lacks only the last record, which it is then taken to be sent.
  @inline(__always) mutating func takeForLatest(_ index: Int) -> ReplicaID? {
    guard leadership?.followers[index].follows == true, leadership?.followers[index].sent == log.end - 1 else {
      return nil
    }
    leadership?.followers[index].sent = log.end
    return others[index]
  }

  /// How many committed changes wait to be sent to another region.
  @inline(__always) mutating func waiting(for region: Int) -> UInt32 {
    guard let sent = leadership?.streams[region].sent else { return 0 }
    return changes.count(after: max(sent, changes.base), upTo: committedChanges)
  }

  /// How far its changes have gone towards another region, as far as it leads.
  @inline(__always) mutating func cursor(of region: Int) -> StreamCursor? { leadership?.streams[region] }

  /// Takes the next change that is to be sent to another region.
  mutating func takeChange(for region: Int) -> (version: VersionID, number: UInt32, previous: UInt32)? {
    guard let cursor = leadership?.streams[region] else { return nil }
    var number = max(cursor.sent, changes.base) + 1
    while changes[number] == .none { number += 1 }
    leadership?.streams[region].sent = number
    leadership?.streams[region].previous = number
    return (changes[number], number, cursor.previous)
  }
}
