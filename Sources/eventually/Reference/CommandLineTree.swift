import ArgumentParser
import Foundation

/// The command line as ArgumentParser has it: what help, manual pages and completions are made of.
struct CommandLineTree: Decodable {
  /// The program, or one of its subcommands.
  struct Node: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool
    let defaultSubcommand: String?
    let subcommands: [Node]?
    let arguments: [Argument]?
  }

  /// A flag, an option or a positional argument.
  struct Argument: Decodable {
    /// One way to write a flag or an option.
    struct Name: Decodable {
      let kind: Kind
      let name: String

      enum Kind: String, Decodable { case short, long, longWithSingleDash }

      /// As it is typed.
      var text: String { (kind == .long ? "--" : "-") + name }
    }

    enum Kind: String, Decodable { case positional, option, flag }

    let kind: Kind
    let names: [Name]?
    let valueName: String?
    let allValues: [String]?
    let defaultValue: String?
    let abstract: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
  }

  /// The program itself.
  let command: Node

  /// The tree of this program.
  ///
  /// - Throws: if ArgumentParser describes itself in another way than it did.
  static func current() throws -> CommandLineTree {
    try JSONDecoder().decode(CommandLineTree.self, from: Data(Eventually._dumpHelp().utf8))
  }
}

extension CommandLineTree.Node {
  /// The subcommands that help shows, without the one that explains the others.
  var shown: [CommandLineTree.Node] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }

  /// The subcommand of that name.
  func subcommand(_ name: String) -> CommandLineTree.Node? { subcommands?.first { $0.commandName == name } }

  /// What is meant where no subcommand is named: the default one, or the node itself.
  var unnamed: CommandLineTree.Node? { defaultSubcommand.flatMap(subcommand) }

  /// What stands by its place.
  var positionals: [CommandLineTree.Argument] {
    (arguments ?? []).filter { $0.kind == .positional && $0.shouldDisplay }
  }

  /// Flags and options, but those that every subcommand has.
  var choices: [CommandLineTree.Argument] {
    (arguments ?? []).filter { $0.kind != .positional && $0.shouldDisplay && !$0.isUniversal }
  }
}

extension CommandLineTree.Argument {
  /// Whether every subcommand has it.
  var isUniversal: Bool { valueName == "help" || valueName == "version" }

  /// The name that help puts first.
  var name: String { names?.last?.text ?? valueName ?? "" }

  /// How it is written in a usage, brackets and all.
  var usage: String {
    let value = "<\(valueName ?? "")>"
    let words =
      switch kind {
      case .positional: value + (isRepeating ? " …" : "")
      case .option: "\(name) \(value)"
      case .flag: name
      }
    return isOptional || kind == .flag || defaultValue != nil ? "[\(words)]" : words
  }

  /// What it means, with its values and default.
  var explanation: String {
    let isSaid = (allValues ?? []).contains { (abstract ?? "").contains($0) }
    let values = isSaid ? [] : allValues ?? []
    let additions =
      (values.isEmpty ? [] : ["One of: \(values.joined(separator: ", "))."])
      + (defaultValue.map { ["Default: \($0)."] } ?? [])
    return ([abstract ?? ""] + additions).filter { !$0.isEmpty }.joined(separator: " ")
  }
}
