import Insight
import Kernel
import Language
import Replication

/// Conditions for whoever asks them after every event: what can't have changed since it was asked last isn't worked out again.
///
/// Whether replicas have converged is asked of a ``ConvergenceWatch``; what counts operations that have ended changes only when
/// another one ends, or with an input. Facts that are worked out of everything else are asked anew.
package struct FactWatch {
  /// What has to be the same for a fact about ended operations to be worth what it was.
  private struct Stamp: Equatable {
    let ended: Int
    let input: Int
    let firstCounted: OperationID
    let era: Int
  }

  private var convergence = ConvergenceWatch()
  private var stamp: Stamp?
  private var counted: [Fact: FactValue] = [:]

  /// A watch that has seen nothing.
  package init() {}

  /// Whether each of some conditions holds in a world, one moment among many that are gone through. Without a question nothing
  /// of the world is looked at.
  ///
  /// - Parameter recalled: what is known to have held by then, of what is asked of the past.
  package mutating func holds(
    _ conditions: [Condition], in world: borrowing World, recalled: Set<Condition> = []
  ) -> [Bool] {
    guard !conditions.isEmpty else { return [] }
    let facts = FactContext.ofTrace(world, recalled: recalled)
    let present = Stamp(
      ended: facts.history.count, input: facts.cluster.lastInput, firstCounted: facts.observer.firstCounted,
      era: world.era)
    if present != stamp { (stamp, counted) = (present, [:]) }
    return conditions.map { condition in condition.holds { value($0, facts) } }
  }

  private mutating func value(_ fact: Fact, _ facts: FactContext) -> FactValue {
    if fact == Self.convergedFact { return .boolean(convergence.isConverged(facts.cluster)) }
    guard fact.isAboutEnded else { return facts.value(fact) }
    if let known = counted[fact] { return known }
    let value = facts.value(fact)
    counted[fact] = value
    return value
  }

  private static let convergedFact = Fact.named("converged", [])
}

extension Fact {
  /// Whether it is worked out of the operations that have ended, and of nothing else that changes without an input.
  ///
  /// Whether a session saw its own writes, or time go back, a read says when it ends. In which order writes took effect may be known
  /// before they end.
  var isAboutEnded: Bool {
    switch self {
    case .count, .latency, .guarantee(.readYourWrites, _), .guarantee(.monotonicReads, _): true
    case .named, .operation, .ever, .guarantee, .predicted: false
    }
  }

  /// How many looks at an ended operation it takes to take that in.
  fileprivate var looksAnOperation: Int {
    switch self {
    case .guarantee: 4
    case .named, .operation, .ever, .count, .latency, .predicted: 1
    }
  }
}

extension Condition {
  /// About how many operations, keys and replicas are looked at where it is asked after each event of a stretch, by whoever
  /// has a ``FactWatch``.
  ///
  /// - Parameters:
  ///   - events: how many there are.
  ///   - changes: how many operations end among them, and how many inputs are given.
  ///   - world: the world at the stretch's end.
  package func looks(events: Int, changes: Int, in world: borrowing World) -> Int {
    let (operations, keys) = (world.observer.history.count, world.cluster.catalogue.names.keyCount)
    // A thousand for each event, whatever the world is: it has to be taken in hand.
    return facts.reduce(events * 1_000) { sum, fact in
      guard !fact.isAboutEnded else { return sum + changes * operations * fact.looksAnOperation }
      guard fact != .named("converged", []) else { return sum }
      return switch fact.cost {
      case .cheap: sum
      case .cluster: sum + events * keys
      case .history: sum + events * operations * fact.looksAnOperation
      }
    }
  }
}
