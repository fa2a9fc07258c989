import Foundation
import Insight
import Language

/// The latest prediction, so that asking again after every event, as a breakpoint does, costs nothing more: the
/// same quorum always has the same prediction.
package final class PredictionMemo: @unchecked Sendable {
  /// Of a cluster that somebody waits for: an answer at once matters more than a fourth digit.
  private static let trials = 50_000

  private let lock = NSLock()
  private var latest: Prediction?
  /// What was asked of the latest prediction.
  private var values: [String: FactValue] = [:]

  /// A memo of nothing.
  package init() {}

  /// The prediction for a quorum.
  func prediction(of quorum: PartialQuorum) -> Prediction {
    lock.lock()
    defer { lock.unlock() }
    return made(of: quorum)
  }

  /// A number of the prediction for a quorum.
  func value(_ fact: PredictedFact, of quorum: PartialQuorum) -> FactValue {
    lock.lock()
    defer { lock.unlock() }
    let prediction = made(of: quorum)
    if let known = values[fact.name] { return known }
    let value = fact.value(in: prediction)
    values[fact.name] = value
    return value
  }

  private func made(of quorum: PartialQuorum) -> Prediction {
    if let latest, latest.quorum == quorum { return latest }
    let prediction = Prediction(of: quorum, trials: max(1_000, Self.trials / quorum.r))
    latest = prediction
    values = [:]
    return prediction
  }
}
