import ArgumentParser
import Language
import Workbench

struct FactsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facts", abstract: "Lists the facts that conditions are made of.")

  func run() throws {
    let output = LineWriter.standardOutput
    for line in Reference.facts { output.write(line) }
    try output.close()
  }
}

struct CommandsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commands",
    abstract: "Lists the commands of the language, or explains one, a setting, a fact or a level.")

  @Argument(help: "The command, setting, fact or level to explain.")
  var name: String?

  func validate() throws {
    guard let name, !Reference.knows(name) else { return }
    let nearest = Reference.nearest(to: name).map { "; did you mean `\($0)`?" } ?? ""
    throw ValidationError(
      "there is no command, setting, fact or level `\(Printable.escaped(name))`\(nearest); "
        + "`eventually commands` lists the commands")
  }

  func run() throws {
    let output = LineWriter.standardOutput
    for line in Reference.help(name) { output.write(line) }
    try output.close()
  }
}
