import ArgumentParser
import Drills
import Foundation
import Language
import Screen
import Workbench

struct DrillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill", abstract: "An incident to work through: find the cause, prove it, put it right.",
    discussion: """
      Without a name it lists the drills. With one you are on duty: on the workbench's screen, or line by line where there is no \
      terminal and with --plain. Time runs with Space or `run`, and stops when an alarm or a ticket comes in; every command that \
      looks is allowed, what changes something is a mitigation. `help drill` there lists what else can be typed. With q, and at the \
      end of input, the rest of the day passes, and the score sheet puts you beside the same day with nobody on duty, and beside \
      what happened in the original. Exit status: 66 there is no such drill, 73 a file can't be written.
      """)

  @Argument(help: "A drill's name.")
  var name: String?

  @Option(help: "What chance is drawn from.")
  var seed: UInt64 = 1

  @Flag(help: "Print the scores as one line of JSON at the end, and nothing else.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write a post-mortem page in Markdown, and beside it FILE.ev, a script that replays it.", valueName: "file"))
  var postmortem: String?

  @Flag(help: "Line by line, for screen readers and pipes.")
  var plain = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let output = LineWriter.standardOutput
    guard let name else {
      try list(on: output)
      return
    }
    guard let folder = ShippedDrills.all.first(where: { $0.name == name }) else {
      let names = ShippedDrills.all.map(\.name).joined(separator: ", ")
      Complaint.say("there is no drill `\(Printable.escaped(name))`; there are \(names)")
      throw ExitCode(66)
    }
    do {
      let drill = try Drill(folder.name, page: folder.page, scene: folder.scene, solution: folder.solution)
      // What can't be written is refused before anybody has worked for it.
      let files = try postmortem.map { (page: try OutputFile($0), script: try OutputFile("\($0).ev")) }
      guard var play = try play(DrillPlay(drill, seed: seed), on: output) else { return }
      play.finish()
      let sheet = try DrillSheet(play)
      if json {
        output.write(sheet.json)
      } else {
        output.write("")
        sheet.lines.forEach { output.write($0) }
      }
      if let files { try write(sheet, play, to: files.page, files.script, on: output) }
    } catch {
      try? output.close()
      throw Failure.exit(for: error)
    }
    try output.close()
  }

  /// Plays a drill, on the screen where there is one; nil: somebody left at once, and wants no sheet.
  private func play(_ play: DrillPlay, on output: LineWriter) throws -> DrillPlay? {
    guard !plain, !json, PlainLines.isTyped, TerminalTraits.isScreen else {
      return try PlainLines.run(play, isSilent: json, on: output)
    }
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 80, rows: 24))
    model.goOnDuty(play)
    var files = SessionFiles(journal: nil)
    let status = screen.open(&model, in: &files)
    if status != 0 { throw ExitCode(status) }
    return model.duty.flatMap { $0.sheet == nil ? nil : $0.play }
  }

  private func write(
    _ sheet: DrillSheet, _ play: DrillPlay, to page: OutputFile, _ script: OutputFile, on output: LineWriter
  ) throws {
    page.write(sheet.postMortem(replayedBy: script.path).utf8)
    try page.close()
    script.write((play.script.joined(separator: "\n") + "\n").utf8)
    try script.close()
    if !json {
      output.write("● the page is in \(page.path), and `eventually run \(script.path)` replays it")
    }
  }

  private func list(on output: LineWriter) throws {
    do {
      let drills = try ShippedDrills.all.map {
        try Drill($0.name, page: $0.page, scene: $0.scene, solution: $0.solution)
      }
      if json {
        for drill in drills {
          output.write(
            JSONText.object([
              .init("kind", .string("drill")), .init("name", .string(drill.name)), .init("title", .string(drill.title)),
              .init("summary", .string(drill.summary)),
            ]).text)
        }
      } else {
        for drill in drills {
          output.write("\(drill.name)  \(drill.title)")
          TextWrap.lines(drill.summary, width: 76).forEach { output.write("    \($0)") }
        }
        output.write("")
        output.write("`eventually drill NAME` puts you on duty.")
      }
    } catch {
      try? output.close()
      throw Failure.exit(for: error)
    }
    try output.close()
  }
}
