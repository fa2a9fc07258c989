import Foundation
import Testing

@testable import Analysis
@testable import Language

/// Predictions without a cluster: what is asked for in words, and how the answer is told.
@Suite struct PredictionRequestTests {
  private func request(_ change: (inout PredictionRequest) -> Void) -> PredictionRequest {
    var request = PredictionRequest()
    (request.fit, request.trials) = ("lnkd-disk", 1_000)
    change(&request)
    return request
  }

  private func refusal(_ change: (inout PredictionRequest) -> Void) -> String {
    do {
      _ = try request(change).quorum()
      return ""
    } catch {
      return (error as? PredictionRequest.Refusal)?.sentence ?? "\(error)"
    }
  }

  @Test func nonsenseIsRefusedWithWhatIsPossible() {
    #expect(refusal { $0.n = 0 } == "--n 0 is out of range: from 1 to 100")
    #expect(refusal { $0.n = 101 } == "--n 101 is out of range: from 1 to 100")
    #expect(refusal { $0.r = 0 } == "--r 0 is out of range: from 1 to 3 of 3 copies")
    #expect(refusal { $0.r = 4 } == "--r 4 is out of range: from 1 to 3 of 3 copies")
    #expect(refusal { $0.w = -1 } == "--w -1 is out of range: from 1 to 3 of 3 copies")
    #expect(refusal { $0.trials = 999 } == "--trials 999 is out of range: from 1000 to 10000000")
    #expect(
      refusal { ($0.n, $0.r, $0.trials) = (90, 50, 2_000_000) }
        == "--trials 2000000 is out of range: from 1000 to 1000000 whose reads use 50 answers each")
    #expect(
      refusal { $0.fit = "lnkd-dsk" }
        == "there is no fit `lnkd-dsk`; there are lnkd-ssd, lnkd-disk, ymmr; did you mean lnkd-disk?")
    #expect(
      refusal { ($0.fit, $0.write) = (nil, "5ms") }
        == "how long messages take is missing: state --ack, --request, --response, or a published --fit")
  }

  @Test func delaysAreReadAsTheLanguageReadsThem() throws {
    #expect(
      refusal { $0.write = "mix(0.38 parto(1ms, 2))" } == """
        --write: there is no distribution `parto`; there are uniform, exponential, pareto, mix and empirical
          mix(0.38 parto(1ms, 2))
                   ^~~~~
          did you mean pareto?
        """)
    #expect(refusal { $0.ack = "" }.hasPrefix("--ack: the line ends too early"))
    #expect(refusal { $0.response = "5ms 6ms" }.hasPrefix("--response: expected the end of the line, found `6ms`"))
    #expect(refusal { $0.far = "-5ms" }.hasPrefix("--far: a negative duration makes no sense here"))
    #expect(refusal { $0.far = "2d" } == "--far is from 0ms to 1d")
    let stated = request {
      $0.fit = nil
      $0.write = "mix(38% pareto(1.05ms, 1.51), 62% exponential(rate=0.183/ms))"
      let answer = "mix(0.9122 pareto(235us, 10), 0.0878 exponential(rate=1.66/ms))"
      ($0.ack, $0.request, $0.response) = (answer, answer, answer)
    }
    #expect(try stated.quorum() == request { _ in }.quorum(), "the published fit, in words")
  }

  @Test(arguments: [(3, 1, 1), (5, 2, 1), (1, 1, 1)])
  func jsonHasTheContractsKeys(n: Int, r: Int, w: Int) throws {
    let report = try PredictionReport(request { ($0.n, $0.r, $0.w) = (n, r, w) })
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    for name in ["readLatency", "writeLatency"] {
      let latency = try #require(object[name] as? [String: Double])
      #expect(latency.keys.sorted() == ["p50", "p95", "p99", "p999"])
      let values = ["p50", "p95", "p99", "p999"].compactMap { latency[$0] }
      #expect(values == values.sorted() && values[0] > 0)
    }
    let visibility = try #require(object["tVisibility"] as? [String: Double])
    #expect(visibility.keys.sorted() == ["p90", "p99", "p999"])
    let intervals = try #require(object["tVisibilityInterval"] as? [String: [Double]])
    for (name, value) in visibility {
      let ends = try #require(intervals[name])
      #expect(ends.count == 2 && ends[0] <= value && value <= ends[1])
    }
    let zero = try #require(object["consistentAtZero"] as? Double)
    #expect((0...1).contains(zero) && (zero == 1) == (r + w > n))
    #expect((object["consistentAtZeroInterval"] as? [Double])?.count == 2)
    #expect((object["kStaleness"] as? [Double])?.count == 10)
  }

  @Test(arguments: zip(["lnkd-ssd", "lnkd-disk", "ymmr"], [(12, 3, 4), (3, 2, 2), (3, 1, 1)]))
  func whatPeopleReadFitsIntoEightyColumns(fit: String, quorum: (Int, Int, Int)) throws {
    let report = try PredictionReport(
      request {
        ($0.fit, $0.far) = (fit, "75ms")
        ($0.n, $0.r, $0.w) = quorum
      })
    for line in report.lines { #expect(TextWidth.of(line) <= 80 && line.last != " ", "\(line)") }
    #expect(!report.lines.contains { $0.hasSuffix("100.00 %") }, "what is not the whole isn't shown as the whole")
    #expect(report.lines[0] == "N = \(quorum.0), R = \(quorum.1), W = \(quorum.2)  ·  \(fit), 75ms to distant copies")
    #expect(report.lines.contains { $0.contains("so no read is stale") } == (quorum.1 + quorum.2 > quorum.0))
  }
}
