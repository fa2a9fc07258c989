import CNcurses
import Foundation
import Screen

/// Why there is no terminal to draw on.
public enum TerminalProblem: Error, Hashable, Sendable {
  /// Standard input or output isn't a terminal.
  case notATerminal
  /// Nothing is known about a terminal of that name.
  case unknown(String)
  /// The terminal can't place its cursor.
  case tooSimple(String)
}

/// The terminal through ncurses: the only code that knows it.
public struct CursesTerminal: ScreenTerminal {
  /// What the command line says about drawing.
  public struct Options: Sendable {
    /// Only ASCII characters.
    public var isASCII: Bool
    /// Others too, though the locale has only ASCII.
    public var isUnicode: Bool
    /// No colours.
    public var isMono: Bool
    /// Which colours.
    public var palette: Palette
    /// Colours that somebody has chosen.
    public var colors: [Role: UInt8]
    /// Whether the mouse is ours.
    public var hasMouse: Bool
    /// A file descriptor that gets a line a frame, for tests; nil for none.
    public var frames: Int32?

    /// Options.
    public init(
      isASCII: Bool, isUnicode: Bool = false, isMono: Bool, palette: Palette = .dark, colors: [Role: UInt8] = [:],
      hasMouse: Bool = true,
      frames: Int32? = nil
    ) {
      self.isASCII = isASCII
      self.isUnicode = isUnicode
      self.isMono = isMono
      self.palette = palette
      self.colors = colors
      self.hasMouse = hasMouse
      self.frames = frames
    }
  }

  private let isASCII: Bool
  private let theme: Theme
  private let frames: Int32?
  private var shown: Frame?
  private var count = 0
  private var log: ErrorLog
  /// What was read to see what an Esc is, and is still to be taken.
  private var unread: [cn_input] = []
  /// What has come of a paste that hasn't ended yet, and when the last of it came.
  private var paste: (text: String, at: UInt64)?

