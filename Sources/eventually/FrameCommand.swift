import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

extension Size: ExpressibleByArgument {
  /// The size that an argument such as `120x40` states.
  public init?(argument: String) { self.init(argument) }

  /// How a default is written in the help.
  public var defaultValueDescription: String { "\(columns)x\(rows)" }
}

struct FrameCommand: ParsableCommand {
  /// What a frame is printed as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, ansi, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "frame", abstract: "Runs a script and prints the workbench's screen.",
    discussion:
      "Exit status: 0 the frame is printed, 1 an expectation failed, 65 the script is wrong, 66 it is missing.")

  @Argument(help: "The script; - is standard input.")
  var file: String

  @Option(help: ArgumentHelp("The size in columns and rows, from 1x1 to 1000x500.", valueName: "size"))
  var size = Size(columns: 120, rows: 40)

  @Option(
    help: ArgumentHelp(
      "The view that has the focus: \(ViewName.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "view"))
  var view: String?

  @Option(help: "text, ansi (with colours) or svg (a picture).")
  var format = Format.text

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Only ASCII characters.")
  var ascii = false

  @Option(help: "dark, light or high-contrast: which colours.")
  var theme = Palette.dark

  func validate() throws {
    if let view, ViewName(rawValue: view) == nil {
      let names = ViewName.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no view `\(Printable.escaped(view))`; there are \(names)")
    }
  }

  func run() throws {
    do {
      var model = try Workbenches.model(running: file, seed: seed, size: size)
      if let view = view.flatMap(ViewName.init(rawValue:)) { model.turn(to: view) }
      model.finishComparing()
      var frame = ScreenView.render(model)
      if ascii { frame = frame.inASCII }
      let output = LineWriter.standardOutput
      switch format {
      case .text: TextEncoder.lines(of: frame).forEach { output.write($0) }
      case .ansi: ANSIEncoder(Theme(.full, on: theme)).printableLines(of: frame).forEach { output.write($0) }
      case .svg: SVGEncoder.document(of: frame, on: theme).split(separator: "\n").forEach { output.write(String($0)) }
      }
      try output.close()
      let failed = model.session.expectations.failed
      if failed > 0 {
        let words = "\(CountedNoun("expectation").text(failed)) failed; `eventually run \(file)` says which"
        StandardStreams.writeError(PrintableLine("eventually: \(words)"))
        throw ExitCode(1)
      }
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}
