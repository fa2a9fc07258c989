import Kernel

/// The short way of what happens most.
extension Cluster {
  /// Delivers plain writes and the acknowledgements of such, one after another, the short way: nearly all events are of that
  /// kind, and the long way comes to the same. So is delivered what repair streams, and what hints bring. It ends with an event of another kind, or that something is to be carried out
  /// for; or whose link has a fault.
  mutating func playPlainly(
    notAfter limit: Instant, atMost count: Int
  ) -> EventQueue<Scheduled>.Series {
    queue.play(notAfter: limit, atMost: count) { scheduled, at in
      guard case .message(let message) = scheduled.event, message.kind.isPlain,
        at - scheduled.departed <= turn.environment.shortestTimeout,
        replicas.status(of: message.to) == .running
      else { return .refused }
      var span: Int64 = 0
      let isWrite = message.kind == .leaderless(.write)
      let isAsking = isWrite || message.kind == .leaderless(.stream) || message.kind == .leaderless(.hint)
      if isAsking {
        span = network.plainSpan(message.to, message.from)
        guard span >= 0 else { return .refused }
      }
      turn.now = at
      position &+= 1
      fingerprint.fold(UInt64(bitPattern: at.microseconds), message.digest)
      guard let reply = replicas.receivePlainly(message, &turn) else {
        if message.kind == .leaderless(.streamAck) {
          if repairs.acknowledge(oneOfManyOf: message.session) { return .done }
          turn.effects.tell(.acknowledged(message.session))
        }
        return turn.effects.isIdle ? .done : .pause
      }
      guard isAsking else {
        // Who persists a record wants to be woken besides.
        turn.effects.sends.append(reply)
        return .pause
      }
      if message.kind == .leaderless(.stream) {
        repairs.count(bytes: turn.size(of: reply), of: reply.session)
        if !turn.effects.repairs.isEmpty { repairs.noteChanges(&turn.effects.repairs) }
      }
      traffic.count(reply, &turn)
      return .reply(
        Scheduled(departed: at, event: .message(reply)), at: at + TimeSpan(microseconds: span))
    }
  }
}
