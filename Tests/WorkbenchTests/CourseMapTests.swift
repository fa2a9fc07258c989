import Foundation
import Testing

@testable import Workbench

/// Which lesson teaches what: a README's tables are held against the lessons, and a row that lies is found out.
@Suite struct CourseMapTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../lessons")

  private static func guide() throws -> String {
    try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
  }

  /// Read once: it is long.
  private static let course = Result { try Course(folder: folder.path) }

  private func course() throws -> Course { try Self.course.get() }

  private func problems(_ old: String, _ new: String) throws -> [CourseMap.Problem] {
    let guide = try Self.guide()
    #expect(guide.contains(old))
    return CourseMap(guide.replacing(old, with: new, maxReplacements: 1)).problems(in: try course())
  }

  @Test func theShippedTablesNameEachInsightItemAndPaperAndAreTrue() throws {
    let map = CourseMap(try Self.guide())
    #expect(map.problems(in: try course()).map(\.words) == [])
    #expect(map.rows.count == 8 + 12 + 3 && map.rows.count(where: \.isPaper) == 3)
    let subjects = map.rows.map(\.subject).joined(separator: "\n").lowercased()
    for word in [
      // The insights.
      "availability", "ten times", "last writer wins", "monitored", "explain", "a choice", "two to three", "partitions",
      // The checklist.
      "replication lag", "connectivity", "backlog", "spikes", "validation", "anti-entropy", "conflicting writes",
      "routing",
      "temporary strong", "capacity", "circuit breakers", "tell those",
      // The papers.
      "vogels", "bailis", "shapiro",
    ] {
      #expect(subjects.contains(word), "\(word)")
    }
  }

  @Test func aRowThatLiesIsFoundOutWithItsLine() throws {
    let line = try #require(
      try Self.guide().split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.hasPrefix("| Replication over regions")
      })
    for (old, new, words) in [
      ("`31-the-bill` | `bytes", "`31-the-till` | `bytes", "names `31-the-till`, and there is no such lesson"),
      ("`31-the-bill` | `bytes", "the bill | `bytes", "names no lesson that teaches it"),
      (
        "`31-the-bill` | `bytes", "`03-catch-a-stale-read` | `bytes",
        "in which nothing is done with `bytes.cross-region`"
      ),
      ("| `bytes.cross-region` |", "| bytes |", "says nothing of what it is seen in"),
      ("| `bytes.cross-region` |", "| `bytes.cross` |", "in which nothing is done with `bytes.cross`"),
    ] {
      let found = try problems(old, new)
      #expect(found.count == 1 && found.first?.line == line + 1, "\(new): \(found)")
      #expect(found.first?.words.contains(words) == true, "\(new): \(found)")
    }
  }

  @Test func aPaperThatALessonDoesNotCiteIsFoundOut() throws {
    for (old, new) in [
      ("(2009) | `00-the-whole-idea`", "(2009) | `01-three-copies`"), ("(2009)", "(2010)"), ("| Vogels,", "| Vogel,"),
    ] {
      let found = try problems(old, new)
      #expect(found.count == 1 && found.first?.words.contains("doesn't cite it") == true, "\(new): \(found)")
    }
  }

  @Test func eachRowIsHeldAgainstEachLessonThatItNames() throws {
    let guide = try Self.guide()
    for row in CourseMap(guide).rows {
      for name in row.lessons {
        var lines = guide.components(separatedBy: "\n")
        lines[row.line - 1] = lines[row.line - 1].replacing("`\(name)`", with: "`99-nowhere`")
        let found = CourseMap(lines.joined(separator: "\n")).problems(in: try course())
        #expect(found.map(\.line) == [row.line], "\(row.subject)")
      }
    }
  }

  @Test func aTextWithoutSuchTablesSaysNothing() throws {
    for text in [
      "", "no table", "| block | holds |\n|---|---|\n| `setup` | commands |\n", "| lesson |\n|---|\n| `x` |\n",
    ] {
      #expect(CourseMap(text).problems(in: try course()).isEmpty, "\(text)")
    }
  }
}
