import Analysis
import Insight
import Kernel
import Language
import Replication

/// What came of commands that change the cluster at their instant.
extension Session {
  func finding(_ input: Input, _ line: SourceLine, _ start: Standpoint) -> OutcomeFinding {
    let words = line.words
    let topology = cluster.topology
    switch input {
    case .setUp: return OutcomeFinding("a new cluster: \(newCluster); time begins anew")
    case .reseed(let seed): return OutcomeFinding("the seed is \(seed), and time begins anew")
    case .set: return OutcomeFinding("\(rest(of: words)) from now on")
    case .link(let delay, let kinds, let links):
      let what =
        kinds.count == MessageClass.allCases.count
        ? "" : " for \(kinds.map { String(describing: $0) }.joined(separator: ", "))"
      return OutcomeFinding("\(count(of: links)) \(takes(links)) \(DelayText.text(delay)) from now on\(what)")
    case .type(let key, let form):
      let kind = Article.indefinite(form?.rawValue ?? "register")
      return OutcomeFinding("\(Printable.named(key)) is \(kind) from now on")
    case .sync: return OutcomeFinding("synced by hand", .repair)
    case .repair: return OutcomeFinding("a round of repair begins", .repair)
    case .addClient(let name, let region):
      return OutcomeFinding("\(Printable.named(name)) asks from \(topology.name(of: region)) from now on")
    case .addConsumer(let name, _), .followConsumer(let name, _, _):
      return OutcomeFinding(beginning(ofConsumer: name))
    case .group(let change): return OutcomeFinding(self.words(of: change))
    case .follow(let follower, let author, _):
      return OutcomeFinding(
        "\(Printable.named(follower)) follows \(Printable.named(author)) from now on\(followers(of: author))")
    case .addFollowers(_, let author):
      return OutcomeFinding("\(Printable.named(author)) has more followers\(followers(of: author))")
    case .guarantee(let client, let guarantees):
      let name = Printable.named(cluster.clients[client].name)
      let promised = guarantees.map(\.rawValue).joined(separator: ", ")
      return OutcomeFinding("\(name) is promised \(promised.isEmpty ? "nothing any more" : promised)")
    case .operate: return OutcomeFinding("on its way")
    case .watch, .defect: return OutcomeFinding("decided")
    case .load(let plan):
      let rate = "\(CountedNoun("operation").text(plan.count)) every \(Quantity.text(plan.per))"
      let ramp = plan.ramp.map { _ in ", changing evenly to another rate," } ?? ""
      return OutcomeFinding("a load begins: \(rate)\(ramp) for \(Quantity.text(plan.duration))")
    case .moveLeader:
      return OutcomeFinding("a leadership is handed over")
    case .stopLoads:
      return OutcomeFinding("no load runs any more; \(CountedNoun("operation").text(cluster.openLoads)) of loads go on")
    case .fault(let fault): return finding(fault, start)
    case .deliver: return OutcomeFinding("it has arrived; \(start.message ?? "a message")")
    case .flush(let set):
      let caches = set.intersection(cluster.caches).count
      return OutcomeFinding("\(CountedNoun("cache").text(caches)) \(caches == 1 ? "keeps" : "keep") nothing any more")
    case .delay(_, let span):
      return OutcomeFinding("it takes \(Quantity.text(span)) longer; \(start.message ?? "a message")", .warning)
    case .drop: return OutcomeFinding("it is gone; \(start.message ?? "a message")", .warning)
    }
  }

  /// How large the present cluster is.
  var newCluster: String {
    let topology = cluster.topology
    let regions = CountedNoun("region").text(topology.regions.count)
    return "\(CountedNoun("replica").text(topology.replicas.count)) in \(regions), rf \(factors)"
  }

