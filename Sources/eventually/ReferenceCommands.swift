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
    commandName: "commands", abstract: "Lists the commands of the language, or explains one.")

  @Argument(help: "The command to explain.")
  var name: String?

  func validate() throws {
    if let name, CommandCatalog.named(name) == nil {
      throw ValidationError("there is no command `\(Printable.escaped(name))`; `eventually commands` lists them")
    }
  }

  func run() throws {
    let output = LineWriter.standardOutput
    for line in Reference.help(name) { output.write(line) }
    try output.close()
  }
}
