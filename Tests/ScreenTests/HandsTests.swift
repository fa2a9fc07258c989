import Analysis
import Kernel
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Language
@testable import Screen

/// Doing things by hand: what keys and the mouse do, and the commands that they stand for.
@Suite struct HandsTests {
  private func stage(_ script: String = "write cart milk at ALL") throws -> ScreenModel {
    var model = try ScreenTests.stage(script)
    model.press(.escape)
    return model
  }

  // MARK: Forms

  @Test func aFormSaysWhatWillComeOfAWriteBeforeItIsSent() throws {
    var model = try stage()
    model.press(.character("w"))
    #expect(model.shows("QUORUM = 5 of 9"))
    #expect(model.shows("us1 coordinates; answers from us1 us2 us3 eu1 eu2"))
    #expect(model.shows("● available: answered in 81.0 ms"))
    let before = model.session.timeline.position
    model.type("eggs")
    #expect(model.shows(":write cart eggs at QUORUM as us-east-1"))
    #expect(model.session.timeline.position == before, "nothing has been sent yet")
    model.press(.enter)
    model.watch()
    #expect(model.session.recipe.lines.last == "write cart eggs at QUORUM as us-east-1")
    #expect(model.prompt.history.last == "write cart eggs at QUORUM as us-east-1")
  }

  @Test func aFormSaysWhyAnOperationWouldBeRefused() throws {
    var model = try stage("write cart milk at ALL\npartition us-east-1 | eu-west-1 ap-south-1\nrun 2s")
    model.press(.character("r"))
    #expect(model.shows("✗ unavailable: needs 5, sees 3 alive"))
    for _ in 0..<2 { model.press(.right) }
    #expect(model.shows("EACH_QUORUM") || model.shows("LOCAL_QUORUM = 2 of 3 in us-east-1"))
  }

  @Test func aFormGoesThroughItsFieldsAndChoices() throws {
    var model = try stage()
    model.press(.character("r"), .tab, .right)
    #expect(model.shows("◄ eu-west-1 ►"))
    model.press(.tab)
    model.type("2")
    #expect(model.shows(":read cart2 at QUORUM as eu-west-1"))
    model.press(.escape)
    #expect(model.mode == .keys)
    #expect(model.session.latestNumber == 1)
  }

  @Test func aWriteNeedsAValue() throws {
    var model = try stage()
    model.press(.character("w"), .enter)
    #expect(model.shows("what is to be written?"))
    model.type("a \"b\"")
    model.press(.enter)
    model.watch()
    #expect(model.session.facts.value(.named("last.value", [])).text == "a \"b\"")
  }

  @Test func vGoesThroughTheLevelsAndTheirArithmetic() throws {
    var model = try stage()
    model.press(.character("v"))
    #expect(model.shows("LOCAL_QUORUM = 2 of 3 in us-east-1"))
    model.press(.character("w"))
    model.type("x")
    #expect(model.shows("at LOCAL_QUORUM"))
  }

  // MARK: Links, replicas, messages

  @Test func aSelectedLinkIsCutAndHealed() throws {
    var model = try stage()
    model.press(.character("o"), .character("x"))
    #expect(model.session.recipe.lines.last == "cut us-east-1 eu-west-1")
    #expect(model.shows("CUT"))
    model.press(.character("x"))
    #expect(model.session.recipe.lines.last == "heal us-east-1 eu-west-1")
    model.press(.character("j"), .character("x"))
    #expect(model.session.recipe.lines.last == "cut us-east-1 ap-south-1")
  }

  @Test func aSelectedReplicaIsCutOffFromAllOthers() throws {
    var model = try stage()
    model.press(.character("l"), .character("x"))
    #expect(model.session.recipe.lines.last == "isolate us1")
    model.press(.character("x"))
    #expect(model.session.recipe.lines.last == "heal us1")
  }

  @Test func aMessageOnItsWayCanBeDeliveredOrDropped() throws {
    var model = try stage("write cart milk at ALL\nasync write cart eggs at ALL\nstep 3")
    model.press(.character("o"), .character("o"))
    guard case .message(let number)? = model.selectedThing else {
      Issue.record("no message is selected")
      return
    }
    model.press(.enter)
    #expect(model.shows("deliver \(number)"))
    model.press(.character("j"), .enter)
    #expect(model.session.recipe.lines.last == "drop \(number)")
    #expect(model.selectedThing != .message(number), "what is gone is selected no more")
  }

  @Test func theMenuOfFaultsSaysWhyAnItemCannotBeDone() throws {
    var model = try stage()
    model.press(.character("l"), .character("f"))
    #expect(model.shows("us1 is running"))
    model.press(.character("j"), .enter)
    #expect(model.shows("▲ us1 is running"))
    model.press(.character("f"), .enter)
    #expect(model.session.recipe.lines.last == "crash us1")
  }

