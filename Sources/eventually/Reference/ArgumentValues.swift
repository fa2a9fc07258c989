import Drills
import Experiments
import Insight
import Language
import Lessons
import Replication
import Workbench

/// What a value on the command line may be: what a shell offers where it is to be completed.
struct ArgumentValues {
  /// One of them, and what it is; empty where the name says it.
  struct Candidate: Hashable {
    let word: String
    var summary = ""
  }

  /// The words themselves.
  var candidates: [Candidate] = []
  /// The endings of files that come into question; empty: all files; nil: no file does.
  var endings: [String]?
  /// Whether folders are what is asked for.
  var isFolder = false

  /// The values of an argument of a command, which is named with all that stands before it, such as `chaos run`.
  init(of argument: CommandLineTree.Argument, in command: String) {
    if let values = argument.allValues {
      candidates = values.map { Candidate(word: $0) }
      return
    }
    switch (command, argument.name) {
    case (_, "--view"): candidates = ViewName.allCases.map { Candidate(word: $0.rawValue) }
    case (_, "--fit"): candidates = PublishedFit.allCases.map { Candidate(word: $0.rawValue) }
    case ("profiles", "name"), (_, "--profile"), ("profiles", "--script"):
      candidates = ProfileCatalog.names.map { Candidate(word: $0) }
    case ("commands", _): candidates = Self.reference
    case (_, "--claim"): candidates = FactCatalog.all.map { Candidate(word: $0.name, summary: $0.summary) }
    case ("demos", "name"): candidates = Self.demos
    case ("drill", "name"): candidates = ShippedDrills.all.map { Candidate(word: $0.name) }
    case ("resume", "session"):
      candidates = SessionFolder.mine.contents.entries.reversed().map { Candidate(word: $0.name) }
      endings = ["ev"]
    case ("chaos run", "file"):
      candidates = ShippedExperiments.all.map { Candidate(word: $0.name) }
      endings = ["yaml", "yml"]
    case ("map", "file"):
      candidates = ShippedLessons.maps.map { Candidate(word: $0.name) }
      endings = ["ev"]
    case ("play", "file"), ("record", "file"), ("frame", "file"), ("report", "file"):
      candidates = Self.demos
      endings = ["ev"]
    case ("grade", _): endings = []
    case (_, "lesson"), ("lessons export", "name"):
      candidates = Self.lessons
      endings = ["md"]
    default: take(argument.valueName ?? "")
    }
  }

  /// What the name of a value says where nothing else does.
  private mutating func take(_ name: String) {
    switch name {
    case "files", "script":
      candidates = Self.demos
      endings = ["ev"]
    case "file", "out", "out.cast", "out.html", "history", "results", "answers": endings = []
    case "folder", "dir", "directory": isFolder = true
    default: break
    }
  }

  private static var demos: [Candidate] { ShippedLessons.demos.map { Candidate(word: $0.name) } }

  private static var lessons: [Candidate] {
    ((try? LessonFiles.course(nil))?.lessons ?? []).map { Candidate(word: $0.name, summary: $0.title) }
  }

  /// All that `eventually commands` explains.
  private static var reference: [Candidate] {
    let commands = CommandCatalog.all.map { Candidate(word: $0.name, summary: $0.summary) }
    let settings = SettingCatalog.all.map { Candidate(word: $0.name.rawValue, summary: $0.summary) }
    let facts = FactCatalog.all.map { Candidate(word: $0.name, summary: $0.summary) }
    let others = Reference.names.map { Candidate(word: $0) }
    var known: Set<String> = []
    return (commands + settings + facts + others).filter { known.insert($0.word).inserted }
  }
}
