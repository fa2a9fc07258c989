import Foundation
import Insight
import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// What is said of operations of random histories is true of the history, sentence by sentence: all operation kinds,
/// levels, phases and settings of the soak's scripts.
///
/// `make soak` explains 1,000 operations, or as many as `WHY_EXPLANATIONS` says.
@Suite struct WhyPropertyTests {
  private static let wanted =
    ProcessInfo.processInfo.environment["WHY_EXPLANATIONS"].flatMap(Int.init) ?? 120

  /// What has been explained.
  private struct Account {
    var explanations = 0
    var sentences = 0
    var mutations = 0
    var kinds: Set<String> = []
    var levels: Set<String> = []
    var outcomes: Set<String> = []
    var claims: [String: Int] = [:]
    var flaws: [String] = []
  }

  @Test(.timeLimit(.minutes(30))) func everySentenceQuotesWhatHappenedAndNoOtherRecordWillDo() throws {
    var account = Account()
    var seed = 0
    while account.explanations < Self.wanted, seed < 4 * Self.wanted {
      seed += 1
      explainSome(of: SoakRun(seed: seed, length: 20 + seed % 5 * 20), seed, &account)
    }
    for flaw in account.flaws.prefix(20) { Issue.record("\(flaw)") }
    #expect(account.explanations >= Self.wanted, "\(account.explanations) explanations of \(seed) scripts")
    #expect(account.outcomes.count == 3, "\(account.outcomes)")
    #expect(account.kinds.count == OperationKind.allCases.filter { $0.hasKey }.count, "\(account.kinds)")
    let levels = ConsistencyLevel.allCases.filter { level in
      OperationKind.allCases.contains { SchemeSpecification.leaderless.levels(of: $0).contains(level) }
    }
    #expect(account.levels.count == levels.names.count, "\(account.levels)")
    #expect(account.mutations > account.sentences, "\(account.mutations) of \(account.sentences) sentences")
    print("\(account.explanations) explanations, \(account.sentences) sentences, \(account.mutations) mutations")
    print(account.claims.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
  }

  private func explainSome(of run: SoakRun, _ seed: Int, _ account: inout Account) {
    let session = run.session
    var dice = Dice(seed: seed)
    let all = session.world.observer.history.all.map(\.operation)
    // Few of a script, so that there are many; the rare ones first.
    let rare = all.filter { $0.outcome != .ok || $0.level.isSerial }
    let some =
      (0..<2).compactMap { _ in rare.isEmpty ? nil : dice.pick(rare) }
      + (0..<2).compactMap { _ in all.isEmpty ? nil : dice.pick(all) }
      + session.world.observer.history.all.filter(\.isStale).prefix(1).map(\.operation)
    guard !some.isEmpty else { return }
    let witness = Witness(session)
    for operation in some {
      let context = "seed \(seed), op \(operation.id.index)"
      guard let explanation = Explanation(of: operation.id.index, in: session.timeline) else {
        account.flaws.append("\(context) is not explained")
        continue
      }
      account.explanations += 1
      account.kinds.insert(operation.kind.rawValue)
      account.levels.insert(operation.level.name ?? "")
      account.outcomes.insert(operation.outcome?.rawValue ?? "")
      if !explanation.lines.allSatisfy({ TextWidth.of($0) <= 80 }) { account.flaws.append("\(context): too wide") }
      for fact in explanation.facts {
        account.sentences += 1
        account.claims[Self.name(of: fact.claim), default: 0] += 1
        if let flaw = witness.flaw(in: fact) ?? Grammar.slip(in: fact.text) {
          account.flaws.append("\(context): \(flaw): \(fact.text)")
        } else if let survivor = mutate(fact, witness, &dice, &account) {
          account.flaws.append("\(context): \(survivor): \(fact.text)")
        }
      }
    }
  }

  private static func name(of claim: Claim) -> String {
    let text = "\(claim)"
    return text.split(separator: "(").prefix(2).map { $0.split(separator: ".").last.map(String.init) ?? "" }
      .joined(separator: ".")
  }

  /// Drops and alters one quoted record: what is said must then be found untrue. Returns what went unnoticed.
  private func mutate(
    _ fact: Explanation.Fact, _ witness: Witness, _ dice: inout Dice, _ account: inout Account
  ) -> String? {
    let quoted = fact.quotes.all.compactMap { evidence -> RecordID? in
      if case .record(let id) = evidence { id } else { nil }
    }
    guard !quoted.isEmpty else { return nil }
    let id = dice.pick(quoted)
    account.mutations += 1
    if witness.remembering(nil, as: id).flaw(in: fact) == nil { return "it stands without \(id)" }
    guard let record = witness.records[id], let other = record.altered else { return nil }
    account.mutations += 1
    return witness.remembering(other, as: id).flaw(in: fact) == nil ? "it stands with \(other.what)" : nil
  }

  // MARK: What is said of stale reads

  @Test(arguments: 1...min(200, WhyPropertyTests.wanted / 5)) func everyStaleReadIsExplainedAndTheClaimsAreTrue(
    seed: Int
  ) throws {
    let session = try play(RandomScript(seed: seed, length: 45).text).session
    let world = session.world
    let stale = world.observer.history.all.filter(\.isStale)
    let witness = stale.isEmpty ? nil : Witness(session)
    for entry in stale {
      let read = entry.operation
      let context: Comment = "seed \(seed), op \(read.id.index)"
      let explanation = try #require(Explanation(of: read.id.index, in: session.timeline), context)
      let missed = world.observer.staleness.missed(read, world.cluster.catalogue)
      #expect(
        !missed.isEmpty && missed.allSatisfy { version in explanation.misses.contains { $0.version == version } },
        context)
      for fact in explanation.facts {
        let flaw = witness?.flaw(in: fact)
        #expect(flaw == nil, "\(context): \(flaw ?? "") \(fact.text)")
      }
      #expect(explanation.lines.allSatisfy { TextWidth.of($0) <= 80 }, context)
    }
    for entry in world.observer.history.all.prefix(40) {
      #expect(Explanation(of: entry.operation.id.index, in: session.timeline) != nil, "seed \(seed)")
    }
  }
}

