import Language
import Workbench

/// A demo as a recording for asciinema (asciicast v2): encoded from frames, so that it needs no terminal and the same
/// script and seed make the same bytes.
///
/// A header object, then an array a line: seconds since the start, `o` for output or `m` for a chapter, and the data
/// (docs.asciinema.org/manual/asciicast/v2). Frames are encoded at thirty a second, and only where they differ.
public struct CastRecorder {
  /// How long a frame is shown at least, in nanoseconds: whole milliseconds, so that times are short.
  private static let frameTime: UInt64 = 33_000_000
  /// No recording is longer, in frames: four hours.
  private static let mostFrames = 4 * 3_600 * 30
  /// For how long nothing has to happen before players skip it, in seconds, unless a script's own pauses are longer.
  private static let idle = 2.5
  /// How long the last frame stands, in nanoseconds.
  private static let epilogue: UInt64 = 2_000_000_000

  private let encoder: ANSIEncoder
  private let isASCII: Bool
  private let write: (String) -> Void
  private var elapsed: UInt64 = 0
  private var shown: Frame?
  private var chapter: String?

  private init(_ theme: Theme, _ isASCII: Bool, _ write: @escaping (String) -> Void) {
    encoder = ANSIEncoder(theme)
    self.isASCII = isASCII
    self.write = write
  }

  /// Plays a model's demo from its beginning to its end, and writes the recording line by line.
  ///
  /// - Parameters:
  ///   - title: what the recording is called.
  ///   - write: takes a line without its end.
  /// - Returns: the demo's exit status: 1 if an expectation failed, 65 if a command could not be carried out.
  public static func record(
    _ model: inout ScreenModel, title: String, theme: Theme = Theme(.full), isASCII: Bool = false,
    to write: @escaping (String) -> Void
  ) -> Int32 {
    var recorder = CastRecorder(theme, isASCII, write)
    let size = model.size
    let header: [JSONText.Field] = [
      JSONText.Field("version", .integer(2)), JSONText.Field("width", .integer(Int64(size.columns))),
      JSONText.Field("height", .integer(Int64(size.rows))),
      JSONText.Field("idle_time_limit", .number(max(idle, model.demo?.longestBeat ?? 0))),
      JSONText.Field("title", .string(title)),
      JSONText.Field("env", .object([JSONText.Field("TERM", .string("xterm-256color"))])),
    ]
    write(JSONText.object(header).text)
    recorder.show(model)
    for _ in 0..<mostFrames where model.isMoving {
      _ = model.update(.tick(nanoseconds: frameTime))
      recorder.elapsed += frameTime
      recorder.show(model)
    }
    recorder.elapsed += epilogue
    recorder.event("m", "end")
    return model.demo?.status ?? 0
  }

  /// Writes what has changed.
  private mutating func show(_ model: ScreenModel) {
    if let chapter = model.chapter, chapter != self.chapter {
      self.chapter = chapter
      event("m", chapter)
    }
    let frame = isASCII ? ScreenView.render(model).inASCII : ScreenView.render(model)
    guard frame != shown else { return }
    var output = shown == nil ? "\u{1B}[0m\u{1B}[2J" : ""
    output += "\u{1B}[?25l"
    for (y, line) in encoder.lines(of: frame).enumerated() where shown == nil || shown?.row(y) != frame.row(y) {
      output += "\u{1B}[\(y + 1);1H\(line)"
    }
    if let cursor = frame.cursor { output += "\u{1B}[\(cursor.y + 1);\(cursor.x + 1)H\u{1B}[?25h" }
    event("o", output)
    shown = frame
  }

  private func event(_ code: String, _ data: String) {
    let milliseconds = elapsed / 1_000_000
    var rest = String(String(milliseconds % 1_000 + 1_000).dropFirst())
    while rest.count > 1, rest.last == "0" { rest.removeLast() }
    write("[\(milliseconds / 1_000).\(rest), \"\(code)\", \(JSONText.string(data).text)]")
  }
}
