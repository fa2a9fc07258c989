import CPseudoTerminal
import Foundation
import Testing

/// The built program on a pseudo-terminal of its own, and a screen that shows what it writes.
///
/// The screen is looked at only after a frame, and once all that was written before it has arrived.
final class TerminalSession {
  /// What becomes of a program.
  enum Report: Hashable {
    case exited(Int32)
    case killed(Int32)
    case stopped(Int32)
    case continued

    /// Whether nothing comes after it.
    var isEnd: Bool {
      switch self {
      case .exited, .killed: true
      case .stopped, .continued: false
      }
    }
  }

  /// A wait that was in vain; it shows the screen.
  struct Timeout: Error, CustomStringConvertible {
    let awaited: String
    let screen: [String]
    let reports: [Report]

    var description: String {
      (["waited in vain for \(awaited); reports: \(reports)"] + screen.map { "|\($0)" }).joined(separator: "\n")
    }
  }

  struct CannotStart: Error {}

  /// What is on the screen.
  private(set) var screen: ScreenEmulator
  /// All that the program wrote.
  private(set) var bytes: [UInt8] = []
  /// How many frames it has presented.
  private(set) var frames = 0
  /// What became of it, in order.
  private(set) var reports: [Report] = []
  /// How the terminal was set up before the program began.
  let modesBefore: [UInt8]

  private var session = cp_session()
  private let home: Folder
  private let hasFrames: Bool
  /// A byte that no program writes, sent after all that it has written.
  private static let mark: UInt8 = 0x1E
  private var marks = 0
  private static let patience = 20.0
  /// What stands on the screen before the program starts.
  static let before = "$ eventually"

  // MARK: Beginning and end

  /// Starts the workbench.
  ///
  /// - Parameters:
  ///   - environment: added to a small one; an empty value removes a variable.
  ///   - program: what is run in its place, such as a shell.
  init(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    program: String? = nil
  ) throws {
    screen = ScreenEmulator(columns: columns, rows: rows)
    hasFrames = program == nil
    home = try Folder()
    guard cp_open(&session, Int32(columns), Int32(rows)) == 0 else { throw CannotStart() }
    Self.makeUnusual(session.line)
    modesBefore = Self.modes(of: session.line)
    let line = Array("\(Self.before)\r\n".utf8)
    _ = write(session.line, line, line.count)
    var variables = [
      "TERM": "xterm-256color", "LC_ALL": Self.locale, "PATH": "/usr/bin:/bin", "HOME": home.path,
      "XDG_CONFIG_HOME": home.path, "XDG_STATE_HOME": home.path, "XDG_DATA_HOME": home.path,
    ]
    variables.merge(environment) { $1 }
    variables = variables.filter { !$0.value.isEmpty }
    let path = try program ?? Self.binary
    let words = [path] + arguments + (hasFrames ? ["--test-fd", "3"] : [])
    let started = Self.withStrings(words) { words in
      Self.withStrings(variables.map { "\($0)=\($1)" }) { cp_start(&session, path, words, $0) }
    }
    guard started == 0 else { throw CannotStart() }
  }

  deinit { cp_close(&session) }

  /// Starts the workbench and waits for its first picture.
  static func workbench(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
  ) throws -> TerminalSession {
    let session = try TerminalSession(arguments, columns: columns, rows: rows, environment: environment)
    try session.wait(for: "the first frame") { session.frames > 0 }
    return session
  }

  /// The program stands beside the bundle of the tests, wherever that was built.
  static var binary: String {
    get throws {
      var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      for _ in 0..<6 {
        let path = folder.appendingPathComponent("eventually").path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue { return path }
        folder = folder.deletingLastPathComponent()
      }
      throw CannotStart()
    }
  }

  #if os(macOS)
    private static let locale = "en_US.UTF-8"
  #else
    private static let locale = "C.UTF-8"
  #endif

