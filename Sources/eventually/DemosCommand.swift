import ArgumentParser
import Language
import Lessons

struct DemosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demos", abstract: "Lists the demos that came with the program, or prints one of them.",
    discussion: """
      Wherever a script is asked for, a demo's name will do: `eventually play zombie`, `eventually run zombie`, \
      `eventually --script zombie`. Exit status: 0, or 66 if there is no demo of that name.
      """)

  @Argument(help: "The demo to print.")
  var name: String?

  func run() throws {
    let output = LineWriter.standardOutput
    if let name {
      guard let demo = ShippedLessons.demo(name) else {
        let names = ShippedLessons.demos.map(\.name)
        let nearest = NearestWord.to(name, among: names).map { "; did you mean `\($0)`?" } ?? ";"
        Complaint.say("there is no demo `\(Printable.escaped(name))`\(nearest) `eventually demos` lists them")
        throw ExitCode(66)
      }
      demo.split(separator: "\n", omittingEmptySubsequences: false).dropLast().forEach { output.write(String($0)) }
    } else {
      let width = ShippedLessons.demos.map { TextWidth.of($0.name) }.max() ?? 0
      for demo in ShippedLessons.demos {
        let first = demo.text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }
        let lines = Reference.wrap(String(first), 76 - width)
        for (index, line) in lines.enumerated() {
          output.write("\(TextWidth.pad(index == 0 ? demo.name : "", width))  \(line)")
        }
      }
    }
    try output.close()
  }
}
