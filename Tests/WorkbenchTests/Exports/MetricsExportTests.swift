import Foundation
import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Metrics in forms that other programs read, read back.
@Suite struct MetricsExportTests {
  private static let script = """
    load 200/s for 3s write 50% keys 20 at ONE
    run 1s
    cut us-east-1 eu-west-1
    run 3s
    """

  private func session() throws -> Session {
    var session = Session(isTracing: true)
    for (number, text) in Self.script.split(separator: "\n").enumerated() {
      try session.execute(SourceLine(file: "x", number: number + 1, text: String(text)), isPrompt: false) { _ in }
    }
    return session
  }

  @Test func theTableIsRectangularAndItsColumnsAddUp() throws {
    let session = try session()
    let rows = try session.lines(of: ExportPlan(.csv)).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(Set(rows.map(\.count)) == [10])
    func sum(_ name: String) throws -> Int {
      let column = try #require(rows[0].firstIndex { $0 == name })
      return try rows.dropFirst().reduce(0) { $0 + (try #require(Int($1[column]))) }
    }
    let tally = session.world.observer.tally
    #expect(try sum("reads") == tally.readsAnswered && sum("stale_reads") == tally.readsStale)
    #expect(try sum("operations") == tally.ended && sum("conflicts") == session.world.observer.conflicts.total)
    for (row, next) in zip(rows.dropFirst(), rows.dropFirst(2)) { #expect(row[1] == next[0], "no gaps") }
  }

  @Test func theObjectHasTheSameSeriesAndAllMetrics() throws {
    let session = try session()
    let text = try session.lines(of: ExportPlan(.json)).joined()
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let series = try #require(object["series"] as? [[String: Any]])
    let reads = series.compactMap { $0["reads"] as? Int }.reduce(0, +)
    #expect(reads == session.world.observer.tally.readsAnswered)
    let metrics = try #require(object["metrics"] as? [String: Any])
    #expect(Set(metrics.keys) == Set(FactCatalog.numeric(under: session.cluster.scheme).map(\.name)))
    #expect(object["time"] as? Int == 4_000_000)
  }

  @Test func openMetricsAreReadBackAsTheFactsThatTheyAre() throws {
    let session = try session()
    let lines = try session.lines(of: ExportPlan(.openmetrics))
    #expect(lines.last == "# EOF" && lines.count { $0 == "# EOF" } == 1)
    var (types, samples): ([String: String], [String: Double]) = ([:], [:])
    for line in lines.dropLast() {
      if let match = line.wholeMatch(of: #/# TYPE ([a-z][a-z0-9_]*) (counter|gauge)/#) {
        #expect(types.updateValue(String(match.2), forKey: String(match.1)) == nil, "a family stands once: \(line)")
      } else if let match = line.wholeMatch(of: #/# UNIT ([a-z0-9_]+) seconds/#) {
        #expect(types[String(match.1)] == "gauge" && match.1.hasSuffix("_seconds"))
      } else if let match = line.wholeMatch(of: #/# HELP ([a-z0-9_]+) .+/#) {
        #expect(types[String(match.1)] != nil)
      } else if let match = line.wholeMatch(of: #/([a-z0-9_]+)\{branch="main",seed="1"\} ([-+.eE0-9]+) 4/#) {
        let name = String(match.1)
        let isCounter = name.hasSuffix("_total") && types[String(name.dropLast(6))] == "counter"
        #expect(isCounter || types[name] == "gauge", "\(line)")
        samples[name] = Double(match.2)
      } else {
        Issue.record("no line of OpenMetrics: \(line)")
      }
    }
    let numeric = FactCatalog.numeric(in: session.world.cluster)
    #expect(types.count == numeric.count)
    #expect(samples["eventually_reads_total"] == Double(session.world.observer.tally.reads))
    #expect(samples["eventually_time_seconds"] == 4)
    let facts = session.facts
    #expect(samples.count == numeric.count { facts.value(.named($0.name, [])).magnitude != nil })
  }
}
