import Kernel

/// What is wrong with a cluster at an instant, and what waits because of it.
extension Cluster {
  /// How many faults are at work now: replicas that are down, paused or slow, or whose clock is wrong, and directed links
  /// between two replicas that are cut, held, slow, lossy or duplicating. Each kind at each place counts once.
  public var presentFaults: Int {
    let atReplicas = replicas.elements.reduce(0) { count, replica in
      let isWrong = replica.clock.skew != .zero || replica.clock.driftPerSecond != 0
      return count + (replica.status == .running ? 0 : 1) + (network.lag[replica.id.index] == .zero ? 0 : 1)
        + (isWrong ? 1 : 0)
    }
    let everyone = topology.everyone
    return Network.pairs(from: everyone, to: everyone, bothWays: false).reduce(atReplicas) { count, pair in
      let link = network.link(pair.from, pair.to)
      let kinds = [
        link.isCut, link.isHeld, link.slowdown != .zero, link.loss != .zero, link.duplication != .zero,
      ]
      return count + kinds.count { $0 }
    }
  }

  /// Whether messages from one replica reach another: both run, and the link that way isn't cut.
  public func hears(_ replica: ReplicaID, _ sender: ReplicaID) -> Bool {
    replicas[replica].status == .running && replicas[sender].status == .running
      && (replica == sender || !network.isCut(sender, replica))
  }

  /// Whether any link from some replicas to others is cut.
  public func isAnyCut(from senders: ReplicaSet, to receivers: ReplicaSet) -> Bool {
    Network.pairs(from: senders, to: receivers, bothWays: false).contains { network.isCut($0.from, $0.to) }
  }

  /// How long the hints that some replicas keep for others take to be replayed at the handoff rate: of each coordinator's
  /// hints for each target the bytes over the rate, the targets served by as many threads as a coordinator has, one after
  /// the other; and of all coordinators the longest.
  ///
  /// - Returns: nil where there is no rate: a hint's target, or every target, can't be reached, hints are off and none
  ///   waits, or `hint-throttle` is off.
  public func handoffTime(from keepers: ReplicaSet, to targets: ReplicaSet) -> TimeSpan? {
    guard scheme.features.contains(.hints), let rate = turn.environment.settings.hintThrottle else { return nil }
    var turn = turn
    let others = topology.replicas.count - 1
    var longest = TimeSpan.zero
    var isOpen = false
    for keeper in keepers {
      var threads = Array(repeating: TimeSpan.zero, count: LeaderlessServer.deliveryThreads)
      for target in targets where target != keeper {
        let canPass = hears(target, keeper) && hears(keeper, target)
        let hints = hints(of: keeper).pending.first { $0.target == target }?.hints ?? []
        guard canPass || hints.isEmpty else { return nil }
        isOpen = isOpen || canPass && (turn.environment.settings.keepsHints || !hints.isEmpty)
        let bytes = hints.reduce(0) {
          $0 + turn.size(of: .hinting($1, from: keeper, to: target, operation: .none))
        }
        var rest: Int64 = 0
        let free = threads.indices.min { threads[$0] < threads[$1] } ?? 0
        threads[free] = threads[free] + rate.span(for: bytes, share: others, rest: &rest)
      }
      longest = threads.reduce(longest, max)
    }
    return isOpen ? longest : nil
  }
}
