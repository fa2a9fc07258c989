import Foundation

/// How far somebody has come with the lessons: kept in `progress.json` beside the sessions, written whole and renamed.
public struct LessonProgress: Codable, Hashable, Sendable {
  /// How many steps a lesson has at most, as far as a file of progress is believed.
  static let mostSteps = 1_000

  /// How far a lesson has come.
  public struct Entry: Codable, Hashable, Sendable {
    /// How many steps were reached at most: 0 to 1,000.
    public var steps: Int
    /// How many commands each step took, at its best.
    public var commands: [Int: Int]
    /// What is known of each step that was begun, by its position from 0.
    public var records: [Int: StepRecord] = [:]

    init(steps: Int, commands: [Int: Int]) { (self.steps, self.commands) = (steps, commands) }

    /// Reads an entry; in those of earlier versions there are no records. Somebody may have written a number that can't be.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      steps = max(0, min(LessonProgress.mostSteps, try container.decode(Int.self, forKey: .steps)))
      commands = try container.decode([Int: Int].self, forKey: .commands)
      records = try container.decodeIfPresent([Int: StepRecord].self, forKey: .records) ?? [:]
    }
  }

  /// The lessons by their names.
  public private(set) var lessons: [String: Entry] = [:]

  /// No progress.
  public init() {}

  /// Takes in that a step was done with that many commands.
  public mutating func finished(step: Int, of lesson: String, commands: Int) {
    var entry = lessons[lesson] ?? Entry(steps: 0, commands: [:])
    entry.steps = max(entry.steps, step + 1)
    entry.commands[step] = min(entry.commands[step] ?? commands, commands)
    lessons[lesson] = entry
  }

  /// Takes in what came of a step.
  public mutating func finished(_ outcome: LessonOutcome) {
    finished(step: outcome.step, of: outcome.lesson, commands: outcome.commands)
    note(outcome.record, step: outcome.step, of: outcome.lesson)
  }

  /// Takes in what is known of a step by now. What was guessed first stands, also when the step is played again.
  public mutating func note(_ record: StepRecord, step: Int, of lesson: String) {
    var entry = lessons[lesson] ?? Entry(steps: 0, commands: [:])
    entry.records[step] = entry.records[step].map { $0.joined(with: record) } ?? record
    lessons[lesson] = entry
  }

  /// Whether all steps of a lesson were done.
  public func isDone(_ lesson: Lesson) -> Bool { (lessons[lesson.name]?.steps ?? 0) >= lesson.steps.count }

  // MARK: On disk

  /// The progress in a file; none if there is no such file, or nothing in it that is known.
  public init(path: String) {
    guard FileKind(at: path) == .regular, let data = FileManager.default.contents(atPath: path),
      let known = try? JSONDecoder().decode(LessonProgress.self, from: data)
    else { return }
    self = known
  }

  /// Writes it to a file.
  ///
  /// - Throws: a ``FileProblem`` if it can't be written.
  public func save(to path: String) throws {
    try PrivateFolder.make(for: path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try OutputFile.write(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: path)
  }
}
