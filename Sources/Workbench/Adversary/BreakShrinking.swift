import Analysis
import Kernel
import Language
import Replication

/// Makes a counterexample smaller: fewer commands, fewer replicas, fewer faults, rounder spans. What is kept fails the same claim,
/// which holds without the faults: otherwise another thing would be shown.
///
/// Delta debugging (Zeller and Hildebrandt, IEEE TSE 2002) one command at a time, since a script is short. A fault is found again by
/// what it does to whom, not by its place, which moves when commands go.
struct BreakShrinking {
  /// How many runs it may take.
  private static let most = 2_000
  /// To how many places a fault is tried to be moved.
  private static let places = 8

  private(set) var plan: BreakPlan
  private(set) var run: BreakSearch.Run
  private(set) var runs = 0
  private let seed: UInt64?
  private let deadline: Instant

  /// Begins with a run in which a claim did not hold.
  init(_ run: BreakSearch.Run, _ plan: BreakPlan, seed: UInt64?, by deadline: Instant) {
    (self.run, self.plan, self.seed, self.deadline) = (run, plan, seed, deadline)
  }

  /// Shrinks until nothing more can go.
  mutating func shrink() {
    var isSmaller = true
    while isSmaller, runs < Self.most {
      isSmaller = false
      for place in run.faults.indices.reversed() where run.faults[safe: place]?.cost == 1 {
        isSmaller = attempt(plan, without: place) || isSmaller
      }
      // Without its line a cluster would be the default one, of more replicas.
      for place in plan.lines.indices.reversed() where !plan.lines[place].isCluster {
        var smaller = plan
        smaller.lines.remove(at: place)
        isSmaller = attempt(smaller) || isSmaller
      }
      for smaller in fewerReplicas { isSmaller = attempt(smaller) || isSmaller }
      for smaller in plan.withFewerKeys { isSmaller = attempt(smaller) || isSmaller }
    }
    for place in plan.lines.indices {
      // The shortest that will do.
      _ = plan.withShorterSpans(at: place).first { attempt($0) }
    }
    roundDelays()
  }

  private mutating func attempt(_ smaller: BreakPlan, without place: Int? = nil) -> Bool {
    var faults = run.faults
    if let place { faults.remove(at: place) }
    // Without faults the claim is false of the script itself, and then every command that it needs has to stay.
    guard runs < Self.most else { return false }
    runs += 1
    let base = BreakSearch.run(smaller, [], from: 0, of: .adversarial(seed: seed), observesMoments: true)
    let isFaultless = run.faults.isEmpty
    guard base.isKept == (isFaultless ? false : true) else { return false }
    guard !isFaultless else {
      // Something has to be left that can be false: not a claim about an operation that isn't there any more.
      guard base.play.session.cluster.nextOperation == run.play.session.cluster.nextOperation else { return false }
      (plan, run) = (smaller, base)
      return true
    }
    guard let found = fit(faults[...], into: base, smaller) else { return false }
    (plan, run) = (smaller, found)
    return true
  }

  /// Finds places for faults in another run, so that the claim does not hold; nil if there are none.
  private mutating func fit(
    _ faults: ArraySlice<AdversaryFault>, into base: BreakSearch.Run, _ plan: BreakPlan
  ) -> BreakSearch.Run? {
    guard let first = faults.first else { return base.isKept == false ? base : nil }
    var open = plan
    open.kinds = AdversaryFaultKind.allCases
    let wanted = Sketch(first.act, run.play.session.cluster)
    let cluster = base.play.session.cluster
    let choices = BreakChoices(base.play, open, deadline).all.filter { Sketch($0.fault.act, cluster) == wanted }
    // From the end: what comes last is nearest to what the claim is about.
    for choice in choices.suffix(Self.places).reversed() where runs < Self.most {
      var fault = choice.fault
      if case .delay(_, let span) = first.act, case .lose(let delivery) = fault.act {
        fault = AdversaryFault(position: fault.position, act: .delay(delivery, by: span))
      }
      runs += 1
      let next = BreakSearch.follow(base, fault, plan, observesMoments: true)
      if next.isPlayed, let found = fit(faults.dropFirst(), into: next, plan) { return found }
    }
    return nil
  }

  /// The script on clusters of one replica less in a region.
  private var fewerReplicas: [BreakPlan] {
    guard let place = plan.lines.firstIndex(where: \.isCluster) else { return [] }
    let line = plan.lines[place]
    let words = line.command.split(separator: " ").map(String.init)
    return words.indices.compactMap { index in
      let parts = words[index].split(separator: ":")
      guard parts.count == 2, let count = Int(parts[1]), count > 1 else { return nil }
      var fewer = words
      fewer[index] = "\(parts[0]):\(count - 1)"
      var smaller = plan
      smaller.lines[place] = SourceLine(file: line.file, number: line.number, text: fewer.joined(separator: " "))
      return smaller
    }
  }

  /// Gives late messages round delays, where they do as well.
  private mutating func roundDelays() {
    for place in run.faults.indices {
      guard case .delay(let delivery, let span) = run.faults[place].act else { continue }
      for unit in [TimeSpan.seconds(1), .milliseconds(100), .milliseconds(10), .milliseconds(1)] {
        let rounded = (span.microseconds + unit.microseconds - 1) / unit.microseconds * unit.microseconds
        var faults = run.faults
        faults[place] = AdversaryFault(
          position: faults[place].position, act: .delay(delivery, by: TimeSpan(microseconds: rounded)))
        runs += 1
        let found = BreakSearch.run(plan, faults, from: 0, of: .adversarial(seed: seed), observesMoments: true)
        guard found.isKept == false, found.play.deeds.count == faults.count else { continue }
        run = found
        break
      }
    }
  }
}

extension SourceLine {
  /// Whether it says which replicas there are.
  fileprivate var isCluster: Bool { command.lowercased().hasPrefix("cluster ") }
}

/// What a fault does to whom, by names: how it is known again in another run.
private struct Sketch: Hashable {
  private enum Kind: Hashable {
    case message(Message.Kind)
    case crash, wipe, restart, destroy
    case skew(TimeSpan)
  }

  private let kind: Kind
  private let names: [String]

  init(_ act: AdversaryFault.Act, _ cluster: Cluster) {
    let topology = cluster.topology
    func name(_ replica: ReplicaID) -> String {
      replica.index < topology.replicas.count ? topology.name(of: replica) : ""
    }
    switch act {
    case .lose(let delivery), .delay(let delivery, _):
      let key = cluster.key(of: delivery.message)
      kind = .message(delivery.message.kind)
      names =
        [name(delivery.message.from), name(delivery.message.to)]
        + (key == .none ? [] : [cluster.catalogue.names.name(of: key)])
    case .crash(let replica): (kind, names) = (.crash, [name(replica)])
    case .wipe(let replica): (kind, names) = (.wipe, [name(replica)])
    case .restart(let replica): (kind, names) = (.restart, [name(replica)])
    case .skew(let replica, let span): (kind, names) = (.skew(span), [name(replica)])
    case .destroy(let region): (kind, names) = (.destroy, [topology.name(of: region)])
    }
  }
}
