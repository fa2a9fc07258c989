import Kernel

/// Trials of a write and a read that follows it, by conditional Monte Carlo (Hammersley, *Conditional Monte Carlo*,
/// Journal of the ACM 3, 1956).
///
/// A read is stale if every copy i that it uses gets the write only after the read's request: W_i > commit + t + R_i.
/// Such a copy's acknowledgement comes after the commit, so the commit is the W-th acknowledgement *among the copies
/// that the read doesn't use*. Given those, and the read's requests, the W_i are still free: a trial's answer is the
/// probability ∏ P(W_i > commit + t + R_i), not merely yes or no, and so the mean of many is much steadier.
struct StalenessTrials: Sendable {
  /// How many trials there are.
  let count: Int
  /// How many copies a read uses.
  private let width: Int
  /// commit + R_i of each copy that the read of each trial uses.
  private var thresholds: [Double] = []
  /// Which way the write takes to that copy; empty if there is but one.
  private var ways: [UInt16] = []
  private let tables: [SurvivalTable]

  /// So many trials of a quorum, which isn't strict.
  init(of quorum: PartialQuorum, count: Int, randomness: Randomness) {
    precondition(!quorum.isStrict, "a strict quorum has no stale reads")
    self.count = count
    width = quorum.r
    var legs = Numbering<Leg>()
    let wayOfTrip = quorum.trips.map { UInt16(legs.number(of: $0.there)) }
    // A quorum numbers its writers' trips first, so that a single way is way 0.
    let hasOneWay = quorum.writers.allSatisfy { $0.allSatisfy { wayOfTrip[$0] == 0 } }
    tables = legs.all.map(SurvivalTable.init)
    thresholds.reserveCapacity(count * width)
    if !hasOneWay { ways.reserveCapacity(count * width) }
    var trial = WriteAndRead(quorum, randomness)
    for _ in 0..<count {
      trial.next()
      for copy in trial.used {
        thresholds.append(trial.commit + trial.requests[copy])
        if !hasOneWay { ways.append(wayOfTrip[trial.writerTrips[copy]]) }
      }
    }
  }

  /// A probability that was estimated, and how far it may be off: its standard error.
  struct Estimate: Hashable, Sendable {
    let mean: Double
    let error: Double
  }

  /// How likely a read is stale that begins `milliseconds` after the write was acknowledged.
  ///
  /// - Parameter stride: only every so many-th trial is asked, for a quick look.
  func stale(after milliseconds: Double, stride: Int = 1) -> Estimate {
    var (sum, squares) = (0.0, 0.0)
    var asked = 0
    var trial = 0
    while trial < count {
      var product = 1.0
      for place in (trial * width)..<((trial + 1) * width) {
        let table = ways.isEmpty ? 0 : Int(ways[place])
        product *= tables[table].exceeds(thresholds[place] + milliseconds)
      }
      sum += product
      squares += product * product
      asked += 1
      trial += stride
    }
    let mean = sum / Double(asked)
    return Estimate(mean: mean, error: (max(0, squares / Double(asked) - mean * mean) / Double(asked)).squareRoot())
  }
}

/// One write and the read that follows it, drawn again and again: the commit as the copies that the read doesn't use
/// make it, and the read's requests to those that it does.
private struct WriteAndRead {
  private let quorum: PartialQuorum
  private let randomness: Randomness
  private var number: UInt64 = 0
  /// Where the draws of each purpose begin: four for each copy, then the two coordinators.
  private let starts: [UInt64]
  /// The copies in the order of their answers to the read; the first R are used.
  private var order: [Int]
  private var answers: [Double]
  private var acknowledgements: [Double] = []

  /// How long each request takes.
  private(set) var requests: [Double]
  /// The write's round trip to each copy, by its place in the quorum's list.
  private(set) var writerTrips: [Int]
  /// When the write is acknowledged, after it was issued.
  private(set) var commit = 0.0

  init(_ quorum: PartialQuorum, _ randomness: Randomness) {
    self.quorum = quorum
    self.randomness = randomness
    starts = (0..<(4 * quorum.n + 2)).map { randomness.start(.prediction, UInt64($0)) }
    order = Array(0..<quorum.n)
    answers = Array(repeating: 0, count: quorum.n)
    requests = answers
    writerTrips = quorum.writers[0]
  }

  /// The copies whose answers the read uses.
  var used: ArraySlice<Int> { order[..<quorum.r] }

  mutating func next() {
    let n = quorum.n
    if quorum.writers.count > 1 { writerTrips = quorum.writers[coordinator(among: quorum.writers.count, 4 * n)] }
    let reader = quorum.readers[
      quorum.readers.count > 1 ? coordinator(among: quorum.readers.count, 4 * n + 1) : 0]
    for copy in 0..<n {
      requests[copy] = quorum.trips[reader[copy]].there.sample(unit(copy))
      answers[copy] = requests[copy] + quorum.trips[reader[copy]].back.sample(unit(n + copy))
      // In its place among those before it; of equal answers the copy that was named first wins.
      var place = copy
      while place > 0, answers[order[place - 1]] > answers[copy] {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = copy
    }
    acknowledgements.removeAll(keepingCapacity: true)
    for copy in order[quorum.r...] {
      let trip = writerTrips[copy]
      let length =
        quorum.trips[trip].there.sample(unit(2 * n + copy)) + quorum.trips[trip].back.sample(unit(3 * n + copy))
      var place = acknowledgements.count
      acknowledgements.append(length)
      while place > 0, acknowledgements[place - 1] > length {
        acknowledgements[place] = acknowledgements[place - 1]
        place -= 1
      }
      acknowledgements[place] = length
    }
    commit = acknowledgements[quorum.w - 1]
    number += 1
  }

  /// An even number above 0 and below 1 for that purpose in this trial.
  @inline(__always) private func unit(_ purpose: Int) -> Double {
    (Double(Randomness.output(start: starts[purpose], number: number) >> 11) + 0.5) * 0x1p-53
  }

  private func coordinator(among count: Int, _ purpose: Int) -> Int {
    Int(Randomness.output(start: starts[purpose], number: number).multipliedFullWidth(by: UInt64(count)).high)
  }
}
