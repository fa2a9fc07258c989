import Foundation
import Language

/// Where sessions are kept: `$XDG_STATE_HOME/eventually/sessions`, or `~/.local/state/…` where that is unset, empty or
/// relative (XDG Base Directory Specification 0.8). Nothing else is written unasked.
public struct SessionFolder: Sendable {
  /// A session that can be gone on with.
  public struct Entry: Hashable, Sendable {
    /// Its name: when it began, in UTC, and by which process.
    public let name: String
    /// Its file.
    public let path: String
    /// When it began.
    public let began: Date
    /// How large its file is, in bytes.
    public let size: Int
  }

  /// Something among the sessions that is none, or can't be read.
  public struct Skipped: Hashable, Sendable {
    /// Its name in the folder.
    public let file: String
    /// Why it was passed over.
    public let reason: String

    /// Both in a sentence.
    public var sentence: String { "\(Printable.escaped(file)) is passed over: \(reason)" }

    /// Whether a name means this, as it means a session: without the end of its file's name.
    public func isMeant(by name: String) -> Bool { file == name || file == "\(name).ev" }
  }

  /// The sessions, and what else lies among them.
  public struct Contents: Sendable {
    /// The sessions, oldest first.
    public let entries: [Entry]
    /// What was passed over.
    public let skipped: [Skipped]
    /// Why nobody can tell which sessions there are, in a sentence; nil if the folder could be looked into, or if there
    /// is none yet.
    public let obstacle: String?
  }

  /// A session's file that has been opened to be gone on with.
  public struct Opened: Sendable {
    /// What it holds.
    public let lines: KeptLines
    /// Where it goes on; nil if another program is in it, or if the file can't be written.
    public let journal: Journal?
    /// Why it can't go on there; nil if it can.
    public let obstacle: String?
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

  /// Where the text lies that was copied last, for terminals without a clipboard.
  public var copyPath: String { folder.deletingLastPathComponent().appendingPathComponent("copied.txt").path }

  /// Keeps a text that was copied; it takes the place of the one before.
  ///
  /// - Throws: a ``FileProblem`` if it can't be written.
  public func keepCopy(_ text: String) throws(FileProblem) {
    try PrivateFolder.make(for: copyPath)
    try OutputFile.write(text + "\n", to: copyPath)
  }

  /// What lies in the folder. Nothing but regular files is ever opened: a pipe or a device could block for ever.
  public var contents: Contents {
    if let obstacle { return Contents(entries: [], skipped: [], obstacle: obstacle) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      !$0.hasPrefix(".")
    }
    var entries: [Entry] = []
    var skipped: [Skipped] = []
    for name in names.sorted() {
      let path = folder.appendingPathComponent(name).path
      switch Self.entry(name, path) {
      case .success(let entry): entries.append(entry)
      case .failure(let problem): skipped.append(Skipped(file: name, reason: problem.reason))
      }
    }
    return Contents(
      entries: entries.sorted { ($0.began, $0.name) < ($1.began, $1.name) }, skipped: skipped, obstacle: nil)
  }

  /// Why the folder can't be looked into; nil if it can, or if nothing has been kept yet and it isn't there.
  private var obstacle: String? {
    if let stream = opendir(folder.path) {
      closedir(stream)
      return nil
    }
    let code = errno
    var status = stat()
    // A link that leads nowhere is there, and no folder can be made in its place.
    if code == ENOENT, lstat(folder.path, &status) != 0 { return nil }
    return "the sessions in \(Printable.escaped(folder.path)) can't be read: \(String(cString: strerror(code)))"
  }

  private static func entry(_ file: String, _ path: String) -> Result<Entry, FileProblem> {
    guard let kind = FileKind(at: path) else {
      var status = stat()
      let isThere = lstat(path, &status) == 0
      return .failure(FileProblem(path, isThere ? "it is a link that leads nowhere" : "it can't be found by its name"))
    }
    guard kind == .regular else { return .failure(FileProblem(path, "it is \(kind.words), not a session")) }
    guard file.hasSuffix(".ev"), let head = beginning(of: path, atMost: 4_096) else {
      return .failure(FileProblem(path, "it is no session"))
    }
    guard KeptLines(head.bytes).isSession else {
      return .failure(FileProblem(path, "it doesn't begin as a session does"))
    }
    let name = String(file.dropLast(3))
    return .success(Entry(name: name, path: path, began: date(of: name) ?? head.changed, size: head.size))
  }

