import Foundation
import Testing

/// The lessons that are shipped, and the subcommands around them.
@Suite struct LessonsCommandTests {
  /// Those whose check is short; `make soak` has the whole course checked.
  private static let briefly = [
    "00-the-whole-idea", "01-three-copies", "02-who-are-you-waiting-for", "03-catch-a-stale-read",
    "18-a-one-way-street",
    "18c-the-price-of-never-looking-back", "22-two-people-one-seat", "28-thank-you", "29-two-captains",
  ]

  @Test func lessonsPassTheirCheck() throws {
    let course = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../lessons")
    let folder = try Folder()
    if ProcessInfo.processInfo.environment["LESSONS_CHECKED"] == nil {
      for name in Self.briefly {
        try FileManager.default.copyItem(
          at: course.appending(path: name + ".md"), to: folder.url.appending(path: name + ".md"))
      }
    }
    let place = ProcessInfo.processInfo.environment["LESSONS_CHECKED"] == nil ? folder.url.path : course.path
    let result = try BuiltBinary.run(["lessons", "check", place, "--json"])
    #expect(result.status == 0 && !result.lines.isEmpty, "\(result.output)\(result.errors)")
    for line in result.lines {
      let step = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(
        Set(step.keys) == [
          "lesson", "step", "goalBefore", "goalAfter", "commands", "ok", "wrong", "mutants", "problems",
        ])
      #expect(step["goalBefore"] as? Bool == false && step["goalAfter"] as? Bool == true && step["ok"] as? Bool == true)
    }
  }

  @Test func theProgramAloneHasThemAll() throws {
    let folder = try Folder()
    let copy = folder.url.appendingPathComponent("eventually")
    try FileManager.default.copyItem(at: try BuiltBinary.url, to: copy)
    let alone = try BuiltBinary.run(copy, ["lessons", "--json"], in: folder.url)
    let shipped = SourceFile.names(in: "lessons").filter { $0.hasSuffix(".md") && $0 != "README.md" }
    #expect(alone.status == 0 && alone.lines.count == shipped.count && !shipped.isEmpty, "\(alone.errors)")
  }

  @Test func aNewLessonPassesAndIsNotWrittenOver() throws {
    let folder = try Folder()
    #expect(try BuiltBinary.run(["lessons", "new", "42-mine"], in: folder.url).status == 0)
    #expect(try BuiltBinary.run(["lessons", "check", folder.url.path]).status == 0)
    #expect(try BuiltBinary.run(["lessons", "check", "42-mine.md"], in: folder.url).status == 0)
    let way = "1\nsure\nwrite cart eggs at ONE\nnext\nrestart us3\nrun 2s\ntrial\n"
    for name in ["42-mine", "42-mine.md", folder.url.path] {
      let played = try BuiltBinary.run(["learn", name, "--plain"], input: way, in: folder.url)
      #expect(played.status == 0, "\(played.errors)")
      #expect(played.output.contains("● the trial is passed: all hold under 5 of 5 seeds"), "\(played.output)")
      #expect(played.output.contains("● this was the lesson “A title of a few words”"))
    }
    let again = try BuiltBinary.run(["lessons", "new", "42-mine"], in: folder.url)
    #expect(again.status == 73 && again.errors.contains("exists already"))
    #expect(try BuiltBinary.run(["lessons", "new", "../x"], in: folder.url).status == 64)
  }

  @Test func aMalformedLessonIsRefusedWithItsPlace() throws {
    let folder = try Folder()
    let file = try folder.write("01-a.md", "---\ntitle: A\nsummary: B\nchapter: C\nminutes: 0\n---\n\n## Step\n")
    let result = try BuiltBinary.run(["lessons", "check", folder.url.path])
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("\(file):5:"), "\(result.errors)")
  }

  @Test func aLessonIsLearntLineByLine() throws {
    let commands = "1 sure\nasync write list milk at ALL\nstep\nstep\nnext\nawait\n\nwrite list eggs at ONE\n"
    let result = try BuiltBinary.run(["learn", "1", "--plain"], input: commands)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("● you guessed right: “none of them”"))
    #expect(result.output.contains("● this was the lesson “Three copies”"))
    let missing = try BuiltBinary.run(["learn", "no-such", "--plain"])
    #expect(missing.status == 66 && missing.errors.contains("there is no lesson `no-such`"))
  }

  @Test func theListSaysHowFarOneHasCome() throws {
    let line = try #require(try BuiltBinary.run(["lessons", "--json"]).lines.first)
    #expect(line.contains(#""name":"00-the-whole-idea""#) && line.contains(#""stepsDone":0"#))
  }
}
