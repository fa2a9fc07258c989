import Insight
import Kernel
import Replication

/// What caches keep that they should not, what they and databases have not heard, and who stood between a client and its answer.
extension Timeline {
  /// Entries that aren't what their region's database holds, and how far databases and caches are behind; of one key the entries.
  func cachesBehind(_ key: KeyID?, _ explainer: Explainer) -> [Explanation.Fact] {
    guard cluster.primary != nil else { return [] }
    let position = cluster.position
    var facts = cluster.cacheDifferences(on: key).prefix(Explainer.shown).map { odd in
      explainer.fact(
        .present(
          .oddEntry(
            odd.cache, odd.key, odd.version, since: odd.since, database: cluster.cell(odd.key, at: odd.database).version
          )),
        nil,
        Quotes(
          .copy(odd.cache, odd.key, position: position), [.copy(odd.database, odd.key, position: position)]))
    }
    for sent in cluster.messagesInFlight {
      guard case .message(let message) = sent.event, message.kind.primaryCache == .fill, message.version != .none,
        key == nil || cluster.catalogue.version(message.version).key == key
      else { continue }
      facts.append(
        explainer.fact(
          .present(.underway(message.version, to: [message.to], due: sent.arrives)), nil,
          Quotes(.pending(message.to, position: position))))
    }
    guard key == nil else { return facts }
    for replica in cluster.replicas.elements where replica.status != .crashed {
      let look = Quotes(.pending(replica.id, position: position))
      let rows = cluster.cacheRole(of: replica.id) == .database ? cluster.missingRows(of: replica.region) : 0
      if rows > 0 { facts.append(explainer.fact(.present(.missingRows(replica.id, rows)), nil, look)) }
      let unheard = cluster.unheardInvalidations(of: replica.id) ?? 0
      if unheard > 0 { facts.append(explainer.fact(.present(.unheard(replica.id, unheard)), nil, look)) }
    }
    return facts
  }
}

extension Explainer {
  /// What became of the last message that went for an operation which nobody answered.
  func silenceOfCaches(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let id = service.operation.id
    guard timeline.cluster.primary != nil,
      let asked = service.last({ entry -> ReplicaID? in
        if case .cache(.askedUpstream(let next)) = entry.step { next } else { nil }
      })
    else { return [] }
    let trail = trail(before: service.operation.endedAt)
    for quoted in service.records.reversed() {
      guard case .lost(let message, let loss, _) = quoted.record.what, message.operation == id,
        message.kind.primaryCache?.isOfTrip == true
      else { continue }
      let isAnswer = message.kind.primaryCache?.errand == .answer
      let culprit = loss.culprit(from: message.from, to: message.to, at: quoted.id.position, trail)
      return [
        fact(
          .failure(
            .silent(
              id, isAnswer ? message.from : message.to, .lost(isAnswer: isAnswer, loss, at: quoted.record.at), culprit)),
          quoted.record.at, Quotes(quoted).blaming(culprit))
      ]
    }
    for sent in chronicle.end.messagesInFlight {
      guard case .message(let message) = sent.event, message.operation == id,
        message.kind.primaryCache?.isOfTrip == true
      else { continue }
      let isAnswer = message.kind.primaryCache?.errand == .answer
      let silence: FailureClaim.Silence =
        sent.arrives.map { .underway(isAnswer: isAnswer, due: $0) } ?? .held(isAnswer: isAnswer)
      return [
        fact(
          .failure(.silent(id, isAnswer ? message.from : message.to, silence, nil)), nil,
          Quotes(.pending(message.to, position: chronicle.end.position)))
      ]
    }
    let status = chronicle.end.replicas[asked.found].status
    let silence: FailureClaim.Silence = status == .paused ? .paused : status == .crashed ? .down : .unanswered
    let culprit = status == .running ? nil : trail.stop(of: asked.found)
    return [
      fact(
        .failure(.silent(id, asked.found, silence, culprit)), nil,
        Quotes(asked.entry.quoted, []).adding([.pending(asked.found, position: chronicle.end.position)]).blaming(
          culprit))
    ]
  }
}
