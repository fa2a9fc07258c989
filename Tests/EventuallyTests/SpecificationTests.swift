import Foundation
import Testing

/// The specification in the documentation has every rule that a test cites.
@Suite struct SpecificationTests {
  /// The pages, by name, such as `semantics.md`.
  private static let pages: [String: [String]] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Documentation/specification")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map { name in
        let text = (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
        return (name, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      })
  }()

  /// The sections of a page, such as `10.4`.
  private static func sections(of page: String) -> Set<String> {
    Set(
      (pages[page] ?? []).filter { $0.hasPrefix("## ") || $0.hasPrefix("### ") }.compactMap { line in
        line.firstMatch(of: #/^#+ ([0-9]+(?:\.[0-9]+)*)\.? /#).map { String($0.1) }
      })
  }

  /// What a line cites: a page and its sections.
  private static func citations(_ line: String) -> [(page: String, section: String)] {
    var found: [(String, String)] = []
    for match in line.matches(
      of: #/(contract|semantics|systems|mechanisms|decisions)(?:\.md)?`? ((?:(?:, | and | to |)§[0-9.]+)+)/#)
    {
      for number in match.2.matches(of: #/§([0-9]+(?:\.[0-9]+)*)/#) {
        found.append(("\(match.1).md", String(number.1)))
      }
    }
    for match in line.matches(of: #/((?:(?:, | and | to |)§[0-9.]+)+) of the rules/#) {
      for number in match.1.matches(of: #/§([0-9]+(?:\.[0-9]+)*)/#) { found.append(("semantics.md", String(number.1))) }
    }
    return found
  }

  private static let cited: [(place: String, page: String, section: String)] = SourceFile.all(in: "Tests")
    .filter { !$0.path.hasSuffix("SpecificationTests.swift") }.flatMap { file in
      file.lines.enumerated().flatMap { number, line in
        citations(line).map { ("\(file.path):\(number + 1)", $0.page, $0.section) }
      }
    }

  @Test func everySectionThatATestCitesIsThere() {
    #expect(Self.cited.count > 40)
    for (place, page, section) in Self.cited {
      #expect(Self.sections(of: page).contains(section), "\(place) cites \(page) §\(section), which isn't there")
    }
  }

  @Test(arguments: [
    ("/// Rules: `semantics.md` §6, §10.10.", 2), ("/// §3.1 and §10.6 of the rules.", 2),
    ("/// `semantics.md` §2 (Dynamo §4.6)", 1), ("contract §5.6 · objective", 1), ("/// Raft, §5.4.2", 0),
  ]) func citationsAreSeen(line: String, count: Int) {
    #expect(Self.citations(line).count == count)
  }

  /// How many vectors each part of §10 has.
  private static let vectors: [(letter: String, count: Int)] = [
    ("A", 20), ("B", 17), ("C", 8), ("D", 10), ("E", 12), ("F", 14), ("G", 9), ("H", 15), ("I", 12), ("J", 15),
    ("K", 16),
  ]

  @Test(arguments: vectors) func everyVectorIsThereOnce(letter: String, count: Int) {
    let lines = (Self.pages["semantics.md"] ?? []).filter {
      $0.hasPrefix("| \(letter)") && $0.contains(#/^\| [A-K][0-9]{2} \|/#)
    }
    let ids = lines.map { String($0.dropFirst(2).prefix(3)) }
    let wanted = (1...count).map { letter + ($0 < 10 ? "0" : "") + String($0) }
    #expect(ids == wanted)
    for line in lines {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(cells.count == 4 && cells.allSatisfy { !$0.isEmpty }, "a set-up, an outcome and a rule: \(line)")
    }
  }

  /// A rule that a vector rests on is a section of the page, or names its source.
  @Test func everyVectorRestsOnARule() {
    let sections = Self.sections(of: "semantics.md")
    for line in Self.pages["semantics.md"] ?? [] where line.contains(#/^\| [A-K][0-9]{2} /#) {
      let rule = line.split(separator: "|").last?.trimmingCharacters(in: .whitespaces) ?? ""
      for word in rule.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
        let isSection = word.allSatisfy { $0.isNumber || $0 == "." }
        #expect(!isSection || sections.contains(word), "\(line)")
      }
    }
  }
}
