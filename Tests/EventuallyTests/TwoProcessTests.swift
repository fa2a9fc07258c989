import Foundation
import Testing

/// The same script in two processes: hashing, addresses and the clock on the wall differ, the bytes don't.
@Suite struct TwoProcessTests {
  /// Every source of chance at once.
  private let storm = """
    seed 11
    link us-east-1 us-east-1 uniform(0.2ms, 3ms)
    link us-east-1 eu-west-1 40ms~8ms
    link eu-west-1 ap-south-1 exponential(30ms)
    set client-delay uniform(0.1ms, 1ms)
    set processing-time exponential(0.2ms)
    set coordinator random
    client alice in eu-west-1
    load 100/s for 3s write 60% keys 20 zipf 1.1 at QUORUM/ONE poisson
    run 400ms
    write cart milk at QUORUM
    lose 10% us-east-1 eu-west-1
    duplicate 15% eu-west-1 ap-south-1
    cut us1 eu2
    crash ap3
    async write cart eggs at ALL as alice
    run 800ms
    pause eu1
    delete cart at LOCAL_QUORUM
    read cart at EACH_QUORUM
    restart ap3
    isolate eu3
    run 1s
    resume eu1
    heal
    run 12s
    read cart at ALL
    show metrics
    expect hints.replayed > 0 and writes.acked > 0 and reads.total > 0

    """

  private func run(_ name: String, in folder: Folder, _ options: [String] = []) throws -> BuiltBinary.Result {
    let script = try folder.write("storm.ev", storm)
    return try BuiltBinary.run(
      ["run", script, "--trace", folder.path("\(name).trace"), "--history", folder.path("\(name).history"), "--json"]
        + options)
  }

  private func operations(_ result: BuiltBinary.Result) -> [String] {
    result.lines.filter { $0.contains(#""kind":"operation""#) }
  }

  @Test func outputTraceAndHistoryAreTheSameBytes() throws {
    let folder = try Folder()
    let one = try run("one", in: folder)
    let two = try run("two", in: folder)
    #expect(one.status == 0 && two.status == 0)
    #expect(one.output == two.output)
    let (first, second) = (try folder.bytes("one.trace"), try folder.bytes("two.trace"))
    #expect(first == second, "the traces differ")
    #expect(first.count > 100_000)
    let (history, again) = (try folder.bytes("one.history"), try folder.bytes("two.history"))
    #expect(history == again, "the histories differ")
    #expect(history.count > 10_000)
  }

  @Test func theTraceEndsWithTheFingerprint() throws {
    let folder = try Folder()
    _ = try run("one", in: folder)
    let last = try #require(try folder.lines("one.trace").last)
    #expect(last.contains(#/"event":"end".*"fingerprint":"[0-9a-f]{16}"/#))
  }

  @Test func anotherSeedIsAnotherRun() throws {
    let folder = try Folder()
    let scripts = try run("one", in: folder)
    let given = try run("two", in: folder, ["--seed", "12"])
    #expect(try folder.bytes("one.trace") != folder.bytes("two.trace"))
    let same = try run("three", in: folder, ["--seed", "11"])
    #expect(operations(same) == operations(scripts), "the command line's seed and the script's mean the same")
    #expect(operations(given) != operations(scripts))
  }
}
