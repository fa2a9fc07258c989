/// A message from a coordinator to a replica and the answer: W and A of a write, R and S of a read, independent of each
/// other.
public struct RoundTrip: Hashable, Sendable {
  /// The message: a write, or a read's request.
  public let there: Leg
  /// The answer: the acknowledgement, or the response.
  public let back: Leg

  /// A round trip of those legs.
  public init(there: Leg, back: Leg) {
    self.there = there
    self.back = back
  }
}

/// The distribution of a round trip's length, computed rather than drawn: F(z) = ∫ F_there(z − a) dF_back(a).
///
/// The convolution is made part by part, since each pair of parts is smooth, over a grid of one part's quantiles that
/// becomes finer towards the tail: 4 % of what is left a cell, down to a probability of 10⁻⁹.
struct RoundTripLength: Sendable {
  /// Where one part stands at the middles of the grid's cells.
  private struct Pair: Sendable {
    let share: Double
    let part: Leg.Part
    /// What the other part takes, with how likely it is.
    let nodes: [(milliseconds: Double, probability: Double)]
  }

  private let pairs: [Pair]

  init(_ trip: RoundTrip) {
    pairs = trip.there.parts.flatMap { there in
      trip.back.parts.map { back in
        // A constant costs one node, so it is the one to go over.
        let (inner, outer) = there.shape == .none ? (back, there) : (there, back)
        return Pair(share: there.share * back.share, part: inner, nodes: Self.nodes(of: outer))
      }
    }
  }

  /// How likely the answer is there after at most `milliseconds`.
  func isWithin(_ milliseconds: Double) -> Double {
    var exceeding = 0.0
    for pair in pairs {
      var sum = 0.0
      for node in pair.nodes { sum += node.probability * pair.part.exceeds(milliseconds - node.milliseconds) }
      exceeding += pair.share * sum
    }
    return min(1, max(0, 1 - exceeding))
  }

  /// The cells of the grid: how likely their far end is exceeded, from 1 down to 0.
  private static let edges: [Double] = {
    var edges = (0..<48).map { 1 - Double($0) / 64 }
    while let last = edges.last, last > 1e-9 { edges.append(last * 0.9) }
    return edges + [0]
  }()

  private static func nodes(of part: Leg.Part) -> [(milliseconds: Double, probability: Double)] {
    if part.shape == .none { return [(part.shift, 1)] }
    return zip(edges, edges.dropFirst()).map { near, far in
      (part.value(exceededWith: (near + far) / 2), near - far)
    }
  }
}
