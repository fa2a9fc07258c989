import Kernel
import Replication

/// Looks for the event after which an outcome became likely: how often it comes about is asked at instants all over the time
/// before it, then where that rises most, by halves, down to one event.
///
/// The same seeds are used at every instant, so that two instants differ by what happened between them and less by luck.
struct CauseSearch: Sendable {
  /// How often an outcome came about.
  struct Share: Hashable, Sendable {
    /// How often.
    private(set) var hits = 0
    /// Of how many courses that were played to a decision.
    private(set) var courses = 0
    /// How many seeds were tried.
    private(set) var seeds = 0

    /// The share of hits, from 0 to 1.
    var probability: Double { courses == 0 ? 0 : Double(hits) / Double(courses) }

    mutating func add(_ outcomes: [Bool?]) {
      seeds += outcomes.count
      courses += outcomes.count { $0 != nil }
      hits += outcomes.count { $0 == true }
    }
  }

  /// How much is played.
  struct Effort: Sendable {
    /// At how many instants it is asked at first.
    var instants = 60
    /// How often at each of them.
    var first = 24
    /// How often at each instant on the way to one event.
    var halving = 48
    /// How often on both sides of that event.
    var last = 200
    /// How many rises are looked into.
    var rises = 3
  }

  /// By how much more likely the outcome must be after an event for that to be named.
  static let leastRise = 0.15
  /// How many courses one processor plays in a row.
  private static let batch = 8

  let rewinding: Rewinding
  private let effort: Effort
  /// Moments from which other moments are reached, by position.
  private var stands: [Rewinding.Stand]
  /// What was asked, by position.
  private(set) var shares: [Int: Share] = [:]
  /// The positions that were asked at first.
  private(set) var instants: [Int] = []
  /// How many courses were played in all.
  private(set) var courses = 0
  /// The event that made the outcome most likelier, by its position; nil if there is no event at all.
  private(set) var event: Int?

  init(_ rewinding: Rewinding, effort: Effort = Effort()) {
    self.rewinding = rewinding
    self.effort = effort
    stands = [rewinding.start]
    let (start, length) = (rewinding.start.position, rewinding.length)
    let count = min(effort.instants, length + 1)
    instants = count < 2 ? [start] : (0..<count).map { start + $0 * length / (count - 1) }
    for position in instants where position > start { stands.append(stand(at: position)) }
    ask(instants, effort.first)
    event = search()
  }

  /// The share at a position; none if nobody asked there.
  func share(at position: Int) -> Share { shares[position] ?? Share() }

  /// When a position that was asked at had been reached.
  func time(at position: Int) -> Instant { stand(at: position).time }

  private func stand(at position: Int) -> Rewinding.Stand {
    let place = stands.lastIndex { $0.position <= position } ?? 0
    return stands[place].position == position ? stands[place] : rewinding.stand(at: position, from: stands[place])
  }

  /// By how much more likely the outcome is right after a position than after an earlier one.
  private func rise(_ range: (from: Int, to: Int)) -> Double {
    share(at: range.to).probability - share(at: range.from).probability
  }

  /// Has so many seeds tried at each of some positions.
  private mutating func ask(_ positions: [Int], _ seeds: Int) {
    struct Job: Sendable {
      let position: Int
      let stand: Rewinding.Stand
      let seeds: Range<Int>
    }
    var jobs: [Job] = []
    for position in Set(positions).sorted() {
      let asked = share(at: position).seeds
      guard asked < seeds else { continue }
      let stand = stand(at: position)
      for first in stride(from: asked, to: seeds, by: Self.batch) {
        jobs.append(Job(position: position, stand: stand, seeds: first..<min(seeds, first + Self.batch)))
      }
    }
    let rewinding = rewinding
    let origin = rewinding.start.world.cluster.seed
    let answers = Concurrently.map(jobs) { job in
      job.seeds.map { number in
        // Far from the session's own seed and from those near it.
        let seed = Randomness.output(start: origin ^ 0x7768_6174_6966, number: UInt64(number))
        return rewinding.outcome(from: job.stand, drawnFrom: seed)
      }
    }
    for (job, outcomes) in zip(jobs, answers) {
      shares[job.position, default: Share()].add(outcomes)
      courses += outcomes.count
    }
  }

  /// The event with the largest rise.
  private mutating func search() -> Int? {
    var ranges = zip(instants, instants.dropFirst()).map { (from: $0, to: $1) }
    ranges.sort { (rise($0), $1.from) > (rise($1), $0.from) }
    ranges = Array(ranges.prefix(effort.rises).filter { rise($0) > 0 })
    while ranges.contains(where: { $0.to - $0.from > 1 }) {
      let middles = ranges.map { ($0.from + $0.to) / 2 }
      ask(zip(ranges, middles).flatMap { $0.to - $0.from > 1 ? [$0.from, $1, $0.to] : [] }, effort.halving)
      for (place, middle) in middles.enumerated() where ranges[place].to - ranges[place].from > 1 {
        let (lower, upper) = ((from: ranges[place].from, to: middle), (from: middle, to: ranges[place].to))
        ranges[place] = rise(lower) >= rise(upper) ? lower : upper
      }
    }
    ask(ranges.flatMap { [$0.from, $0.to] }, effort.last)
    guard let best = ranges.max(by: { rise($0) < rise($1) }) else { return nil }
    // On the way down chance may have led astray by an event or two.
    let window = (max(rewinding.start.position, best.to - 3)...min(rewinding.end.position, best.to + 2))
    ask(Array(window), effort.last)
    return window.dropFirst().max { rise(($0 - 1, $0)) < rise(($1 - 1, $1)) }
  }
}
