import Language
import Testing

@testable import Screen

/// What somebody has chosen for all sessions: what is right holds, what is wrong is told where it stands.
@Suite struct ConfigurationTests {
  private func read(_ text: String) -> (configuration: Configuration, problems: [Configuration.Problem]) {
    var problems: [Configuration.Problem] = []
    let configuration = Configuration(text, problems: &problems)
    return (configuration, problems)
  }

  @Test(arguments: [
    "", "theme: light", "theme: high-contrast\nview: clocks\nmouse: off\nanimation: off",
    "colors:\n  focus: 200\n  bad: 9", "keys:\n  write: W\n  read: [e, F5]\n  step: Ctrl-N",
    "keys:\n  prompt: \"'\"\n  help: ['?', '#']",
  ])
  func whatIsPrintedSaysTheSameAgain(text: String) {
    let (configuration, problems) = read(text)
    #expect(problems.isEmpty)
    let (again, others) = read(configuration.lines.joined(separator: "\n"))
    #expect(others.isEmpty && again == configuration)
  }

  @Test(arguments: [
    ("theme: drak", 1, 8, "did you mean `dark`?"), ("mouse: on\nview: mpa", 2, 7, "did you mean `map`?"),
    ("mouse: perhaps", 1, 8, "on or off"), ("veiw: map", 1, 7, "did you mean `view`?"),
    ("colors:\n  fcous: 3", 2, 10, "did you mean `focus`?"), ("colors:\n  focus: 300", 2, 10, "0 to 255"),
    ("keys:\n  wirte: w", 2, 10, "did you mean `write`?"), ("keys:\n  write: Hyper-X", 2, 10, "there is no key"),
    ("keys:\n  write: X\n  read: X", 3, 9, "is the key of `write` already"),
    ("keys:\n  write: Ctrl-C", 2, 10, "means the same everywhere"), ("theme: [", 2, 1, "isn't YAML"),
    ("- a list", 1, 1, "`name: value`"), ("theme: *x", 1, 1, "anchors"),
  ])
  func whatIsWrongIsToldWithLineAndColumn(text: String, line: Int, column: Int, words: String) {
    let (_, problems) = read(text)
    #expect(problems.count == 1)
    let sentence = problems.first?.sentence(in: "config.yaml") ?? ""
    #expect(sentence.contains(words), "\(sentence)")
    #expect(problems.first?.line == line, "\(sentence)")
    if words != "isn't YAML" { #expect(problems.first?.column == column, "\(sentence)") }
  }

  @Test func whatIsRightBesideSomethingWrongHolds() throws {
    let (configuration, problems) = read("view: mpa\nkeys:\n  write: W\n  raed: e\ntheme: light\nmouse: off")
    #expect(problems.count == 2)
    #expect(configuration.palette == .light && !configuration.hasMouse && configuration.view == nil)
    #expect(configuration.keyMap.action(for: .character("W")) == .write)
  }

  @Test func keysThatWereChosenAreThoseOfFooterHelpAndPalette() throws {
    let (configuration, problems) = read("keys:\n  write: W\n  faults: w\nview: map")
    #expect(problems.isEmpty)
    var model = try stage("write cart milk at ALL", size: Size(columns: 200, rows: 60))
    model.adopt(configuration)
    #expect(model.lines.last?.contains("W write") == true && model.lines.last?.contains("w fault") == true)
    model.press(.character("W"))
    guard case .form = model.mode else {
      Issue.record("W opens no form")
      return
    }
    model.press(.escape, .character("?"))
    model.type("write: a form")
    #expect(model.lines.contains { $0.contains("► W ") })
  }

  @Test func withoutAnimationACommandIsOverAtOnce() throws {
    var model = try stage()
    model.adopt(read("animation: off").configuration)
    model.press(.escape)
    model.begin("write cart milk at ALL")
    #expect(model.playback == nil && model.status?.text.contains("acknowledged") == true)
  }

  @Test func everyActionWithAKeyHasANameAndEveryNameIsOnce() {
    let names = KeyMap.standard.bindings.compactMap { binding -> String? in
      if case .pane = binding.action { return nil }
      return binding.action.name ?? "nameless \(binding.action)"
    }
    #expect(Set(names).count == names.count)
    #expect(!names.contains { $0.hasPrefix("nameless") })
    for binding in KeyMap.standard.bindings {
      for key in binding.keys { #expect(Key(named: key.name) == key, "\(key)") }
    }
  }
}
