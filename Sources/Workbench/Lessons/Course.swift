import Foundation

/// All lessons of a folder, in the order of their files' names.
public struct Course: Sendable {
  /// The lessons.
  public let lessons: [Lesson]

  /// Reads the lessons of a folder; `README.md` is none.
  ///
  /// - Throws: a ``LessonError`` if one is wrong, a ``ScriptError`` if the folder can't be read.
  ///
  /// - Parameter others: the names of lessons elsewhere that may come before one of these.
  public init(folder: String, knowing others: [String] = []) throws {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ScriptError.missing(folder, reason: "there is no such folder")
    }
    let lessons = try names.filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted().map { name in
      try Course.lesson(in: URL(fileURLWithPath: folder).appendingPathComponent(name).path)
    }
    guard !lessons.isEmpty else {
      throw ScriptError.missing(folder, reason: "there is no lesson in it; a lesson is a file such as 01-my-lesson.md")
    }
    try self.init(lessons, in: folder, knowing: others)
  }

  /// Reads one lesson as a course of its own.
  ///
  /// - Parameter others: the names of lessons elsewhere that may come before it.
  /// - Throws: a ``LessonError`` if it is wrong, a ``ScriptError`` if it can't be read.
  public init(file: String, knowing others: [String] = []) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try self.init([try Course.lesson(in: file)], in: folder, knowing: others)
  }

  /// Reads lessons that are at hand as texts, in that order.
  ///
  /// - Parameter folder: where the errors say that they are.
  /// - Throws: a ``LessonError`` if one is wrong.
  public init(texts: [(name: String, text: String)], in folder: String) throws {
    try self.init(
      texts.map { try LessonReader.read($0.text, file: "\(folder)/\($0.name).md", name: $0.name) }, in: folder)
  }

  private init(_ lessons: [Lesson], in folder: String, knowing others: [String] = []) throws {
    let known = others + lessons.map(\.name)
    for lesson in lessons {
      if let missing = lesson.prerequisites.first(where: { !known.contains($0) }) {
        throw LessonError(
          file: "\(folder)/\(lesson.name).md", line: 1, column: 1,
          message: "there is no lesson `\(missing)` to come before it")
      }
    }
    self.lessons = lessons
  }

  /// Reads one lesson.
  ///
  /// - Throws: a ``LessonError`` if it is wrong, a ``ScriptError`` if it can't be read.
  public static func lesson(in path: String) throws -> Lesson {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScriptError.missing(path, reason: "there is no such lesson")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScriptError.unreadable(path, reason: "it isn't UTF-8 text")
    }
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return try LessonReader.read(text, file: path, name: name)
  }

  /// The lesson that somebody means: by name, by its number, or by what its name says after that.
  public func lesson(named name: String) -> Lesson? {
    lessons.first { $0.name == name }
      ?? lessons.first { $0.name.drop { $0.isNumber || $0 == "-" } == name }
      ?? lessons.first { $0.name.prefix { $0 != "-" } == name }
      ?? Int(name).flatMap { number in lessons.first { Int($0.name.prefix { $0.isNumber }) == number } }
  }
}
