import Kernel

extension Cluster {
  /// Carries out what replicas asked for.
  mutating func carryOut() {
    if !turn.effects.repairs.isEmpty { hearOfRepairs() }
    if !turn.effects.streamWants.isEmpty { lineUpChanges() }
    if !turn.effects.replacements.isEmpty { regroup() }
    if !turn.effects.pleas.isEmpty { hearPleas() }
    if !turn.effects.consumptions.isEmpty { takeConsumptions() }
    if !turn.effects.mirrorings.isEmpty { hearOfMirrors() }
    if !turn.effects.stored.isEmpty { takeStoredPosts() }
    for index in 0..<turn.effects.leads.count { take(turn.effects.leads[index]) }
    turn.effects.leads.clear()
    sendAll()
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

  /// Sends all that is to be sent.
  private mutating func sendAll() {
    var place = 0
    while place < turn.effects.sends.count {
      if !turn.effects.isDetailed {
        // A write goes to many at once, and repair streams many.
        place = queue.push(from: place, to: turn.effects.sends.count, notBefore: turn.now) { place in
          let message = turn.effects.sends[place]
          let isStreamed = message.kind == .leaderless(.stream)
          guard isStreamed || message.kind == .leaderless(.write) else { return nil }
          let span = network.plainSpan(message.from, message.to)
          guard span >= 0 else { return nil }
          if isStreamed { repairs.count(bytes: turn.size(of: message), of: message.session) }
          traffic.count(message, &turn)
          return (
            Scheduled(departed: turn.now, event: .message(message)), turn.now + TimeSpan(microseconds: span)
          )
        }
        if place == turn.effects.sends.count { return }
      }
      transmit(turn.effects.sends[place])
      place += 1
    }
  }

  mutating func transmit(_ message: Message) {
    turn.effects.note(.sent(message), of: message.operation, by: message.from, at: now)
    if message.kind.leaderless?.isAntiEntropy == true {
      repairs.count(bytes: turn.size(of: message), of: message.session)
    }
    traffic.count(message, &turn)
    let span = network.plainSpan(message.from, message.to)
    if span >= 0 {
      queue.push(
        Scheduled(departed: turn.now, event: .message(message)), at: turn.now + TimeSpan(microseconds: span))
    } else {
      transmitByFate(message)
    }
  }

  /// Sends a message over a link whose delays are of no plain kind, or that has a fault.
  @inline(never) private mutating func transmitByFate(_ message: Message) {
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
    if operations[answer.ticket].lead != .max, isLeaders(answer) {
      report(answer)
      return
    }
    let (client, region) = (operations[answer.ticket].operation.client, operations[answer.ticket].operation.region)
    if let span = clientSpan(client, in: region, answer.coordinator, toReplica: false) {
      queue.push(Scheduled(departed: now, event: .answer(answer)), at: now + span)
    } else {
      noteClientLoss(answer.operation, at: answer.coordinator, isAnswer: true, .cut)
    }
  }

  mutating func close(_ closure: Effects.Closure) {
    guard isOpen(closure.operation, closure.ticket) else { return }
    var lead: (messages: UInt32, bytes: UInt32) = (0, 0)
    if operations[closure.ticket].lead != .max { lead = leadCost(closure.ticket) }
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
  var rest: TimeSpan
}
