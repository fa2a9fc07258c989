import Foundation

/// Where sessions are kept: `$XDG_STATE_HOME/eventually/sessions`, or `~/.local/state/…` where that is unset, empty or
/// relative (XDG Base Directory Specification 0.8). Nothing else is written unasked.
public struct SessionFolder: Sendable {
  /// A session that can be gone on with.
  public struct Entry: Hashable, Sendable {
    /// Its name: when it began.
    public let name: String
    /// Its file.
    public let path: String

    /// How many commands it holds.
    public var commands: Int { SessionFolder.commands(in: path).count }
  }

  private let folder: URL

  /// The folder that an environment names.
  public init(environment: [String: String]) {
    let stated = environment["XDG_STATE_HOME"] ?? ""
    let state =
      stated.hasPrefix("/")
      ? URL(fileURLWithPath: stated)
      : URL(fileURLWithPath: environment["HOME"] ?? NSHomeDirectory()).appendingPathComponent(".local/state")
    folder = state.appendingPathComponent("eventually/sessions")
  }

  /// Where progress with the lessons is kept.
  public var progressPath: String { folder.deletingLastPathComponent().appendingPathComponent("progress.json").path }

  /// The sessions there are, oldest first.
  public var entries: [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".ev") }.sorted().map {
      Entry(name: String($0.dropLast(3)), path: folder.appendingPathComponent($0).path)
    }
  }

  /// What was typed in the latest sessions, oldest first: what the prompt's history begins with.
  public func latestCommands(atMost count: Int, fromSessions sessions: Int = 20) -> [String] {
    var commands: [String] = []
    for entry in entries.suffix(sessions) {
      for line in Self.commands(in: entry.path) where commands.last != line { commands.append(line) }
    }
    return Array(commands.suffix(count))
  }

  private static func commands(in path: String) -> [String] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.hasPrefix("#") }
  }

  /// A journal for a session that begins at a time; its file is only made once there is something to write.
  public func journal(beginningAt date: Date, process: Int32) -> Journal {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyy-MM-dd'T'HH-mm-ss"
    return Journal(path: folder.appendingPathComponent("\(format.string(from: date))-\(process).ev").path)
  }
}

/// A session's file, which says at any moment what has been done and what is about to be: each command stands in it before
/// it is carried out, so that a killed terminal loses nothing.
public struct Journal: Sendable {
  /// The file.
  public let path: String
  private var written: [String] = []
  private var handle: FileHandle?

  /// The journal of that file, which need not exist.
  public init(path: String) { self.path = path }

  /// Makes the file hold those lines. What it holds already is not written again.
  ///
  /// - Throws: whatever keeps the file from being written.
  public mutating func hold(_ lines: [String]) throws {
    guard lines != written else { return }
    let handle = try handle ?? open()
    let common = zip(written, lines).prefix { $0 == $1 }.count
    let kept = written[..<common].reduce(0) { $0 + $1.utf8.count + 1 }
    try handle.truncate(atOffset: UInt64(kept))
    try handle.write(contentsOf: Data(lines[common...].map { $0 + "\n" }.joined().utf8))
    written = lines
  }

  private mutating func open() throws -> FileHandle {
    let url = URL(fileURLWithPath: path)
    // Whoever else uses the machine need not see what was tried here.
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    let opened = try FileHandle(forUpdating: url)
    written =
      try opened.readToEnd().map { String(decoding: $0, as: UTF8.self) }?
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
    // After the last line end there is nothing.
    if written.last == "" { written.removeLast() }
    handle = opened
    return opened
  }
}
