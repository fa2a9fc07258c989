import Analysis
import Language
import TestSupport
import Testing
import Workbench

@testable import Screen

/// What the screen says is always about the latest action, and every key is answered.
@Suite struct OutcomeLineTests {
  private let cut = "us-east-1 and eu-west-1 no longer reach each other: 18 directed links cut"

  private static let script = """
    write cart milk at ALL
    cut us-east-1 eu-west-1
    write cart jam at LOCAL_QUORUM in eu-west-1
    write cart tea at QUORUM
    read cart at ONE in eu-west-1
    write other bread
    back 3
    """

  private static let keys: [Key] =
    (" !\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPRSTUVWXYZ[\\]^_`abcdefghijklmnoprstuvwxyz{|}~").map {
      .character($0)
    } + "abdefghknoprtuvwxy".map { .control($0) } + [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
      .function(1), .function(3), .function(12),
    ]

  @Test(arguments: 1...12)
  func whateverChangesTheSessionIsSpokenOf(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try stage(Self.script, size: Size(columns: 100, rows: 30))
    for _ in 0..<120 {
      if model.mode != .keys, dice.chance(60) { model.press(.escape) }
      let key = dice.pick(Self.keys)
      let (moment, revision, said) = (
        model.session.timeline.moment, model.session.recipe.revision, model.messages.count
      )
      model.press(key)
      let isChanged = model.session.timeline.moment != moment || model.session.recipe.revision != revision
      let isSpoken = model.messages.count > said
      // What is only begun says what it has come to once its time has passed.
      #expect(!isChanged || isSpoken || model.isMoving, "\(key) in \(model.focus)")
      #expect(isSpoken || model.status == nil || model.mode != .keys, "\(key) leaves “\(model.status?.text ?? "")”")
      model.watch()
      if isChanged, model.prompt.fault == nil {
        #expect(model.messages.count > said && model.status?.text == model.messages.lines.last?.text, "\(key)")
      }
    }
  }

  /// Ways into each mode.
  private static let modes: [(name: String, keys: [Key])] = [
    ("keys", []), ("prompt", [.character(":")]), ("history", [.character(":"), .control("r")]),
    ("help", [.character("?")]), ("palette", [.control("p")]), ("form", [.character("r")]),
    ("writing", [.character("w")]), ("search", [.character("/")]), ("branches", [.character("B")]),
    ("messages", [.character("M")]), ("why", [.character("y")]), ("zoom", [.character("z")]),
  ]

  @Test(arguments: ViewName.allCases)
  func noKeyIsSilentlyDead(view: ViewName) throws {
    var base = try stage(Self.script, size: Size(columns: 80, rows: 24))
    base.turn(to: view)
    base.remember(["write cart milk", "read cart"])
    // What lies over the panes is the same over each.
    for (name, way) in Self.modes where view == .map || way.count == 0 || name == "search" || name == "zoom" {
      var stage = base
      way.forEach { stage.press($0) }
      // An earlier sentence that goes is no answer.
      stage.press(.function(9))
      stage.look()
      let before = ScreenView.render(stage)
      var (dead, unseen): ([String], [String]) = ([], [])
      for key in Self.keys {
        var model = stage
        let effects = model.update(.key(key))
        if model.messages.count > stage.messages.count {
          let words = String((model.status?.text ?? model.prompt.fault?.message ?? "").prefix(30))
          if !model.shows(words) { unseen.append("\(key): \(words)") }
        } else if effects.isEmpty, ScreenView.render(model) == before {
          dead.append("\(key)")
        }
      }
      #expect(dead == [], "\(name) in \(view.rawValue)")
      #expect(unseen == [], "\(name) in \(view.rawValue)")
    }
  }

  @Test func aKeyThatMeansNothingNamesItsNeighbourAndTheList() throws {
    var model = try stage(Self.script)
    model.press(.character("m"))
    #expect(model.status?.text == "m means nothing here; M: what was said so far; ? lists the keys")
    model.press(.function(5))
    #expect(model.status?.text == "F5 means nothing here; ? lists the keys")
  }

  @Test func anEarlierSentenceGoesWithTheNextKey() throws {
    var model = try stage("write cart milk at ALL\ncut us-east-1 eu-west-1")
    #expect(model.status?.text == cut)
    model.press(.character(":"))
    model.type("read")
    #expect(model.status?.text == cut, "who types still reads it")
    model.press(.escape, .tab)
    #expect(model.status == nil)
  }

  @Test func theHistoryOfMessagesIsOpenedByKeyAndByCommand() throws {
    var model = try stage("write cart milk at ALL\ncut us-east-1 eu-west-1")
    model.press(.character("M"))
    #expect(model.shows("MESSAGES") && model.shows(cut) && model.shows("acknowledged in 181 ms"))
    model.press(.escape)
    model.enter("messages")
    #expect(model.shows("MESSAGES"))
    model.press(.escape)
    for _ in 0..<100 { model.press(.character("u"), .control("r")) }
    model.press(.character("M"))
    #expect(!model.shows(cut), "the latest are shown")
    model.press(.character("g"))
    #expect(model.shows(cut))
  }

  @Test func whereDemosPlayAKeyThatMeansNothingSaysWhatDoes() throws {
    var model = try stage("")
    var names = model.session.names(isPrompt: false)
    model.play(try Script("a.ev", from: MemoryScript(script: "write a 1\nwrite a 2"), names: &names), pace: .presenter)
    model.press(.character("x"))
    #expect(model.status?.text.hasPrefix("x means nothing while a demo plays") == true)
  }
}
