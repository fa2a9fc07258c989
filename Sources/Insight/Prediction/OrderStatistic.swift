/// The k-th of several independent answers, and how quorums drawn at random overlap.
enum OrderStatistic {
  /// How likely at least `count` of independent events happen, each with its own probability (the Poisson binomial
  /// distribution, by the recurrence over the events).
  static func atLeast(_ count: Int, of probabilities: [Double]) -> Double {
    // happened[k]: exactly k so far; the last stands for `count` or more.
    var happened = [1.0] + Array(repeating: 0, count: count)
    for probability in probabilities {
      happened[count] += happened[count - 1] * probability
      for k in stride(from: count - 1, through: 1, by: -1) {
        happened[k] = happened[k] * (1 - probability) + happened[k - 1] * probability
      }
      happened[0] *= 1 - probability
    }
    return min(1, happened[count])
  }

  /// The least milliseconds by which something has happened with that probability, to the nanosecond.
  ///
  /// - Parameter isWithin: how likely it has happened by then; never falling.
  static func percentile(_ probability: Double, _ isWithin: (Double) -> Double) -> Double {
    guard isWithin(0) < probability else { return 0 }
    var high = 1e-3
    while high < 4 * Leg.longest, isWithin(high) < probability { high *= 2 }
    var low = high == 1e-3 ? 0 : high / 2
    while high - low > max(2e-7, high * 1e-9) {
      let middle = (low + high) / 2
      if isWithin(middle) < probability { low = middle } else { high = middle }
    }
    return (high * 1e6).rounded() / 1e6
  }

  /// How likely `r` replicas chosen at random are all among those that a write to `w` of `n` has not reached:
  /// C(n − w, r) ÷ C(n, r), equation 1 of the paper.
  static func missProbability(n: Int, r: Int, w: Int) -> Double {
    (0..<r).reduce(1) { $0 * Double(max(0, n - w - $1)) / Double(n - $1) }
  }
}