  /// The first bytes of a regular file, with its size and when it changed last; nil if it can't be read.
  private static func beginning(of path: String, atMost count: Int) -> (bytes: [UInt8], size: Int, changed: Date)? {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileKind(status.st_mode) == .regular,
      let bytes = bytes(descriptor, atMost: count)
    else { return nil }
    return (bytes, Int(status.st_size), Date(timeIntervalSince1970: Double(status.changedSeconds)))
  }

  /// At most so many bytes from where a descriptor stands; nil if they can't be read.
  private static func bytes(_ descriptor: Int32, atMost count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
    while bytes.count < count {
      let read = Foundation.read(descriptor, &buffer, min(buffer.count, count - bytes.count))
      if read > 0 { bytes += buffer[..<read] } else if read == 0 { break } else if errno != EINTR { return nil }
    }
    return bytes
  }

  // MARK: Names

  private static func format(_ zone: TimeZone?, _ pattern: String) -> DateFormatter {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = zone
    format.dateFormat = pattern
    return format
  }

  private static var utc: TimeZone? { TimeZone(secondsFromGMT: 0) }

  /// When a session began, by its name: in UTC since names end their time in `Z`; earlier ones told the local time.
  private static func date(of name: String) -> Date? {
    if let end = name.firstIndex(of: "Z") {
      return format(utc, "yyyy-MM-dd'T'HH-mm-ss.SSS").date(from: String(name[..<end]))
    }
    return format(.current, "yyyy-MM-dd'T'HH-mm-ss").date(from: String(name.prefix(19)))
  }

  /// A journal for a session that begins at a time; its file is only made once there is something to write.
  public func journal(beginningAt date: Date, process: Int32) -> Journal {
    let name = Self.format(Self.utc, "yyyy-MM-dd'T'HH-mm-ss.SSS'Z'").string(from: date)
    return Journal(path: folder.appendingPathComponent("\(name)-\(process).ev").path)
  }

  /// When a session began, for a list.
  public static func words(for date: Date) -> String { format(utc, "yyyy-MM-dd HH:mm:ss 'UTC'").string(from: date) }

  // MARK: Reading

  /// The whole lines of a session's file; empty if it can't be read.
  public func lines(of entry: Entry) -> KeptLines {
    KeptLines(Self.beginning(of: entry.path, atMost: Journal.longest)?.bytes ?? [])
  }

  /// What was typed in the latest sessions, oldest first: what the prompt's history begins with.
  public func latestCommands(atMost count: Int, fromSessions sessions: Int = 20) -> [String] {
    var commands: [String] = []
    for entry in contents.entries.suffix(sessions) {
      for line in lines(of: entry).commands.suffix(count) where commands.last != line { commands.append(line) }
    }
    return Array(commands.suffix(count))
  }

  /// Opens a session to go on with it, and locks it.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read.
  public func open(_ entry: Entry) throws -> Opened {
    for _ in 0..<8 {
      var descriptor = Foundation.open(entry.path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      var obstacle = descriptor < 0 ? "its file can't be written: \(String(cString: strerror(errno)))" : nil
      if descriptor < 0 { descriptor = Foundation.open(entry.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
      guard descriptor >= 0 else {
        throw ScriptError.missing(entry.path, reason: "it can't be read: \(String(cString: strerror(errno)))")
      }
      if obstacle == nil, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        obstacle = errno == EWOULDBLOCK ? "another program is in it" : "it can't be locked"
      }
      // The program that had it open may have put another file in its place since.
      var (mine, named) = (stat(), stat())
      guard fstat(descriptor, &mine) == 0, stat(entry.path, &named) == 0, mine.st_ino == named.st_ino,
        mine.st_dev == named.st_dev
      else {
        close(descriptor)
        continue
      }
      guard FileKind(mine.st_mode) == .regular, let bytes = Self.bytes(descriptor, atMost: Journal.longest + 1) else {
        close(descriptor)
        throw ScriptError.missing(entry.path, reason: "it can't be read")
      }
      guard bytes.count <= Journal.longest else {
        close(descriptor)
        throw ScriptError.unreadable(entry.path, reason: "it is longer than \(Journal.longest / 1_048_576) MiB")
      }
      let lines = KeptLines(bytes)
      if lines.isBrokenWithin { obstacle = obstacle ?? "its file is broken within" }
      guard obstacle == nil else {
        close(descriptor)
        return Opened(lines: lines, journal: nil, obstacle: obstacle)
      }
      return Opened(lines: lines, journal: Journal(path: entry.path, descriptor: descriptor), obstacle: nil)
    }
    throw ScriptError.missing(entry.path, reason: "somebody keeps replacing it")
  }
}

extension stat {
  /// When the file changed last, in seconds since 1970.
  fileprivate var changedSeconds: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }
}
