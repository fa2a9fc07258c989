import Insight
import Kernel
import Language
import Replication

extension Timeline {
  /// Why something is not so; or that it is.
  package func explanation(of question: WhyNot) -> Explanation {
    switch question {
    case .available(let plan): whyNotAvailable(plan)
    case .siblings(let key): whyNoSiblings(key)
    case .converged(let key): whyNotConverged(key)
    }
  }

  /// Why it can't be told; nil if it can.
  package func refusal(toExplain question: WhyNot) -> String? {
    let name: String? =
      switch question {
      case .available: nil
      case .siblings(let key): key
      case .converged(let key): key
      }
    guard let name, cluster.catalogue.names.key(named: name) == nil else { return nil }
    return "no operation has touched a key `\(Printable.named(name))`"
  }

  // MARK: Available

  private func whyNotAvailable(_ plan: OperationPlan) -> Explanation {
    var trial = Trial(self)
    let asked = plan.subject(in: cluster) + plan.level.clause
    guard let id = trial.issue(plan) else {
      return Explanation(title: "\(asked) can't be carried out now.")
    }
    _ = trial.play(until: id, atMost: Fork.horizon)
    guard let found = Explanation(of: id.index, in: trial.timeline), let report = OperationReport(id, in: trial.world)
    else {
      return Explanation(title: "\(asked) goes on for longer than is played here.")
    }
    let isAnswered = report.outcome == .ok
    var explanation = Explanation(
      title: isAnswered
        ? "It is available: issued now, \(asked) would be answered after \(report.latency)."
        : "Issued now, \(asked) would end as \(report.shortOutcome).")
    if !isAnswered { explanation.chapters = found.chapters }
    explanation.remedies = isAnswered ? [] : found.remedies
    return explanation
  }

  // MARK: Siblings

  private func whyNoSiblings(_ name: String) -> Explanation {
    let shown = Printable.named(name)
    guard let key = cluster.catalogue.names.key(named: name) else {
      return Explanation(title: "\(shown) was never used.")
    }
    let explainer = Explainer(self, Explanation(title: ""))
    let catalogue = cluster.catalogue
    let standing = cluster.environment.owners(of: key).members.map { owner in
      (
        owner,
        ValueText.siblings(
          of: cluster.cell(key, at: owner).version, key, in: cluster, at: cluster.reading(of: owner)
        ).count
      )
    }
    let form = cluster.environment.form(of: key)
    if let (owner, count) = standing.first(where: { $0.1 > 1 }), form.isRegister {
      return Explanation(
        title: "There are siblings: \(cluster.topology.name(of: owner)) holds \(count) values of \(shown) side by side."
      )
    }
    var explanation = Explanation(title: "No values of \(shown) stand side by side.")
    let writes = catalogue.versions.ids.filter {
      let version = catalogue.version($0)
      return $0 != .none && version.key == key && version.operation != .none
    }
    let pairs = Array(zip(writes, writes.dropFirst()))
    let looks = standing.map { Evidence.copy($0.0, key, position: cluster.position) }
    guard let quotes = Quotes(writes.map { .version($0) } + looks) else { return explanation }
    switch form {
    case .lastWriterWins:
      let unseen = pairs.count { catalogue.relation($0, $1) == .concurrent }
      explanation.add(
        "How the key is kept",
        [explainer.fact(.present(.oneValue(key, writes: writes.count, unseen: unseen)), nil, quotes)])
    case let form where form.isRegister:
      let facts = pairs.suffix(Explainer.shown).map { before, after -> Explanation.Fact in
        let (first, second) = (catalogue.version(before), catalogue.version(after))
        let isKnown = catalogue.vectors.contains(second.vector, writer: first.writer, counter: first.counter)
        let sight: PresentClaim.Sight =
          if catalogue.holdsBeside(after, before) {
            .stoodBeside
          } else if isKnown {
            form.takesContext ? .replaced : .known
          } else {
            .absent
          }
        return explainer.fact(
          .present(.sequel(after, before: before, sight)), second.accepted, Quotes(.version(after), [.version(before)]))
      }
      let few = [explainer.fact(.present(.fewWrites(key, writes.count)), nil, quotes)]
      explanation.add("What each write had seen", facts.isEmpty ? few : Array(facts))
    case .siblings, .plainSiblings, .mvRegister, .counter, .growCounter, .growSet, .twoPhaseSet, .orSet, .row:
      explanation.add("How the key is kept", [explainer.fact(.present(.merges(key, form)), nil, quotes)])
    }
    return explanation
  }
}

extension OperationPlan {
  /// What it does to what, such as `write cart`: a post and a timeline are somebody's, a consumer's name is its client's.
  fileprivate func subject(in cluster: Cluster) -> String {
    if let author { return "post \(Printable.named(author))" }
    switch kind {
    case .timeline: return "timeline \(Printable.named(value ?? ""))"
    case .consume: return "consume \(Printable.named(cluster.clients[client].name))"
    case .read, .write, .delete, .add, .remove, .increment: return "\(kind.rawValue) \(Printable.named(key))"
    }
  }
}

extension Catalogue {
  /// Whether a state keeps what an earlier version wrote beside something else.
  fileprivate func holdsBeside(_ version: VersionID, _ earlier: VersionID) -> Bool {
    guard let state = state(of: version), case .dotted(let items) = state.content else { return false }
    let written = self.version(earlier)
    return items.entries.contains { $0.dot.writer == written.writer && $0.dot.counter == written.counter }
  }
}
