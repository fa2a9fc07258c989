import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Runs a script and writes a page of it that needs nothing else.",
    discussion: """
      One file for any browser: what was said and commanded and what came of it, the screen to be played again, the \
      space-time diagram, each operation with its why, metrics, guarantees, and how to see it again. Exit status: 0 all \
      expectations held, 1 one failed (the page says which), 65 the script is wrong, 66 it is missing, 73 the page can't be \
      written.
      """)

  @Argument(help: "The script; - is standard input.")
  var file: String

  @Option(help: ArgumentHelp("The page.", valueName: "out.html"))
  var output: String

  @Option(help: ArgumentHelp("The screen's size in columns and rows.", valueName: "size"))
  var size = Size(columns: 100, rows: 30)

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  func run() throws {
    do {
      let session = Session(seed: seed, isTracing: true)
      var names = session.names(isPrompt: false)
      let script = try Script(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), names: &names)
      let story = try SessionStory(script, following: names, on: session)
      var model = ScreenModel(session, size: size)
      model.play(script, pace: .human)
      // Nobody waits for a load of an hour to go by on a page.
      let reel = FrameReel.film(&model, patience: 12, longest: 900)
      let page = SessionPage(story, screen: PlayedScreen(of: reel), file: file, seed: seed)
      do { try OutputFile.write(page.text, to: output) } catch { throw Failure.exit(for: error) }
      throw ExitCode(story.session.expectations.failed > 0 ? 1 : 0)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}