  @Test func nothingSelectedSaysWhatToDo() throws {
    var model = try stage()
    model.press(.character("f"))
    #expect(model.shows("select a replica, a link or a message"))
  }

  @Test func RRepairsTheKey() throws {
    var model = try stage()
    model.press(.character("R"))
    #expect(model.session.recipe.lines.last == "repair \"cart\"")
  }

  @Test func bStopsTimeWhenTheCopyChanges() throws {
    var model = try stage()
    model.press(.character("2"), .character("j"), .character("b"))
    model.begin("async write cart eggs at ALL")
    model.press(.escape, .character(" "))
    model.watch()
    #expect(model.shows("breakpoint"))
    let copies = model.session.copies(of: "cart")
    #expect(copies.filter { $0.value == "eggs" }.map(\.replica) == ["us1"])
  }

  // MARK: Palette and search

  @Test func thePaletteFindsALineByWhatItBringsAbout() throws {
    var model = try stage("write cart milk")
    model.press(.control("p"))
    model.type("converged")
    #expect(model.shows("run until converged"))
    model.press(.enter)
    #expect(model.mode == .prompt && model.prompt.line.contains("converged"))
  }

  @Test func thePaletteFindsKeysAndCommands() throws {
    var model = try stage()
    model.press(.control("p"))
    model.type("zoom")
    model.press(.enter)
    #expect(model.isZoomed)
    model.press(.control("p"))
    model.type("partition")
    model.press(.enter)
    #expect(model.prompt.line == "partition ")
  }

  @Test func aSearchShowsItsMatchesOneAfterAnother() throws {
    var model = try stage("write cart milk at ALL\nwrite cart eggs at ALL\nwrite other bread at ALL")
    model.press(.character("3"), .character("/"))
    model.type("eggs")
    #expect(model.lines.contains { $0.contains("/eggs") && $0.contains("/") })
    model.press(.enter)
    let place = try #require(model.selectedLogLine)
    #expect(place.text.contains("eggs"))
    model.press(.character("N"))
    #expect(model.selectedLogLine?.text.contains("eggs") == true && model.selectedLogLine != place)
    model.press(.character("n"))
    #expect(model.selectedLogLine == place)
    model.press(.escape, .character("/"))
    model.type("nowhere")
    model.press(.enter)
    #expect(model.shows("nowhere isn't found here"))
  }

  // MARK: The mouse

  /// Where a text stands on the screen.
  private func place(of text: String, in model: ScreenModel) throws -> Point {
    for (y, line) in model.lines.enumerated() {
      if let range = line.firstRange(of: text) {
        return Point(line.distance(from: line.startIndex, to: range.lowerBound), y)
      }
    }
    throw NotThere()
  }

  private struct NotThere: Error {}

  @Test func aClickSelectsWhatIsSeen() throws {
    var model = try stage()
    model.point(.press, at: try place(of: "eu2", in: model))
    #expect(model.replica == "eu2" && model.focus == .map)
    model.point(.press, at: try place(of: "LOG", in: model))
    #expect(model.focus == .log)
    model.point(.press, at: try place(of: "90ms", in: model))
    #expect(model.focus == .map)
  }

  /// The screen may have changed since the last frame: a click means what somebody saw when they clicked.
  @Test func aClickMeansWhatWasSeen() throws {
    var model = try stage()
    let replica = try place(of: "eu2", in: model)
    model.look()
    model.press(.character("8"), .character("z"))
    #expect((try? place(of: "eu2", in: model)) != replica)
    _ = model.update(.mouse(.press, replica))
    #expect(model.replica == "eu2")
  }

  @Test func aClickOnAHintDoesWhatItsKeyDoes() throws {
    var model = try stage()
    model.point(.press, at: try place(of: "u undo", in: model))
    #expect(model.session.now == .start)
  }

  @Test func aClickOnTheBarOfTimeGoesThere() throws {
    var model = try stage("write cart milk at ALL\nrun 819ms")
    let bar = try place(of: "main ■", in: model)
    model.point(.press, at: Point(60, bar.y))
    #expect(model.session.now > .start + .milliseconds(300) && model.session.now < .start + .milliseconds(700))
    #expect(model.session.timeline.isInPast)
    model.press(.character("{"))
    #expect(model.session.recipe.lines.last?.hasPrefix("goto ") == true)
  }

  @Test func theWheelScrollsWhatIsUnderThePointerAndLeavesTheFocus() throws {
    var model = try stage("write cart milk at ALL\nwrite cart eggs at ALL\nwrite cart bread at ALL")
    model.point(.wheel(-3), at: try place(of: "LOG", in: model))
    #expect(model.selectedLogLine == LogReport.lines(3, in: model.session.timeline).first)
    #expect(model.focus == .map)
  }
}
