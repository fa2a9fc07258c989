import Kernel

/// Somebody who waits to be told what the leader holds, where a group spans all regions.
struct Reader: Sendable {
  /// What is to be told.
  enum Purpose: Sendable {
    /// The newest of a key.
    case newest(KeyID)
    /// That what an update asks of the key's value doesn't hold.
    case unmet(VersionID, seen: VectorID)
  }

  let purpose: Purpose
  /// Which question of the leader's has to be answered before; 0: none.
  let round: UInt32
  /// How many were asked that.
  let asked: Int
  /// Up to where the log has to be committed before.
  let place: UInt32
  let recipient: ReplicaID
  /// The recipient's number for the request.
  let request: UInt32
  let operation: OperationID
}

/// How a strong read gets the newest of all regions, where a group spans them.
///
/// Two regions have a part in each: the leader's, and another in which nobody has promised himself to a later leader. Who asks from
/// another region is that by himself, as he gets his answer one round trip later; for those of its own the leader asks one
/// in each other region, and goes by the first who answers. (Raft, §6.4, has the leader exchange heartbeats with a majority before
/// it answers a read. Its lease would do without, if all clocks kept their pace; AWS doesn't say how it does it.)
///
/// What the key's newest record is waits until that is durable: nobody reads what may yet be lost.
extension StreamsServer {
  /// Sees to it that somebody is told what it holds.
  mutating func read(
    _ place: Int, _ purpose: Reader.Purpose, of key: KeyID, for recipient: ReplicaID, request: UInt32,
    _ operation: OperationID, _ turn: inout Turn
  ) {
    let isOpen = tip(of: key, place, &turn).version != turn.unpurged(cells[key], by: replica.clock).version
    let isOwn = turn.environment.regionOf[recipient.index] == region
    let asked = isOwn ? askToConfirm(place, &turn) : (round: 0, count: 0)
    let reader = Reader(
      purpose: purpose, round: asked.round, asked: asked.count, place: isOpen ? copies[place].log.end : 0,
      recipient: recipient, request: request, operation: operation)
    copies[place].leadership?.readers.append(reader)
    answerReaders(place, &turn)
  }

  /// Asks the other regions whether it still leads; returns the number of the question, and how many were asked.
  private mutating func askToConfirm(_ place: Int, _ turn: inout Turn) -> (round: UInt32, count: Int) {
    var count = 0
    let round = (copies[place].leadership?.round ?? 0) + 1
    copies[place].leadership?.round = round
    for other in turn.environment.regionRanges.indices where other != region.index {
      guard let relay = relay(place, in: RegionID(other), &turn) else { continue }
      count += 1
      turn.effects.sends.append(
        Message(
          .streams(.confirm), .position(partition: copies[place].partition, place: round), from: id, to: relay,
          operation: .none, request: copies[place].epoch))
    }
    return (round, count)
  }

  /// Says that it still follows, if it does.
  func confirm(_ message: Message) -> Message? {
    guard let place = place(of: Int(message.partition)), copies[place].epoch == message.request,
      copies[place].leader == message.from
    else { return nil }
    return Message(
      .streams(.confirmed), .position(partition: message.partition, place: message.place), from: id, to: message.from,
      operation: .none, request: message.request)
  }

  mutating func takeConfirmed(_ message: Message, _ turn: inout Turn) {
    guard let place = place(of: Int(message.partition)), copies[place].epoch == message.request,
      let known = copies[place].leadership?.confirmed
    else { return }
    copies[place].leadership?.confirmed = max(known, message.place)
    answerReaders(place, &turn)
  }

  /// Tells those who wait for nothing more.
  mutating func answerReaders(_ place: Int, _ turn: inout Turn) {
    guard let leadership = copies[place].leadership, !leadership.readers.isEmpty else { return }
    let committed = copies[place].committed
    func isDue(_ reader: Reader) -> Bool { reader.round <= leadership.confirmed && reader.place <= committed }
    copies[place].leadership?.readers.removeAll(where: isDue)
    for reader in leadership.readers where isDue(reader) {
      if reader.asked > 0 {
        // The questions and their answers are its own cost.
        let messages = 2 * reader.asked
        turn.effects.record(
          .closed(reader.operation, messages: UInt32(messages), bytes: UInt32(messages * WireSize.header)), at: turn.now
        )
      }
      let (kind, version, seen): (StreamsMessage, VersionID, VectorID)
      switch reader.purpose {
      case .newest(let key):
        let cell = turn.unpurged(cells[key], by: replica.clock)
        (kind, version, seen) = (.data, cell.version, cell.seen)
      case .unmet(let held, let known): (kind, version, seen) = (.unmet, held, known)
      }
      let answer = Message(
        .streams(kind), .copy(version, seen: seen), from: id, to: reader.recipient, operation: reader.operation,
        request: reader.request)
      if kind == .data { turn.effects.note(.sent(answer), of: answer.operation, by: id, at: turn.now) }
      if reader.recipient == id { takeAnswer(answer, kind, &turn) } else { turn.effects.sends.append(answer) }
    }
  }
}
