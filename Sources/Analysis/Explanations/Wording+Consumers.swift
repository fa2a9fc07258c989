import Kernel
import Language
import Replication

/// What is said of consumers and of what mirrors brought.
extension Wording {
  func words(_ claim: ConsumerClaim) -> String {
    switch claim {
    case .movedOn(let operation, let moved):
      let whose = moved.source.map { ", of what was mirrored from \(region($0)) alone" } ?? ""
      return "\(client(operation)) left \(region(moved.from)) and goes on in \(region(moved.to))\(whose)."
    case .resumed(let operation, let moved, let partition):
      guard let checkpoint = moved.checkpoint, let source = moved.source else { return "" }
      let (read, start) = (checkpoint.offsets[partition], moved.start[partition])
      let place = checkpoint.place(in: partition) ?? start
      let own = place < start ? "; it had come further here before, and goes on at \(start)" : ""
      let more = moved.from == source ? moved.left[partition] - read : 0
      let rest =
        more > 0 ? ", \(CountedNoun("offset").text(more)) less than it had read when it left" : ""
      return "Partition \(partition): the checkpoint of \(client(operation)) that was taken in \(region(source)) at "
        + "\(instant(checkpoint.taken)), and came at \(instant(checkpoint.at)), translates offset \(read) there into "
        + "\(place) here\(rest)\(own)."
    case .unchecked(let operation, let moved, let partition):
      return "Partition \(partition): the mirror had brought no checkpoint of \(client(operation)) by then, which "
        + "goes on at offset \(moved.start[partition])."
    case .assigned(let operation, let generation, let partitions):
      let list = partitions.map { "\($0)" }
      let what = list.isEmpty ? "no partition" : "partition\(list.count == 1 ? "" : "s") \(Self.row(list))"
      return
        "\(client(operation)) had \(what) of \(generation.owners.count) in generation \(generation.number) of its group, "
        + "which began at \(instant(generation.at))\(cause(generation.cause))."
    case .uncommitted(let operation, let asked, let generation):
      return
        "\(client(operation)) could not commit it: it had asked in \(asked == 0 ? "a group of one" : "generation \(asked)"), and "
        + "generation \(generation.number) had begun at \(instant(generation.at))\(cause(generation.cause)). Who has those "
        + "partitions now gets the same again."
    case .repeated(let operation, let version, let earlier, let position, let moved, let isUncommitted):
      let taken = moved?.checkpoint.map { " of \(instant($0.taken))" } ?? ""
      let why =
        isUncommitted
        ? ", which could not commit it." : moved == nil ? "." : ", and its checkpoint\(taken) lies no further."
      let who = client(earlier) == client(operation) ? client(operation) : "\(client(earlier)), of the same group,"
      return "\(who) had got \(record(version)) before, by op \(earlier.index): it stands at offset "
        + "\(position.offset) of partition \(position.partition) in \(home(version))\(why)"
    case .moreRepeated(let operation, let number):
      return "\(CountedNoun("more record").text(number)) \(client(operation)) had got before."
    case .unmirrored(let operation, let version, let position):
      return "\(client(operation)) has not got \(record(version)), at offset \(position.offset) of partition "
        + "\(position.partition) in \(home(version)): the mirror has not brought it."
    case .moreUnmirrored(let operation, let number):
      return "\(CountedNoun("more record").text(number)) \(client(operation)) has not got for that."
    case .mirrored(_, let version, let original, let position, let here):
      return
        "\(key(catalogue.version(version).key)) is \(key(catalogue.version(original).key)) of \(home(original)): what was "
        + "written there by op \(catalogue.version(original).operation.index), at offset \(position.offset) of partition "
        + "\(position.partition), the mirror brought to offset \(here.offset) here, "
        + "\(Quantity.figure(catalogue.version(version).accepted - catalogue.version(original).accepted)) later."
    case .checkpoint(_, let checkpoint, let name, let source, let target, let partition, let behind):
      let place = checkpoint.place(in: partition) ?? 0
      let verdict = behind == 0 ? "behind it: it would not get it again" : "before it: it would get it"
      return "The latest checkpoint of \(Printable.escaped(name)), taken in \(region(source)) at "
        + "\(instant(checkpoint.taken)), translates offset \(checkpoint.offsets[partition]) there into \(place) here. Whoever "
        + "goes on with it in \(region(target)) begins \(verdict)."
    }
  }

  private func region(_ region: RegionID) -> String { topology.name(of: region) }

  private func cause(_ cause: ConsumerGroup.Cause) -> String {
    func name(_ client: ClientID) -> String { Printable.escaped(cluster.clients[client].name) }
    switch cause {
    case .began: return ""
    case .joined(let client): return ", when \(name(client)) joined"
    case .left(let client): return ", when \(name(client)) left"
    case .expired(let client): return ", when \(name(client)) had not been heard for 45 s"
    }
  }

  private func instant(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }

  /// The region whose log a record was written to.
  private func home(_ version: VersionID) -> String {
    catalogue.home(of: catalogue.original(of: version)).map { topology.name(of: $0) } ?? "its region"
  }

  /// A record by its key and value.
  private func record(_ version: VersionID) -> String {
    let original = catalogue.original(of: version)
    return "\(key(catalogue.version(original).key)) \(written(original))"
  }
}
