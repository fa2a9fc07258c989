import Analysis
import Kernel
import Language

/// Reads a lesson: Markdown with YAML front matter, in which fenced blocks hold what the tool carries out.
///
/// `setup` before the first step; in a step `setup`, `predict`, `goal`, `hint`, `solution`, `wrong` and `also`; a quotation says what
/// there is to notice. `lessons/README.md` describes the format for authors.
struct LessonReader {
  /// The longest lesson, in bytes.
  static let longest = 256 * 1_024
  /// The widest line of prose, in cells: it is shown in a terminal of 80.
  static let widest = 80

  let file: String
  private let lines: [String]
  private var position = 0
  var names = NameContext.standard
  private var ideas: [(text: String?, line: Int, column: Int)] = []

  private init(_ text: String, file: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }

  /// The lesson in a text.
  ///
  /// - Throws: a ``LessonError`` with the place of what is wrong.
  static func read(_ text: String, file: String, name: String) throws -> Lesson {
    var reader = LessonReader(text, file: file)
    guard text.utf8.count <= longest else { throw reader.error("a lesson has at most \(longest / 1_024) KiB") }
    return try reader.lesson(name)
  }

  func error(_ message: String, line: Int? = nil, column: Int = 1) -> LessonError {
    LessonError(file: file, line: (line ?? position) + 1, column: column, message: message)
  }

  // MARK: The whole

  private mutating func lesson(_ name: String) throws -> Lesson {
    let matter = try frontMatter()
    ideas = matter.ideas.map { ($0.text, $0.line, $0.column) }
    var introduction: [String] = []
    var setUp: [SourceLine] = []
    while position < lines.count, !lines[position].hasPrefix("## ") {
      if let block = try block() {
        guard block.kind == "setup", setUp.isEmpty else {
          throw error("before the first step there is one `setup` block, and no `\(block.kind)`", line: block.start)
        }
        setUp = try commands(in: block)
      } else if let paragraph = try paragraph() {
        introduction.append(paragraph)
      }
    }
    var steps: [LessonStep] = []
    while position < lines.count { steps.append(try step(steps.count)) }
    guard ideas.isEmpty || ideas.count == steps.count else {
      throw error(
        "`ideas` has a line for each step, `none` for one without: \(CountedNoun("step").text(steps.count)), "
          + "\(CountedNoun("line").text(ideas.count))", line: max(0, (ideas.last?.line ?? 1) - 1))
    }
    guard !steps.isEmpty else { throw error("a lesson has at least one step: a heading such as `## Look around`") }
    return Lesson(
      name: name, title: matter.title, summary: matter.summary, chapter: matter.chapter, minutes: matter.minutes,
      prerequisites: matter.prerequisites, sources: matter.sources, introduction: introduction, setUp: setUp,
      steps: steps, par: matter.par)
  }

