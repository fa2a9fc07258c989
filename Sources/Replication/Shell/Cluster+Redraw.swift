import Kernel

extension Cluster {
  /// Draws from another seed from now on: the same cluster at the same instant, with another future.
  ///
  /// What was drawn before stays as it is, messages on their way included. ``seed`` stays, too: it is the one that the cluster
  /// began with, and `cluster` begins another with it.
  public mutating func redraw(from seed: UInt64) {
    let randomness = Randomness(seed: seed)
    turn.rearrange { $0.randomness = randomness }
    network.redraw(from: randomness)
  }
}
