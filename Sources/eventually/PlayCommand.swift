import ArgumentParser
import Foundation
import Screen
import Workbench

extension Demo.Pace: ExpressibleByArgument {}

struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Plays a script in the workbench as a demo.",
    discussion: """
      At human pace it types and waits by itself, at presenter's pace Space plays the next step, at instant pace \
      everything happens at once, and the program leaves. Keys: Space, ← one step back, t to take over and to return, \
      1-9 chapters (`mark`), b a blank screen, + and - speed, q to leave. A clicker's PageDown and PageUp go on and back. Exit status: 0 all expectations held, 1 one failed, which stops the \
      demo, 65 the script is wrong, 66 it is missing, 69 there is no terminal.
      """)

  @Argument(help: "The script; `say` speaks, `mark` begins a chapter, `note` is for the presenter alone.")
  var file: String

  @Option(help: "human, presenter or instant.")
  var pace = Demo.Pace.human

  @Option(help: ArgumentHelp("A file or terminal to which the presenter's notes go.", valueName: "file"))
  var notes: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Nobody can take over, and leaving takes two keys: no accident ends the demo.")
  var readOnly = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    do {
      var model = ScreenModel(Session(seed: seed, isTracing: true), size: Size(columns: 120, rows: 40))
      var names = model.session.names(isPrompt: false)
      let script = try Script(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), names: &names)
      let notes = try notes.map { try LineWriter(following: $0) }
      var files = SessionFiles(journal: nil, notes: notes)
      model.play(script, pace: pace, isGuarded: readOnly)
      let status = screen.open(&model, in: &files)
      // Who isn't there to look at the last screen finds it in what was printed.
      if let demo = model.demo, demo.status != 0, status != 69 {
        let output = LineWriter.standardOutput
        TextEncoder.lines(of: ScreenView.render(model)).forEach { output.write($0) }
        try output.close()
      }
      try notes?.close()
      throw ExitCode(status)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}

struct RecordCommand: ParsableCommand {
  /// What a recording is written as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case cast, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Plays a script as a demo into a recording, without a terminal.",
    discussion: """
      The recording is for asciinema, with a marker for each `mark` and the pauses that `beat` asks for; or a picture that \
      moves, of at most 200 KiB for each minute. The same script, size and seed make the same bytes. Exit status: 0 all expectations held, 1 one failed (the recording \
      ends there), 65 the script is wrong, 66 it is missing, 73 the recording can't be written.
      """)

  @Argument(help: "The script; - is standard input.")
  var file: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "out"))
  var output: String

  @Option(help: "cast (asciicast v2) or svg (a picture that moves); as the file's name ends if unsaid.")
  var format: Format?

  @Option(help: ArgumentHelp("The size in columns and rows.", valueName: "size"))
  var size = Size(columns: 120, rows: 40)

  @Option(help: "human or instant.")
  var pace = Demo.Pace.human

  @Option(help: ArgumentHelp("What the recording is called; the file's name if unsaid.", valueName: "text"))
  var title: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Only ASCII characters.")
  var ascii = false

  @Option(help: "dark, light or high-contrast: the colours of a picture.")
  var theme = Palette.dark

  func validate() throws {
    if pace == .presenter { throw ValidationError("nobody is there to present; --pace is human or instant") }
  }

  func run() throws {
    do {
      var model = ScreenModel(Session(seed: seed, isTracing: true), size: size)
      var names = model.session.names(isPrompt: false)
      let script = try Script(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), names: &names)
      let writer = try LineWriter(path: output)
      model.play(script, pace: pace)
      let name = title ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let status: Int32
      switch format ?? (output.hasSuffix(".svg") ? .svg : .cast) {
      case .cast: status = CastRecorder.record(&model, title: name, isASCII: ascii) { writer.write($0) }
      case .svg:
        let reel = FrameReel.film(&model, isASCII: ascii)
        for line in MovingPicture.document(of: reel, title: name, on: theme) { writer.write(line) }
        status = reel.status
      }
      try writer.close()
      if status != 0, let sentence = model.demo?.failure ?? model.status?.text {
        Complaint.say(sentence)
      }
      throw ExitCode(status)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}
