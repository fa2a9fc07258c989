import Language

/// What could stand at the end of a command line that has been begun.
struct Completion {
  /// The lines by which a shell's script is told: `WORD SUMMARY`, `+files ENDING …` or `+folders`.
  let lines: [String]

  /// Completes the last of some words, which may be empty.
  ///
  /// - Parameter words: what follows on the program's name.
  init(of words: [String], in tree: CommandLineTree) {
    // Bash takes `--view=map` for three words.
    var words = words.filter { $0 != "=" || words.last == "=" }
    if words.last == "=" { words[words.count - 1] = "" }
    var place = Place(tree.command)
    for word in words.dropLast() { place.pass(word) }
    lines = place.candidates(for: words.last ?? "")
  }

  /// Where a command line has come to.
  private struct Place {
    /// The command that was named last, and all that stands before it.
    var node: CommandLineTree.Node
    var names: [String] = []
    /// The option whose value comes next.
    var open: (argument: CommandLineTree.Argument, path: String)?
    /// How many values have stood by their place.
    var taken = 0
    var isPastOptions = false

    init(_ node: CommandLineTree.Node) { self.node = node }

    /// The commands whose flags, options and values are looked for here, with all their names.
    private var commands: [(node: CommandLineTree.Node, path: String)] {
      let named = (node, names.joined(separator: " "))
      guard let unnamed = node.unnamed else { return [named] }
      return [named, (unnamed, (names + [unnamed.commandName]).joined(separator: " "))]
    }

    private func choice(_ name: String) -> (argument: CommandLineTree.Argument, path: String)? {
      for (node, path) in commands {
        let found = (node.arguments ?? []).first { argument in
          argument.kind != .positional && (argument.names ?? []).contains { $0.text == name }
        }
        if let found { return (found, path) }
      }
      return nil
    }

    mutating func pass(_ word: String) {
      if open != nil {
        open = nil
      } else if word == "--", !isPastOptions {
        isPastOptions = true
      } else if word.hasPrefix("-"), word != "-", !isPastOptions {
        open = word.contains("=") ? nil : choice(word).flatMap { $0.argument.kind == .option ? $0 : nil }
      } else if taken == 0, let next = node.subcommand(word) {
        node = next
        names.append(word)
      } else {
        taken += 1
      }
    }

    func candidates(for word: String) -> [String] {
      if let open { return values(of: open.argument, in: open.path, beginning: word) }
      if word.hasPrefix("-"), !isPastOptions { return options(beginning: word) }
      let subcommands = taken > 0 ? [] : (node.subcommands ?? []).filter(\.shouldDisplay)
      let positionals = commands.flatMap { command in command.node.positionals.map { ($0, command.path) } }
      let next =
        positionals.indices.contains(taken)
        ? positionals[taken] : positionals.last.flatMap { $0.0.isRepeating ? $0 : nil }
      return subcommands.filter { $0.commandName.hasPrefix(word) }.map { Self.line($0.commandName, $0.abstract ?? "") }
        + (next.map { values(of: $0.0, in: $0.1, beginning: word) } ?? [])
    }

    private func options(beginning word: String) -> [String] {
      if let sign = word.firstIndex(of: "="), let option = choice(String(word[..<sign])) {
        let value = String(word[word.index(after: sign)...])
        return values(of: option.argument, in: option.path, beginning: value, after: "\(option.argument.name)=")
      }
      var known: Set<String> = []
      return commands.flatMap { $0.node.arguments ?? [] }.filter { $0.kind != .positional && $0.shouldDisplay }
        .flatMap { argument in (argument.names ?? []).map { ($0.text, argument.abstract ?? "") } }
        .filter { $0.0.hasPrefix(word) && known.insert($0.0).inserted }.map(Self.line)
    }

    private func values(
      of argument: CommandLineTree.Argument, in command: String, beginning word: String, after prefix: String = ""
    ) -> [String] {
      let values = ArgumentValues(of: argument, in: command)
      return values.candidates.filter { $0.word.hasPrefix(word) }.map { Self.line(prefix + $0.word, $0.summary) }
        + (values.endings.map { [(["+files"] + $0).joined(separator: " ")] } ?? [])
        + (values.isFolder ? ["+folders"] : [])
    }

    private static func line(_ word: String, _ summary: String) -> String {
      let first = summary.split(separator: "\n").first.map(String.init) ?? ""
      return first.isEmpty ? word : "\(word) \(first)"
    }
  }
}
