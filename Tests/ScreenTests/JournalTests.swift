import Kernel
import Replication
import Testing
import Workbench

@testable import Language
@testable import Screen

/// What is written down before it is carried out, and what is asked before it is written over.
@Suite struct JournalTests {
  private func journalled() -> ScreenModel {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 100, rows: 30))
    model.isJournalled = true
    return model
  }

  @Test func aCommandIsWrittenDownBeforeItIsCarriedOut() throws {
    var model = journalled()
    model.type("write cart milk at ALL")
    let effects = model.press(.enter)
    #expect(effects == [.writeDown(model.session.kept(followedBy: .prompt("write cart milk at ALL")))])
    #expect(model.session.isFresh)
    _ = model.update(.answer(.writtenDown))
    #expect(!model.session.isFresh)
  }

  @Test func whatCannotBeCarriedOutIsTakenOutAgain() throws {
    var model = journalled()
    model.type("switch elsewhere")
    model.press(.enter)
    #expect(model.update(.answer(.writtenDown)) == [.writeDown(model.session.kept())])
    #expect(model.prompt.fault != nil)
    #expect(model.session.recipe.lines.isEmpty)
  }

  @Test func whatReadsWrongIsNotWrittenDownAtAll() {
    var model = journalled()
    model.type("wriet cart milk")
    #expect(model.press(.enter).allSatisfy { if case .writeDown(let kept) = $0 { kept.isEmpty } else { false } })
    #expect(model.prompt.fault?.message.contains("write") == true)
  }

  @Test func aScriptThatIsSourcedIsWrittenDownLineByLineBeforeEachIsCarriedOut() throws {
    var model = journalled()
    var names = NameContext.standard
    let source = MemoryScript(script: "write cart milk at ALL\n\ncut us1 eu1\nexpect converged\n")
    let script = try Script("a.ev", from: source, names: &names)
    var effects = model.update(.answer(.script(script)))
    for line in script.lines {
      #expect(effects == [.writeDown(model.session.kept(followedBy: line))])
      effects = model.update(.answer(.writtenDown))
    }
    #expect(effects == [.writeDown(model.session.kept())])
    #expect(model.session.kept().lines.suffix(3) == ["write cart milk at ALL", "cut us1 eu1", "expect converged"])
    #expect(model.update(.answer(.writtenDown)).isEmpty)
    #expect(model.shows("3 commands of a.ev"))
  }

  @Test func whatCannotBeWrittenDownIsNotCarriedOut() throws {
    var model = journalled()
    model.type("write cart milk at ALL")
    model.press(.enter)
    _ = model.update(.answer(.notWrittenDown("there is no room")))
    #expect(model.session.isFresh)
    #expect(model.shows("there is no room"))
    #expect(model.update(.answer(.writtenDown)).isEmpty)
  }

  @Test func aScriptThatStopsAtAWrongLineLeavesTheJournalAsFarAsItCame() throws {
    var model = journalled()
    var names = NameContext.standard
    let script = try Script("a.ev", from: MemoryScript(script: "write a 1\nswitch nowhere\nwrite a 2\n"), names: &names)
    _ = model.update(.answer(.script(script)))
    _ = model.update(.answer(.writtenDown))
    #expect(model.update(.answer(.writtenDown)) == [.writeDown(model.session.kept())])
    #expect(model.session.recipe.lines == ["write a 1"])
    #expect(model.shows("there is no branch `nowhere`"))
  }

  @Test func atSpeedStepAnOperationStaysInFlightAndIsKeptSo() throws {
    var model = journalled()
    model.isJournalled = false
    model.enter("speed step")
    model.enter("write cart milk at ALL")
    #expect(model.session.recipe.lines == ["speed step", "async write cart milk at ALL"])
  }

  @Test func keysStandForCommandsAndTheHistoryShowsThem() throws {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 100, rows: 30))
    model.enter("write cart milk at ALL")
    model.press(.escape, .character("u"))
    #expect(model.prompt.history.last == "undo")
    #expect(model.session.now == .start)
  }

  @Test func saveAsksBeforeItWritesOverAFile() throws {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 100, rows: 30))
    model.enter("write cart milk at ALL")
    model.begin("save a.ev")
    _ = model.update(.answer(.exists(model.session.draft(ofScript: "a.ev"))))
    #expect(model.shows("a.ev exists. Write over it?"))
    var other = model
    #expect(other.press(.enter).isEmpty, "no is the safe answer")
    #expect(other.shows("nothing was written"))
    #expect(model.press(.character("y")) == [.save(model.session.draft(ofScript: "a.ev"), replacing: true)])
  }
}
