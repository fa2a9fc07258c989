import Replication

/// What a command is under one replication scheme, where that is something else than under others.
public struct SchemeUse: Sendable {
  /// Its forms there, one a line.
  public let usage: [String]
  /// What it does there.
  public let details: String
  /// Commands that can be typed as they stand, on a cluster of that scheme.
  public let examples: [String]
}

extension CommandSpecification {
  /// What it is under a scheme; its own words where nothing else holds there, with those of its examples that are accepted.
  public func use(under scheme: SchemeName) -> SchemeUse {
    ownUse(under: scheme)
      ?? SchemeUse(usage: usage, details: details, examples: examples.filter { Self.isAccepted($0, under: scheme) })
  }

  /// The schemes under which it is something else than its own words say, and what.
  public var schemeUses: [(scheme: SchemeName, use: SchemeUse)] {
    SchemeName.allCases.compactMap { scheme in ownUse(under: scheme).map { (scheme, $0) } }
  }

  /// Whether it makes sense under a scheme.
  public func isOffered(under scheme: SchemeName) -> Bool {
    feature.map { scheme.specification.features.contains($0) } ?? true
  }

  /// Whether a command can be typed on a cluster of three regions under a scheme.
  private static func isAccepted(_ example: String, under scheme: SchemeName) -> Bool {
    do {
      var names = NameContext.standard
      let cluster = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=\(scheme.rawValue)"
      if let begin = try CommandParser.parse(cluster, in: names) { names.follow(begin) }
      names.isPrompt = true
      return try CommandParser.parse(example, in: names) != nil
    } catch {
      return false
    }
  }

  private func ownUse(under scheme: SchemeName) -> SchemeUse? {
    switch name {
    case "write": Self.write(under: scheme)
    case "read": Self.read(under: scheme)
    case "delete": Self.delete(under: scheme)
    case "load": load(under: scheme)
    default: nil
    }
  }
}

// MARK: Operations

extension CommandSpecification {
  private static let origin = "[in REGION | as CLIENT] [via REPLICA]"

  private static func write(under scheme: SchemeName) -> SchemeUse? {
    switch scheme {
    case .leaderless: nil
    case .streams:
      SchemeUse(
        usage: [
          "write KEY VALUE \(origin) [ttl DURATION]", "write KEY VALUE if absent | if value == VALUE …",
        ],
        details: """
          In the client's region the leader of the key's partition takes the write, appends it to the partition's log, and answers once \
          most copies there have persisted it, two of three; there is no level to choose. A stream then brings it to the other regions, \
          where the later of two writes wins, item by item, by timestamp. Under `set multi-region strong` another region has it before the \
          answer. A condition is tested by that leader, against its own copy: what another region has written and no stream has brought \
          yet it doesn't know.
          """,
        examples: ["write cart milk", "write cart eggs in eu-west-1", "write seat-12A alice if absent"])
    case .log:
      SchemeUse(
        usage: ["write KEY VALUE [at ACKS_0 | at ACKS_1 | at ACKS_ALL] \(origin)"],
        details: """
          Each region is a cluster of its own: there the leader of the key's partition appends a record, and its followers fetch it. At \
          ACKS_ALL, which holds when unsaid, it answers once all in sync have the record; with fewer than `min-insync` in sync it appends \
          nothing, and the write is unavailable. At ACKS_1 the leader alone answers, at ACKS_0 nobody is waited for. Other regions get \
          the record by `set mirror` only, as the key REGION.KEY.
          """,
        examples: ["write cart milk", "write cart eggs at ACKS_1", "write cart tea at ACKS_ALL in eu-west-1"])
    case .primaryCache:
      SchemeUse(
        usage: ["write KEY VALUE \(origin)"],
        details: """
          The follower that the client asks passes the write to its region's leader cache, that to the primary's leader cache, and that to \
          the primary's database, which answers once it has it; there is no level to choose. On the way back the writer's own leader cache \
          and follower take it in. All other caches are told to drop what is older: behind the row in the binlog, or as `set invalidation` \
          says.
          """,
        examples: ["write cart milk", "write cart eggs in eu-west-1"])
    }
  }

  private static func read(under scheme: SchemeName) -> SchemeUse? {
    switch scheme {
    case .leaderless: nil
    case .streams:
      SchemeUse(
        usage: ["read KEY [at EVENTUAL | at STRONG] \(origin)"],
        details: """
          At EVENTUAL, which holds when unsaid, one of the copies of the client's region answers, drawn by lot: it may be behind its leader. At \
          STRONG that region's leader answers, with all that it has committed; what another region has written and no stream has brought yet \
          it lacks, unless `set multi-region strong`.
          """,
        examples: ["read cart", "read cart at STRONG in eu-west-1", "get cart at EVENTUAL via eu2"])
    case .log:
      SchemeUse(
        usage: ["read KEY [at COMMITTED | at FOLLOWER] \(origin)"],
        details: """
          At COMMITTED, which holds when unsaid, the leader of the key's partition in the client's region answers, up to its high watermark; at \
          FOLLOWER a follower in sync does, up to the watermark that it knows. Each region is a cluster of its own, and has what was written \
          there: what `set mirror` brings from another is read as REGION.KEY.
          """,
        examples: ["read cart", "read cart at FOLLOWER via us2", "read us-east-1.cart in eu-west-1"])
    case .primaryCache:
      SchemeUse(
        usage: ["read KEY [at CACHED | at CRITICAL] \(origin)"],
        details: """
          At CACHED, which holds when unsaid, the follower that the client asks answers from what it keeps, and else asks its region's leader \
          cache, which asks the region's own database, be it behind the primary's; both keep what comes back. At CRITICAL the primary's \
          database answers, and nobody keeps it.
          """,
        examples: ["read cart", "read cart at CRITICAL in eu-west-1"])
    }
  }

  private static func delete(under scheme: SchemeName) -> SchemeUse? {
    let examples = ["delete cart", "delete cart in eu-west-1"]
    switch scheme {
    case .leaderless: return nil
    case .streams, .primaryCache:
      return SchemeUse(
        usage: ["delete KEY \(origin)"], details: "A delete goes the way of a write (`help write`), as a tombstone.",
        examples: examples)
    case .log:
      return SchemeUse(
        usage: ["delete KEY [at ACKS_0 | at ACKS_1 | at ACKS_ALL] \(origin)"],
        details: """
          A delete is a record like others, a delete marker (`help write`). `set compaction` removes what it hides, and the marker itself \
          after `delete-retention`.
          """,
        examples: examples + ["delete cart at ACKS_ALL"])
    }
  }

  private func load(under scheme: SchemeName) -> SchemeUse? {
    let levels = scheme.specification
    let (writes, reads) = (levels.writeLevels.all.names, levels.readLevels.all.names)
    guard scheme != .leaderless, let read = reads.last, let standard = levels.readLevels.standard.name else {
      return nil
    }
    let level = writes.last.map { "\($0)/\(read)" } ?? read
    let unsaid = [levels.writeLevels.standard.name, standard].compactMap { $0 }.joined(separator: " and ")
    return SchemeUse(
      usage: usage.map {
        $0.replacing("[at LEVEL | at WRITES/READS]", with: writes.isEmpty ? "[at LEVEL]" : "[at WRITES/READS]")
      },
      details: details.replacing("ONE when unsaid", with: "\(unsaid) when unsaid"),
      examples: [
        "load 1000/s for 60s write 90% keys 500 zipf 1.1", "load 100/s for 10s at \(level)",
        "load 10/s to 100/s for 15m", "load stop",
      ])
  }
}
