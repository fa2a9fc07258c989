import Foundation
import Insight
import TestSupport
import Testing

@testable import Analysis
@testable import Language

/// What is read as a history, and that nothing crashes the reader.
@Suite struct HistoryReaderTests {
  private func read(_ text: String, _ nilReads: NilReads = .missing) throws -> HistoryFile {
    try HistoryFile(text, file: "h", nilReads: nilReads)
  }

  @Test(
    "JSON Lines, an array and EDN of one history are one history",
    arguments: [
      """
      {"process":0,"type":"invoke","f":"w","key":"x","value":1}\r
      {"process":0,"type":"ok","f":"write","key":"x","value":1.0,"more":{"a":[1,{"b":null}]}}

      {"process":"nemesis","type":"info","f":"start","value":{"n1":["n2"]}}
      {"process":1,"type":"invoke","f":"cas","key":"x","value":[1,2]}
      {"process":1,"type":"info","f":"cas","key":"x","value":[1,2]}
      """,
      """
      [{"process":0,"type":"invoke","f":"w","value":["x",1]}, {"process":0,"type":"ok","f":"w","value":["x",1e0]},
       {"process":"nemesis","type":"info","f":"start","value":null},
       {"process":1,"type":"invoke","f":"cas","value":["x",[1,2]]}, {"process":1,"type":"info","f":"cas","value":["x",[1,2]]}]
      """,
      """
      ; a comment
      #jepsen.history.Op{:index 0, :process 0, :type :invoke, :f :w, :value ["x" 1]}
      {:process 0, :type :ok, :f :w, :value ["x" 1N], :error nil, :more #{1 2 \\a #inst "2020"}} #_ {:ignored #_ [1] 2}
      {:process :nemesis, :type :info, :f :start, :value {:n1 #{"n2"}}}
      {:type :invoke, :f :cas, :process 1, :value #tag ["x" [1 2]]}
      {:type :info, :f :cas, :process 1, :value ["x" [+1 2.0M]], :exception {:via ({:type java.net.SocketException})}}
      """,
      #"[{:process 0 :type :invoke :f :w :value ["x" 1]} {:process 0 :type :ok :f :w :value ["x" 1]}"#
        + #" {:process :nemesis :type :info :f :x} {:process 1 :type :invoke :f :cas :value ["x" [1 2]]}"#
        + #" {:process 1 :type :info :f :cas :value ["x" [1 2]]}]"#,
    ]) func formats(text: String) throws
  {
    let file = try read(text)
    let operations = file.history.operations
    #expect(file.nemesisLines == 1 && operations.count == 2 && file.keys.count == 1)
    #expect(operations[0].ending == .ok && operations[1].ending == .unknown)
    #expect(operations[1].function == .compareAndSet(expected: operations[0].value))
    #expect(file.words(of: 1) == "1 cas x 1 → 2 (unknown)")
  }

