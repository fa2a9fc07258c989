import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The search for a configuration.
struct DesignTests {
  private static let workload = "100/s for 1s write 20% keys 20"

  private static var space: DesignSpace {
    var space = DesignSpace()
    space.schemes = [.leaderless]
    space.copies = [1, 3]
    space.levels = ["ONE", "LOCAL_QUORUM", "QUORUM"]
    space.repairs = [("none", ["set read-repair off"]), ("reads", ["set read-repair blocking"])]
    space.routings = ["nearest"]
    return space
  }

  /// What a candidate comes to, by nothing but a script and its facts.
  private struct Figures {
    let candidate: DesignCandidate
    let price: Double
    let p99: Double
    let stale: Double
    let availability: Double

    init(_ candidate: DesignCandidate) throws {
      func number(_ text: String, _ played: Played) throws -> Double {
        var reader = CommandReader(text, context: played.session.names(isPrompt: false))
        let value = played.session.facts.value(try reader.fact().fact)
        return try #require(value.magnitude, "\(text)")
      }
      let load = "load \(DesignTests.workload) at \(candidate.level)\nrun 4s"
      let before = (candidate.commands + [load]).joined(separator: "\n")
      let played = try play(before, seed: 1)
      self.candidate = candidate
      price = try number("cost.total", played)
      p99 = try number("latency(p99 load)", played)
      stale = try number("reads.stale-rate", played)
      availability =
        try ["us-east-1", "eu-west-1", "ap-south-1"].map { region -> Double in
          let after = try play("\(before)\ndestroy \(region)\nrun 15s\n\(load)", seed: 1)
          let (all, first) = (try number("count(ok)", after), try number("count(ok)", played))
          return (all - first) / 100
        }.min() ?? 0
    }

    /// To be made small.
    var values: [Double] { [price, p99, stale, -availability] }
  }

  /// Every candidate against every other.
  private static func bruteForce(_ demand: DesignDemand) throws -> [Figures] {
    let all = try space.candidates.map(Figures.init).filter { figures in
      figures.p99 <= demand.p99.map { Double($0.microseconds) } ?? .infinity && figures.stale <= demand.stale ?? 1
        && (demand.survives == .none || figures.availability >= DesignDemand.leastAvailability)
    }
    var front: [Figures] = []
    for figures in all {
      let isBeaten = all.contains { other in
        zip(other.values, figures.values).allSatisfy { $0 <= $1 } && other.values != figures.values
      }
      if !isBeaten, !front.contains(where: { $0.values == figures.values }) { front.append(figures) }
    }
    return front
  }

  @Test(arguments: [DesignDemand(), DesignDemand(p99: .milliseconds(60)), DesignDemand(stale: 0.001)])
  func theFrontIsThatOfBruteForce(demand: DesignDemand) throws {
    let search = try DesignSearch(demand, in: Self.space, workload: Self.workload)
    let expected = try Self.bruteForce(demand)
    #expect(Set(search.front.map(\.candidate)) == Set(expected.map(\.candidate)))
    #expect(!search.front.isEmpty)
    for point in search.front {
      let figures = try #require(expected.first { $0.candidate == point.candidate })
      #expect(abs(point.figures.price - figures.price) < 1e-6)
      #expect(point.figures.p99 == figures.p99)
      #expect(point.figures.stale == figures.stale)
      #expect(abs((point.figures.availability ?? 0) - figures.availability) < 1e-9)
    }
  }

  @Test func eachPointIsAScriptThatHoldsUnderOtherSeeds() throws {
    let search = try DesignSearch(DesignDemand(stale: 0.02), in: Self.space, workload: Self.workload)
    for number in 1...max(1, search.front.count) {
      let script = try #require(search.script(number)).joined(separator: "\n")
      for seed in [UInt64(1), 7, 8] {
        let played = try play(script, seed: seed)
        #expect(played.expectations.count >= 3)
        for expectation in played.expectations where !expectation.isHeld {
          Issue.record("seed \(seed), point \(number): \(expectation.condition); \(expectation.facts)")
        }
      }
    }
    #expect(search.script(search.front.count + 1) == nil)
  }

  @Test func whatNobodyMeetsIsNamedWithTheNearest() throws {
    let search = try DesignSearch(
      DesignDemand(p99: TimeSpan(microseconds: 100)), in: Self.space, workload: Self.workload)
    #expect(search.front.isEmpty)
    let text = search.lines.joined(separator: " ")
    #expect(text.contains("Nobody has at most 0.100 ms"))
    #expect(text.contains("The nearest has"))
    #expect(search.json.last?.contains(#""met":false"#) == true)
  }

  @Test func aWorkloadThatIsNoneIsRefused() {
    #expect(throws: ScriptError.self) { try DesignSearch(DesignDemand(), in: Self.space, workload: "often") }
    #expect(throws: ScriptError.self) {
      try DesignSearch(DesignDemand(), in: Self.space, workload: "1000000/s for 9s")
    }
  }
}
