import Language
import Replication
import Screen

/// The reference in Markdown, as `Documentation/reference` has it: made of the catalogues, so that it can't say anything else
/// than the program does.
struct ReferencePages {
  /// One file.
  struct Page {
    let name: String
    let title: String
    let lines: [String]

    /// The file's lines.
    var file: [String] {
      ["# \(title)", "", "<!-- Made by `make docs`; don't edit. -->", ""] + lines
    }
  }

  private let tree: CommandLineTree

  /// The reference of this program.
  init(of tree: CommandLineTree) { self.tree = tree }

  /// All pages, the list of them first.
  var pages: [Page] {
    let pages = [commandLine, commands, facts, settings, levels, profiles, views]
    let list = pages.map { "- [\($0.title)](\($0.name))" }
    return [
      Page(
        name: "README.md", title: "Reference",
        lines: [
          "What the program says of itself, by the same tables: `help`, manual pages and completion have no others.",
          "",
        ]
          + list)
    ] + pages
  }

  // MARK: The command line

  private var commandLine: Page {
    var lines: [String] = ["`eventually SUBCOMMAND --help` says the same.", ""]
    lines += Self.table(
      ["Subcommand", "Does"], tree.command.shown.map { ["[\($0.commandName)](#\($0.commandName))", $0.abstract ?? ""] })
    for command in tree.command.shown {
      lines += ["", "## \(command.commandName)", ""] + Self.fenced(Manual.usages(of: command, after: "eventually"))
      lines += Self.paragraphs(command.abstract) + Self.paragraphs(command.discussion) + Self.arguments(of: command)
      for part in (command.subcommands ?? []).filter({ $0.commandName != "help" }) {
        let isDefault = part.commandName == command.defaultSubcommand
        lines += ["", "### \(command.commandName) \(part.commandName)" + (isDefault ? " (default)" : "")]
        lines += Self.paragraphs(part.abstract) + Self.paragraphs(part.discussion) + Self.arguments(of: part)
      }
    }
    return Page(name: "command-line.md", title: "The command line", lines: lines)
  }

  private static func arguments(of command: CommandLineTree.Node) -> [String] {
    let arguments = command.positionals + command.choices
    guard !arguments.isEmpty else { return [] }
    return [""] + table(["Argument", "Means"], arguments.map { ["`\($0.usage)`", $0.explanation] })
  }

  // MARK: The language

  private var commands: Page {
    var lines = [
      "The language of scripts and of the prompt. `help NAME` at the prompt, `eventually commands NAME` in a shell."
    ]
    for chapter in CommandSpecification.Chapter.allCases {
      let commands = CommandCatalog.all.filter { $0.chapter == chapter }
      guard !commands.isEmpty else { continue }
      lines += ["", "## \(chapter.rawValue)"]
      for command in commands {
        lines += ["", "### \(command.name)", ""] + Self.fenced(command.usage) + Self.paragraphs(command.summary)
        if !command.aliases.isEmpty { lines += ["", "Also: \(command.aliases.joined(separator: ", "))."] }
        lines += Self.paragraphs(command.details)
        if !command.examples.isEmpty { lines += ["", "Examples:", ""] + Self.fenced(command.examples) }
        for (scheme, use) in command.schemeUses {
          lines += ["", "Under `\(scheme.rawValue)`:", ""] + Self.fenced(use.usage) + Self.paragraphs(use.details)
          lines += ["", "Examples:", ""] + Self.fenced(use.examples)
        }
      }
    }
    return Page(name: "commands.md", title: "Commands", lines: lines)
  }

  private var facts: Page {
    let rows =
      FactCatalog.all.map { ["`\($0.usage)`", $0.unit.rawValue, $0.cost.rawValue, $0.summary] }
      + FactCatalog.special.map { ["`\($0.usage)`", $0.unit, $0.cost.rawValue, $0.summary] }
    let costs = FactCost.allCases.map { "`\($0.rawValue)` \($0.summary)" }.joined(separator: ", ")
    return Page(
      name: "facts.md", title: "Facts",
      lines: [
        "What conditions are made of: a fact, if wanted compared by `==` `!=` `<` `<=` `>` `>=` or `contains`; joined by `and`, "
          + "`or`, `not` and parentheses. `expect`, `run until`, `breakpoint`, `alert`, goals and claims take conditions.",
        "",
        "What a fact costs matters where it is asked after every event: \(costs).", "",
      ] + Self.table(["Fact", "Value", "Cost", "Is"], rows))
  }

  private var settings: Page {
    let rows = SettingCatalog.all.map { setting -> [String] in
      let schemes = SchemeName.allCases.filter { $0.specification.has(setting.name) }
      let all = schemes.count == SchemeName.allCases.count
      return [
        "`\(setting.name.rawValue) \(setting.usage)`", "`\(setting.standard)`",
        all ? "all" : schemes.map(\.rawValue).joined(separator: ", "), setting.summary, setting.source,
      ]
    }
    return Page(
      name: "settings.md", title: "Settings",
      lines: ["What `set` knows.", ""]
        + Self.table(["Setting", "Default", "Schemes", "Decides", "The real system"], rows))
  }

  private var levels: Page {
    let rows = ConsistencyLevel.allCases.compactMap { level in
      level.name.map { ["`\($0)`", level.summary, Reference.uses(of: level)] }
    }
    return Page(
      name: "levels.md", title: "Consistency levels",
      lines: ["What stands behind `at` in an operation.", ""] + Self.table(["Level", "Asks for", "Where"], rows))
  }

  private var profiles: Page {
    let rows = ProfileCatalog.names.map { name in
      ["[`\(name)`](../../profiles/\(name)/page.md)", Reference.help(name).first ?? ""]
    }
    return Page(
      name: "profiles.md", title: "Profiles",
      lines: [
        "Production systems, each a cluster with its settings, and a page that says what is modelled and what isn't: "
          + "`eventually profiles NAME`.", "",
      ] + Self.table(["Profile", "Is"], rows))
  }

  private var views: Page {
    let rows = ViewName.allCases.map { view in
      [
        "`\(view.rawValue)`", view.digit.map { "`\($0)`" } ?? "", view.summary,
        view.keyHints.map { ($0.action.isEmpty ? "" : "\($0.action): ") + $0.summary }.joined(separator: "; "),
      ]
    }
    return Page(
      name: "views.md", title: "Views",
      lines: ["What `view NAME` turns the workbench to; the first ten have a digit.", ""]
        + Self.table(["View", "Digit", "Shows", "Keys do"], rows))
  }

  // MARK: Markdown

  private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String {
      "| \(cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ")) |"
    }
    return [line(head), line(head.map { _ in "---" })] + rows.map(line)
  }

  private static func fenced(_ lines: [String]) -> [String] { ["```"] + lines + ["```"] }

  private static func paragraphs(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n").flatMap { [""] + Reference.wrap(String($0), 120) }
  }
}
