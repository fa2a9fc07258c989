import Foundation

/// A file of progress as somebody has handed it in: what stands in it, and nothing that doesn't.
///
/// It is what ``LessonProgress`` writes, of this version or an earlier one: whatever a version didn't keep is absent.
public struct StudyFile: Sendable {
  /// What is known of one step.
  struct Step: Decodable, Sendable {
    let guess: Int?
    let right: Int?
    let confidence: String?
    let hints: Int?
    let solutionSeen: Bool?
    let seconds: Int?
    let done: Bool?
    let poll: [Int]?
  }

  private struct Entry: Decodable {
    let steps: Int?
    let commands: [String: Int]?
    let records: [String: Step]?
  }

  private struct Contents: Decodable {
    let lessons: [String: Entry]
  }

  /// A step of a lesson, and what is known of it.
  struct Line: Sendable {
    /// The lesson's name.
    let lesson: String
    /// The step, from 1.
    let step: Int
    /// Whether it was done.
    let isDone: Bool
    /// How many commands it took at best; nil where nobody counted.
    let commands: Int?
    /// The rest; nil where the file has no more.
    let record: Step?
  }

  /// Whose it is: the file's name without its end, or what its folder is called where all files have one name.
  let student: String
  /// The steps that were begun, lesson by lesson.
  let lines: [Line]

  /// Reads a file.
  ///
  /// - Throws: a ``ScriptError`` if it is missing, or no progress.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScriptError.missing(path, reason: "there is no such file")
    }
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: data)
    } catch {
      throw ScriptError.unreadable(path, reason: "it is no progress.json: \(Self.words(error))")
    }
    let url = URL(fileURLWithPath: path)
    let name = url.deletingPathExtension().lastPathComponent
    student = name == "progress" ? url.deletingLastPathComponent().lastPathComponent : name
    lines = contents.lessons.sorted { $0.key < $1.key }.flatMap { name, entry in
      let known = Set((entry.records ?? [:]).keys).union((entry.commands ?? [:]).keys).compactMap(Int.init)
      let possible = 0..<LessonProgress.mostSteps
      let steps = Set(known.filter(possible.contains)).union(possible.prefix(max(0, entry.steps ?? 0)))
      return steps.sorted().map { step in
        let record = entry.records?["\(step)"]
        return Line(
          lesson: name, step: step + 1, isDone: record?.done ?? (step < entry.steps ?? 0),
          commands: entry.commands?["\(step)"], record: record)
      }
    }
  }

  private static func words(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it can't be read" }
    let context: DecodingError.Context? =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: nil
      }
    let place = (context?.codingPath ?? []).map(\.stringValue).joined(separator: ".")
    return place.isEmpty ? "it isn't JSON of that shape" : "`\(place)` isn't as it should be"
  }
}
