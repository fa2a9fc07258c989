import Foundation
import Language
import Lessons
import Replication
import Workbench

/// The manual: a page for the program and each subcommand (section 1), for its files (5) and its words (7).
struct Manual {
  private let tree: CommandLineTree
  private let date: String

  /// The manual of this program.
  ///
  /// - Parameter date: the day that stands in its pages.
  init(of tree: CommandLineTree, date: String) {
    self.tree = tree
    self.date = date
  }

  /// All pages.
  var pages: [ManualPage] {
    [program] + tree.command.shown.map(subcommand) + [script, lesson, facts, settings]
  }

  // MARK: 1

  private var program: ManualPage {
    let command = tree.command
    var page = ManualPage(command.commandName, section: 1, summary: command.abstract ?? "", date: date)
    page.heading("Synopsis")
    page.block(["eventually [options]", "eventually <subcommand> [options]"])
    page.heading("Description")
    page.paragraph(
      "A cluster of replicas across regions lives in the terminal and in virtual time. Write, read, cut a link, step time "
        + "forward and back, and see what each consistency level answers, and why. Without a subcommand the workbench opens, "
        + "and offers the first commands one after another; `eventually learn` begins with lessons.")
    page.heading("Subcommands")
    for subcommand in command.shown { page.item(subcommand.commandName, subcommand.abstract ?? "") }
    page.heading("Options")
    for choice in command.unnamed?.choices ?? [] { page.item(choice.usage, choice.explanation) }
    page.item("--version", "Say version, commit and date.")
    page.item("-h, --help", "Explain the program; after a subcommand, that.")
    page.heading("Exit status")
    for (status, meaning) in Self.statuses { page.item(status, meaning) }
    page.heading("Files")
    page.item(
      "$XDG_CONFIG_HOME/eventually/config.yaml", "Keys, colours, first view, mouse; `eventually config` prints it.")
    page.item(
      "$XDG_STATE_HOME/eventually/sessions", "Every session, as a script; `eventually resume` reopens the latest.")
    page.item("$XDG_STATE_HOME/eventually/progress.json", "How far you have come in the lessons.")
    page.heading("Environment")
    page.item("NO_COLOR", "If it isn't empty, there are no colours.")
    page.item("TERM", "The terminal; `dumb` has neither screen nor colours.")
    page.heading("Examples")
    page.block(["eventually", "eventually learn", "eventually run demo.ev", "eventually --profile facebook-tao"])
    page.seeAlso(
      command.shown.map { ("eventually-\($0.commandName)", 1) }
        + [("eventually-script", 5), ("eventually-lesson", 5), ("eventually-facts", 7), ("eventually-settings", 7)])
    return page
  }

  private static let statuses = [
    ("0", "All held, or nothing was asked."), ("1", "An expectation, an assertion or a guarantee failed."),
    ("64", "Wrong usage."), ("65", "An input file is wrong; the message says where."), ("66", "A file is missing."),
    ("69", "There is no terminal that can be drawn on."), ("70", "A fault of the program."),
    ("73", "Output can't be written."), ("130, 143", "Ended by SIGINT or SIGTERM."),
  ]

  private func subcommand(_ command: CommandLineTree.Node) -> ManualPage {
    var page = ManualPage(
      "eventually-\(command.commandName)", section: 1, summary: command.abstract ?? command.commandName, date: date)
    page.heading("Synopsis")
    page.block(Self.usages(of: command, after: "eventually"))
    page.heading("Description")
    page.paragraph(command.abstract ?? "")
    page.paragraph(command.discussion ?? "")
    Self.describe(command, on: &page)
    for part in (command.subcommands ?? []).filter({ $0.commandName != "help" }) {
      let title = "eventually \(command.commandName) \(part.commandName)"
      page.heading(part.commandName == command.defaultSubcommand ? "\(title) (default)" : title)
      page.paragraph(part.abstract ?? "")
      page.paragraph(part.discussion ?? "")
      Self.describe(part, on: &page, isPart: true)
    }
    page.seeAlso([("eventually", 1), ("eventually-script", 5)])
    return page
  }

  private static func describe(_ command: CommandLineTree.Node, on page: inout ManualPage, isPart: Bool = false) {
    let arguments = command.positionals + command.choices
    guard !arguments.isEmpty else { return }
    if !isPart { page.heading("Arguments and options") }
    for argument in arguments { page.item(argument.usage, argument.explanation) }
  }

