import Foundation
import Insight
import Testing

@testable import Analysis
@testable import Language

/// Histories as Jepsen's users have them: what EDN can hold, what a file can have before and after it, and where it can end.
@Suite struct HistoryOdditiesTests {
  private func read(_ text: String) throws -> HistoryFile { try HistoryFile(text, file: "h") }

  // MARK: What is taken

  @Test(
    "what EDN can hold is read, and what plays no part is passed over",
    arguments: [
      ("{:process 3, :type :invoke, :f :write, :value 5, :index 0, :time 12}", "3 write = 5 (unknown)"),
      ("#jepsen.history.Op{:index 0, :process 3, :type :invoke, :f :write, :value 5}", "3 write = 5 (unknown)"),
      ("{,:process,,3 :type :invoke,:f :w,:value 5,}", "3 write = 5 (unknown)"),
      ("; first\n#_ {:process 1} #_#_ 1 2 {:process 3 :type :invoke :f :w :value 5} ; last", "3 write = 5 (unknown)"),
      ("{:process 3 #_ #_ :type :ok :type :invoke :f :w :value #_ 4 5}", "3 write = 5 (unknown)"),
      (
        "{:process :db.client/one :type :invoke :f :w :value :colour/red}",
        ":db.client/one write = :colour/red (unknown)"
      ),
      ("{:process 3 :type :invoke :f :w :value red}", "3 write = red (unknown)"),
      ("{:process 3 :type :invoke :f :w :value true}", "3 write = true (unknown)"),
      (#"{:process 3 :type :invoke :f :w :value "a\"b\\cé\u00e9"}"#, "3 write = a\"b\\céé (unknown)"),
      (#"{:process 3 :type :invoke :f :w :value \a}"#, #"3 write = \a (unknown)"#),
      (#"{:process 3 :type :invoke :f :w :value \newline}"#, #"3 write = \newline (unknown)"#),
      (#"{:process 3 :type :invoke :f :w :value \(}"#, #"3 write = \( (unknown)"#),
      ("{:process 3 :type :invoke :f :w :value 1/3}", "3 write = 1/3 (unknown)"),
      (
        "{:process 3 :type :invoke :f :w :value 123456789012345678901234567890N}",
        "3 write = 123456789012345678901234567890 (unknown)"
      ),
      ("{:process 3 :type :invoke :f :w :value +1.50M}", "3 write = 15e-1 (unknown)"),
      ("{:process 3 :type :invoke :f :w :value -0x1F}", "3 write = -31 (unknown)"),
      (
        "{:process 3 :type :invoke :f :w :value #inst \"2024-01-02T03:04:05Z\"}",
        "3 write = 2024-01-02T03:04:05Z (unknown)"
      ),
      ("{:process 3 :type :invoke :f :w :value [:x #uuid \"a\"]}", "3 write :x = a (unknown)"),
      ("{:process 3 :type :invoke :f :cas :value #tuple [:x [1 2]]}", "3 cas :x 1 → 2 (unknown)"),
      ("({:process 3 :type :invoke :f :w :value 5})", "3 write = 5 (unknown)"),
      (
        #"{:process 3 :type :invoke :f :w :value 5 :error [:unknown #object[clojure.core$_PLUS_ 0x4f2b503c "x"] ##NaN]"#
          + #" :exception #error {:cause "c" :via [{:type java.net.E :at [a.B$c d "B.java" 1]}] :trace [[a.B d nil -2]]}"#
          + " {:map #{1 2}} [[[[]]]] nil nil}", "3 write = 5 (unknown)"
      ),
    ])
  func aWordOfEDN(text: String, words: String) throws {
    let file = try read(text)
    #expect(file.history.operations.count == 1 && file.words(of: 0) == words)
    // However its lines end, and whatever stands before and after it.
    for variant in ["\u{FEFF}" + text, text.replacing("\n", with: "\r\n") + "\r\n", "\n \t\n" + text + "\n\n"] {
      let other = try read(variant)
      #expect(other.history.operations.count == 1 && other.words(of: 0) == words)
    }
  }

  @Test func timesAndIndexesMayBeMissingAndWhatNeverEndedIsOpen() throws {
    let file = try read(
      """
      {:process 0 :type :invoke :f :write :value 1}
      {:process :nemesis :type :info :f :start-partition :value nil}
      {:process 1 :type :invoke :f :read :value nil :time nil}
      {:process 0 :type :info :f :write :value 1 :error :timeout}
      {:process 1 :type :ok :f :read :value 1 :time 5}
      {:process :nemesis :type :info :f :start-partition :value [:isolated {"n1" #{"n2"}}]}
      {:process 2 :type :invoke :f :read :value nil}
      """)
    #expect(file.history.operations.map(\.ending) == [.unknown, .ok, .unknown] && file.nemesisLines == 2)
    #expect(file.lines == [1, 3, 7] && HistoryVerdicts(file).outcome == .kept)
  }

  // MARK: What is refused

  @Test(
    "what can't be taken is named with its line, the word, and what to do",
    arguments: [
      (
        "{:process 0 :type :invoke :f :txn :value [[:r 1 nil]]}", 1,
        ["`:txn` can't be judged", "leave such operations out"]
      ),
      (
        "\n{:process 0 :type :invoke :f :append :value [1 2]}", 2,
        ["`:append` can't be judged", "leave such operations out"]
      ),
      ("{:process 0 :type :ok :f :read :value 1}", 1, ["process 0 has no such read in flight", "`invoke`"]),
      (
        "{:process 0 :type :invoke :f :read}\n{:process 0 :type :invoke :f :read}", 2,
        ["process 0 has an operation in flight", "end it with ok, fail or info"]
      ),
      (
        "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :write :value 1}", 2, ["no such write in flight"]
      ),
      ("{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value #{1}}", 2, ["the value of a read"]),
      ("{:process 0 :type :invoke :f :w :value 017}", 1, ["doesn't begin with 0"]),
      ("{:process 0 :type :invoke :f :w :value 0x}", 1, ["hexadecimal"]),
      ("{:process 0 :type :invoke :f :w :value 1 :time 1/2}", 1, ["`time`", "a number"]),
      ("{:process 0 :type :invoke :f :w :value 1} #_", 1, ["`#_` is followed by"]),
      ("{:process 0 :type :invoke :f :w :value 1}\n[1 2]", 2, ["this is no map", "eventually verify --help"]),
      ("{\"process\":0,\"type\":\"invoke\",\"f\":\"w\",\"value\":1}\n{:process 1}", 2, ["a name begins with"]),
      (
        "{:process 0 :type :invoke :f :w :value 1}\n{\"process\":1,\"type\":\"invoke\"}", 2,
        ["`:` is followed by a name"]
      ),
      ("what is this", 1, ["no JSON object", "eventually verify --help"]),
    ] as [(String, Int, [String])])
  func whatIsRefused(text: String, line: Int, words: [String]) {
    let error = #expect(throws: Diagnostic.self) { try read(text) }
    #expect(error?.line.number == line)
    for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x7B, 0x00], "UTF-8"), ([0xFE, 0xFF, 0x00, 0x7B], "UTF-8"), ([0x1F, 0x8B, 0x08, 0x00], "gunzip"),
    ] as [([UInt8], String)])
  func whatIsNoTextSaysWhatToDo(bytes: [UInt8], word: String) {
    let error = #expect(throws: Diagnostic.self) { try HistoryFile(Data(bytes), file: "h") }
    #expect(error?.message.contains(word) == true)
  }

  // MARK: At each place

  private static let small: [String] = [
    "array.json", "bom.jsonl", "cas.jsonl", "crlf.jsonl", "delete.jsonl", "edn.edn", "float.jsonl", "kv.jsonl",
    "nem.jsonl",
    "r_w.jsonl", "strnum.jsonl",
  ]

  private func judge(_ bytes: [UInt8]) -> Int? {
    do {
      let file = try HistoryFile(Data(bytes), file: "h")
      let verdicts = HistoryVerdicts(file)
      #expect(!verdicts.json.isEmpty && !verdicts.lines.isEmpty)
      return file.history.operations.count
    } catch {
      #expect(error is Diagnostic && (error as? Diagnostic)?.line.number ?? 0 >= 1)
      return nil
    }
  }

  @Test(arguments: small) func cutOffOrChangedAtAnyByteItIsReadOrRefusedWithItsLine(name: String) throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/peers/format/\(name)", withExtension: nil))
    let whole = Array(try Data(contentsOf: url)).prefix(600)
    let count = judge(Array(whole))
    for place in whole.indices {
      // What is cut off holds no more than the whole.
      if let part = judge(Array(whole[..<place])), let count { #expect(part <= count, "cut off at \(place)") }
      var bytes = Array(whole)
      bytes.remove(at: place)
      _ = judge(bytes)
      for byte in "\"\\{[(#:,;]}0-\n".utf8 + [0x00, 0x80, 0xFF] {
        bytes = Array(whole)
        bytes[place] = byte
        _ = judge(bytes)
      }
    }
  }
}
