import Kernel
import Replication
import Testing
import Workbench

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
    #expect(effects == [.writeDown(model.session.script(followedBy: "write cart milk at ALL"))])
    #expect(model.session.isFresh)
    _ = model.update(.writtenDown)
    #expect(!model.session.isFresh)
  }

  @Test func whatCannotBeCarriedOutIsTakenOutAgain() throws {
    var model = journalled()
    model.type("switch elsewhere")
    model.press(.enter)
    #expect(model.update(.writtenDown) == [.writeDown(model.session.script())])
    #expect(model.prompt.fault != nil)
    #expect(model.session.recipe.lines.isEmpty)
  }

  @Test func whatReadsWrongIsNotWrittenDownAtAll() {
    var model = journalled()
    model.type("wriet cart milk")
    #expect(model.press(.enter).allSatisfy { if case .writeDown(let lines) = $0 { lines.count == 1 } else { false } })
    #expect(model.prompt.fault?.message.contains("write") == true)
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
    _ = model.update(.exists(model.session.draft(ofScript: "a.ev")))
    #expect(model.shows("a.ev exists. Write over it?"))
    var other = model
    #expect(other.press(.enter).isEmpty, "no is the safe answer")
    #expect(other.shows("nothing was written"))
    #expect(model.press(.character("y")) == [.save(model.session.draft(ofScript: "a.ev"), replacing: true)])
  }
}
