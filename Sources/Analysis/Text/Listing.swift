import Insight
import Kernel
import Language
import Replication

/// What `show` and its kin answer.
extension Listing {
  package static func lines(for target: ShowTarget, in timeline: Timeline, _ facts: FactContext) -> [String] {
    let cluster = timeline.cluster
    switch target {
    case .key(let name): return key(name, cluster)
    case .clocks(let name): return clocks(name, cluster)
    case .messages: return messages(cluster)
    case .hints: return hints(cluster)
    case .links: return links(cluster)
    case .metrics: return metrics(facts)
    case .lag: return LagReport(timeline).lines + ThreeLags(facts).lines
    case .serviceLevels: return WindowReport(timeline).lines
    case .alerts: return AlertReport(timeline).lines
    case .session(let client): return sessions(client, cluster)
    case .merkle(let first, let second): return merkle(first, second, cluster)
    case .roles: return cluster.primary == nil ? roles(cluster) : cacheRoles(cluster)
    case .backlog: return whatWaits(cluster)
    case .cost: return CostReport(in: facts).lines
    case .timeline(let user, let region): return TimelineReport(of: user, in: region, timeline)?.lines ?? []
    case .path(let number):
      guard let id = number ?? cluster.commandOperations.last?.index else { return ["no operation yet"] }
      return PathReport(of: id, in: timeline)?.lines ?? [
        "operation \(id) has not ended, or there is none of that number"
      ]
    }
  }

  /// What each owner holds of a key, and how it stands to the newest.
  private static func key(_ name: String, _ cluster: Cluster) -> [String] {
    let copies = CopyReport.copies(of: name, in: cluster)
    let rows = copies.map { copy in
      [
        copy.replica, state(of: copy), copy.shownValue, copy.vector,
        copy.relation.words, copy.age.map { Quantity.figure($0) } ?? "",
      ]
    }
    return table([["replica", "", "value", "clock", "against newest", "age"]] + rows, right: [5])
  }

  /// Why a copy isn't like others: its replica doesn't run, or stands in for an owner.
  private static func state(of copy: CopyReport) -> String {
    let status = copy.status == .running ? [] : [copy.status.rawValue]
    guard copy.isStandIn else { return status.joined() }
    let place = copy.standsInFor.isEmpty ? "no owner" : "for \(copy.standsInFor.joined(separator: ", "))"
    return ([place] + status).joined(separator: ", ")
  }

  private static func clocks(_ name: String, _ cluster: Cluster) -> [String] {
    let copies = CopyReport.copies(of: name, in: cluster)
    let writers = Set(copies.flatMap(\.counters.keys)).sorted { ($0.replica, $0) < ($1.replica, $1) }
    let header = ["replica", "value"] + writers.map { cluster.topology.name(ofWriter: $0) }
    let rows = copies.map { copy in
      [copy.replica, copy.shownValue] + writers.map { copy.counters[$0].map { "\($0)" } ?? "·" }
    }
    return table([header] + rows, right: Set(2..<(2 + writers.count)))
  }

  private static func messages(_ cluster: Cluster) -> [String] {
    let inFlight = cluster.messagesInFlight
    guard !inFlight.isEmpty else { return ["no message is in flight"] }
    let rows = inFlight.map { message in
      [
        "\(message.number)", MessageText.route(message.event, cluster), MessageText.contents(message.event, cluster),
        Quantity.milliseconds(message.departed.microseconds),
        message.arrives.map { Quantity.milliseconds($0.microseconds) } ?? "held",
        message.arrives.map { "in " + Quantity.figure($0 - cluster.now) } ?? "",
      ]
    }
    return table([["number", "route", "contents", "left", "arrives", ""]] + rows, right: [0, 3, 4, 5])
  }

