import Kernel
import Language
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// What somebody sees and can do who opens the workbench.
@Suite struct WorkbenchScreenTests {
  static func opened(_ size: Size = Size(columns: 120, rows: 40)) -> ScreenModel {
    ScreenModel(Session(isTracing: true), size: size)
  }

  // MARK: The first five commands

  @Test func theFirstFiveCommandsTeachAStaleRead() {
    var model = Self.opened(Size(columns: 80, rows: 24))
    #expect(model.offer?.command == "write cart milk at ALL")
    model.press(.enter)
    model.watch()
    #expect(model.shows("acknowledged in 181 ms by 9 replicas"))
    model.press(.enter)
    model.watch()
    model.press(.enter)
    model.watch()
    #expect(model.status?.text == "stale read of cart: milk; it misses eggs, which reaches eu1 in 38.5 ms")
    #expect(model.shows("which reaches eu1 in 38.5 ms"))
    model.press(.enter)
    model.watch()
    #expect(model.status?.text == "read cart at QUORUM: eggs, fresh, in 161 ms")
    model.press(.enter)
    #expect(model.session.timeline.isInPast)
    #expect(model.offer == nil && model.mode == .keys)
  }

  @Test func typingReplacesTheOfferAndEscEndsItForGood() {
    var model = Self.opened()
    model.type("w")
    #expect(model.offer == nil && model.prompt.line == "w")
    model.press(.backspace)
    #expect(model.offer != nil)
    model.press(.escape)
    #expect(model.offer == nil && model.mode == .keys)
    model.press(.character(":"))
    #expect(model.offer == nil)
  }

  @Test func aSessionThatHasBegunOffersNothing() throws {
    #expect(try stage("write cart milk").offer == nil)
  }

  // MARK: Played, not jumped

  @Test func anOperationIsPlayedSoThatItsLongestHopTakesAboutTwoSeconds() {
    var model = Self.opened()
    model.begin("write cart milk at EACH_QUORUM")
    // Two hops of 90 ms and two of half a millisecond: four seconds and a bit, at thirty frames a second.
    let frames = model.watch()
    #expect((115...130).contains(frames), "\(frames) frames")
  }

  @Test func aLocalOperationIsPlayedAsSlowlyAsALongOne() {
    var model = Self.opened()
    model.begin("read cart at ONE")
    #expect((100...140).contains(model.watch()))
  }

  @Test func enterFinishesWhatIsPlayed() {
    var model = Self.opened()
    model.type("write cart milk at ALL")
    model.press(.enter)
    _ = model.update(.tick(nanoseconds: 33_000_000))
    #expect(model.isMoving)
    model.press(.enter)
    #expect(model.watch() <= 2)
    #expect(model.shows("acknowledged in 181 ms"))
  }

