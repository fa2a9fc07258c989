import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Reopens a moment that somebody has shared.",
    discussion: """
      `share`, or Ctrl-Y on the screen, prints such a text. It is played again from its beginning, and opens at the same \
      instant with the same fingerprint. Exit status: 0 it was opened, 1 an expectation on the way failed, 65 the text is no \
      link, is damaged, or doesn't lead where it says.
      """)

  @Argument(help: "The text; - is standard input.")
  var text: String

  @Flag(help: "Without a screen: print the `end` line of `run --json`, and nothing else.")
  var json = false

  @Flag(help: "Line by line, for screen readers: the same commands, no screen.")
  var plain = false

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    if json, plain { throw ValidationError("--json and --plain exclude one another: leave one of them out") }
  }

  func run() throws {
    do {
      let moment = try ShareToken.moment(of: try token)
      var opened = try ResumedSession(moment, in: json ? nil : SessionFolder.mine)
      for sentence in opened.notices { Complaint.say(sentence) }
      if json {
        let output = LineWriter.standardOutput
        output.write(JSONReport.endLine(of: opened.model.session))
        try output.close()
        throw ExitCode(opened.model.session.expectations.failed > 0 ? 1 : 0)
      }
      guard !plain else { throw ExitCode(try PlainLines.run(opened.model.session, opened.files)) }
      if let notice = opened.notices.last { _ = opened.model.update(.answer(.told(notice, isProblem: true))) }
      throw ExitCode(Workbenches.open(&opened.model, &opened.files, screen))
    } catch let refusal as ShareRefusal {
      Complaint.say(refusal.sentence)
      throw ExitCode(65)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }

  /// The text without what copying may have put around it.
  private var token: String {
    get throws {
      guard text == "-" else { return text.trimmingCharacters(in: .whitespacesAndNewlines) }
      // Much more than a link is none, but what comes before it in the same output may be.
      let bytes = try StandardInput.read(atMost: ShareToken.longest * 2)
      return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