  /// The trees of two replicas: every level's hashes where they differ, and the keys of the leaves that do.
  private static func merkle(_ first: ReplicaID, _ second: ReplicaID, _ cluster: Cluster) -> [String] {
    let trees = cluster.digestTrees(of: first, second)
    let depth = trees.first.depth
    let leaves = trees.first.leaves(differingFrom: trees.second)
    let names = [first, second].map { cluster.topology.name(of: $0) }
    let summary =
      "\(names[0]) ⇄ \(names[1]): depth \(depth), \(leaves.count) of \(CountedNoun("leaf", "leaves").text(1 << depth)) \(CountedNoun("differs", "differ").form(leaves.count))"
    var lines = [summary]
    for leaf in leaves.prefix(16) {
      let path = (0...depth).map { level in
        let place = leaf >> (depth - level)
        return
          "\(short(trees.first.hash(level: level, place: place)))≠\(short(trees.second.hash(level: level, place: place)))"
      }
      let keys = cluster.keys(inLeaf: leaf, depth: depth, of: first, second)
      lines.append("leaf \(leaf)  " + path.suffix(4).joined(separator: " › "))
      lines += keys.prefix(8).map { key in
        let held = [first, second].map { replica in
          ValueText.text(of: cluster.cell(key, at: replica).version, key, in: cluster, at: cluster.reading(of: replica))
            .map(Printable.escaped) ?? "–"
        }
        return "  \(Printable.escaped(cluster.catalogue.names.name(of: key)))  \(held[0]) | \(held[1])"
      }
      if keys.count > 8 { lines.append("  … and \(CountedNoun("more key").text(keys.count - 8))") }
    }
    if leaves.count > 16 { lines.append("… and \(CountedNoun("more leaf", "more leaves").text(leaves.count - 16))") }
    return lines
  }

  static func short(_ hash: UInt64) -> String { String(String(hash | 1 << 63, radix: 16).suffix(4)) }

  private static func hints(_ cluster: Cluster) -> [String] {
    var rows: [[String]] = []
    for replica in cluster.replicas.elements {
      for (target, hints) in cluster.hints(of: replica.id).pending where !hints.isEmpty {
        for hint in hints.prefix(20) {
          let version = cluster.catalogue.version(hint.version)
          rows.append([
            cluster.topology.name(of: replica.id), cluster.topology.name(of: target),
            MessageText.assignment(of: hint.version, cluster),
            Quantity.figure(cluster.now - hint.stored),
            "op \(version.operation.index)",
          ])
        }
        if hints.count > 20 { rows.append(["", "", "… and \(hints.count - 20) more"]) }
      }
    }
    guard !rows.isEmpty else { return ["no hint waits"] }
    return table([["kept by", "for", "version", "age", ""]] + rows, right: [3])
  }

  private static func links(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows: [[String]] = []
    for first in topology.regionIDs {
      for second in topology.regionIDs where second >= first {
        let there = Network.pairs(from: topology.set(of: first), to: topology.set(of: second), bothWays: false)
        guard let pair = there.first else { continue }
        let back = Network.Pair(from: pair.to, to: pair.from)
        let cuts = (there + there.map { Network.Pair(from: $0.to, to: $0.from) })
          .filter { cluster.network.isCut($0.from, $0.to) }.count
        let delays = [pair, back].map { DelayText.text(cluster.network.delay($0.from, $0.to, .write)) }
        rows.append([
          topology.name(of: first), topology.name(of: second),
          delays[0] == delays[1] ? delays[0] : "\(delays[0]) there, \(delays[1]) back",
          LinkText.faults(cluster.network.link(pair.from, pair.to)),
          cuts == 0
            ? "" : "\(Set(there).count * 2 == cuts || first == second && there.count == cuts ? "cut" : "cut in part")",
        ])
      }
    }
    return table([["from", "to", "one-way delay", "", ""]] + rows)
  }

  private static func metrics(_ facts: FactContext) -> [String] {
    let rows = FactCatalog.numeric(in: facts.cluster).map {
      [$0.name, MetricText.text($0, in: facts), $0.summary(under: facts.cluster.scheme)]
    }
    return table(rows, right: [1])
  }

  package static func branches(of timeline: Timeline) -> [String] {
    let rows = timeline.branches.enumerated().map { index, branch in
      [
        index == timeline.current ? "►" : "", branch.name,
        branch.parent.map { "from \(timeline.branches[$0.index].name) at event \($0.position)" } ?? "",
        "event \(branch.tip.position)", Quantity.milliseconds(branch.tip.time.microseconds),
      ]
    }
    return table(rows, right: [3, 4])
  }
}

package enum MetricText {
  /// What a fact that needs nothing in parentheses is worth; a share of few things is said as a count.
  package static func text(_ fact: FactSpecification, in facts: FactContext) -> String {
    if let (part, whole) = FactEvaluation.all[fact.name]?.counts?(facts) { return Quantity.share(part, of: whole) }
    let value = facts.value(.named(fact.name, []))
    return switch value {
    case .none: "–"
    // The present is an instant, which can be gone to, and no measurement.
    case .duration(let span) where fact.name == "now": Quantity.milliseconds(span)
    case .duration(let span): Quantity.figure(TimeSpan(microseconds: span))
    case .number(let number) where fact.unit == .share: Quantity.figure(share: number)
    case .number(let number): number == number.rounded() ? Quantity.number(number) : Quantity.figure(number)
    case .boolean, .text: value.text
    }
  }
}