extension Record {
  /// The same of another replica, operation or kind; nil where nothing else could stand there.
  fileprivate var altered: Record? {
    let what: What? =
      switch self.what {
      case .began(let operation): .began(OperationID(operation.index + 1))
      case .ended(let operation): .ended(OperationID(operation.index + 1))
      case .step(let operation, let replica, let step): .step(OperationID(operation.index + 1), by: replica, step)
      case .lacked(let operation, let replica, let origin):
        .lacked(operation, by: replica, origin: OperationID(origin.index + 1))
      case .accepted: .wiped(ReplicaID(0))
      case .stored(let version, let replica, let reception, let held, let kind):
        .stored(version, at: ReplicaID(replica.index + 1), reception, over: held, by: kind)
      case .hinted(let version, let replica, let target):
        .hinted(version, by: replica, target: ReplicaID(target.index + 1))
      case .hintExpired(let version, let judge, let target):
        .hintExpired(version, by: judge, target: ReplicaID(target.index + 1))
      case .wiped(let replica): .wiped(ReplicaID(replica.index + 1))
      case .liveness(let replica, let status): .liveness(ReplicaID(replica.index + 1), status)
      case .delivered(let message, let departed):
        .delivered(message, departed: Instant(microseconds: departed.microseconds - 1))
      case .lost(let message, let loss, let departed):
        .lost(message, loss == .cut ? .network : .cut, departed: departed)
      case .promoted, .replaced, .closed, .clientMessageLost, .noticed, .reaped, .handedBack, .repaired, .retried,
        .input:
        nil
      }
    return what.map { Record(at: at, what: $0) }
  }
}
