import Insight
import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// What is said of random clusters in the middle of their troubles, asked why something is not so: every sentence is true,
/// and whoever follows the advice gets what it promises.
@Suite struct WhyNotPropertyTests {
  /// A soak's script without its recovery.
  private func session(_ seed: Int) throws -> Workbench.Session { try played(seed).session }

  private func played(_ seed: Int) throws -> (session: Workbench.Session, text: String) {
    var script = SoakScript(seed: seed)
    var lines: [String] = []
    var session = Workbench.Session()
    var operations: [OperationReport] = []
    func play(_ line: String) throws {
      lines.append(line)
      try session.execute(.prompt(line), isPrompt: false) { event in
        if case .operation(let operation) = event { operations.append(operation) }
      }
    }
    for line in script.setUp { try play(line) }
    for _ in 0..<(10 + seed % 4 * 15) { try play(script.next(after: operations)) }
    return (session, lines.joined(separator: "\n"))
  }

  private func flaws(_ explanation: Explanation, _ witness: Witness) -> [String] {
    explanation.facts.compactMap { fact in
      witness.flaw(in: fact).map { "\($0): \(fact.text)" } ?? Grammar.slip(in: fact.text)
    } + (Grammar.slip(in: explanation.title).map { [$0] } ?? [])
  }

  // MARK: Converged

  @Test(arguments: 1...60) func whatIsLeftIsThereAndTheAdviceBringsItAbout(seed: Int) throws {
    let (session, text) = try played(seed)
    let witness = Witness(session)
    for name in [nil] + session.keys.map(Optional.some) {
      let explanation = session.timeline.explanation(of: .converged(name))
      let context = "seed \(seed), \(name ?? "all keys")\n\(text)"
      for flaw in flaws(explanation, witness) { Issue.record("\(context): \(flaw)") }
      // What waits for who is down changes nothing among those that run.
      let chapters = explanation.chapters.filter { $0.heading != "What is kept for who is down" }
      #expect(chapters.isEmpty == session.cluster.isConvergedByHand(on: name), "\(context)")
      for fact in explanation.facts {
        guard case .present(.agreeAfter(let commands, let span, let revived)) = fact.claim else { continue }
        if let flaw = try flaw(inAdvice: commands, span, revived, on: name, session) {
          Issue.record("\(context): \(flaw): \(fact.text)")
        }
      }
    }
  }

  /// Carries the advice out, as somebody would at the prompt.
  private func flaw(
    inAdvice commands: [String], _ span: TimeSpan, _ revived: [KeyID], on name: String?, _ session: Workbench.Session
  ) throws -> String? {
    var copy = session
    copy.timeline.fork("advice")
    if copy.cluster.openLoads > 0 || copy.cluster.loadEnd != nil {
      try copy.execute(.prompt("load stop"), isPrompt: false) { _ in }
    }
    let start = copy.now
    for command in commands { try copy.execute(.prompt(command), isPrompt: false) { _ in } }
    // A repair is awaited at the prompt.
    if copy.now < start + span {
      var goal = Goal.instant(start + span)
      _ = copy.pursue(&goal, until: .end, atMost: .max) { _ in }
    }
    guard copy.cluster.isConvergedByHand(on: name) else { return "they don't agree" }
    for key in copy.cluster.catalogue.names.keys where name == nil || copy.cluster.catalogue.names.name(of: key) == name
    {
      let isBack = zombies(key, copy.world) > zombies(key, session.world)
      if isBack != revived.contains(key) { return isBack ? "a zombie spreads unsaid" : "nothing comes back" }
    }
    return nil
  }

  /// How many copies of a key hold something that lives although an acknowledged update which ended it, or has ended
  /// itself since, wins over it.
  private func zombies(_ key: KeyID, _ world: World) -> Int {
    let cluster = world.cluster
    let catalogue = cluster.catalogue
    let acknowledged = world.observer.history.all.map(\.operation).filter {
      $0.key == key && $0.isAcknowledgedUpdate && $0.version != .none
    }.map(\.version)
    return cluster.environment.owners(of: key).members.count { owner in
      let (held, reading) = (cluster.cell(key, at: owner).version, cluster.reading(of: owner))
      guard held != .none, !catalogue.isDead(held, at: reading) else { return false }
      return acknowledged.contains {
        catalogue.isDead($0, at: reading) && catalogue.wins($0, over: held)
          && !catalogue.isSuperseded($0, byHeld: held, seen: .none)
      }
    }
  }

