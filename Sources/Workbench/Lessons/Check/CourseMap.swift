import Analysis
import Language

/// What a course says that its lessons teach: the tables of its README, held against the lessons.
///
/// A row names a subject, the lessons that teach it, and what it is `seen in`: words of the language, such as facts, commands and
/// settings, of which each of those lessons has to use one. A row about a paper is seen in the sources: each lesson has to cite it.
public struct CourseMap: Sendable {
  /// A row of a table.
  struct Row: Sendable {
    let line: Int
    let subject: String
    /// Whether it is a paper, which its lessons cite.
    let isPaper: Bool
    let lessons: [String]
    let terms: [String]
  }

  /// A row that isn't so.
  public struct Problem: Hashable, Sendable {
    /// Its line, from 1.
    public let line: Int
    /// What is to be mended.
    public let words: String
  }

  /// The rows of all tables that name lessons.
  let rows: [Row]

  /// Reads the tables of a text that have a column `lesson`; none where there are none.
  public init(_ text: String) {
    var rows: [Row] = []
    var columns: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("|") else {
        columns = []
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map {
        String($0).trimmedBlanks
      }
      guard !columns.isEmpty else {
        columns = cells
        continue
      }
      guard let place = columns.firstIndex(of: "lesson"), place > 0, place < cells.count,
        !cells.allSatisfy({ $0.allSatisfy { $0 == "-" || $0 == ":" } })
      else { continue }
      let evidence = columns.firstIndex(of: "seen in").flatMap { cells.indices.contains($0) ? cells[$0] : nil }
      rows.append(
        Row(
          line: index + 1, subject: cells[place - 1], isPaper: columns[0] == "paper",
          lessons: Self.quoted(cells[place]), terms: evidence.map(Self.quoted) ?? []))
    }
    self.rows = rows
  }

  /// What stands between backticks.
  private static func quoted(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  /// What isn't so in a course.
  public func problems(in course: Course) -> [Problem] {
    rows.flatMap { row -> [Problem] in
      func problem(_ words: String) -> Problem { Problem(line: row.line, words: "“\(row.subject)” \(words)") }
      guard !row.lessons.isEmpty else { return [problem("names no lesson that teaches it")] }
      guard row.isPaper || !row.terms.isEmpty else { return [problem("says nothing of what it is seen in")] }
      return row.lessons.compactMap { name in
        guard let lesson = course.lessons.first(where: { $0.name == name }) else {
          return problem("names `\(name)`, and there is no such lesson")
        }
        if row.isPaper {
          return lesson.cites(row.subject) ? nil : problem("names `\(name)`, which doesn't cite it among its sources")
        }
        let terms = row.terms.map { "`\($0)`" }.joined(separator: ", ")
        return row.terms.contains(where: lesson.uses)
          ? nil : problem("names `\(name)`, in which nothing is done with \(terms)")
      }
    }
  }
}

extension Lesson {
  /// Whether one of its sources has all words of a paper's authors, title and year.
  fileprivate func cites(_ paper: String) -> Bool {
    func words(_ text: String) -> Set<String> {
      Set(text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init))
    }
    let wanted = words(paper).subtracting(["and", "et", "al"])
    return !wanted.isEmpty && sources.contains { wanted.isSubset(of: words($0)) }
  }

  /// Whether a word of the language stands in what is played, in what has to come true, or in a command that it offers.
  fileprivate func uses(_ term: String) -> Bool { played.contains { $0.hasWord(term) } }

  private var played: [String] {
    setUp.map(\.text) + steps.flatMap(\.played)
  }
}

extension LessonStep {
  fileprivate var played: [String] {
    let clauses = goal + (trial?.clauses ?? []) + (idea.map { [$0] } ?? [])
    let lines = setUp + solution + others.flatMap(\.lines) + (prediction?.lines ?? []) + (trial?.lines ?? [])
    let asked = prediction?.choices.flatMap { $0.condition.facts.map(\.text) } ?? []
    let offered = notice.flatMap { text in
      text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
        .map { String($0.element) }
    }
    return lines.map(\.text) + clauses.map(\.text) + asked + offered
  }
}

extension String {
  /// Whether another text stands in it as a word of its own, or as several.
  fileprivate func hasWord(_ term: String) -> Bool {
    func isPart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber || $0 == "-" } ?? false }
    return ranges(of: term).contains { range in
      let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : nil
      return !isPart(before) && !isPart(range.upperBound < endIndex ? self[range.upperBound] : nil)
    }
  }
}
