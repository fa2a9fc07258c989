import Analysis
import Language

/// What the text of a step must not do: give away what is to be guessed, or name commands that are none.
struct LessonText {
  /// What is to be mended.
  private(set) var problems: [String] = []

  /// Reads the text of a step.
  ///
  /// - Parameters:
  ///   - answer: the position of the right choice; nil if nobody knows.
  ///   - end: the session as it is when the step is solved.
  init(_ step: LessonStep, of lesson: Lesson, number: Int, answer: Int?, end: Session) {
    let before = (number == 1 ? [lesson.summary] + lesson.introduction : []) + [lesson.title, step.title] + step.prose
    if let prediction = step.prediction, let answer { leaks(prediction, answer, in: before) }
    let texts = (number == 1 ? lesson.introduction : []) + step.prose + step.hints + step.notice
    var names = end.names(isPrompt: true)
    names.mayNameAbsent = true
    for text in texts + (step.prediction.map { [$0.question] } ?? []) { checkCommands(in: text, &names) }
  }

  // MARK: Leaks

  private mutating func leaks(_ prediction: LessonPrediction, _ answer: Int, in texts: [String]) {
    let texts = texts.map { Self.words(of: $0) }
    func isSaid(_ choice: LessonPrediction.Choice) -> Bool {
      let words = Self.words(of: choice.words)
      // A word or a number says nothing by itself: it may stand there for anything.
      guard words.count > 1 else { return false }
      return texts.contains { text in text.indices.contains { text[$0...].starts(with: words) } }
    }
    let said = prediction.choices.map(isSaid)
    guard said[answer], said.contains(false) else { return }
    problems.append("what is to be guessed stands in the text before: “\(prediction.choices[answer].words)”")
  }

  private static func words(of text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  // MARK: Commands

  /// - Parameter names: what names mean; a command that is read makes others possible, as `type cart or-set` does.
  private mutating func checkCommands(in text: String, _ names: inout NameContext) {
    for part in Self.quoted(text) where Self.looksLikeCommand(part, names) {
      do {
        if let command = try CommandParser.parse(part, in: names) { names.follow(command) }
      } catch let error as LanguageError {
        let sentence = Diagnostic(error, in: .prompt(part)).sentence
        problems.append("`\(part)` looks like a command and is none: \(sentence)")
      } catch {
        preconditionFailure("`\(part)` failed with \(error), which is no error of the language")
      }
    }
  }

  /// What stands between backticks.
  private static func quoted(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  /// Whether it begins with a command's name, goes on, and has no place to be filled in, such as KEY or `…`.
  private static func looksLikeCommand(_ text: String, _ names: NameContext) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    guard words.count > 1, let first = words.first, CommandCatalog.named(first) != nil else { return false }
    return !words.dropFirst().contains { word in
      let letters = word.filter { $0.isLetter || $0 == "_" }
      let isPlace = letters.count > 1 || word == "N"
      let isLevel = word.split(separator: "/").allSatisfy { names.levelNames.contains(String($0)) }
      return word.contains("…") || word.contains("{") || isPlace && letters == letters.uppercased() && !isLevel
    }
  }
}
