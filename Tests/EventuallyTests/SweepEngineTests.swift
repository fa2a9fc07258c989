import Foundation
import Testing

/// A sweep that is spread over processes by an engine that there is anyway.
@Suite struct SweepEngineTests {
  private static let experiment = """
    apiVersion: eventually/v1
    kind: ChaosExperiment
    metadata: {name: small}
    spec:
      scenarios:
        - name: only
          actions:
            - {type: node_pause, start: 1s, duration: 1s, targets: [us1]}
            - {type: packet_loss, start: 1s, duration: 1s, loss: 20%, targets: ["us-east-1 <-> eu-west-1"]}
            - {type: mixed_load, qps: 20, duration: 3s, keys: 20}
      assertions:
        - {metric: availability, threshold: "> 50%"}
        - {metric: replication_lag_p99, threshold: "< 10s"}
    """

  private static let hasParallel = FileManager.default.isExecutableFile(atPath: "/usr/bin/parallel")

  /// By GNU parallel, as the documentation has it.
  @Test(.enabled(if: hasParallel, "GNU parallel isn't installed")) func partsOfGNUParallelMakeTheWholeByteForByte()
    throws
  {
    let folder = try Folder()
    let file = try folder.write("a.yaml", Self.experiment)
    let whole = try BuiltBinary.run(["chaos", file, "--seeds", "1..9", "--json"])
    let line = """
      cd \(folder.url.path) && PARALLEL_HOME=\(folder.url.path) /usr/bin/parallel --will-cite \
      "$0" chaos a.yaml --seeds 1..9 --shard {}/3 --json '>' part{} ::: 1 2 3; "$0" chaos merge --json part1 part2 part3
      """
    let merged = try BuiltBinary.shell(line)
    #expect(merged.output == whole.output && whole.output.contains("\"kind\":\"summary\""), "\(merged.errors)")
    #expect(merged.status == whole.status)
  }

  /// Percentiles of all runs together stand beside those of each.
  @Test func theTableHasWhatAllRunsComeToTogether() throws {
    let folder = try Folder()
    let file = try folder.write("a.yaml", Self.experiment)
    let result = try BuiltBinary.run(["chaos", file, "--seeds", "1..3"])
    #expect(result.output.contains("pooled"), "\(result.output)")
  }
}
