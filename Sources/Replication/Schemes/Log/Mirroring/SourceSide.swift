import Kernel

/// What a leader does about the fetches of other regions' leaders: as for a consumer, up to the watermark, and a fetch waits as
/// long as there is nothing to tell.
extension LogServer {
  /// Takes a fetch for a mirror, if it leads; who asks in vain asks again later, or hears from the controllers who does. Returns the
  /// refusal.
  mutating func takeMirrorFetch(_ message: Message, _ turn: inout Turn) -> Message? {
    let asked = turn.parcels.batches[known: message.batch]
    let partition = Int(asked.partition)
    guard leads(partition), copies[partition].isHeld else {
      return fetchRefusal(of: partition, number: asked.fetch, to: message.from)
    }
    var position = Int(asked.base)
    // Where its log was cut off below that, the mirror goes on where the two part (KIP-320).
    if let epoch = asked.epochs.first?.epoch, epoch > 0 {
      position = min(position, copies[partition].log.end(of: epoch)?.offset ?? 0)
    }
    let reader = MirrorReader(
      replica: message.from, target: turn.environment.regionOf[message.from.index], number: asked.fetch,
      position: position)
    if let place = copies[partition].readersElsewhere.firstIndex(where: { $0.replica == reader.replica }) {
      // One that was overtaken on its way says nothing any more.
      let known = copies[partition].readersElsewhere[place].number
      guard Int16(bitPattern: reader.number &- known) >= 0 else { return nil }
      copies[partition].readersElsewhere.remove(at: place)
    }
    copies[partition].readersElsewhere.append(reader)
    answerMirrors(of: partition, &turn)
    return nil
  }

  /// Answers the mirrors that wait, as far as there is anything for them.
  mutating func answerMirrors(of partition: Int, _ turn: inout Turn) {
    for place in copies[partition].readersElsewhere.indices.reversed() {
      answerMirror(place, of: partition, &turn)
    }
  }

  private mutating func answerMirror(_ place: Int, of partition: Int, _ turn: inout Turn) {
    let reader = copies[partition].readersElsewhere[place]
    let copy = copies[partition]
    var batch = RecordBatch()
    batch.partition = UInt16(partition)
    batch.fetch = reader.number
    batch.base = UInt32(reader.position)
    var offset = reader.position
    while offset < copy.watermark, batch.items.count < RecordBatch.capacity {
      let entry = copy.log[offset]
      if entry.version != .none, turn.isMirrored(entry.version, to: reader.target) {
        batch.items.append(RecordBatch.Item(offset: UInt32(offset), version: entry.version, epoch: entry.epoch))
        batch.bytes += turn.catalogue.versions[known: entry.version].bytes
      }
      offset += 1
    }
    guard !batch.items.isEmpty else {
      copies[partition].readersElsewhere[place].position = max(reader.position, offset)
      return
    }
    batch.watermark = UInt32(offset)
    batch.epochs = [PartitionLog.EpochStart(epoch: copy.log.epoch(at: offset - 1) ?? 0, start: offset)]
    copies[partition].readersElsewhere.remove(at: place)
    turn.effects.sends.append(
      Message(
        .log(.mirrored), .batch(.none, turn.parcels.batches.append(batch)), from: id, to: reader.replica,
        operation: .none, request: UInt32(partition)))
  }
}

extension Turn {
  /// Whether a record goes to a region by a mirror.
  public func isMirrored(_ version: VersionID, to target: RegionID) -> Bool {
    environment.topology.isMirrored(catalogue.names.name(of: catalogue.versions[known: version].key), to: target)
  }

  /// The copy that stands for a region to which a key's records are mirrored: the first of its partition there; nil if it has none.
  public func mirrorPlace(of key: KeyID, in target: RegionID) -> ReplicaID? {
    environment.ownerSet(of: key).intersection(environment.topology.set(of: target)).first { _ in true }
  }
}
