import Foundation
import Testing

/// What the program says of itself: the reference in the documentation, and the manual.
@Suite struct ReferenceTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func texts(in folder: URL) throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
      })
  }

  @Test func theReferenceInTheDocumentationIsWhatTheProgramWrites() throws {
    let folder = try Folder()
    let result = try BuiltBinary.run(["reference", folder.path("made")])
    #expect(result.status == 0, "\(result.errors)")
    let made = try Self.texts(in: folder.url.appendingPathComponent("made"))
    let kept = try Self.texts(in: Self.root.appendingPathComponent("Documentation/reference"))
    #expect(made.count == 8 && Set(made.keys) == Set(kept.keys))
    for (name, text) in made.sorted(by: { $0.key < $1.key }) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let old = (kept[name] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      let place = zip(lines, old).enumerated().first { $0.element.0 != $0.element.1 }
      #expect(
        text == kept[name],
        "\(name):\((place?.offset ?? min(lines.count, old.count)) + 1) says something else: run `make docs`")
    }
  }

  @Test func theReferenceHasEachCommandThatHelpHas() throws {
    let commands = try BuiltBinary.run(["commands"]).lines.filter { $0.hasPrefix("  ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("Documentation/reference/commands.md"), encoding: .utf8)
    #expect(commands.count > 60)
    for command in commands { #expect(page.contains("\n### \(command)\n"), "\(command)") }
  }

  @Test func aFolderThatCannotBeMadeIsTold() throws {
    let result = try BuiltBinary.run(["reference", "/dev/null/x"])
    #expect(result.status == 73 && result.errors.contains("/dev/null/x"))
  }

  // MARK: Manual

  private func manual(_ folder: Folder) throws -> [String: String] {
    let result = try BuiltBinary.run(["reference", "--format", "man", folder.path("man")])
    #expect(result.status == 0, "\(result.errors)")
    return try Self.texts(in: folder.url.appendingPathComponent("man"))
  }

  @Test func eachSubcommandHasAPage() throws {
    let pages = try manual(Folder())
    let help = try BuiltBinary.run(["--help"]).output
    for name in pages.keys where name.hasSuffix(".1") && name != "eventually.1" {
      let command = name.dropFirst("eventually-".count).dropLast(2)
      #expect(help.contains("\n  \(command) ") || help.contains("\n  \(command)\n"), "\(name)")
    }
    let shown = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
      .compactMap { $0.split(separator: " ").first }
    #expect(shown.count > 20)
    for command in shown { #expect(pages["eventually-\(command).1"] != nil, "\(command)") }
    for name in ["eventually-script.5", "eventually-lesson.5", "eventually-facts.7", "eventually-settings.7"] {
      #expect(pages[name]?.contains(".SH \"SEE ALSO\"") == true, "\(name)")
    }
  }

  private static func has(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
  }

  @Test(
    .enabled(if: has("mandoc") || has("groff"), "neither mandoc nor groff is here"),
    arguments: ["mandoc -T lint -W warning", "groff -man -Kutf8 -Tutf8 -ww -z"])
  func formattersFindNothingToBeMended(formatter: String) throws {
    guard Self.has(String(formatter.prefix { $0 != " " })) else { return }
    let folder = try Folder()
    let pages = try manual(folder).keys.sorted()
    for page in pages {
      let result = try BuiltBinary.shell("\(formatter) '\(folder.path("man"))/\(page)' 2>&1")
      #expect(result.output.isEmpty && result.status == 0, "\(page): \(result.output)")
    }
  }

  // MARK: Version

  @Test func theVersionIsTheSameEverywhere() throws {
    let said = try BuiltBinary.run(["--version"]).lines
    let version = try #require(said.first?.split(separator: " ").first)
    #expect(said.count == 1)
    let formula = try String(contentsOf: Self.root.appendingPathComponent("packaging/eventually.rb"), encoding: .utf8)
    let changes = try String(contentsOf: Self.root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
    #expect(formula.contains("version \"\(version)\""))
    #expect(changes.contains("\n## \(version)"))
  }
}
