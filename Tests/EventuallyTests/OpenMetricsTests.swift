import Foundation
import Testing

/// What `export --format openmetrics` writes, read by Prometheus' own tool.
///
/// `.ci/promtool` fetches it; the variable PROMTOOL says where it is.
@Suite struct OpenMetricsTests {
  private static let promtool: String? = {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
    return ([environment["PROMTOOL"] ?? ""] + folders).first {
      !$0.isEmpty && FileManager.default.isExecutableFile(atPath: $0)
    }
    .map { URL(fileURLWithPath: $0).path }  // the tests work in folders of their own
  }()

  private static let scripts = [
    "", "write cart milk at ALL\n",
    "load 200/s for 3s write 50% keys 20 at ONE\nrun 1s\ncut us-east-1 eu-west-1\nrun 3.0015s\n",
    "write cart milk\nfork a-branch_of.4\nrun 1s\nseed 18446744073709551615\nrun 10000d\n",
  ]

  @Test(.enabled(if: promtool != nil, "promtool isn't here: `.ci/promtool FOLDER` fetches it"), arguments: scripts)
  func prometheusTakesItWholeAsBlocks(script: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "eventually-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(script.utf8).write(to: folder.appending(path: "x.ev"))
    let exported = try BuiltBinary.run(["export", "x.ev", "--format", "openmetrics", "--output", "x.om"], in: folder)
    #expect(exported.status == 0, "\(exported.errors)")
    let text = try String(contentsOf: folder.appending(path: "x.om"), encoding: .utf8)
    let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(!samples.isEmpty)
    let tool = try #require(Self.promtool)
    let blocks = "'\(tool)' tsdb create-blocks-from openmetrics x.om data"
    let dump = "mkdir -p data/wal && '\(tool)' tsdb dump data"
    let result = try BuiltBinary.shell("cd '\(folder.path)' && \(blocks) && \(dump)")
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    let read = result.lines.filter { $0.contains("__name__=\"eventually_") }
    #expect(read.count == samples.count, "each sample is in a block: \(result.output)")
  }

  private static let rules = [
    "", "cluster us-east-1:3 eu-west-1:3 scheme=streams\nset slo-period 30d\n",
    "alert old when lag.oldest > 5s and burn(lag, 30s) > 2 for 10m severity ticket\nalert held when value(us1, k) == \"a\"\n"
      + "set objective lag 99.95% missing ignore\nalert conflicts-page off\nwrite k v\n",
  ]

  @Test(.enabled(if: promtool != nil, "promtool isn't here: `.ci/promtool FOLDER` fetches it"), arguments: rules)
  func prometheusTakesTheRules(script: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "eventually-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(script.utf8).write(to: folder.appending(path: "x.ev"))
    let exported = try BuiltBinary.run(
      ["export", "x.ev", "--format", "prometheus-rules", "--output", "x.yml"], in: folder)
    #expect(exported.status == 0, "\(exported.errors)")
    let count = try String(contentsOf: folder.appending(path: "x.yml"), encoding: .utf8).split(separator: "\n")
      .count { $0.contains("- alert:") }
    let tool = try #require(Self.promtool)
    let result = try BuiltBinary.shell("cd '\(folder.path)' && '\(tool)' check rules x.yml")
    #expect(result.status == 0 && result.output.contains("\(count) rules found"), "\(result.errors)\(result.output)")
  }
}
