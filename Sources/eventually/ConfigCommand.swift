import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

/// Where the configuration lies: `$XDG_CONFIG_HOME/eventually/config.yaml`, or `~/.config/…` where that is unset, empty or
/// relative (XDG Base Directory Specification 0.8).
struct ConfigurationFile {
  /// Its path.
  let path: String
  /// What it chooses; what holds anyway where there is none.
  let configuration: Configuration
  /// What is wrong with it, each in a sentence.
  let problems: [String]

  /// The configuration of who runs the program.
  static var mine: ConfigurationFile { ConfigurationFile(environment: ProcessInfo.processInfo.environment) }

  /// The configuration that an environment names.
  init(environment: [String: String]) {
    let stated = environment["XDG_CONFIG_HOME"] ?? ""
    let home = environment["HOME"] ?? NSHomeDirectory()
    path = "\(stated.hasPrefix("/") ? stated : "\(home)/.config")/eventually/config.yaml"
    guard FileManager.default.fileExists(atPath: path) else {
      (configuration, problems) = (Configuration(), [])
      return
    }
    do {
      let text = try FileScripts.text(FileScripts().bytes(of: path), of: path)
      var found: [Configuration.Problem] = []
      configuration = Configuration(text, problems: &found)
      let path = path
      problems = found.map { $0.sentence(in: path) }
    } catch {
      configuration = Configuration()
      problems = [(error as? ScriptError)?.sentence ?? "\(error)"]
    }
  }
}

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Prints the configuration: keys, colours, first view, mouse, animation.",
    discussion: """
      What it prints is a file that says the same, with comments; `eventually config > FILE` is where to begin. It is read from \
      $XDG_CONFIG_HOME/eventually/config.yaml. Exit status: 0, or 65 if something in the file is wrong: it is told with line and \
      column, and the rest holds.
      """)

  func run() throws {
    let file = ConfigurationFile.mine
    for problem in file.problems { Complaint.say(problem) }
    let output = LineWriter.standardOutput
    file.configuration.lines.forEach { output.write($0) }
    try output.close()
    if !file.problems.isEmpty { throw ExitCode(65) }
  }
}
