import Analysis
import Insight
import Kernel
import Language
import Replication

/// What lists and tables of the workbench are made of.
extension Session {
  /// The present instant.
  public var now: Instant { cluster.now }

  /// The seed.
  public var seed: UInt64 { cluster.seed }

  /// How many expectations held or failed, in words; nil where nothing was expected.
  public var expectationWords: String? {
    let (held, failed) = expectations
    switch (held, failed) {
    case (0, 0): return nil
    case (1, 0): return "the one expectation held"
    case (_, 0): return "all \(held) expectations held"
    case (0, 1): return "the one expectation failed"
    default: return "\(failed) of \(CountedNoun("expectation").text(held + failed)) failed"
    }
  }

  /// The number of the latest operation; 0 before the first.
  public var latestNumber: Int { cluster.nextOperation - 1 }

  /// Whether nothing has happened or been asked yet.
  public var isFresh: Bool { timeline.position == 0 }

  /// How many replicas keep a copy of each key, region by region, such as `3+3+3`.
  public var factors: String { cluster.plan.regions.map { "\($0.factor)" }.joined(separator: "+") }

  /// Faults that commands of this branch have caused: those that are at work, and all of them.
  public var faults: (now: Int, soFar: Int) { (world.faults.now, world.faults.total) }

  /// The names of the keys that have come up, in that order.
  public var keys: [String] { cluster.catalogue.names.keys.map { cluster.catalogue.names.name(of: $0) } }

  /// The key that has come up last; nil before there is any.
  public var latestKey: String? { key(atPosition: -1) }

  /// Whether a key has come up.
  public var hasKeys: Bool { cluster.catalogue.names.keyCount > 0 }

  /// The key at that position among all that have come up, in their order; past the last comes the first. Nil if there is none.
  public func key(atPosition position: Int) -> String? {
    let names = cluster.catalogue.names
    let count = names.keyCount
    return count == 0 ? nil : names.name(of: KeyID((position % count + count) % count))
  }

  /// Where a key stands among all; nil if none of that name has come up.
  public func position(ofKey name: String) -> Int? { cluster.catalogue.names.key(named: name)?.index }

  /// The names of all replicas.
  public var replicaNames: [String] { cluster.topology.replicas.map(\.name) }

  /// The replicas of the region of that name.
  public func replicaNames(in region: String) -> [String] {
    guard let region = cluster.topology.region(named: region) else { return [] }
    return cluster.topology.members(of: region).map { cluster.topology.name(of: $0) }
  }

  /// The branches of time as a tree: each with the command that leads there, what it is, and how deep it stands.
  public var branchTree: [(name: String, depth: Int, summary: String, isPresent: Bool)] {
    let branches = timeline.branches
    var tree: [(name: String, depth: Int, summary: String, isPresent: Bool)] = []
    func add(_ index: Int, depth: Int) {
      let branch = branches[index]
      let parted = branch.parent.map { "parts at event \($0.position), " } ?? ""
      let end = "ends at event \(branch.tip.position), \(Quantity.milliseconds(branch.tip.time.microseconds))"
      tree.append((branch.name, depth, parted + end, index == timeline.current))
      for child in branches.indices where branches[child].parent?.index == index { add(child, depth: depth + 1) }
    }
    add(0, depth: 0)
    return tree
  }

  /// How many reads were stale so far.
  public var staleReads: Int { world.observer.tally.readsStale }

  /// The names of all clients; the first are those of the regions.
  public var clientNames: [String] { cluster.clients.elements.map(\.name) }

  /// The region of the replica of that name.
  public func region(ofReplica name: String) -> String? {
    cluster.topology.replica(named: name).map { cluster.topology.name(of: cluster.topology.region(of: $0)) }
  }

  /// Whether nothing passes between a replica and any other.
  public func isCutOff(_ name: String) -> Bool {
    guard let replica = cluster.topology.replica(named: name) else { return false }
    return cluster.topology.replicaIDs.allSatisfy { other in
      other == replica || cluster.network.isCut(replica, other) && cluster.network.isCut(other, replica)
    }
  }

  /// The cluster as a map shows it.
  public var map: MapReport { MapReport(cluster) }

  /// What the owners of a key hold.
  public func copies(of key: String) -> [CopyReport] { CopyReport.copies(of: key, in: cluster) }

  /// The same, then what caches serve of it: whatever is held of a key anywhere.
  public func holdings(of key: String) -> [CopyReport] { copies(of: key) + CopyReport.entries(of: key, in: cluster) }

