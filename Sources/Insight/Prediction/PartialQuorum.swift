import Kernel

/// What a prediction is about: N copies, of which a write waits for W and a read for R, and how long each message takes.
///
/// WARS, the model of Bailis et al., *Probabilistically Bounded Staleness for Practical Partial Quorums*, VLDB 2012,
/// section 4.1: both are sent to all N copies, and the fastest answers count. There are no failures, no repair and no
/// other writes.
public struct PartialQuorum: Hashable, Sendable {
  /// How many copies can be asked about.
  public static let copies = 1...100

  /// How many copies there are.
  public let n: Int
  /// How many answers a read waits for.
  public let r: Int
  /// How many acknowledgements a write waits for.
  public let w: Int
  /// The different round trips.
  let trips: [RoundTrip]
  /// Who may coordinate the write, each equally likely: the round trip to each copy, by its place among ``trips``.
  let writers: [[Int]]
  /// Who may coordinate the read, drawn independently of the writer.
  let readers: [[Int]]

  /// A quorum among copies that differ from coordinator to coordinator.
  ///
  /// - Parameters:
  ///   - r: from 1 to the number of copies.
  ///   - w: from 1 to the number of copies.
  ///   - writers: for each possible coordinator of the write, the round trip to each copy; at least one coordinator,
  ///     and for each the same copies in the same order, ``copies`` of them.
  ///   - readers: the same for the read.
  public init(r: Int, w: Int, writers: [[RoundTrip]], readers: [[RoundTrip]]) {
    let n = writers[0].count
    precondition(Self.copies.contains(n) && (1...n).contains(r) && (1...n).contains(w), "no quorum: \(n), \(r), \(w)")
    precondition((writers + readers).allSatisfy { $0.count == n } && !readers.isEmpty, "coordinators differ in copies")
    self.n = n
    self.r = r
    self.w = w
    var trips = Numbering<RoundTrip>()
    self.writers = writers.map { $0.map { trips.number(of: $0) } }
    self.readers = readers.map { $0.map { trips.number(of: $0) } }
    self.trips = trips.all
  }

  /// A quorum among copies that are all alike, or, with `far`, of which one is local to the coordinator and messages to
  /// and from the others take that much longer: the paper's WAN scenario, in which the writer's local copy and the
  /// reader's are drawn independently.
  public init(n: Int, r: Int, w: Int, legs: Legs, far: TimeSpan? = nil) {
    guard let far else {
      self.init(
        r: r, w: w, writers: [Array(repeating: legs.write(plus: .zero), count: n)],
        readers: [Array(repeating: legs.read(plus: .zero), count: n)])
      return
    }
    func coordinators(_ trip: (TimeSpan) -> RoundTrip) -> [[RoundTrip]] {
      let (near, distant) = (trip(.zero), trip(far))
      return (0..<n).map { local in (0..<n).map { $0 == local ? near : distant } }
    }
    self.init(r: r, w: w, writers: coordinators(legs.write(plus:)), readers: coordinators(legs.read(plus:)))
  }

  /// The four delays of copies that are all alike.
  public struct Legs: Hashable, Sendable {
    /// The write on its way to a copy: W.
    public var write: Delay
    /// Its acknowledgement: A.
    public var ack: Delay
    /// The read's request: R.
    public var request: Delay
    /// Its response: S.
    public var response: Delay

    /// Those four.
    public init(write: Delay, ack: Delay, request: Delay, response: Delay) {
      self.write = write
      self.ack = ack
      self.request = request
      self.response = response
    }

    /// The delays of a published fit.
    public init(_ fit: PublishedFit) {
      self.init(write: fit.write, ack: fit.answer, request: fit.answer, response: fit.answer)
    }

    func write(plus extra: TimeSpan) -> RoundTrip {
      RoundTrip(there: Leg(write, plus: extra), back: Leg(ack, plus: extra))
    }

    func read(plus extra: TimeSpan) -> RoundTrip {
      RoundTrip(there: Leg(request, plus: extra), back: Leg(response, plus: extra))
    }
  }

  /// Whether every read quorum meets every write quorum: then no read is stale.
  public var isStrict: Bool { r + w > n }
}

extension PartialQuorum {
  /// Percentiles of a latency in milliseconds.
  public struct Latency: Hashable, Sendable {
    /// The median.
    public let p50: Double
    /// What 95 % are no longer than.
    public let p95: Double
    /// What 99 % are no longer than.
    public let p99: Double
    /// What 99.9 % are no longer than.
    public let p999: Double
  }

  /// The latency of a read at its coordinator: the R-th of the N answers.
  public var readLatency: Latency { latency(of: r, coordinators: readers) }

  /// The latency of a write at its coordinator: the W-th of the N acknowledgements.
  public var writeLatency: Latency { latency(of: w, coordinators: writers) }

  private func latency(of count: Int, coordinators: [[Int]]) -> Latency {
    let lengths = trips.map(RoundTripLength.init)
    let used = trips.indices.filter { trip in coordinators.contains { $0.contains(trip) } }
    // Coordinators with as many copies at each distance have the same latency.
    var kinds: [(copies: [Int], share: Double)] = []
    for copies in coordinators.map({ $0.sorted() }) {
      let index = kinds.firstIndex { $0.copies == copies } ?? kinds.count
      if index == kinds.count { kinds.append((copies, 0)) }
      kinds[index].share += 1 / Double(coordinators.count)
    }
    func isWithin(_ milliseconds: Double) -> Double {
      var within = Array(repeating: 0.0, count: trips.count)
      for trip in used { within[trip] = lengths[trip].isWithin(milliseconds) }
      return kinds.reduce(0) { sum, kind in
        sum + kind.share * OrderStatistic.atLeast(count, of: kind.copies.map { within[$0] })
      }
    }
    // Shares that add up to 1 may fall short of it by rounding.
    func percentile(_ share: Double) -> Double { OrderStatistic.percentile(share - 1e-12, isWithin) }
    return Latency(p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), p999: percentile(0.999))
  }

  /// How likely a read returns one of the last `k` versions, for k from 1 to 10, when its copies and the write's are
  /// drawn at random and nothing spreads beyond them: 1 − missᵏ, equation 2 of the paper. Delays play no part in it.
  public var withinVersions: [Double] {
    let miss = OrderStatistic.missProbability(n: n, r: r, w: w)
    var missed = 1.0
    return (1...10).map { _ in
      missed *= miss
      return 1 - missed
    }
  }
}

/// Different things, numbered from 0 in the order in which they first came up.
struct Numbering<Element: Hashable> {
  private(set) var all: [Element] = []
  private var numbers: [Element: Int] = [:]

  mutating func number(of element: Element) -> Int {
    if let known = numbers[element] { return known }
    numbers[element] = all.count
    all.append(element)
    return all.count - 1
  }
}