  private static func withStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    copies.append(nil)
    defer { for copy in copies { free(copy) } }
    return body(&copies)
  }

  // MARK: Doing

  /// Sends what a terminal sends for keys.
  func type(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(session.terminal, $0.baseAddress, $0.count) }
      if written > 0 { rest = rest.dropFirst(written) } else { try pump(10) }
    }
  }

  /// Presses a key and waits for the answer to it. Only while nothing moves: then each key brings a frame.
  func press(_ key: String) throws {
    let before = frames
    try type(key)
    try wait(for: "an answer to \(key.debugDescription)") { self.frames > before }
  }

  /// Types a line and sends it off.
  func enter(_ line: String) throws { try type(line + "\r") }

  /// Gives the window another size.
  func resize(columns: Int, rows: Int) {
    screen.resize(columns: columns, rows: rows)
    cp_resize(&session, Int32(columns), Int32(rows))
  }

  /// Sends the program a signal.
  func send(_ signal: Int32) {
    if session.process > 0 { kill(session.process, signal) }
  }

  /// Writes to the screen as another program on the same terminal does.
  func scribble(_ text: String) throws {
    let text = Array(text.utf8)
    _ = write(session.line, text, text.count)
    try settle()
  }

  /// Closes the window: the terminal is gone.
  func closeWindow() {
    close(session.terminal)
    session.terminal = -1
  }

  // MARK: Waiting

  /// Waits until something holds.
  func wait(for awaited: String, _ holds: () -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while !holds() {
      // Whoever has ended brings nothing more.
      if reports.last?.isEnd ?? false { throw Timeout(awaited: awaited, screen: screen.lines, reports: reports) }
      let seen = (frames, reports.count)
      try pump(Int32(max(0, min(1_000, deadline.timeIntervalSinceNow * 1_000))))
      if !hasFrames || (frames, reports.count) != seen { try settle() }
      if Date() > deadline { throw Timeout(awaited: awaited, screen: screen.lines, reports: reports) }
    }
  }

  /// Waits until a text is on the screen.
  func wait(toSee text: String) throws { try wait(for: text.debugDescription) { screen.shows(text) } }

  /// Waits until the program has ended, and until all that it wrote has arrived.
  func ending() throws -> Report {
    try wait(for: "the end") { reports.last?.isEnd ?? false }
    return reports[reports.count - 1]
  }

  /// Whether the program neither draws nor writes for a while.
  func isQuiet(milliseconds: Int32) throws -> Bool {
    try settle()
    let seen = (frames, bytes.count, reports.count)
    try pump(milliseconds)
    return (frames, bytes.count, reports.count) == seen
  }

  /// Waits until all that was written so far has arrived.
  private func settle() throws {
    guard session.terminal >= 0 else { return }
    let awaited = marks + 1
    _ = write(session.line, [Self.mark], 1)
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while marks < awaited {
      try pump(1_000)
      if Date() > deadline { throw Timeout(awaited: "the terminal", screen: screen.lines, reports: reports) }
    }
  }

  /// Waits for news, at most that many milliseconds, and takes them in.
  private func pump(_ milliseconds: Int32) throws {
    var files = [session.terminal, session.notices, session.reports].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // A pipe whose other end is closed is always ready, with nothing in it.
    if reports.last?.isEnd ?? false { files[1].fd = -1 }
    _ = poll(&files, nfds_t(files.count), milliseconds)
    take(from: session.terminal) { chunk in
      marks += chunk.count { $0 == Self.mark }
      let written = chunk.filter { $0 != Self.mark }
      bytes += written
      screen.feed(written)
    }
    take(from: session.notices) { frames += $0.count { $0 == UInt8(ascii: "\n") } }
    take(from: session.reports) { chunk in
      chunk.withUnsafeBytes { bytes in
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
          let report = bytes.loadUnaligned(fromByteOffset: offset, as: cp_report.self)
          reports.append(Self.report(report))
        }
      }
      // Its number may be another's by now.
      if reports.last?.isEnd ?? false { session.process = 0 }
    }
  }

  private func take(from file: Int32, _ body: ([UInt8]) -> Void) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while file >= 0 {
      let count = read(file, &chunk, chunk.count)
      guard count > 0 else { return }
      body(Array(chunk[..<count]))
    }
  }

  private static func report(_ report: cp_report) -> Report {
    switch Int(report.what) {
    case CP_EXITED: .exited(report.value)
    case CP_KILLED: .killed(report.value)
    case CP_STOPPED: .stopped(report.value)
    default: .continued
    }
  }

  // MARK: The terminal's set-up

  /// How the terminal is set up now, as bytes.
  var modes: [UInt8] { Self.modes(of: session.line) }

  /// Sets the terminal up as it was before, as a shell does.
  func restoreModes() {
    var modes = termios()
    withUnsafeMutableBytes(of: &modes) { $0.copyBytes(from: modesBefore) }
    tcsetattr(session.line, TCSANOW, &modes)
  }

  private static func modes(of file: Int32) -> [UInt8] {
    var modes = termios()
    guard tcgetattr(file, &modes) == 0 else { return [] }
    return withUnsafeBytes(of: &modes) { Array($0) }
  }

  /// Sets the terminal up as nobody's default is, so that restoring a default would be noticed.
  private static func makeUnusual(_ file: Int32) {
    var modes = termios()
    guard tcgetattr(file, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON)
    modes.c_lflag |= tcflag_t(NOFLSH)
    withUnsafeMutableBytes(of: &modes.c_cc) { $0[Int(VERASE)] = 8 }
    tcsetattr(file, TCSANOW, &modes)
  }

  /// The terminal is as it was before the program began: set-up, screen, cursor and modes.
  func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) {
    let fresh = ScreenEmulator(columns: 1, rows: 1)
    #expect(modes == modesBefore, "the terminal's set-up", sourceLocation: sourceLocation)
    #expect(screen.modes == fresh.modes, "screen, cursor, paste and arrow keys", sourceLocation: sourceLocation)
    #expect(!screen.hasApplicationKeypad, "the keypad", sourceLocation: sourceLocation)
    #expect(!screen.isStyled, "colours and bold", sourceLocation: sourceLocation)
    #expect(screen.savedTitles == 0, "the window's title", sourceLocation: sourceLocation)
    #expect(screen.lines[0] == Self.before, "what stood on the screen", sourceLocation: sourceLocation)
    #expect(screen.unknown.isEmpty, "sequences that the emulator doesn't know", sourceLocation: sourceLocation)
  }
}
