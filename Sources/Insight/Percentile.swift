/// A percentile over things of which some haven't happened yet: what is known of it.
///
/// A percentile over arrivals alone says nothing of what has not arrived. Here what is missing counts as longer than anything
/// measured, and as no shorter than it has lasted so far.
public struct Percentile: Hashable, Sendable {
  /// In microseconds: what it is at least.
  public let atLeast: Int64
  /// What it is at most; nil if it isn't reached yet.
  public let atMost: Int64?

  /// What `percentile` of 100 are no longer than (nearest rank); nil if there is nothing, neither measured nor missing.
  ///
  /// - Parameter ages: for each missing one, for how long it has been so, in microseconds.
  public init?(_ percentile: Double, of samples: Samples, missing ages: [Int64]) {
    let whole = samples.count + ages.count
    guard whole > 0 else { return nil }
    guard !ages.isEmpty else {
      guard let value = samples.percentile(percentile) else { return nil }
      (atLeast, atMost) = (value, value)
      return
    }
    let rank = max(1, Int((percentile / 100 * Double(whole)).rounded(.up)))
    atMost = rank <= samples.count ? samples.value(ofRank: rank) : nil
    var both = samples
    for age in ages { both.add(age) }
    atLeast = min(both.value(ofRank: rank) ?? 0, atMost ?? .max)
  }
}
