import Testing
import Workbench

@testable import Language
@testable import Screen

/// The line where commands are typed.
@Suite struct PromptTests {
  private let context = NameContext.standard

  private func prompt(_ text: String) -> Prompt {
    var prompt = Prompt()
    prompt.insert(text)
    return prompt
  }

  @Test func tabCompletesTheOnlyCandidate() {
    var prompt = prompt("iso")
    prompt.complete(in: context)
    #expect(prompt.line == "isolate ")
  }

  @Test func tabCompletesWhatAllCandidatesShareAndThenTurnsThroughThem() {
    var prompt = prompt("write cart milk at LOC")
    prompt.complete(in: context)
    #expect(prompt.line == "write cart milk at LOCAL_")
    prompt.complete(in: context)
    #expect(prompt.line == "write cart milk at LOCAL_ONE")
    prompt.complete(in: context)
    #expect(prompt.line == "write cart milk at LOCAL_QUORUM")
    prompt.complete(in: context, forward: false)
    #expect(prompt.line == "write cart milk at LOCAL_ONE")
  }

  @Test func completionKnowsWhatAPlaceTakes() {
    #expect(prompt("cut us-e").candidates(in: context).words == ["us-east-1"])
    #expect(prompt("read cart at QUORUM in ").candidates(in: context).words.contains("ap-south-1"))
    #expect(
      prompt("set coordinator ").candidates(in: context).words
        == ["nearest", "token-aware", "round-robin", "random", "sticky"])
    #expect(prompt("set coordinator ").candidates(in: context).usage.first?.hasPrefix("set ") == true)
  }

  @Test func keysWithAltGoByWordsWhereALineIsTypedAndAreTwoKeysElsewhere() throws {
    var model = try stage()
    model.press(.character(":"))
    model.type("write cart milk")
    model.press(.alt("b"))
    #expect(model.prompt.cursor == 11)
    model.press(.alt("b"), .alt("d"))
    #expect(model.prompt.line == "write  milk")
    model.press(.alt("f"), .alt("\u{7F}"))
    #expect(model.prompt.line == "write  ")
    model.press(.control("a"), .alt("b"))
    #expect(model.status?.text == "the line begins here")
    model.press(.control("k"), .escape)
    // Esc, then b.
    model.press(.alt("b"))
    #expect(model.mode == .keys)
  }

  @Test func historyIsFilteredByWhatWasTyped() {
    var prompt = Prompt()
    for line in ["write a 1", "read a", "write b 2"] {
      prompt.set(line)
      prompt.keep()
    }
    prompt.insert("wr")
    prompt.earlier()
    #expect(prompt.line == "write b 2")
    prompt.earlier()
    #expect(prompt.line == "write a 1")
    prompt.earlier()
    #expect(prompt.line == "write a 1")
    prompt.later()
    prompt.later()
    #expect(prompt.line == "wr")
  }

  @Test func whatWasTypedIsNotLostByLeaving() {
    var model = WorkbenchScreenTests.opened()
    model.type("write half a com")
    model.press(.escape)
    model.press(.character(":"), .up)
    #expect(model.prompt.line == "write half a com")
  }

  @Test func editingIsAsInAShell() {
    var prompt = prompt("write cart milk")
    prompt.deleteWord()
    #expect(prompt.line == "write cart ")
    prompt.move(to: 0)
    prompt.deleteForward()
    prompt.deleteToEnd()
    #expect(prompt.line == "")
    prompt.insert("one two")
    prompt.move(to: 3)
    prompt.deleteToStart()
    #expect(prompt.line == " two" && prompt.cursor == 0)
  }

  @Test(arguments: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func allOfWhatIsWrongIsToldWhileTheLineIsEdited(size: Size) throws {
    var model = try stage("cluster us-east-1:3 eu-west-1:3 scheme=streams", size: size)
    model.press(.character(":"))
    model.type("write cart milk at QUORUM")
    model.press(.enter)
    let fault = try #require(model.prompt.fault)
    let end = try #require(model.lines.firstIndex { $0.hasPrefix(":write cart milk at QUORUM") })
    let start = try #require(model.lines.firstIndex { $0.hasPrefix(" ✗ ") })
    let words = model.lines[start..<end].joined(separator: " ").split(separator: " ").dropFirst()
    #expect(words.joined(separator: " ") == fault.message)
    // The same once the prompt is closed, where it is said in a sentence.
    model.press(.escape)
    model.begin("kill-leader cart in us-east-1")
    model.press(.escape)
    let more = String(repeating: "and more ", count: 12)
    let said = "once upon a time there was a sentence that took more rows than two \(more)so"
    model.say(said, .warn)
    let first = try #require(model.lines.firstIndex { $0.hasPrefix(" ▲ ") })
    let rest = model.lines[first..<(model.lines.count - 1)].joined(separator: " ").split(separator: " ").dropFirst()
    #expect(rest.joined(separator: " ") == said)
  }

  @Test(arguments: ["leaderless", "streams", "log", "primary-cache"])
  func everyLevelThatIsChosenByAKeyIsNamed(scheme: String) throws {
    var model = try stage("cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)", size: Size(columns: 200, rows: 60))
    var levels: Set<String> = []
    for _ in 0..<12 {
      model.press(.character("v"))
      let status = try #require(model.status)
      levels.insert(model.level)
      #expect(status.text.hasPrefix(model.level) && !model.level.isEmpty, "\(status.text)")
      #expect(status.text.hasSuffix("with it"))
    }
    #expect(levels.count > 1)
  }

  @Test func whatAConsumerGotIsShown() throws {
    let script = "cluster us-east-1:3 scheme=log\nwrite cart milk\nwrite cart eggs\nconsumer billing in us-east-1"
    var model = try stage(script, size: Size(columns: 120, rows: 40))
    model.enter("consume billing")
    #expect(model.status?.text.hasSuffix("0 0 cart milk; 0 1 cart eggs") == true, "\(model.status?.text ?? "")")
    model.enter("write a 1")
    for key in ["b", "c", "d", "e"] { model.enter("write \(key) 1") }
    model.enter("consume billing")
    for key in ["a", "b", "c", "d", "e"] { #expect(model.lines.contains { $0.contains(" \(key) 1") }, "\(key)") }
  }

  @Test func aWrongWordIsMarkedAndTheLineStaysEditable() {
    var model = WorkbenchScreenTests.opened(Size(columns: 80, rows: 24))
    model.type("write cart milk at QUORAM")
    model.press(.enter)
    #expect(model.prompt.fault?.start == 19)
    #expect(model.shows("there is no consistency level `QUORAM`; did you mean QUORUM?"))
    #expect(model.prompt.line == "write cart milk at QUORAM")
    model.press(.backspace)
    #expect(model.prompt.fault == nil)
  }

  @Test(arguments: ["q", "quit"]) func thePromptQuits(line: String) {
    var model = WorkbenchScreenTests.opened()
    model.type(line)
    #expect(line != "q" || model.shows("q Enter quits; Esc first makes q a key"))
    #expect(model.press(.enter) == [.quit(0)])
  }

  @Test func theSearchInTheHistoryBeginsWithNothingAndLeadsBack() {
    var model = WorkbenchScreenTests.opened()
    model.remember(["write cart milk", "read cart"])
    model.type("half a li")
    model.press(.control("r"))
    #expect(model.shows("write cart milk") && model.shows("read cart"))
    model.type("wri")
    #expect(!model.shows("read cart"))
    model.press(.control("u"))
    #expect(model.shows("read cart"))
    model.press(.escape)
    #expect(model.mode == .prompt && model.prompt.line == "half a li")
  }

  @Test func anErrorKeepsTheFooter() {
    var model = WorkbenchScreenTests.opened(Size(columns: 80, rows: 24))
    model.type("wriet")
    let footer = model.lines.last
    model.press(.enter)
    #expect(model.prompt.fault != nil && model.lines.last == footer)
    #expect(model.shows("there is no command `wriet`; did you mean write? (`help` lists them)"))
  }

  @Test func aVeryLongLineIsCutNotRefused() {
    var prompt = Prompt()
    prompt.insert(String(repeating: "x", count: 20_000))
    #expect(prompt.text.count == Prompt.longest)
    prompt.insert("y")
    #expect(prompt.text.count == Prompt.longest)
  }
}