  private func finding(_ fault: Fault, _ start: Standpoint) -> OutcomeFinding {
    let before = start.adversity
    let cuts = Adversity(cluster).cuts
    switch fault {
    case .cut(let links):
      let fresh = cuts - (before?.cuts ?? 0)
      guard fresh > 0 else { return OutcomeFinding("it was cut already; \(directed(cuts)) are cut", .warning) }
      let more = fresh == cuts ? "" : "; \(cuts) are cut in all"
      return OutcomeFinding("\(reach(links, "no longer reach")): \(directed(fresh)) cut\(more)", .warning)
    case .heal(let links):
      let healed = (before?.cuts ?? 0) - cuts
      let left = cuts > 0 ? "; \(directed(cuts)) stay cut" : ""
      let words =
        healed > 0 ? "\(reach(links, "reach", " again")): \(directed(healed)) healed" : "nothing was cut there"
      return OutcomeFinding(words + left + hints, .good)
    case .healAll:
      let healed = (before?.cuts ?? 0) - cuts
      let left = cuts > 0 ? "; \(directed(cuts)) stay cut" : ""
      return OutcomeFinding((healed > 0 ? "healed \(directed(healed))" : "nothing was cut there") + left + hints, .good)
    case .crash(let set): return change(of: set, to: "down", before, .warning)
    case .restart(let set): return change(of: set, to: "running", before, .good, hints)
    case .wipe(let set): return OutcomeFinding("\(names(of: set)): down, and the disk is lost\(running)", .warning)
    case .pause(let set): return change(of: set, to: "paused", before, .warning)
    case .resume(let set): return change(of: set, to: "running", before, .good)
    case .slow(let links, let span):
      return OutcomeFinding("\(count(of: links)) \(takes(links)) \(longer(by: span))", span == .zero ? .good : .warning)
    case .slowReplicas(let set, let span):
      return OutcomeFinding(
        "what is sent to \(names(of: set)) takes \(longer(by: span))", span == .zero ? .good : .warning)
    case .lose(let share, let links):
      return OutcomeFinding("\(count(of: links)) now lose \(percent(share)) of the messages", .warning)
    case .duplicate(let share, let links):
      return OutcomeFinding("\(count(of: links)) now deliver \(percent(share)) of the messages twice", .warning)
    case .hold(let links): return OutcomeFinding("\(count(of: links)) hold what is sent\(heldMessages)", .warning)
    case .release(let links): return OutcomeFinding("\(count(of: links)) let messages go on\(heldMessages)", .good)
    case .destroy(let set):
      return OutcomeFinding("\(names(of: set)): every disk and message is lost\(running)", .warning)
    case .skewClient(let client, let span, let drift):
      return OutcomeFinding(
        "the clock of \(Printable.named(cluster.clients[client].name)) \(clock(span, drift))", .warning)
    case .skew(let set, let span, let drift):
      return OutcomeFinding("the clock of \(names(of: set)) \(clock(span, drift))", .warning)
    }
  }

  /// How many follow an author, behind a colon.
  private func followers(of author: String) -> String {
    let timelines = cluster.timelines
    let count = timelines.user(named: author).map { timelines.users[$0.index].followerCount } ?? 0
    return ": \(CountedNoun("follower").text(count)) in all"
  }

  /// Who has changed by a fault that stops or starts replicas, and who was so already.
  private func change(
    of set: ReplicaSet, to state: String, _ before: Adversity?, _ weight: LogLine.Weight, _ more: String = ""
  ) -> OutcomeFinding {
    let changed = set.filter { cluster.replicas.status(of: $0) != before?.statuses[$0.index] }
    guard !changed.isEmpty else {
      let status = Array(set).first.map { cluster.replicas.status(of: $0) } ?? .running
      return OutcomeFinding("nothing changes: \(names(of: set)) \(verb(set)) \(Self.word(for: status))", .warning)
    }
    return OutcomeFinding(
      "\(names(of: ReplicaSet(changed))) \(verb(ReplicaSet(changed))) \(state) now\(running)\(more)", weight)
  }

  private static func word(for status: Replica.Status) -> String {
    switch status {
    case .running: "running"
    case .crashed: "down"
    case .paused: "paused"
    }
  }

  // MARK: Words

  private func rest(of words: String) -> String {
    words.split(separator: " ", maxSplits: 1).last.map(String.init) ?? words
  }

  func directed(_ count: Int) -> String { CountedNoun("directed link").text(count) }

  func pairs(_ links: Fault.Links) -> Int {
    Network.pairs(from: links.from, to: links.to, bothWays: links.bothWays).count
  }

  private func takes(_ links: Fault.Links) -> String { CountedNoun("takes", "take").form(pairs(links)) }

  private func longer(by span: TimeSpan) -> String {
    span == .zero ? "no longer than ever" : "\(Quantity.text(span)) longer"
  }

  private func percent(_ share: Probability) -> String { Quantity.percent(Double(share.millionths) / 1_000_000) }

  private func clock(_ span: TimeSpan, _ drift: Int64) -> String {
    let lead = span == .zero ? "is right" : "is \(Quantity.text(span)) ahead"
    return drift == 0 ? lead : "\(lead) and gains \(Quantity.text(TimeSpan(microseconds: drift))) a second"
  }

  private func verb(_ set: ReplicaSet) -> String { CountedNoun("is", "are").form(set.count) }

  /// The names, the first few of them.
  func names(of set: ReplicaSet) -> String {
    let names = set.prefix(4).map { cluster.topology.name(of: $0) }.joined(separator: " ")
    return set.count > 4 ? "\(names) and \(set.count - 4) more" : names
  }

  /// How many replicas run, where not all do.
  private var running: String {
    let all = cluster.topology.replicas.count
    let running = cluster.topology.replicaIDs.count { cluster.replicas.status(of: $0) == .running }
    return running == all ? "" : "; \(running) of \(all) run"
  }

  private var hints: String {
    let count = cluster.scheme.features.contains(.hints) ? cluster.pendingHints : 0
    return count == 0 ? "" : "; \(CountedNoun("hint").text(count)) \(CountedNoun("waits", "wait").form(count))"
  }

  private var heldMessages: String {
    let count = cluster.messagesInFlight.count { $0.arrives == nil }
    return count == 0 ? "" : "; \(CountedNoun("message").text(count)) \(CountedNoun("waits", "wait").form(count))"
  }
}
