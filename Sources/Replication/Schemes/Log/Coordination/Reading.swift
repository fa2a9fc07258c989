import Kernel

/// What a replica answers of its logs.
extension LogServer {
  /// What it holds of a key, as far as it knows that to be committed (a fetch of a consumer, up to the high watermark).
  func answerRead(_ message: Message, _ turn: Turn) -> Message? {
    let partition = turn.environment.keyOwners[message.key].index
    let copy = copies[partition]
    guard copy.isHeld, leads(partition) || copy.state.inSync.contains(id) else { return turnAway(message) }
    return message.answeredByLog(cell(message.key, below: copy.watermark, of: partition, turn.catalogue))
  }

  /// What it holds of a key, once what a session knows is committed here: until then the session waits. What the log doesn't
  /// have is nothing to wait for.
  mutating func answerRead(after message: Message, _ turn: Turn) -> Message? {
    let key = turn.catalogue.version(message.version).key
    let partition = turn.environment.keyOwners[key].index
    guard leads(partition), copies[partition].isHeld else { return turnAway(message) }
    if let position = turn.catalogue.position(of: message.version), Int(position.offset) >= copies[partition].watermark,
      copies[partition].log.had(message.version, at: position)
    {
      copies[partition].readers.append(PendingAppend(offset: Int(position.offset), message: message))
      return nil
    }
    return message.answeredByLog(cell(key, below: copies[partition].watermark, of: partition, turn.catalogue))
  }

  private func turnAway(_ message: Message) -> Message {
    .ofLog(.noData, .none, from: id, to: message.from, operation: message.operation, request: message.request)
  }

  /// Answers the sessions whose knowledge is committed by now.
  mutating func answerReaders(of partition: Int, _ turn: inout Turn) {
    guard !copies[partition].readers.isEmpty else { return }
    let watermark = copies[partition].watermark
    let ready = copies[partition].readers.filter { $0.offset < watermark }
    copies[partition].readers.removeAll { $0.offset < watermark }
    for reader in ready {
      let key = turn.catalogue.version(reader.message.version).key
      post(reader.message.answeredByLog(cell(key, below: watermark, of: partition, turn.catalogue)), &turn)
    }
  }

  /// Tells the sessions that wait that it leads no more.
  mutating func turnAwayReaders(of partition: Int, _ turn: inout Turn) {
    let waiting = copies[partition].readers
    copies[partition].readers = []
    for reader in waiting { post(turnAway(reader.message), &turn) }
  }
}