  /// How a command and its parts are called, a line each.
  static func usages(of command: CommandLineTree.Node, after names: String) -> [String] {
    let name = "\(names) \(command.commandName)"
    let parts = (command.subcommands ?? []).filter { $0.commandName != "help" }
    guard parts.isEmpty else {
      return parts.flatMap { part -> [String] in
        part.commandName == command.defaultSubcommand && !part.shouldDisplay
          ? [([name] + (part.positionals + part.choices).map(\.usage)).joined(separator: " ")]
          : usages(of: part, after: name)
      }
    }
    return [([name] + (command.positionals + command.choices).map(\.usage)).joined(separator: " ")]
  }

  // MARK: 5

  private var script: ManualPage {
    var page = ManualPage(
      "eventually-script", section: 5, summary: "the language of scripts and of the prompt", date: date)
    page.heading("Description")
    page.paragraph(
      "One command a line. `#` starts a comment. Words are separated by blanks; `\"…\"` quotes, with `\\\"`, `\\\\`, `\\n` and "
        + "`\\t`. Keywords are the same in small letters and in capitals, names and values are not. A script is read whole "
        + "before anything of it runs: an error names file, line and column, and what was expected there.")
    page.paragraph("Durations are written `250us`, `10ms`, `1.5s`, `5m`, `2h`, `10d`; shares `5%` or `0.05`.")
    for chapter in CommandSpecification.Chapter.allCases {
      let commands = CommandCatalog.all.filter { $0.chapter == chapter }
      guard !commands.isEmpty else { continue }
      page.heading(chapter.rawValue)
      for command in commands {
        page.subheading(command.name)
        page.block(command.usage)
        page.paragraph(command.summary)
        if !command.aliases.isEmpty { page.paragraph("Also: \(command.aliases.joined(separator: ", ")).") }
        page.paragraph(command.details)
        if !command.examples.isEmpty {
          page.paragraph("For example:")
          page.block(command.examples)
        }
        for (scheme, use) in command.schemeUses {
          page.paragraph("Under \(scheme.rawValue):")
          page.block(use.usage)
          page.paragraph(use.details)
          page.block(use.examples)
        }
      }
    }
    page.seeAlso([
      ("eventually", 1), ("eventually-run", 1), ("eventually-facts", 7), ("eventually-settings", 7),
    ])
    return page
  }

  private var lesson: ManualPage {
    var page = ManualPage("eventually-lesson", section: 5, summary: "files that hold a lesson", date: date)
    page.heading("Description")
    page.add(markdown: ShippedLessons.guide)
    page.seeAlso([
      ("eventually-learn", 1), ("eventually-lessons", 1), ("eventually-script", 5), ("eventually-facts", 7),
    ])
    return page
  }

  // MARK: 7

  private var facts: ManualPage {
    var page = ManualPage("eventually-facts", section: 7, summary: "what conditions are made of", date: date)
    page.heading("Conditions")
    page.paragraph(
      "A fact, if wanted compared by `==`, `!=`, `<`, `<=`, `>`, `>=` or `contains`; joined by `and`, `or`, `not` and "
        + "parentheses. What a fact costs matters where it is asked after every event, by `run until` and breakpoints.")
    page.heading("Facts")
    for fact in FactCatalog.all {
      page.item(fact.usage, "\(fact.summary) (\(fact.unit.rawValue), \(fact.cost.rawValue))")
    }
    for fact in FactCatalog.special { page.item(fact.usage, "\(fact.summary) (\(fact.cost.rawValue))") }
    page.seeAlso([("eventually-script", 5)])
    return page
  }

  private var settings: ManualPage {
    var page = ManualPage(
      "eventually-settings", section: 7, summary: "what can be set, and consistency levels", date: date)
    page.heading("Settings")
    for setting in SettingCatalog.all {
      page.item(
        "set \(setting.name.rawValue) \(setting.usage)",
        "\(setting.summary) Default: \(setting.standard). \(setting.source)")
    }
    page.heading("Consistency levels")
    for level in ConsistencyLevel.allCases {
      if let name = level.name { page.item("at \(name)", "\(level.summary) \(Reference.uses(of: level))") }
    }
    page.seeAlso([("eventually-script", 5)])
    return page
  }
}
