import Foundation
import Testing

@testable import Workbench

/// What a teacher reads out of progress that was handed in.
@Suite struct StudyReportTests {
  private func report(_ texts: [String: String]) throws -> StudyReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try texts.sorted { $0.key < $1.key }.map { name, text in
      let file = folder.appendingPathComponent("\(name).json")
      try Data(text.utf8).write(to: file)
      return try StudyFile(path: file.path)
    }
    let course = try Course(
      texts: [(name: "01-first", text: LessonTemplate.lines.joined(separator: "\n"))], in: "lessons")
    return StudyReport(files, of: course)
  }

  private let anna = """
    {"lessons": {"01-first": {"steps": 1, "commands": {"0": 4}, "records": {"0": {"guess": 2, "right": 1, "confidence": "sure",
    "hints": 1, "solutionSeen": true, "seconds": 90, "done": true}}}}}
    """
  /// As versions before confidence was asked wrote it.
  private let ben = "{\"lessons\": {\"01-first\": {\"steps\": 1, \"commands\": {\"0\": 3}}}}"

  @Test func whatIsNotKnownIsEmpty() throws {
    let csv = try report(["anna": anna, "ben": ben]).csv
    #expect(csv[0].hasPrefix("student,lesson,step,done,commands,guess,right,guessed-right,confidence,hints"))
    #expect(csv[1].hasPrefix("anna,01-first,1,true,4,2,1,false,sure,1,true,90,"))
    #expect(csv[2] == "ben,01-first,1,true,3,,,,,,,,,")
  }

  @Test(arguments: [Int.min, -1, 0, 1_000, Int.max]) func numbersThatCannotBeChangeNothing(number: Int) throws {
    let text =
      "{\"lessons\": {\"01-first\": {\"steps\": \(number), \"commands\": {\"\(number)\": 3}, "
      + "\"records\": {\"0\": {\"guess\": \(number), \"right\": 1}}}}}"
    let report = try report(["anna": text])
    #expect(report.csv.count > 1 && report.json.count > 0 && !report.lines.isEmpty)
  }

  @Test func aClassIsToldStepByStepWithWhatItBelieved() throws {
    let lines = try report(["anna": anna, "ben": ben]).lines
    #expect(lines[1] == "01-first, step 1: done by 2 of 2, 0 of 1 guess right, 1 looked at the solution")
    #expect(lines[2].hasPrefix("    1 guessed ") && lines[2].hasSuffix(", 1 of them sure"))
  }

  @Test func whatAClassVotedIsToldApartFromWhatStudentsGuessed() throws {
    let votes = """
      {"lessons": {"01-first": {"steps": 1, "commands": {"0": 4}, "records": {"0": {"guess": 2, "right": 1, "poll": [7, 13],
      "hints": 0, "solutionSeen": false, "done": true}}}}}
      """
    let alone = try report(["class": votes])
    #expect(
      alone.lines.joined(separator: " ").contains("a class of 20 voted, 7 of them right: 7 “about a millisecond”"))
    #expect(alone.csv[1].hasSuffix(",7 13") && alone.json[0].contains("\"poll\":[7,13]"))
    let both = try report(["anna": anna, "class": votes]).lines
    #expect(both[1].contains("0 of 1 guess right"), "a majority's guess is nobody's")
  }

  @Test func linesForProgramsAreJSON() throws {
    let lines = try report(["anna": anna, "ben": ben]).json
    let first = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
    #expect(first?["guessedRight"] as? Bool == false && first?["seconds"] as? Int == 90)
    #expect(lines[1].contains("\"guess\":null"))
  }

  @Test func namesCannotBecomeFormulas() throws {
    #expect(try report(["=cmd": ben]).csv[1].hasPrefix("'=cmd,"))
    #expect(try report(["a,\"b": ben]).csv[1].hasPrefix("\"a,\"\"b\","))
  }

  @Test func whatIsNoProgressIsRefused() {
    for text in ["", "[]", "{}", "{\"lessons\": 3}", "{\"lessons\": {\"a\": {\"steps\": \"x\"}}}"] {
      #expect(throws: ScriptError.self, "\(text)") { _ = try report(["a": text]) }
    }
  }
}