  private mutating func frontMatter() throws -> LessonMatter {
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      throw error("a lesson begins with front matter between two lines of `---`", line: 0)
    }
    position = end + 1
    do {
      return try LessonMatter(lines[1..<end].joined(separator: "\n"))
    } catch let problem as YAMLProblem {
      throw LessonError(file: file, line: problem.line + 1, column: problem.column, message: problem.message)
    }
  }

  // MARK: A step

  private mutating func step(_ number: Int) throws -> LessonStep {
    let start = position
    let title = String(lines[position].dropFirst(3)).trimmedBlanks
    position += 1
    var prose: [String] = []
    var notice: [String] = []
    var blocks: [Block] = []
    while position < lines.count, !lines[position].hasPrefix("## ") {
      if let block = try block() {
        blocks.append(block)
      } else if lines[position].hasPrefix(">") {
        notice.append(quotation())
      } else if let paragraph = try paragraph() {
        prose.append(paragraph)
      }
    }
    func all(_ kind: String) -> [Block] { blocks.filter { $0.kind == kind } }
    let known = ["setup", "predict", "goal", "trial", "hint", "solution", "wrong", "also"]
    if let stray = blocks.first(where: { !known.contains($0.kind) }) {
      throw error("a step has no `\(stray.kind)` block; there are \(known.joined(separator: ", "))", line: stray.start)
    }
    guard all("solution").count == 1 else {
      throw error("a step has one `solution` block; “\(title)” has \(all("solution").count)", line: start)
    }
    guard !all("goal").isEmpty || !all("trial").isEmpty else {
      throw error("a step has a `goal` block, a `trial` block, or both; “\(title)” has neither", line: start)
    }
    for kind in ["setup", "predict", "goal", "trial"] where all(kind).count > 1 {
      throw error("a step has one `\(kind)` block at most", line: start)
    }
    guard !all("hint").isEmpty else { throw error("a step has at least one `hint` block", line: start) }
    guard !all("wrong").isEmpty else {
      throw error("a step has at least one `wrong` block: a script that must not reach the goal", line: start)
    }
    let setUp = try all("setup").first.map { try commands(in: $0) } ?? []
    // What the step's own commands name is known to its goal; later steps begin where its solution ends.
    let before = names
    let solution = try commands(in: all("solution")[0])
    let after = names
    func attempts(_ kind: String) throws -> [LessonAttempt] {
      try all(kind).map { block in
        var reader = self
        reader.names = before
        return LessonAttempt(title: block.title, lines: try reader.commands(in: block))
      }
    }
    let goal = try all("goal").first.map { try clauses(in: $0) } ?? []
    let idea = try idea(number)
    let trial = try all("trial").first.map { try self.trial(in: $0) }
    let lines = [setUp, solution] + (try attempts("wrong") + attempts("also")).map(\.lines)
    if let stray = (trial == nil ? lines : [setUp]).joined().first(where: LessonTrial.isAsked) {
      throw error("a step without a `trial` block can't ask for the trial", line: stray.number - 1)
    }
    names = before
    let prediction = try all("predict").first.map { try self.prediction(in: $0) }
    names = after
    return LessonStep(
      title: title, setUp: setUp, prose: prose, prediction: prediction, goal: goal, trial: trial, idea: idea,
      hints: all("hint").map { $0.lines.map(\.trimmedBlanks).joined(separator: " ") }, solution: solution,
      wrong: try attempts("wrong"), others: try attempts("also"), notice: notice)
  }

  // MARK: Blocks

  struct Block {
    let kind: String
    /// What stands behind the kind.
    let title: String
    let lines: [String]
    /// The line of its fence, from 0.
    let start: Int
  }

  /// The fenced block that begins here; nil if none does.
  private mutating func block() throws -> Block? {
    guard lines[position].hasPrefix("```") else { return nil }
    let start = position
    let words = lines[position].dropFirst(3).split(separator: " ", maxSplits: 1).map(String.init)
    guard let kind = words.first else {
      throw error("a fenced block says what it is, such as ```` ```solution ````")
    }
    guard let end = lines[(start + 1)...].firstIndex(of: "```") else { throw error("this block doesn't end") }
    position = end + 1
    return Block(
      kind: kind, title: words.count > 1 ? words[1].trimmedBlanks : "", lines: Array(lines[start + 1..<end]),
      start: start)
  }

  private mutating func commands(in block: Block) throws -> [SourceLine] {
    var commands: [SourceLine] = []
    for (offset, text) in block.lines.enumerated() {
      let line = SourceLine(file: file, number: block.start + offset + 2, text: text)
      if let command = try parse(line) {
        names.follow(command)
        commands.append(line)
      }
    }
    guard !commands.isEmpty else { throw error("this block is empty", line: block.start) }
    return commands
  }

  func parse(_ line: SourceLine) throws -> Command? {
    do {
      return try CommandParser.parse(line.text, in: names)
    } catch let problem as LanguageError {
      let diagnostic = Diagnostic(problem, in: line)
      throw LessonError(
        file: file, line: line.number, column: diagnostic.span.start + 1, message: diagnostic.sentence)
    }
  }

  /// Lines such as `the replicas disagree :: value(us1, cart) != value(us2, cart)`.
  private func clauses(in block: Block) throws -> [LessonClause] {
    let clauses = try block.lines.enumerated().filter { !$0.element.trimmedBlanks.isEmpty }.map { offset, text in
      let (words, condition, rest) = try condition(in: text, at: block.start + offset + 1)
      return LessonClause(words: words, condition: condition, text: rest)
    }
    guard !clauses.isEmpty else { throw error("this goal has no clause", line: block.start) }
    return clauses
  }

  func condition(in text: String, at line: Int) throws -> (words: String, condition: Condition, text: String) {
    guard let range = text.firstRange(of: " :: ") else {
      throw error("expected words, ` :: ` and a condition, such as `it is stale :: last.stale`", line: line)
    }
    let words = String(text[..<range.lowerBound]).trimmedBlanks
    let rest = String(text[range.upperBound...]).trimmedBlanks
    let prefix = "expect "
    do {
      guard case .expect(let condition, _)? = try CommandParser.parse(prefix + rest, in: names), !words.isEmpty else {
        throw error("expected words, ` :: ` and a condition", line: line)
      }
      return (words, condition, rest)
    } catch let problem as LanguageError {
      let source = SourceLine(file: file, number: line + 1, text: prefix + rest)
      let diagnostic = Diagnostic(problem, in: source)
      let column = text.distance(from: text.startIndex, to: range.upperBound) + diagnostic.span.start - prefix.count + 1
      throw error(diagnostic.sentence, line: line, column: max(1, column))
    }
  }

  /// A question, commands to run ahead behind `run:`, and choices behind `- `.
  private mutating func prediction(in block: Block) throws -> LessonPrediction {
    var question: [String] = []
    var ahead: [SourceLine] = []
    var choices: [LessonPrediction.Choice] = []
    for (offset, text) in block.lines.enumerated() {
      let line = block.start + offset + 1
      if text.hasPrefix("run: ") {
        let source = SourceLine(file: file, number: line + 1, text: String(text.dropFirst(5)))
        if let command = try parse(source) { names.follow(command) }
        ahead.append(source)
      } else if text.hasPrefix("- ") {
        let (words, condition, _) = try condition(in: String(text.dropFirst(2)), at: line)
        choices.append(LessonPrediction.Choice(words: words, condition: condition))
      } else if !text.trimmedBlanks.isEmpty {
        question.append(text.trimmedBlanks)
      }
    }
    guard !question.isEmpty else { throw error("this prediction asks nothing", line: block.start) }
    guard (2...6).contains(choices.count) else {
      throw error("a prediction has 2 to 6 choices, this one \(choices.count)", line: block.start)
    }
    return LessonPrediction(question: question.joined(separator: " "), lines: ahead, choices: choices)
  }

  /// What names the idea of the step of that number; nil if nothing does.
  private func idea(_ number: Int) throws -> LessonClause? {
    guard number < ideas.count, let text = ideas[number].text else { return nil }
    let (words, condition, rest) = try condition(in: text, at: ideas[number].line)
    return LessonClause(words: words, condition: condition, text: rest)
  }

  // MARK: Prose

  private mutating func paragraph() throws -> String? {
    var words: [String] = []
    while position < lines.count, !lines[position].trimmedBlanks.isEmpty, !lines[position].hasPrefix("```"),
      !lines[position].hasPrefix("## "), !lines[position].hasPrefix(">")
    {
      guard TextWidth.of(lines[position]) <= Self.widest else {
        throw error("a line of prose fits \(Self.widest) columns", column: Self.widest + 1)
      }
      words.append(lines[position].trimmedBlanks)
      position += 1
    }
    if words.isEmpty {
      position += 1
      return nil
    }
    return words.joined(separator: " ")
  }

  private mutating func quotation() -> String {
    var words: [String] = []
    while position < lines.count, lines[position].hasPrefix(">") {
      words.append(String(lines[position].dropFirst()).trimmedBlanks)
      position += 1
    }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmedBlanks: String {
    var rest = drop { $0.isWhitespace }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }
}
