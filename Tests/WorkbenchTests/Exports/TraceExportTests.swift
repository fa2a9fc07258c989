import Foundation
import Insight
import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// A trace says each record by itself, whatever was said before it.
@Suite struct TraceExportTests {
  /// Names and values with all that JSON, a terminal or a reader of lines could take for something else.
  private static let odd = """
    set conflict siblings
    write "ca\\"rt" "mi\\\\lk" at QUORUM
    write "two\\nlines" "a\\tb" at ONE in eu-west-1
    write "käse 🧀" "" at ALL
    write k "\u{202E}eggs" at QUORUM
    delete "ca\\"rt" at QUORUM
    read "ca\\"rt" at QUORUM
    """

  private func batches(_ script: String) throws -> [(records: [Record], cluster: Cluster)] {
    final class Collector { var batches: [(records: [Record], cluster: Cluster)] = [] }
    let collected = Collector()
    var runner = ScriptRunner(Session(keepsTrace: true)) { event in
      if case .traced(let records, let cluster) = event { collected.batches.append((records, cluster)) }
    }
    try runner.run(["test.ev"], from: MemoryScripts(files: ["test.ev": script]))
    return collected.batches
  }

  @Test(arguments: 1...20) func eachLineIsThatOfItsRecordAlone(seed: Int) throws {
    var (messages, lines) = (0, 0)
    for (records, cluster) in try batches(RandomScript(seed: seed, length: 25).text) {
      let together = TraceExport.lines(of: records, in: cluster).bytes
      #expect(together == records.flatMap { TraceExport.lines(of: [$0], in: cluster).bytes }, "seed \(seed)")
      for (record, line) in zip(records, together.split(separator: UInt8(ascii: "\n"))) {
        lines += 1
        guard case .delivered(let message, _) = record.what else { continue }
        messages += 1
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(fields["message"] as? String == MessageText.contents(message, cluster), "seed \(seed)")
      }
    }
    #expect(lines > messages && messages > 0, "seed \(seed)")
  }

  @Test func whateverNamesAndValuesHoldALineStaysALine() throws {
    let batches = try batches(Self.odd)
    var words: [String] = []
    for (records, cluster) in batches {
      let lines = TraceExport.lines(of: records, in: cluster).bytes
      #expect(lines.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\n") })
      let split = lines.split(separator: UInt8(ascii: "\n"))
      #expect(split.count == records.count)
      for line in split {
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        if let version = fields["version"] as? String { words.append(version) }
      }
    }
    for key in ["ca\"rt", "two\\nlines", "käse 🧀", "k"] {
      #expect(words.contains { $0.hasPrefix("\(key) = ") }, "\(key)")
    }
  }

  @Test func wholeNumbersAreWrittenAsTheyAre() {
    let numbers: [Int64] = [0, 1, -1, 9, 10, 99, 100, 1_234_567_890, .max, .min]
    var json = JSONLines()
    for number in numbers {
      json.begin()
      json.add("a", number)
      json.add("b", true)
      json.addNull("c")
      json.end()
    }
    let expected = numbers.map { "{\"a\":\($0),\"b\":true,\"c\":null}\n" }.joined()
    #expect(String(decoding: json.lines.bytes, as: UTF8.self) == expected)
  }
}
