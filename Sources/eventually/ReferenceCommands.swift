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
    abstract: "Lists the commands of the language, or explains one, a setting, a fact, a level, a scheme or a profile.")

  @Argument(help: "The command, setting, fact, level, scheme or profile to explain.")
  var name: String?

  func validate() throws {
    guard let name, !Reference.knows(name) else { return }
    throw ValidationError(Reference.unknown(name, asking: "eventually commands"))
  }

  func run() throws {
    let output = LineWriter.standardOutput
    for line in Reference.help(name) { output.write(line) }
    try output.close()
  }
}
