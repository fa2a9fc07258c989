import Kernel
import Replication

extension CommandCatalog {
  static let faults: [CommandSpecification] = [
    CommandSpecification(
      "cut", .faults, usage: ["cut PLACE [->] PLACE"],
      "Cuts the links between two places, both ways or one: what is in flight across them is lost, and what is sent.",
      examples: ["cut us-east-1 eu-west-1", "cut us1 eu2", "cut us-east-1 -> eu-west-1"]
    ) { .input(.fault(.cut([try $0.links()]))) },
    CommandSpecification(
      "heal", .faults, usage: ["heal", "heal PLACE", "heal PLACE [->] PLACE"],
      "Joins cut links again: all, those of a place, or those between two; other faults stay.",
      examples: ["heal", "heal us-east-1 eu-west-1"]
    ) { reader in
      reader.note(.lineEnd)
      if try reader.isAtEnd() { return .input(.fault(.healAll)) }
      let before = reader
      let first = try reader.place()
      reader.note(.keyword("->"))
      if try reader.isAtEnd() {
        let everyone = reader.context.topology.everyone
        return .input(.fault(.heal([Fault.Links(from: first, to: everyone, bothWays: true)])))
      }
      reader = before
      return .input(.fault(.heal([try reader.links()])))
    },
    CommandSpecification(
      "isolate", .faults, usage: ["isolate PLACE"], "Cuts all links between a place and everybody else.",
      examples: ["isolate ap-south-1", "isolate eu1"]
    ) { reader in
      let place = try reader.place()
      let rest = reader.context.topology.everyone.subtracting(place)
      return .input(.fault(.cut([Fault.Links(from: place, to: rest, bothWays: true)])))
    },
    CommandSpecification(
      "partition", .faults, usage: ["partition PLACE … | PLACE … [| …]"],
      "Cuts all links between groups; regions that aren't named form one more.",
      examples: ["partition us-east-1 | eu-west-1 ap-south-1"]
    ) { .input(.fault(.cut(try $0.partition()))) },
    place("crash", "Stops replicas: their memory is lost, their disks are not.", example: "crash eu1") { .crash($0) },
    CommandSpecification(
      "kill-leader", .faults, usage: ["kill-leader KEY [in REGION]", "kill-leader partition N [in REGION]"],
      "Crashes who leads a key's partition, or partition N, in a region, the first unless one is named.",
      details: "It is refused while nobody leads. Where nobody has leaders there is nothing to kill.", feature: .leaders
    ) { reader in
      let partition = try reader.partitionName()
      let isNamed = try reader.optionalKeyword("in") != nil
      return .killLeader(partition, in: isNamed ? try reader.region() : RegionID(0))
    },
    CommandSpecification(
      "move-leader", .faults,
      usage: [
        "move-leader KEY [to REPLICA | in REGION]", "move-leader partition N [to REPLICA | in REGION]",
      ],
      "Has who leads a key's partition, or partition N, hand its leadership over, so that nobody waits.",
      details: """
        To another copy of its region: the first that runs and hears it unless one is named; of a log the first in sync. The \
        region is the first unless one is named. It is refused where nobody leads, and where nobody could take it.
        """, feature: .leaders
    ) { reader in
      let partition = try reader.partitionName()
      switch try reader.optionalKeyword("to", "in") {
      case "to":
        let heir = try reader.replica()
        return .moveLeader(partition, in: reader.context.topology.region(of: heir), to: heir)
      case "in": return .moveLeader(partition, in: try reader.region(), to: nil)
      default: return .moveLeader(partition, in: RegionID(0), to: nil)
      }
    },
    CommandSpecification(
      "flush", .faults, usage: ["flush PLACE"],
      "Empties caches, those of a region or one; databases keep what they have.", feature: .caches
    ) { .input(.flush(try $0.place())) },
    place("restart", "Starts crashed replicas.", example: "restart eu1") { .restart($0) },
    place("wipe", "Stops replicas and loses their disks.", example: "wipe eu1") { .wipe($0) },
    place(
      "pause", "Stops the world of replicas: alive, silent; they catch up at `resume`.", example: "pause eu1"
    ) { .pause($0) },
    place("resume", "Ends a pause.", example: "resume eu1") { .resume($0) },
    CommandSpecification(
      "slow", .faults, usage: ["slow PLACE by DURATION", "slow PLACE [->] PLACE by DURATION"],
      "Makes a replica get everything later, or a link slower, by a span; `by 0ms` ends it.",
      examples: ["slow us-east-1 eu-west-1 by 300ms", "slow eu1 by 50ms"]
    ) { reader in
      let before = reader
      let first = try reader.place()
      if try reader.optionalKeyword("by") != nil {
        return .input(.fault(.slowReplicas(first, by: try reader.slowdown())))
      }
      reader = before
      let links = try reader.links()
      _ = try reader.keyword("by")
      return .input(.fault(.slow(links, by: try reader.slowdown())))
    },
    CommandSpecification(
      "lose", .faults, usage: ["lose SHARE PLACE [->] PLACE"], "Loses a share of the messages on links; 0% ends it.",
      examples: ["lose 5% us-east-1 eu-west-1"]
    ) { reader in
      let share = try reader.percentage()
      return .input(.fault(.lose(share, try reader.links())))
    },
    CommandSpecification(
      "duplicate", .faults, usage: ["duplicate SHARE PLACE [->] PLACE"],
      "Delivers a share of the messages on links twice; 0% ends it.", examples: ["duplicate 2% us-east-1 eu-west-1"]
    ) { reader in
      let share = try reader.percentage()
      return .input(.fault(.duplicate(share, try reader.links())))
    },
    CommandSpecification(
      "hold", .faults, usage: ["hold PLACE [->] PLACE"],
      "Freezes what is on links and what is sent over them, until `release`.", examples: ["hold us1 eu2"]
    ) { .input(.fault(.hold(try $0.links()))) },
    CommandSpecification(
      "release", .faults, usage: ["release PLACE [->] PLACE"], "Lets held messages go on.",
      examples: ["release us1 eu2"]
    ) { .input(.fault(.release(try $0.links()))) },
    CommandSpecification(
      "deliver", .faults, usage: ["deliver MESSAGE"],
      "Delivers one message in flight now, by the number that `show messages` gives it."
    ) { .input(.deliver(UInt32(try $0.wholeNumber(1...Int(UInt32.max))))) },
    CommandSpecification(
      "drop", .faults, usage: ["drop MESSAGE"],
      "Loses one message in flight, by the number that `show messages` gives it."
    ) { .input(.drop(UInt32(try $0.wholeNumber(1...Int(UInt32.max))))) },
    CommandSpecification(
      "delay", .faults, usage: ["delay MESSAGE by DURATION"],
      "Makes one message in flight arrive later, by the number that `show messages` gives it.",
      examples: ["delay 17 by 90ms"]
    ) { reader in
      let number = UInt32(try reader.wholeNumber(1...Int(UInt32.max)))
      _ = try reader.keyword("by")
      return .input(.delay(number, by: try reader.slowdown()))
    },
    CommandSpecification(
      "destroy", .faults, usage: ["destroy PLACE"],
      "Loses every disk of a region, and every message in flight from or to it.", examples: ["destroy us-east-1"]
    ) { .input(.fault(.destroy(try $0.place()))) },
    CommandSpecification(
      "skew", .faults,
      usage: [
        "skew PLACE by DURATION [drift DURATION]", "skew [client] CLIENT by DURATION [drift DURATION]",
      ],
      "Sets how far a replica's or a client's clock runs ahead (negative: behind), and what it gains every second; 0ms ends it.",
      details: """
        A replica's clock gives the writes that it coordinates their timestamps and their expiry, and says what has expired and \
        what may be purged here; a client's clock gives its writes their timestamps under `set timestamps client`. Timeouts go \
        by no clock that can be set. A name is a region's (all its replicas), else a replica's, else a client's; each region has \
        a client of its own name, which `client` before the name means.
        """,
      examples: [
        "skew eu1 by 250ms", "skew eu1 by -3s", "skew eu1 by 0ms drift 50us", "skew client us-east-1 by -2s",
      ]
    ) { reader in
      let target = try reader.clockOwner()
      _ = try reader.keyword("by")
      let (span, word) = try reader.signedDuration()
      guard span.microseconds.magnitude <= UInt64(TimeSpan.hours(24 * 365).microseconds) else {
        throw reader.refused("a clock is at most a year ahead or behind", word.span)
      }
      var drift: Int64 = 0
      if try reader.optionalKeyword("drift") != nil {
        let (rate, rateWord) = try reader.signedDuration()
        guard rate.microseconds.magnitude <= 1_000_000 else {
          throw reader.refused("a clock gains or loses at most a second every second", rateWord.span)
        }
        drift = rate.microseconds
      }
      switch target {
      case .replicas(let set): return .input(.fault(.skew(set, by: span, driftPerSecond: drift)))
      case .client(let client): return .input(.fault(.skewClient(client, by: span, driftPerSecond: drift)))
      }
    },
  ]

