import Foundation
import Testing

/// The pages for users: what they name is there, and what they show works.
@Suite struct DocumentationTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static let pages: [String] =
    SourceFile.names(in: "Documentation").filter { $0.hasSuffix(".md") }.map { "Documentation/\($0)" }
    + ["README.md", "CONTRIBUTING.md"]

  private static func lines(of page: String) throws -> [String] {
    try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  @Test(arguments: ["explore", "learn", "script", "verify", "experiments", "operate", "architecture", "adding"])
  func everyUseHasAPage(name: String) { #expect(Self.pages.contains("Documentation/\(name).md")) }

  @Test func whatAddingNamesIsThere() throws {
    let paths = try Self.lines(of: "Documentation/adding.md").flatMap { line in
      line.matches(of: #/`((?:Sources|Tests|lessons|profiles|drills|experiments)[\w\/+.-]*)`/#).map { String($0.1) }
    }
    #expect(paths.count > 25)
    for path in paths { #expect(Self.exists(path), "\(path) isn't there") }
  }

  /// `teach.md` is another page's matter where it isn't written yet.
  @Test(arguments: pages) func everyLinkLeadsToAFile(page: String) throws {
    let folder = page.contains("/") ? page.split(separator: "/").dropLast().joined(separator: "/") + "/" : ""
    for line in try Self.lines(of: page) {
      for link in line.matches(of: #/\]\(([^)\s]+)\)/#) where !link.1.contains("://") && !link.1.hasPrefix("#") {
        let target = link.1.split(separator: "#").first.map(String.init) ?? ""
        #expect(target == "teach.md" || Self.exists(folder + target), "\(page) links to \(target)")
      }
    }
  }

  private static let scripts: [(page: String, script: String)] = pages.flatMap { page -> [(String, String)] in
    var (found, open): ([(String, String)], [String]?) = ([], nil)
    for line in (try? lines(of: page)) ?? [] {
      if line == "```ev" {
        open = []
      } else if line == "```", let script = open {
        found.append((page, script.joined(separator: "\n") + "\n"))
        open = nil
      } else {
        open?.append(line)
      }
    }
    return found
  }

  @Test func thereAreScriptsInPages() { #expect(Self.scripts.count >= 3) }

  @Test(arguments: scripts) func everyScriptInAPageRuns(page: String, script: String) throws {
    let result = try BuiltBinary.run(["run", "-"], input: script)
    #expect(result.status == 0, "\(page): \(result.output)\(result.errors)")
  }

  /// A line of code that calls the program calls a subcommand, and options, that there are.
  @Test(arguments: pages) func everyCallNamesASubcommandAndItsOptions(page: String) throws {
    let known = try Self.subcommands()
    for line in try Self.lines(of: page) where line.contains(#/^ {4}eventually \S/#) {
      let words = line.split(separator: "#")[0].split(separator: " ").map(String.init)
      guard words.count > 1, !words[1].hasPrefix("-"), words[1].allSatisfy({ $0.isLetter }) else { continue }
      #expect(known.contains(words[1]), "\(page): \(line)")
    }
  }

  private static func subcommands() throws -> Set<String> {
    let lines = try BuiltBinary.run(["complete", "--", ""]).lines
    return Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) })
  }
}
