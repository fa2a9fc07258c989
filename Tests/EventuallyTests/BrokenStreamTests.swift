import Foundation
import Testing

/// Streams that are closed, full, or something else than a stream: every subcommand ends with the contract's status, and
/// nothing ends by a signal.
@Suite struct BrokenStreamTests {
  /// What is done, and with which status it ends where all streams are as they should be, and standard input is empty.
  struct Case: CustomTestStringConvertible, Sendable {
    let words: String
    var status: Int32 = 0
    /// Whether it writes to standard output whenever it ends well.
    var writes = true
    /// Whether it reads standard input.
    var reads = false
    /// What it reads where standard input is as it should be.
    var input = "/dev/null"
    var testDescription: String { words }
  }

  private static let cases = [
    Case(words: "--help"), Case(words: "run --help"), Case(words: "--version"), Case(words: "help verify"),
    Case(words: "run a.ev"), Case(words: "run a.ev --json"), Case(words: "run -", reads: true),
    Case(words: "frame a.ev"), Case(words: "frame - --format svg", reads: true),
    Case(words: "export a.ev --format csv"), Case(words: "export - --format json", reads: true),
    Case(words: "facts"), Case(words: "commands"), Case(words: "commands write"),
    Case(words: "predict --n 3 --r 1 --w 1 --fit lnkd-disk --trials 1000"),
    Case(words: "lessons"), Case(words: "lessons --json"),
    Case(words: "verify h.jsonl"), Case(words: "verify - --json", reads: true, input: "h.jsonl"),
    Case(words: "learn --plain", reads: true), Case(words: "--plain", writes: false, reads: true),
    Case(words: "--plain --script a.ev", writes: false, reads: true), Case(words: "resume --list", writes: false),
    Case(words: "record a.ev --output o.cast", writes: false),
    Case(words: "record - --output o.cast", writes: false, reads: true),
    Case(words: "resume", status: 66, writes: false), Case(words: "run nowhere.ev", status: 66, writes: false),
    Case(words: "learn nowhere", status: 66, writes: false), Case(words: "frobnicate", status: 64, writes: false),
    Case(words: "run a.ev --seed x", status: 64, writes: false), Case(words: "run wrong.ev", status: 65, writes: false),
    Case(words: "", status: 69, writes: false), Case(words: "play a.ev", status: 69, writes: false),
    Case(words: "learn", status: 69, writes: false), Case(words: "lessons check empty", status: 66, writes: false),
  ]

  @Test(arguments: cases) func endsWithTheContractsStatus(_ each: Case) throws {
    let folder = try Folder()
    try folder.write("a.ev", "write a 1\nread a\n")
    try folder.write("wrong.ev", "wirte a 1\n")
    try folder.write(
      "h.jsonl",
      #"""
      {"process":"a","type":"invoke","f":"write","key":"x","value":"1","time":1}
      {"process":"a","type":"ok","f":"write","key":"x","value":"1","time":2}
      {"process":"a","type":"invoke","f":"read","key":"x","value":null,"time":3}
      {"process":"a","type":"ok","f":"read","key":"x","value":"1","time":4}

      """#)
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
    func status(_ redirections: String) throws -> Int32 {
      try BuiltBinary.shell("cd '\(folder.url.path)' && \"$0\" \(each.words) \(redirections)").status
    }
    let unreadable: Int32 = each.reads ? 66 : each.status
    let unwritable: Int32 = each.writes ? 73 : each.status
    #expect(try status("<\(each.input) >/dev/null 2>/dev/null") == each.status)
    #expect(try status("<\(each.input) >/dev/null 2>&-") == each.status, "standard error closed")
    #expect(try status("<\(each.input) >&- 2>/dev/null") == unwritable, "standard output closed")
    #expect(try status("<\(each.input) >&- 2>&-") == unwritable, "both closed")
    #expect(try status("<&- >/dev/null 2>/dev/null") == unreadable, "standard input closed")
    #expect(try status("</tmp >/dev/null 2>/dev/null") == unreadable, "standard input a folder")
    #expect(try status("<&- >/dev/null 2>&-") == unreadable, "standard input and error closed")
    #expect(try [unreadable, unwritable].contains(status("<&- >&- 2>&-")), "all closed")
    #expect(
      try status("<\(each.input) 2>/dev/null | true; exit ${PIPESTATUS[0]}") == each.status,
      "nobody reads what it prints")
    #expect(
      try status("<\(each.input) 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}") == each.status,
      "nobody reads its errors")
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    #expect(try status("<\(each.input) >/dev/full 2>/dev/null") == unwritable, "the disk is full")
    #expect(try status("<\(each.input) >/dev/full 2>/dev/full") == unwritable, "the disk is full, for errors too")
  }

  @Test func whatCannotBeReadIsSaid() throws {
    for (redirection, reason) in [("<&-", "it is closed"), ("</tmp", "this is a folder, not a script")] {
      for words in ["run -", "verify -", "frame -", "--plain", "learn --plain", "resume -"] {
        let result = try BuiltBinary.shell("\"$0\" \(words) \(redirection)")
        #expect(result.errors.contains("eventually: <stdin>: \(reason)\n"), "\(words): \(result.errors)")
      }
    }
  }

  /// A file that is opened while a stream is closed must not get what the stream was to get.
  @Test func noFileGetsWhatAClosedStreamWasToGet() throws {
    let folder = try Folder()
    try folder.write("a.ev", "write a 1\n")
    let line = "cd '\(folder.url.path)' && \"$0\" run a.ev --history h --trace t"
    #expect(try BuiltBinary.shell("\(line) <&- >&- 2>&-").status == 73)
    #expect(
      try folder.lines("h").allSatisfy { $0.hasPrefix("{") } && folder.lines("t").allSatisfy { $0.hasPrefix("{") })
  }
}