  private static func place(
    _ name: String, _ summary: String, example: String, _ fault: @escaping @Sendable (ReplicaSet) -> Fault
  ) -> CommandSpecification {
    CommandSpecification(name, .faults, usage: ["\(name) PLACE"], summary, examples: [example]) {
      .input(.fault(fault(try $0.place())))
    }
  }
}

/// Whose clock a command sets.
private enum ClockOwner {
  case replicas(ReplicaSet)
  case client(ClientID)
}

extension CommandReader {
  /// Takes a partition: by number, or by a key that falls into it.
  fileprivate mutating func partitionName() throws -> PartitionName {
    try optionalKeyword("partition") != nil
      ? .number(try wholeNumber(0...63)) : .key(try take(.key).text)
  }

  /// Takes whose clock is meant: a region's replicas, a replica, or a client; after `client` a client, whatever else has its
  /// name.
  fileprivate mutating func clockOwner() throws -> ClockOwner {
    let start = self
    if try optionalKeyword("client") != nil {
      // Somebody may be called so.
      if try peek().map({ $0.isQuoted || $0.text.lowercased() != "by" }) ?? true { return .client(try client()) }
      self = start
    }
    note(.region)
    note(.replica)
    let word = try take(.client)
    let isClient = context.clients.contains(word.text)
    guard !word.isQuoted || isClient else {
      return .replicas(try unknown(.other("region, replica or client"), word, ReplicaSet([ReplicaID(0)])))
    }
    if !word.isQuoted, let region = context.topology.region(named: word.text) {
      return .replicas(context.topology.set(of: region))
    }
    if !word.isQuoted, let replica = context.topology.replica(named: word.text) {
      guard !isClient else {
        let place = context.topology.replicas[replica.index]
        throw refused(
          "`\(word.text)` is both a replica and a client: `skew client \(word.text) …` means the client, "
            + "`skew \(context.topology.name(of: place.region))/\(place.number) …` the replica", word.span)
      }
      return .replicas(ReplicaSet([replica]))
    }
    guard let index = context.clients.firstIndex(of: word.text) else {
      return .replicas(try unknown(.other("region, replica or client"), word, ReplicaSet([ReplicaID(0)])))
    }
    return .client(ClientID(index))
  }