  /// What replicas are for a key, by name; nothing where all are alike.
  public func roles(for key: String?) -> [String: RoleReport] { RoleReport.all(for: key, in: cluster) }

  /// Operations that have ended, oldest first: at most `count` that end with one of that number, or the latest.
  ///
  /// - Parameters:
  ///   - last: the number of the last one; nil: the latest.
  ///   - withLoads: whether those of loads are listed too; then they stand in the order of their numbers.
  public func operations(_ count: Int, upTo last: Int? = nil, withLoads: Bool = false) -> [OperationReport] {
    let world = world
    let history = world.observer.history
    var ids: [OperationID] = []
    if withLoads {
      var number = min(history.end - 1, last ?? .max)
      while number > 0, ids.count < count {
        if history[OperationID(number)] != nil { ids.append(OperationID(number)) }
        number -= 1
      }
      ids.reverse()
    } else {
      let commands = history.commands
      let end = last.flatMap { last in commands.lastIndex { $0.index == last } }.map { $0 + 1 } ?? commands.count
      ids = Array(commands[max(0, end - count)..<end])
    }
    return ids.compactMap { OperationReport($0, in: world) }
  }

  /// The operation of that number; nil if there is none that has ended.
  public func operation(numbered number: Int) -> OperationReport? { OperationReport(OperationID(number), in: world) }

  /// The number of the operation that stands that many rows after another in such a list, or as far as there are any.
  public func operation(_ rows: Int, after number: Int?, withLoads: Bool) -> Int? {
    let history = world.observer.history
    guard withLoads else {
      let commands = history.commands
      guard let last = commands.indices.last else { return nil }
      let present = number.flatMap { number in commands.lastIndex { $0.index == number } }
      return commands[present.map { max(0, min(last, $0 + rows)) } ?? last].index
    }
    var found = number.flatMap { history[OperationID($0)] == nil ? nil : $0 }
    var place = found ?? history.end
    var rest = found == nil ? 1 : abs(rows)
    let step = found == nil || rows < 0 ? -1 : 1
    while rest > 0, (1..<max(1, history.end)).contains(place + step) {
      place += step
      if history[OperationID(place)] != nil {
        found = place
        rest -= 1
      }
    }
    return found
  }

  /// With more keys than these, what takes a look at each isn't worked out for a screen; `show metrics` does.
  private static let watchedKeys = 500

  /// The numeric facts at those positions: name, value with its unit, and meaning. Only these are worked out.
  public func metrics(_ positions: Range<Int>) -> [(name: String, value: String, summary: String)] {
    let facts = facts
    let isLarge = cluster.catalogue.names.keyCount > Self.watchedKeys
    let numeric = FactCatalog.numeric(in: cluster)
    return numeric[positions.clamped(to: numeric.indices)].map { fact in
      let name = fact.name
      if isLarge, name == "writes.lost" { return (name, "…", "Many keys: `show metrics` counts them.") }
      return (name, MetricText.text(fact, in: facts), fact.summary(under: cluster.scheme))
    }
  }

  /// How wide the names of the numeric facts are.
  public static let metricNameWidth = FactCatalog.numeric.map { TextWidth.of($0.name) }.max() ?? 0

  /// How many numeric facts there are.
  public var numberCount: Int { FactCatalog.numeric(in: cluster).count }
}

extension Session {
  /// With more operations than these, guarantees aren't judged while somebody watches.
  public static let watchedOperations = 2_000

  /// What the history so far has kept, for a screen; nil if it is too long to be judged again and again.
  public var guarantees: [GuaranteeReport]? {
    guard world.observer.history.count <= Self.watchedOperations else { return nil }
    let check = GuaranteeCheck(world)
    return check.reports(Guarantee.allCases)
  }

  /// How far the history has come: what was judged before holds until this changes.
  public var historyMark: Int { world.observer.history.count &* 1_000_003 &+ timeline.position }
}

extension Session {
  /// What happened lately, as a space-time diagram.
  ///
  /// - Parameters:
  ///   - scope: which events are looked at.
  ///   - selected: the event whose light cone is asked for; nil: none, and the latest rows are shown.
  ///   - count: about how many rows are wanted before the selected one or the end, and as many after it.
  public func spaceTime(
    _ scope: SpaceTimeReport.Scope, around selected: SpaceTimeReport.EventName? = nil, count: Int
  ) -> SpaceTimeReport {
    SpaceTimeReader(scope, in: timeline).report(around: selected, count: count)
  }
}