  @Test func integersOfAnySizeAndNumbersHoweverWritten() throws {
    func value(_ text: String) throws -> HistoryScalarsProbe {
      HistoryScalarsProbe(try read(#"{"process":0,"type":"invoke","f":"w","value":\#(text)}"#))
    }
    let same = [["1", "1.0", "1e0", "10e-1", "0.1e1"], ["0", "-0", "0.0", "0e9"], ["1200", "1.2e3", "12E+2"]]
    for group in same { #expect(Set(try group.map { try value($0).text }).count == 1, "\(group)") }
    let digits = String(repeating: "9", count: 300)
    #expect(try value(digits).text == digits && value(digits + "8").text != value(digits + "7").text)
    #expect(try value("1e999999999999999999999").text != value("1e5").text)
    #expect(try value(#""1""#).isText && !value("1").isText)
  }

  private struct HistoryScalarsProbe {
    let text: String
    let isText: Bool

    init(_ file: HistoryFile) {
      let value = file.history.operations[0].value
      text = file.scalars.text(of: value)
      isText = file.scalars.kind(of: value) == .text
    }
  }

  @Test func readsOfNilAreMissingKeysOrTellNothing() throws {
    let text = """
      {"process":0,"type":"invoke","f":"w","value":1}
      {"process":0,"type":"ok","f":"w","value":1}
      {"process":0,"type":"invoke","f":"r","value":null}
      {"process":0,"type":"ok","f":"r","value":null}
      """
    #expect(HistoryVerdicts(try read(text)).outcome == .broken)
    let unknown = HistoryVerdicts(try read(text, .unknown))
    #expect(unknown.outcome == .kept && unknown.lines.last == "  1 read of nil taken as unknown")
  }

  @Test func aRefusedCompareAndSetFoundAnotherValueUnlessItHadAnError() throws {
    func outcome(_ more: String) throws -> HistoryVerdicts.Outcome {
      HistoryVerdicts(
        try read(
          """
          {"process":0,"type":"invoke","f":"cas","value":[null,1]}
          {"process":0,"type":"fail","f":"cas","value":[null,1]\(more)}
          """)
      ).outcome
    }
    #expect(try outcome("") == .broken, "nothing was there to be found")
    #expect(try outcome(#","error":null"#) == .broken)
    #expect(try outcome(#","error":"unavailable""#) == .nothing)
  }

  @Test func processesWithANumberAreOneSessionOnlyWhereTheRestWasBusy() throws {
    func sessions(_ steps: String) throws -> [Int] {
      let lines = steps.split(separator: " ").map { step in
        let type = step.hasSuffix("(") ? "invoke" : "ok"
        return #"{"process":"\#(step.dropLast())","type":"\#(type)","f":"read","key":"x","value":null}"#
      }
      return try read(lines.joined(separator: "\n")).history.operations.map(\.session)
    }
    #expect(try sessions("a( a/2( a) a/2) a( a/2( a/3( a/3) a/2) a)") == [0, 0, 0, 0, 0])
    #expect(try sessions("a( a/2( a) a/2) a/2( a/2)") == [0, 1, 1], "it began while a was free")
    #expect(try sessions("a( a) a/2( a/2)") == [0, 1])
    #expect(try sessions("a/2( a( a) a/2)") == [0, 1])
    #expect(try sessions("a( a/3( a/3) a)") == [0, 1], "there is no a/2")
    #expect(try sessions("a( a/02( a/02) a)") == [0, 1] && sessions("a( b/2( b/2) a)") == [0, 1])
  }

  // MARK: Anything at all

  private static let seeds = [
    #"{"process":0,"type":"invoke","f":"write","key":"x","value":1,"time":12,"more":{"a":[1,{"b":null}]}}"#,
    #"{"process":"al\u00e9\ud83c\udf89","type":"ok","f":"cas","value":["k",[-1.5e3,"é"]],"time":1.5}"#,
    #"[{"process":0,"type":"invoke","f":"r","value":null},{"process":0,"type":"ok","f":"r","value":[true,false]}]"#,
    #"#jepsen.history.Op{:process 0, :type :invoke, :f :r, :value [1 nil]} ; end"#,
    "[{:process 0 :type :invoke :f :cas :value [\"k\" [1N 2/3]]} #_ (1 #{2 \\a}) {:process :nemesis, :type :info, :f :x}]",
  ]

  private static func mutated(_ dice: inout Dice) -> [UInt8] {
    var bytes = Array(dice.pick(seeds).utf8)
    for _ in 0..<dice.roll(1...4) {
      let place = dice.roll(0...max(0, bytes.count - 1))
      switch dice.roll(1...9) {
      case 1: bytes.removeSubrange(place...)
      case 2: if place < bytes.count { bytes[place] = UInt8(dice.roll(0...255)) }
      case 3: bytes.insert(0, at: min(place, bytes.count))
      case 4:
        bytes.insert(
          contentsOf: Array(repeating: dice.pick(Array("[{(#".utf8)), count: dice.roll(1...3_000)),
          at: min(place, bytes.count))
      case 5: bytes.insert(contentsOf: Array("\(Int.max)\(Int.max)e\(Int.max)".utf8), at: min(place, bytes.count))
      case 6:
        bytes.insert(
          contentsOf: dice.pick(["\"", "\\", ",", ":", "}", "]", "\n", "#_", "\\ud800", "-", "0", " "]).utf8,
          at: min(place, bytes.count))
      case 7: if place < bytes.count { bytes.remove(at: place) }
      case 8: bytes += Array(dice.pick(seeds).utf8)
      default: bytes.insert(contentsOf: [0xFF, 0xC0], at: min(place, bytes.count))
      }
    }
    return bytes
  }

  @Test(arguments: 1...25) func whateverTheBytesItIsReadOrRefusedWithItsLine(seed: Int) {
    var dice = Dice(seed: seed + 9_000)
    for _ in 0..<400 {
      let bytes = Self.mutated(&dice)
      do {
        _ = HistoryVerdicts(try HistoryFile(Data(bytes), file: "h")).json
      } catch let error as Diagnostic {
        #expect(error.line.number >= 1 && !error.text.isEmpty)
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
  }

  @Test func nestingHasABound() throws {
    for opening in ["[", "{\"a\":", "(", "#{", "#_[", "#_ ", "#a "] {
      let deep = #"{"process":0,"type":"invoke","f":"r","value":"# + String(repeating: opening, count: 200_000)
      #expect(throws: Diagnostic.self) { try read(deep) }
      #expect(throws: Diagnostic.self) { try read("{:process 0, :value " + String(repeating: opening, count: 200_000)) }
    }
  }

  @Test(arguments: 1...25) func whatIsJSONIsDecidedAsFoundationDoes(seed: Int) throws {
    var dice = Dice(seed: seed + 12_000)
    for _ in 0..<400 {
      var bytes = Self.mutated(&dice)
      bytes.removeAll { $0 == 0x0A || $0 == 0x0D }
      guard bytes.first == UInt8(ascii: "{"), bytes.count < 400 else { continue }
      let isObject = (try? JSONSerialization.jsonObject(with: Data(bytes))) is [String: Any]
      var message: String?
      bytes.withUnsafeBufferPointer { buffer in
        var scanner = HistoryScanner(buffer)
        do {
          try scanner.readRecord()
          try scanner.skipBlanks()
          if scanner.at != scanner.end { message = "more" }
        } catch { message = (error as? HistorySyntaxError)?.message ?? "\(error)" }
      }
      let words = String(decoding: bytes, as: UTF8.self)
      // Foundation refuses numbers that no Double can hold.
      guard !words.contains("e9223372") else { continue }
      if message == nil { #expect(isObject, "seed \(seed): \(words)") }
      // What is JSON and yet refused: a field that means two things, or isn't what it should be.
      let isOurs = ["twice", "time", "nested", "\\u"].contains { message?.contains($0) == true }
      if isObject, !isOurs { #expect(message == nil, "seed \(seed): \(words)") }
    }
  }
}