  // MARK: Siblings and availability

  @Test(arguments: 1...60) func whatIsSaidOfSiblingsIsTrue(seed: Int) throws {
    let session = try session(seed)
    let witness = Witness(session)
    for name in session.keys {
      for flaw in flaws(session.timeline.explanation(of: .siblings(name)), witness) {
        Issue.record("seed \(seed), \(name): \(flaw)")
      }
    }
  }

  @Test(arguments: 1...40) func whatIsSaidToBeAvailableIsAnswered(seed: Int) throws {
    let session = try session(seed)
    var dice = Dice(seed: seed)
    for kind in [OperationKind.read, .write] {
      let key = dice.pick(["a", "b", "new"])
      let region = dice.pick(Array(session.cluster.topology.regionIDs))
      var plan = session.timeline.probe(kind, key, .one, from: region)
      for level in session.timeline.levels(of: plan) {
        plan.level = level
        let title = session.timeline.explanation(of: .available(plan)).title
        var copy = session
        copy.timeline.fork("asked")
        copy.timeline.makeRoom(at: copy.cluster.nextStart)
        let id = OperationID(copy.cluster.nextOperation)
        copy.timeline.perform(.operate(plan))
        while copy.world.observer.history[id] == nil, copy.timeline.step() {}
        let report = try #require(OperationReport(id, in: copy.world), "seed \(seed)")
        let isSaid = title.hasPrefix("It is available")
        #expect(isSaid == (report.outcome == .ok), "seed \(seed): \(title), \(report.result)")
        if isSaid { #expect(title.hasSuffix("after \(report.latency)."), "seed \(seed): \(title)") }
      }
    }
  }
}

/// Slips that are seen without knowing what a sentence is about.
enum Grammar {
  private static let plurals = [
    "copies", "answers", "writes", "replicas", "hints", "keys", "levels", "coordinators", "microseconds", "such things",
    "more", "values",
  ]

  /// A number that its noun or verb does not go with, a name that isn't seen, or a gap; nil if there is none.
  static func slip(in text: String) -> String? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(",.;:()")
    }
    for (number, noun) in zip(words, words.dropFirst()) where number == "1" && plurals.contains(noun) && noun != "more"
    {
      return "1 \(noun): \(text)"
    }
    if zip(words, words.dropFirst()).contains(where: { $0 == "1" && $1 == "more" }),
      let more = words.firstIndex(of: "more"), more + 1 < words.count, plurals.contains(words[more + 1])
    {
      return "1 more \(words[more + 1]): \(text)"
    }
    for gap in ["  ", " ,", " .", " ;", "0 of 0", "to  "] where text.contains(gap) { return "a gap: \(text)" }
    return nil
  }
}

extension Substring {
  fileprivate func trimmingCharacters(_ set: String) -> String {
    var rest = self
    while let last = rest.last, set.contains(last) { rest = rest.dropLast() }
    while let first = rest.first, set.contains(first) { rest = rest.dropFirst() }
    return String(rest)
  }
}

extension Cluster {
  /// Whether the live copies of a key, or of all, hold the same, nothing that travels would change one, and no update goes
  /// on that has yet to be written.
  fileprivate func isConvergedByHand(on name: String?) -> Bool {
    let keys = catalogue.names.keys.filter { name == nil || catalogue.names.name(of: $0) == name }
    return keys.allSatisfy { key in
      agrees(on: key, live) && !mayWriteYet(key)
        && !replicas.elements.contains { keeper in
          // Also those of a replica that is down, which it will send once it is back.
          hints(of: keeper.id).pending.contains { target, hints in
            live.contains(target)
              && hints.contains { catalogue.version($0.version).key == key && !has($0.version, target) }
          }
        }
        && !journeys.contains { journey in
          catalogue.version(journey.version).key == key && live.contains(journey.target)
            && !has(journey.version, journey.target)
        }
    }
  }

  private func mayWriteYet(_ key: KeyID) -> Bool {
    (0..<nextOperation).map { OperationID($0) }.contains { id in
      handover(of: id).map { keyHandedOver(by: $0) == key } ?? false
    }
      || openOperations.contains { open in
        open.key == key && open.kind.isUpdate && open.outcome == nil
          && !catalogue.versions.ids.contains { version in
            version != .none && catalogue.version(version).operation == open.id && !holders(of: version).isEmpty
          }
      }
  }
}
