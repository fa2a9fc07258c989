import Insight
import Kernel
import Language
import Replication

/// What became of an operation on the path between its client and its coordinators.
extension Explainer {
  /// Each step of it, in order, those of all its attempts.
  func pathSteps(_ operation: Replication.Operation, _ quoted: [Quoted]) -> [Explanation.Fact] {
    quoted.compactMap { quoted in
      guard case .step(operation.id, _, .path(let step)) = quoted.record.what, step.isTold else { return nil }
      return fact(.coordination(.path(operation.id, step)), quoted.record.at, Quotes(quoted))
    }
  }

  /// Why a circuit breaker refused an operation, or an edge cache answered it: the path says all that there is to say.
  mutating func explainPath(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    explanation.add("What stood in the way", pathSteps(operation, chronicle.quoted))
    explanation.add("When it was answered", answered(operation, chronicle.quoted))
  }
}

extension PathStep {
  /// Whether it bears on how an operation ended.
  fileprivate var isTold: Bool {
    switch self {
    case .edgeMiss: false
    case .admitted(let gateway, let authentication): gateway > .zero || authentication > .zero
    case .resolved, .misled, .routed, .edgeHit, .throttled, .refused, .retried, .gaveUp, .doubted, .hedged, .recognized:
      true
    }
  }
}

extension Wording {
  /// A step of the path, in words.
  func words(_ operation: OperationID, _ step: PathStep) -> String {
    switch step {
    case .resolved(let region, let asked):
      return "Its name leads \(client(operation)) to \(topology.name(of: region)), by what a resolver was given "
        + "\(asked == .start ? "when time began" : "at \(moment(asked))")."
    case .misled(let region, let reason):
      let place = topology.name(of: region)
      switch reason {
      case .unchecked:
        return
          "\(place) can't be reached, and nothing checks whether it can (`health-check off`): names lead there for good."
      case .unnoticed(let failed, let needed):
        return
          "\(place) can't be reached, which the name server doesn't believe yet: \(failed) of \(needed) checks in a row "
          + "have failed."
      case .outdated(let until):
        return "\(place) can't be reached. The name server gives another region by now; this resolver asks it again at "
          + "\(moment(until))."
      case .noBetter:
        return "\(place) can't be reached. The name server believes no region well, and so gives the nearest."
      }
    case .routed(let region, let routing):
      return "\(client(operation)) turns to \(topology.name(of: region)) (`routing \(routing.rawValue)`)."
    case .edgeHit(let since):
      return "The edge cache answers by itself, with what came by at \(moment(since))."
    case .edgeMiss: return "The edge cache has nothing that is young enough, and lets it pass."
    case .admitted(let gateway, let authentication):
      let parts = [(gateway, "the gateway"), (authentication, "finding out who asks")].filter { $0.0 > .zero }
      return "On the way " + parts.map { "\($0.1) takes \(ms($0.0))" }.joined(separator: " and ") + "."
    case .throttled(let next):
      return "The gateway has no token left (`throttle`) and turns it away; the next comes after \(ms(next))."
    case .refused(let since):
      return "The circuit breaker of its region's clients, open since \(moment(since)), refuses it: nothing is sent."
    case .retried(let outcome, let wait, let attempt):
      return
        "That attempt ends as \(outcome.rawValue); \(client(operation)) waits \(ms(wait)) and makes attempt \(attempt)."
    case .gaveUp(let outcome, let reason):
      let why =
        switch reason {
        case .attempts: "that was the last attempt it makes"
        case .budget: "its bucket has too few tokens for another attempt"
        case .breaker: "the circuit breaker lets no other attempt through"
        }
      return "The attempt ended as \(outcome.rawValue), and \(why)."
    case .doubted(let outcome, let attempt):
      return
        "Attempt \(attempt), which ended as \(outcome.rawValue), may have done it all the same: so the whole ends as that did."
    case .hedged(let span, let replica):
      return
        "After \(ms(span)) without an answer \(client(operation)) asks \(name(replica)), too, and takes the first answer."
    case .recognized(let version):
      return "By its key it is known again: \(written(version)) was accepted before, and isn't written a second time."
    }
  }
}