  fileprivate mutating func slowdown() throws -> TimeSpan {
    let word = try peek()
    let span = try duration()
    guard span <= Delay.longestParameter else {
      throw refused(
        "a slow-down is at most \(Quantity.text(Delay.longestParameter))", word?.span ?? SourceSpan(start: 0, length: 1)
      )
    }
    return span
  }

  /// Takes groups of places with `|` between them: the links between each two of them.
  fileprivate mutating func partition() throws -> [Fault.Links] {
    let start = try peek()
    var groups = [try place()]
    while try !isAtEnd() {
      if try optionalKeyword("|") != nil {
        guard groups.count < ReplicaSet.capacity else {
          let span = SourceSpan(start: position - 1, length: 1)
          throw refused("a partition has at most \(ReplicaSet.capacity) groups", span)
        }
        groups.append(try place())
      } else {
        groups[groups.count - 1] = groups[groups.count - 1].union(try place())
      }
    }
    let named = groups.reduce(ReplicaSet()) { $0.union($1) }
    let span = start?.span ?? SourceSpan(start: 0, length: 1)
    guard groups.reduce(0, { $0 + $1.count }) == named.count || !context.isCertain else {
      throw refused("a place can be in one group only", span)
    }
    let rest = context.topology.everyone.subtracting(named)
    if !rest.isEmpty { groups.append(rest) }
    guard groups.count > 1 || !context.isCertain else {
      throw refused("a partition needs two groups, with `|` between them", span)
    }
    var links: [Fault.Links] = []
    for (index, group) in groups.enumerated() {
      for other in groups[(index + 1)...] { links.append(Fault.Links(from: group, to: other, bothWays: true)) }
    }
    return links
  }
}

extension Input {
  /// Whether it is adversity that a command causes, not the end of one, nor set-up.
  package var isFault: Bool {
    switch self {
    case .drop, .delay: return true
    case .fault(let fault):
      switch fault {
      case .cut, .crash, .wipe, .pause, .hold, .destroy: return true
      case .slow(_, let span), .slowReplicas(_, let span): return span > .zero
      case .lose(let share, _), .duplicate(let share, _): return share != .zero
      case .skew(_, let span, let drift), .skewClient(_, let span, let drift): return span != .zero || drift != 0
      case .heal, .healAll, .restart, .resume, .release: return false
      }
    default: return false
    }
  }
}
