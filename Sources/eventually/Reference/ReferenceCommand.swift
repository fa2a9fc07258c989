import ArgumentParser
import Foundation
import Language
import Workbench

/// What `make docs` and `make install` ask: pages made of the program's own tables.
struct ReferenceCommand: ParsableCommand {
  /// For whom.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case markdown, man
  }

  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Writes the reference in Markdown, or as manual pages, into a folder.",
    discussion:
      "The same program writes the same bytes, manual pages those of the day of its commit, or of SOURCE_DATE_EPOCH.",
    shouldDisplay: false)

  @Option(help: "markdown or man.")
  var format = Format.markdown

  @Argument(help: "The folder, which is made where it isn't there.")
  var folder: String

  func run() throws {
    let tree = try CommandLineTree.current()
    let files: [(name: String, lines: [String])] =
      switch format {
      case .markdown: ReferencePages(of: tree).pages.map { ($0.name, $0.file) }
      case .man: Manual(of: tree, date: Self.date).pages.map { ($0.fileName, $0.lines) }
      }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files {
        try OutputFile.write(file.lines.joined(separator: "\n") + "\n", to: "\(folder)/\(file.name)")
      }
    } catch let problem as FileProblem {
      throw Failure.exit(for: problem)
    } catch {
      throw Failure.exit(for: FileProblem(folder, "it can't be made"))
    }
  }

  /// The day in the pages: of the commit, or the one that whoever builds states, or today.
  private static var date: String {
    if let date = Version.date { return date }
    let stated = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
    let instant = stated.map(Date.init(timeIntervalSince1970:)) ?? Date()
    return instant.formatted(.iso8601.year().month().day())
  }
}