  /// Opens the terminal.
  ///
  /// - Throws: a ``TerminalProblem`` if there is none that can be drawn on.
  public init(_ options: Options) throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw TerminalProblem.notATerminal }
    let name = ProcessInfo.processInfo.environment["TERM"] ?? ""
    switch Int(cn_open(options.isUnicode ? 1 : 0)) {
    case CN_OK: break
    case CN_UNKNOWN_TERMINAL: throw TerminalProblem.unknown(name)
    default: throw TerminalProblem.tooSimple(name)
    }
    log = ErrorLog()
    isASCII = options.isASCII || cn_is_utf8() == 0
    frames = options.frames
    if options.hasMouse { cn_take_mouse(1) }
    theme = Theme(options.isMono ? .mono : Self.tier(Int(cn_colors())), on: options.palette, chosen: options.colors)
  }

  /// Gives the terminal back as it was, and tells what was written to standard error meanwhile.
  public mutating func close() {
    cn_close()
    log.replay()
  }

  private static func tier(_ colors: Int) -> ColorTier {
    switch colors {
    case ..<8: .mono
    case 8..<16: .eight
    case 16..<256: .sixteen
    default: .full
    }
  }

  // MARK: Drawing

  /// How large it is now.
  public var size: Size {
    var (columns, rows): (Int32, Int32) = (0, 0)
    cn_size(&columns, &rows)
    return Size(
      columns: min(max(1, Int(columns)), Size.largest.columns), rows: min(max(1, Int(rows)), Size.largest.rows))
  }

  /// Shows a frame; rows that are as they were are left alone.
  public mutating func present(_ frame: Frame) {
    let frame = isASCII ? frame.inASCII : frame
    for y in 0..<frame.size.rows where shown?.size != frame.size || shown?.row(y) != frame.row(y) {
      put(frame, row: y)
    }
    // Hidden it stands at what is selected: a screen reader goes by it.
    let place = frame.cursor ?? frame.selected
    cn_flush(Int32(place?.x ?? -1), Int32(place?.y ?? -1), frame.cursor == nil ? 0 : 1)
    shown = frame
    count += 1
    if let frames { try? FileHandle(fileDescriptor: frames).write(contentsOf: Data("frame \(count)\n".utf8)) }
  }

  private func put(_ frame: Frame, row y: Int) {
    var x = 0
    while x < frame.size.columns {
      let paint = theme.paint(frame[x, y].style)
      let start = x
      var text = ""
      // A wide or combined character goes alone, so that a quarrel about its width costs nothing but itself.
      repeat {
        let cell = frame[x, y]
        if !cell.isTail { text.append(cell.glyph) }
        x += 1
      } while x < frame.size.columns && x - start < 200
        && (frame[x, y].isTail
          || theme.paint(frame[x, y].style) == paint && isSimple(frame[x, y]) && isSimple(frame[x - 1, y]))
      cn_put(Int32(start), Int32(y), text, Int32(x - start), paint.color.map(Int32.init) ?? -1, attributes(paint))
    }
  }

  private func isSimple(_ cell: Cell) -> Bool { !cell.isTail && cell.glyph.unicodeScalars.count == 1 }

  private func attributes(_ paint: Paint) -> Int32 {
    var result = 0
    if paint.isBold { result |= CN_BOLD }
    if paint.isDim { result |= CN_DIM }
    if paint.isUnderlined { result |= CN_UNDERLINE }
    if paint.isReversed { result |= CN_REVERSE }
    return Int32(result)
  }

  /// The next frame is drawn anew.
  public mutating func redraw() {
    shown = nil
    cn_redraw()
  }

  /// Takes the mouse, or leaves it to the terminal.
  public mutating func takeMouse(_ isOurs: Bool) { cn_take_mouse(isOurs ? 1 : 0) }

  /// Gives a text to the terminal's clipboard: OSC 52 of xterm's control sequences, which tmux, iTerm2, kitty and others know
  /// too. What doesn't know it does nothing.
  public mutating func copy(_ text: String) {
    let bytes = Data(text.utf8).base64EncodedString()
    try? FileHandle.standardOutput.write(contentsOf: Data("\u{1B}]52;c;\(bytes)\u{07}".utf8))
  }

  /// Gives the terminal back to the shell until the shell wakes us.
  public mutating func suspend() {
    cn_suspend()
    shown = nil
  }

  // MARK: Input

  /// Nanoseconds since the machine started.
  public var clock: UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// The exit status of a signal that asks the program to end: 128 and its number.
  public var endRequest: Int32? {
    let signal = cn_wait(0)
    return signal == 0 ? nil : 128 + signal
  }

  /// How many bytes of a paste are kept.
  private static let longestPaste = 1 << 16
  /// How many characters a control sequence has at most.
  private static let longestSequence = 32
  /// After how many milliseconds of silence a paste counts as ended though its end didn't come.
  private static let pastePatience = 1_000

  /// What was typed, once something was, or after that many milliseconds.
  public mutating func next(timeout milliseconds: Int?) -> [ScreenMessage] {
    var messages = drain()
    if messages.isEmpty {
      let limit = paste == nil ? milliseconds : min(milliseconds ?? .max, Self.pastePatience)
      _ = cn_wait(Int32(limit ?? -1))
      messages = drain()
    }
    if let paste, messages.isEmpty, clock - paste.at >= UInt64(Self.pastePatience) * 1_000_000 {
      self.paste = nil
      messages.append(.paste(paste.text))
    }
    return messages
  }

  private mutating func read() -> cn_input { unread.isEmpty ? cn_read() : unread.removeFirst() }

  /// What an Esc is that begins nothing ncurses knows: a key of a readline with Alt, else just that, whatever follows it.
  /// Nil where a whole control sequence follows (ECMA-48 §5.4: `[`, parameters, a final character): it is a key that we
  /// don't know, and its letters are no keys.
  private mutating func keyAfterEscape() -> Key? {
    let first = read()
    unread.insert(first, at: 0)
    guard Int(first.what) == CN_CHARACTER, let scalar = Unicode.Scalar(first.value) else { return .escape }
    if "bfd\u{7F}".unicodeScalars.contains(scalar) {
      unread.removeFirst()
      return .alt(Character(scalar))
    }
    guard scalar == "[" else { return .escape }
    var sequence = [unread.removeFirst()]
    while sequence.count < Self.longestSequence {
      let next = read()
      sequence.append(next)
      guard Int(next.what) == CN_CHARACTER else { break }
      if (0x20...0x3F).contains(next.value) { continue }
      // `[` is a key of ours: a letter may follow it that somebody typed as fast.
      if sequence.count > 2, (0x40...0x7E).contains(next.value) { return nil }
      break
    }
    unread = sequence + unread
    return .escape
  }

  private mutating func drain() -> [ScreenMessage] {
    var messages: [ScreenMessage] = []
    var hasResized = false
    reading: for _ in 0..<Self.longestPaste {
      let input = read()
      switch Int(input.what) {
      case CN_NOTHING: break reading
      case CN_RESIZED: hasResized = true
      case CN_STOPPED: messages.append(.key(.control("z")))
      case CN_MOUSE: if let message = mouse(input) { messages.append(message) }
      case CN_MOUSE_RELEASE: messages.append(.mouse(.release, Point(Int(input.x), Int(input.y))))
      case CN_PASTE_BEGIN: paste = ("", clock)
      case CN_PASTE_END:
        if let paste { messages.append(.paste(paste.text)) }
        paste = nil
      case CN_CHARACTER where paste != nil: pasted(input.value)
      case CN_CHARACTER where input.value == 27: if let key = keyAfterEscape() { messages.append(.key(key)) }
      case CN_CHARACTER: if let key = key(ofCharacter: input.value) { messages.append(.key(key)) }
      case CN_KEY where paste == nil:
        if let key = Self.keys[Int(input.value)] ?? functionKey(Int(input.value)) { messages.append(.key(key)) }
      default: break
      }
    }
    if hasResized {
      shown = nil
      messages.append(.resize(size))
    }
    return messages
  }

  /// What a report of xterm's mouse says: bits 0 and 1 are the button, 32 a drag, 64 the wheel.
  private func mouse(_ input: cn_input) -> ScreenMessage? {
    let place = Point(Int(input.x), Int(input.y))
    switch input.value & ~0b1_1100 {
    case 0: return .mouse(.press, place)
    case 32: return .mouse(.drag, place)
    case 64: return .mouse(.wheel(-3), place)
    case 65: return .mouse(.wheel(3), place)
    default: return nil
    }
  }

  /// Takes in a character between the marks of a paste: text, and no key.
  private mutating func pasted(_ value: UInt32) {
    let (now, count) = (clock, paste?.text.utf8.count ?? 0)
    paste?.at = now
    guard count < Self.longestPaste, let scalar = Unicode.Scalar(value == 13 ? 10 : value) else { return }
    paste?.text.unicodeScalars.append(scalar)
  }

  private func key(ofCharacter value: UInt32) -> Key? {
    switch value {
    case 9: return .tab
    case 10, 13: return .enter
    case 8, 127: return .backspace
    // What a key sends is known to ncurses; an Esc that begins nothing known is just that, whatever follows it.
    case 27: return .escape
    case 1...26: return .control(Character(Unicode.Scalar(UInt8(value) + 96)))
    case ..<32: return nil
    default: return Unicode.Scalar(value).map { .character(Character($0)) }
    }
  }

  private func functionKey(_ value: Int) -> Key? {
    value > CN_FUNCTION ? .function(value - CN_FUNCTION) : nil
  }

  private static let keys: [Int: Key] = [
    CN_UP: .up, CN_DOWN: .down, CN_LEFT: .left, CN_RIGHT: .right, CN_HOME: .home, CN_END: .end,
    CN_PAGE_UP: .pageUp, CN_PAGE_DOWN: .pageDown, CN_BACKSPACE: .backspace, CN_DELETE: .delete,
    CN_BACK_TAB: .backTab, CN_ENTER: .enter,
  ]
}

/// Whatever is written to standard error while the screen is drawn would scar it: it is kept, and told afterwards.
private struct ErrorLog {
  private let original = dup(STDERR_FILENO)
  private let file = tmpfile()

  init() {
    guard let file, original >= 0 else { return }
    dup2(fileno(file), STDERR_FILENO)
    cn_keep_errors(fileno(file), original)
  }

  func replay() {
    guard let file, original >= 0 else { return }
    let written = FileHandle(fileDescriptor: fileno(file))
    cn_keep_errors(-1, -1)
    dup2(original, STDERR_FILENO)
    try? written.seek(toOffset: 0)
    // Standard error may be closed or full: then nobody is told.
    if let text = try? written.readToEnd() {
      text.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
    fclose(file)
    close(original)
  }
}
