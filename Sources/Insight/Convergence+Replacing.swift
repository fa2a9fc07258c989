import Kernel
import Replication

extension Convergence {
  /// Another server has taken a lost copy's place: it is to get what that one lacked, and all that stood there.
  mutating func replace(_ change: CopyReplacement, _ turn: Turn) {
    guard let lost = change.predecessor else { return }
    let environment = turn.environment
    func isConcerned(_ key: KeyID) -> Bool { environment.partition(of: key) == change.partition }
    passOn(from: lost, to: change.replica, isConcerned)
    lackAll(change.replica, turn, isConcerned)
  }
}
