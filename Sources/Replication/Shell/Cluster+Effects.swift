import Kernel

extension Cluster {
  /// Carries out what replicas asked for.
  mutating func carryOut() {
    if !turn.effects.repairs.isEmpty { hearOfRepairs() }
    for index in 0..<turn.effects.leads.count { take(turn.effects.leads[index]) }
    turn.effects.leads.clear()
    for index in 0..<turn.effects.sends.count { transmit(turn.effects.sends[index]) }
    turn.effects.sends.clear()
    for index in 0..<turn.effects.closures.count { close(turn.effects.closures[index]) }
    turn.effects.closures.clear()
    for index in 0..<turn.effects.answers.count { send(turn.effects.answers[index]) }
    turn.effects.answers.clear()
    for index in 0..<turn.effects.wakes.count {
      let (span, timer) = turn.effects.wakes[index]
      queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + span)
    }
    turn.effects.wakes.clear()
  }

  mutating func transmit(_ message: Message) {
    traffic.messages += 1
    turn.effects.note(.sent(message), of: message.operation, by: message.from, at: now)
    if turn.environment.regionOf[message.from.index] != turn.environment.regionOf[message.to.index] {
      traffic.crossRegionBytes += turn.size(of: message)
    }
    if message.kind.leaderless?.isAntiEntropy == true {
      repairs.count(bytes: turn.size(of: message), of: message.session)
    }
    let scheduled = Scheduled(departed: now, event: .message(message))
    switch network.send(message.from, message.to, message.kind.messageClass) {
    case .arrives(let span):
      queue.push(scheduled, at: now + span)
    case .arrivesTwice(let span, let again):
      queue.push(scheduled, at: now + span)
      queue.push(scheduled, at: now + again)
    case .held(let span):
      held.append(HeldMessage(number: queue.takeNumber(), scheduled: scheduled, rest: span))
    case .cut:
      turn.effects.lose(message, .cut, departed: now, at: now)
    case .lost:
      turn.effects.lose(message, .network, departed: now, at: now)
    }
  }

  private mutating func send(_ answer: Answer) {
    guard isOpen(answer.operation, answer.ticket) else { return }
    if isLeaders(answer) {
      report(answer)
      return
    }
    let operation = operations[answer.ticket].operation
    if let span = clientSpan(operation.client, in: operation.region, answer.coordinator, toReplica: false) {
      queue.push(Scheduled(departed: now, event: .answer(answer)), at: now + span)
    } else {
      noteClientLoss(answer.operation, at: answer.coordinator, isAnswer: true, .cut)
    }
  }

  mutating func close(_ closure: Effects.Closure) {
    guard isOpen(closure.operation, closure.ticket) else { return }
    let lead = leadCost(closure.ticket)
    turn.effects.record(
      .closed(closure.operation, messages: closure.messages + lead.messages, bytes: closure.bytes + lead.bytes), at: now
    )
    operations[closure.ticket].isClosed = true
    if operations[closure.ticket].operation.outcome != nil { operations.remove(closure.ticket) }
  }
}

/// A message that waits on a held link.
struct HeldMessage: Sendable {
  let number: UInt32
  let scheduled: Scheduled
  /// How long it still has to travel.
  let rest: TimeSpan
}
