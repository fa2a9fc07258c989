import Replication

/// What there is to say of replication schemes and of the levels that they have.
extension Reference {
  /// Every scheme in a sentence, and how one begins.
  static var schemes: [String] {
    wrap(
      "How replicas hold and pass on what is written. `cluster … scheme=NAME` begins one, `help NAME` tells of it.",
      width)
      + SchemeName.allCases.flatMap { scheme in
        ["", scheme.rawValue] + wrap(scheme.specification.summary, width - 4).map { "    \($0)" }
      }
  }

  /// The levels of a scheme, or of all: what each asks for, and of what it is one.
  static func levels(under scheme: SchemeName?) -> [String] {
    let schemes = scheme.map { [$0] } ?? SchemeName.allCases
    let levels = ConsistencyLevel.allCases.filter { level in
      level.name != nil && schemes.contains { Self.levels(of: $0).contains(level) }
    }
    let title = scheme.map { "Levels of the replication scheme \($0.rawValue)" } ?? "Levels"
    return wrap("\(title): what stands behind `at` in an operation.", width)
      + (scheme.map { [""] + writes(under: $0) } ?? [])
      + levels.flatMap { level in
        ["", level.name ?? ""] + wrap("\(level.summary) \(uses(of: level))", width - 4).map { "    \($0)" }
      }
  }

  private static func levels(of scheme: SchemeName) -> [ConsistencyLevel] {
    let own = scheme.specification
    return own.readLevels.all + own.writeLevels.all + (own.conditionLevels?.all ?? [])
  }

  /// What writes and reads are answered by.
  private static func writes(under scheme: SchemeName) -> [String] {
    let own = scheme.specification
    func choice(_ levels: LevelChoice) -> String {
      "\(levels.all.names.joined(separator: ", ")); \(levels.standard.name ?? "") when unsaid"
    }
    let writes =
      own.writeLevels.all.names.isEmpty
      ? "Writes have no level: they are answered \(own.writePromise)." : "Writes: \(choice(own.writeLevels))."
    let conditions =
      own.conditionLevels.map { levels in
        levels.all.names.isEmpty ? "Writes can have a condition." : "Writes with a condition: \(choice(levels))."
      } ?? "Writes have no conditions."
    return [writes, "Reads: \(choice(own.readLevels)).", conditions].flatMap { wrap($0, width) }
  }

  /// All about a scheme: what it is, its levels, what it has that not all have, and who replicates so.
  static func lines(of scheme: SchemeName) -> [String] {
    let own = scheme.specification
    func isParticular(_ feature: SchemeFeature?) -> Bool { feature.map { own.features.contains($0) } ?? false }
    let commands = CommandCatalog.all.filter { isParticular($0.feature) }.map(\.name)
    let facts = FactCatalog.all.filter { fact in
      fact.isMeaningful(under: own) && !SchemeName.allCases.allSatisfy { fact.isMeaningful(under: $0.specification) }
    }.map(\.name)
    let apart =
      own.keepsRegionsApart
      ? [
        "Each region is a cluster of its own, whose records no other has unless `set mirror` brings them, as REGION.KEY."
      ]
      : []
    let lists = [
      ("Sessions can be promised", own.guarantees.map(\.rawValue)),
      ("Settings of its own", own.settings.map(\.rawValue)),
      ("Commands that not all schemes have", commands), ("Facts that not all schemes have", facts),
      ("Systems that replicate so (`profile NAME`)", ProfileCatalog.names(under: scheme)),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))." }
    return ["The replication scheme \(scheme.rawValue)", ""] + wrap(own.summary, width)
      + apart.flatMap { wrap($0, width) } + [""] + writes(under: scheme)
      + lists.flatMap { [""] + wrap($0, width) }
      + ["", "Begin one:", "  cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=\(scheme.rawValue)"]
  }
}

extension ProfileCatalog {
  /// The profiles whose cluster is of a scheme.
  static func names(under scheme: SchemeName) -> [String] {
    names.filter { name in
      guard let plan = try? plan(named: name), case .setUp(let cluster)? = plan.lines.first?.input else { return false }
      return cluster.scheme == scheme
    }
  }
}

extension SchemeFeature {
  /// What is to be done where a scheme hasn't it, as the end of a sentence; may be empty.
  func instead(under scheme: SchemeName) -> String {
    guard self == .leaders else {
      let others = SchemeName.allCases.filter { $0.specification.features.contains(self) }.map(\.rawValue)
      return others.isEmpty
        ? "" : "; \(others.joined(separator: " and ")) \(CountedNoun("does", "do").form(others.count))"
    }
    switch scheme {
    case .primaryCache:
      return
        "; `show roles` names the servers: `crash` the primary's database, and another is promoted 10 s later, or a "
        + "leader cache; `set primary REGION` chooses the primary before the first operation"
    case .leaderless: return "; any owner of a key takes writes, and `crash` stops one"
    case .streams, .log: return ""
    }
  }
}
