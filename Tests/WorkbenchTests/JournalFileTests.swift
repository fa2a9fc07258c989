import Foundation
import Kernel
import TestSupport
import Testing

@testable import Language
@testable import Workbench

/// A session's file: appended to before anything happens, whole at every moment, and its own only.
@Suite struct JournalFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("eventually-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: sessions, withIntermediateDirectories: true)
  }

  private var sessions: URL { folder.appendingPathComponent("eventually/sessions") }
  private var state: SessionFolder { SessionFolder(environment: ["XDG_STATE_HOME": folder.path]) }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: sessions.appendingPathComponent(name))
  }

  /// Whatever is done, and wherever its time is cut short, the file holds it, and then what is about to be.
  @Test(arguments: 1...20) func theFileHoldsWhatIsKept(seed: Int) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var dice = Dice(seed: seed)
    var journal = Journal(path: sessions.appendingPathComponent("a.ev").path)
    var session = Session()
    var before = ""
    for line in RandomScript(seed: seed, length: 25).lines {
      let source = SourceLine.prompt(line)
      try journal.hold(session.kept(followedBy: source))
      let announced = try text(journal.path)
      #expect(announced == session.kept(followedBy: source).lines.map { $0 + "\n" }.joined(), "seed \(seed)")
      #expect(announced.hasPrefix(before), "seed \(seed): what was kept is only appended to")
      guard let command = try? CommandParser.parse(line, in: session.names(isPrompt: true)),
        var goal = try? session.begin(command, from: source, report: { _ in })
      else {
        try journal.hold(session.kept())
        before = try text(journal.path)
        continue
      }
      _ = session.pursue(&goal, until: session.now + TimeSpan.milliseconds(20), atMost: dice.roll(1...200)) { _ in }
      if dice.chance(50) { session.step { _ in } }
      session.letGo()
      try journal.hold(session.kept())
      before = try text(journal.path)
      #expect(before == session.kept().lines.map { $0 + "\n" }.joined(), "seed \(seed)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: sessions.path) == ["a.ev"], "no draft is left")
  }

  @Test func aCommandThatWouldMakeItTooLongIsRefusedBeforeItIsWritten() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var journal = Journal(path: sessions.appendingPathComponent("a.ev").path)
    var session = Session()
    let long = SourceLine.prompt("say \"" + String(repeating: "x", count: 60_000) + "\"")
    var refused: Journal.TooLong?
    for _ in 0..<300 where refused == nil {
      do {
        try journal.hold(session.kept(followedBy: long))
        try session.execute(long, isPrompt: true) { _ in }
      } catch let refusal as Journal.TooLong {
        refused = refusal
      }
    }
    #expect(refused?.sentence.contains("16 MiB") == true)
    let size = try Data(contentsOf: URL(fileURLWithPath: journal.path)).count
    #expect(size <= Script.longest && size > Script.longest - 70_000)
    // What there was is still kept, and there is room for time that runs.
    for _ in 0..<3 { session.step { _ in } }
    try journal.hold(session.kept())
    let entry = try #require(state.contents.entries.isEmpty ? nil : state.contents.entries.last)
    #expect(try state.open(entry).lines.lines == session.kept().lines)
  }

  /// Any beginning of a file, and any zero bytes behind it, resume to the last whole command.
  @Test func aTornFileIsReadToItsLastWholeLine() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = "\(KeptScript.title)\nwrite cart \"mílch 牛\" at ALL\nrun 5ms\n"
    let bytes = Array(whole.utf8)
    for length in 0...bytes.count {
      for tail in [[], [0, 0, 0], [0xFF], [0xC3, 0]] as [[UInt8]] {
        let lines = KeptLines(Array(bytes[..<length]) + tail)
        let ends = bytes[..<length].filter { $0 == 10 }.count
        #expect(lines.lines == Array(whole.split(separator: "\n").map(String.init).prefix(ends)))
        let isWhole = tail.isEmpty && (length == 0 || bytes[length - 1] == 10)
        #expect((lines.dropped == nil) == isWhole, "\(length) bytes and \(tail)")
        if let words = lines.dropped {
          #expect(words.unicodeScalars.allSatisfy { !Printable.isUnsafe($0) }, "\(words)")
          #expect(words.contains("last whole command"))
        }
      }
    }
    let hole = KeptLines(bytes + [0, 0] + Array("write a 1\n".utf8))
    #expect(hole.isBrokenWithin && hole.lines.count == 3)
  }

  @Test func onlySessionsAreSessions() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let title = Array("\(KeptScript.title)\nwrite a 1\n".utf8)
    try write("2026-01-01T10-00-00.000Z-1.ev", title)
    try write("notes.txt", title)
    try write("foreign.ev", Array("write a 1\n".utf8))
    try write("empty.ev", [])
    try write("binary.ev", [0, 1, 2, 255])
    try write(".2-draft", title)
    try FileManager.default.createDirectory(
      at: sessions.appendingPathComponent("folder.ev"), withIntermediateDirectories: true)
    #expect(mkfifo(sessions.appendingPathComponent("pipe.ev").path, 0o600) == 0)
    #expect(symlink("/dev/zero", sessions.appendingPathComponent("device.ev").path) == 0)
    #expect(symlink("nowhere", sessions.appendingPathComponent("nowhere\u{1B}.ev").path) == 0)
    let contents = state.contents
    #expect(contents.entries.map(\.name) == ["2026-01-01T10-00-00.000Z-1"])
    #expect(contents.skipped.count == 8, "\(contents.skipped)")
    let sentences = contents.skipped.map(\.sentence)
    #expect(sentences.contains("pipe.ev is passed over: it is a named pipe, not a session"))
    #expect(sentences.contains("device.ev is passed over: it is a device, not a session"))
    #expect(sentences.contains("nowhere\\e.ev is passed over: it is a link that leads nowhere"))
    #expect(contents.skipped.filter { $0.isMeant(by: "pipe") }.map(\.reason) == ["it is a named pipe, not a session"])
    #expect(contents.obstacle == nil)
  }

  /// Whether there are sessions can't be told where their folder is none; where there is no folder, none were kept.
  @Test func aFolderThatIsNoneIsSaid() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.removeItem(at: sessions)
    #expect(state.contents.obstacle == nil && state.contents.entries.isEmpty)
    func expectObstacle(_ words: String) {
      #expect(
        state.contents.obstacle == "the sessions in \(sessions.path) can't be read: \(words)")
    }
    try Data().write(to: sessions)
    expectObstacle("Not a directory")
    try FileManager.default.removeItem(at: sessions)
    #expect(symlink("nowhere", sessions.path) == 0)
    expectObstacle("No such file or directory")
    try FileManager.default.removeItem(at: sessions)
    #expect(symlink("sessions", sessions.path) == 0)
    expectObstacle("Too many levels of symbolic links")
    try FileManager.default.removeItem(at: sessions.deletingLastPathComponent())
    try Data().write(to: sessions.deletingLastPathComponent())
    expectObstacle("Not a directory")
  }

  /// A program that was killed while it wrote may have left its draft: whoever has its number later isn't kept from writing.
  @Test func aDraftOfSomebodyKilledHindersNobody() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var journal = Journal(path: sessions.appendingPathComponent("a.ev").path)
    var session = Session()
    for line in ["write a 1", "write b 2", "write c 3"] {
      try journal.hold(session.kept(followedBy: .prompt(line)))
      try session.execute(.prompt(line), isPrompt: true) { _ in }
      try journal.hold(session.kept())
    }
    for bytes in 0..<400 { for rest in 0..<40 { try? write(".\(getpid())-\(bytes)-\(rest)", []) } }
    try journal.hold(session.kept(followedBy: .prompt("undo")))
    try session.execute(.prompt("undo"), isPrompt: true) { _ in }
    try journal.hold(session.kept())
    #expect(try text(journal.path) == session.kept().lines.map { $0 + "\n" }.joined())
  }

  /// Zero bytes in a session's file are what the disk left, so nothing that is typed may hold one.
  @Test(arguments: [
    "write \0 1", "write a\0b 1", "write \"a\0\" 1", "\0", "say \"\0\"", "heal # \0", "write a e\u{301}\0",
  ])
  func noCommandHoldsAZeroByte(line: String) {
    let error = #expect(throws: LanguageError.self) {
      try CommandParser.parse(line, in: Session().names(isPrompt: true))
    }
    let diagnostic = error.map { Diagnostic($0, in: .prompt(line)).text } ?? ""
    #expect(diagnostic.contains("this is the character NUL, which no text holds; leave it out"))
    #expect(diagnostic.unicodeScalars.allSatisfy { $0 == "\n" || !Printable.isUnsafe($0) })
    #expect(error.map { SourceLine.characters(of: line)[$0.span.start] } == "\0")
  }

  @Test func theLatestIsTheLatestWhereverItBegan() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let title = Array("\(KeptScript.title)\nwrite a 1\n".utf8)
    let first = Date(timeIntervalSince1970: 1_760_000_000)
    var names: [String] = []
    for (process, second) in [(9, 0.0), (1, 0.25), (5, 1), (2, 3_600)] {
      let journal = state.journal(beginningAt: first + second, process: Int32(process))
      let name = URL(fileURLWithPath: journal.path).lastPathComponent
      try write(name, title)
      names.append(String(name.dropLast(3)))
    }
    #expect(state.contents.entries.map(\.name) == names)
    #expect(names[0] == "2025-10-09T08-53-20.000Z-9", "in UTC, whatever the time zone")
  }

  @Test func twoThatGoOnWithOneSessionDoNotMeet() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("2026-01-01T10-00-00.000Z-1.ev", Array("\(KeptScript.title)\nwrite a 1\n".utf8))
    let entry = try #require(state.contents.entries.first)
    let one = try state.open(entry)
    #expect(one.obstacle == nil)
    let two = try state.open(entry)
    #expect(two.journal == nil && two.obstacle == "another program is in it")
    // The lock stays where the file is written anew.
    var session = Session()
    try session.execute(.prompt("write a 1"), isPrompt: true) { _ in }
    var journal = try #require(one.journal)
    try journal.goOn(from: session.kept(), after: one.lines.length)
    try journal.hold(session.kept(followedBy: .prompt("undo")))
    try journal.hold(session.kept(followedBy: .prompt("heal")))
    #expect(try text(entry.path).hasSuffix("write a 1\nheal\n"))
    #expect(try state.open(entry).obstacle == "another program is in it")
  }
}