  @Test func silenceIsSkipped() {
    var model = Self.opened()
    model.enter("write cart milk at ALL")
    model.enter("isolate ap-south-1")
    model.begin("write cart eggs at ALL")
    // The write waits two seconds of virtual time for its timeout, most of them in silence.
    #expect(model.watch() < 200)
    #expect(
      model.status?.text
        == "write cart = eggs at ALL: timeout after 2.00 s, 6 of 9 answered; it may take effect all the same")
  }

  @Test func atSpeedStepAnOperationStaysInFlight() {
    var model = Self.opened()
    model.enter("speed step")
    model.enter("write cart milk at ALL")
    #expect(!model.isMoving && model.session.now.microseconds == 0)
    model.press(.escape)
    model.press(.character("."))
    #expect(model.session.now.microseconds == 500)
  }

  @Test func spaceLetsTimeRunAndPausesIt() throws {
    var model = try stage("write cart milk at ONE")
    let before = model.session.now
    model.press(.character(" "))
    for _ in 0..<10 { _ = model.update(.tick(nanoseconds: 33_000_000)) }
    #expect(model.isMoving && model.session.now > before)
    model.press(.character(" "))
    #expect(!model.isMoving)
    model.press(.character(" "))
    model.watch()
    #expect(!model.isMoving && model.shows("nothing is left to happen"))
  }

  @Test func aLoadPlaysWithoutEndAndTheNextCommandStillComes() throws {
    var model = try stage("load 1000/s for 1h keys 10\nspeed max")
    model.press(.character(" "))
    for _ in 0..<5 { _ = model.update(.tick(nanoseconds: 33_000_000)) }
    #expect(model.isMoving)
    model.enter("read k1 at ONE")
    #expect(model.status?.text.hasPrefix("read k1") == true || model.status?.text.hasPrefix("stale read") == true)
  }

  @Test func aBreakpointPauses() throws {
    var model = try stage("write cart milk at ONE\nspeed max")
    model.enter("breakpoint value(ap1, cart) == milk")
    model.press(.character(" "))
    model.watch()
    #expect(model.status?.text.contains("breakpoint") == true)
    #expect(model.session.now.microseconds == 90_500)
  }

  // MARK: Time

  @Test func steppingBackAndForthIsTheIdentity() throws {
    var model = try stage("write cart milk at ALL\nwrite cart eggs at ONE")
    let lines = model.lines.dropLast(3)
    for _ in 0..<7 { model.press(.character(",")) }
    #expect(model.shows("◄ PAST"))
    for _ in 0..<7 { model.press(.character(".")) }
    #expect(model.lines.dropLast(3) == lines)
  }

  @Test func aCommandInThePastOpensABranchAndSaysSo() throws {
    var model = try stage("write cart milk at ALL\nwrite cart eggs at ONE\nback 5")
    model.enter("speed step")
    model.enter("write cart jam at ONE")
    #expect(model.shows("main~1"))
  }

  @Test func undoSaysWhatItLeadsTo() throws {
    var model = try stage("write cart milk at ALL\ncut us1 eu1")
    model.press(.character("u"))
    #expect(model.status?.text.hasPrefix("undid `cut us1 eu1`; at 181.0 ms") == true)
    model.press(.control("r"))
    #expect(model.status?.text.hasPrefix("did `cut us1 eu1` again; at 181.0 ms") == true)
    model.press(.control("r"))
    #expect(model.status?.role == .warn)
  }

  // MARK: Leaving

  @Test func qClosesTheZoomFirst() throws {
    var model = try stage("write cart milk")
    model.press(.character("z"))
    #expect(model.press(.character("q")) == [])
    #expect(!model.isZoomed)
    #expect(model.press(.character("q")) == [.quit(0)])
  }

  @Test func ctrlCTwiceLeaves() throws {
    var model = try stage("write cart milk")
    #expect(model.press(.control("c")) == [])
    #expect(model.press(.control("c")) == [.quit(130)])
  }

  @Test func quitAtThePromptLeaves() throws {
    var model = try stage("write cart milk")
    model.press(.character(":"))
    model.type("quit")
    #expect(model.press(.enter) == [.quit(0)])
  }

  @Test func messagesThatSayDifferentThingsAreNotToldAsOne() throws {
    let both = "async write cart eggs at ALL\nasync write list tea at ALL\nrun 20ms"
    let model = try stage(both, size: Size(columns: 80, rows: 24))
    #expect(model.shows("write ×6") && !model.shows("×3") && !model.shows("cart = eggs ×"))
    #expect(try stage("async write cart eggs at ALL\nrun 20ms").shows("write cart = eggs ×3"))
  }

  @Test func aQuestionMarkOpensTheHelpAtAnEmptyPromptOnly() {
    var model = Self.opened()
    model.type("?")
    #expect(model.shows("┏━ KEYS ━"))
    model.press(.escape)
    #expect(model.mode == .prompt && model.offer != nil)
    model.type("write a ?")
    #expect(model.prompt.line == "write a ?")
  }
}
