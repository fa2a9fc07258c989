import Kernel
import Lessons
import Replication
import Testing
import Workbench

@testable import Analysis
@testable import Language
@testable import Screen

/// A script that is played before an audience.
@Suite struct DemoTests {
  private static let text = """
    mark "Two writes"
    say "One value, three regions."
    write cart milk at ALL
    expect converged
    mark "The cut"
    cut us-east-1 eu-west-1
    write cart eggs at ONE
    note "Ask what Europe sees"
    read cart at ONE in eu-west-1
    expect last.stale
    """

  private static func demo(_ pace: Demo.Pace, _ text: String = text) throws -> ScreenModel {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 100, rows: 30))
    var names = model.session.names(isPrompt: false)
    model.play(try Script("demo.ev", from: MemoryScript(script: text), names: &names), pace: pace)
    return model
  }

  /// Lets real time pass until the presenter is waited for.
  private static func watch(_ model: inout ScreenModel, frames: Int = 6_000) {
    for _ in 0..<frames where model.isMoving { _ = model.update(.tick(nanoseconds: 33_000_000)) }
  }

  @Test func atHumanPaceItPlaysItselfToItsEnd() throws {
    var model = try Self.demo(.human)
    var typed: Set<String> = []
    for _ in 0..<6_000 where model.isMoving {
      _ = model.update(.tick(nanoseconds: 33_000_000))
      typed.insert(model.prompt.line)
    }
    #expect(typed.contains("write cart mi"), "it is typed letter by letter")
    #expect(model.demo?.isOver == true)
    #expect(model.demo?.status == 0)
    #expect(model.session.expectations.held == 2)
    #expect(model.prompt.history == Self.text.split(separator: "\n").map(String.init).filter(\.isTyped))
  }

  @Test func whatIsSaidStandsBelowThePanes() throws {
    var model = try Self.demo(.presenter)
    model.press(.character(" "))
    Self.watch(&model)
    #expect(model.shows("── Two writes ──"))
    #expect(model.shows("▌ One value, three regions."))
  }

  /// A caption is there to be read: at no size is any of it lost.
  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 100, rows: 30), Size(columns: 120, rows: 40)])
  func nothingOfACaptionIsLost(size: Size) throws {
    var count = 0
    for demo in ShippedLessons.demos {
      for line in demo.text.split(separator: "\n") where line.hasPrefix("say ") || line.hasPrefix("mark ") {
        guard case .say(let text)? = try CommandParser.parse(String(line), in: .standard) else { continue }
        var model = ScreenModel(Session(isTracing: true), size: size)
        var names = model.session.names(isPrompt: false)
        let script = MemoryScript(script: "mark \"A chapter of that demo\"\n\(line)")
        model.play(try Script("demo.ev", from: script, names: &names), pace: .presenter)
        for _ in 0..<2 {
          model.press(.character(" "))
          Self.watch(&model)
        }
        let shown = model.lines.compactMap { row in
          row.firstIndex(of: "▌").map { String(row[row.index($0, offsetBy: 2)...]) }
        }
        let words = shown.joined(separator: " ").split(separator: " ")
        #expect(words == text.split(separator: " "), "\(demo.name): \(text)")
        count += 1
      }
    }
    #expect(count > 100)
  }

  @Test func thePresenterSaysWhenItGoesOnAndCanStepBack() throws {
    var model = try Self.demo(.presenter)
    #expect(!model.isMoving, "nothing moves before the first word")
    for _ in 0..<2 {
      model.press(.character(" "))
      Self.watch(&model)
    }
    #expect(model.session.facts.value(.named("last.value", [])).text == "milk")
    let after = model.session.cluster.fingerprint
    model.press(.left)
    #expect(model.session.latestNumber == 0, "the write has not happened yet")
    model.press(.character(" "))
    Self.watch(&model)
    #expect(model.session.cluster.fingerprint == after)
  }

  @Test func SpaceTwiceFinishesTheTyping() throws {
    var model = try Self.demo(.presenter)
    model.press(.character(" "))
    Self.watch(&model)
    model.press(.character(" "), .character(" "))
    #expect(model.session.latestNumber == 1)
  }

  @Test func whoTakesOverFindsTheDemoAsItWas() throws {
    var model = try Self.demo(.presenter)
    for _ in 0..<2 {
      model.press(.character(" "))
      Self.watch(&model)
    }
    let lines = model.session.recipe.lines
    model.press(.character("t"))
    model.enter("write other thing")
    #expect(model.session.keys == ["cart", "other"])
    model.press(.escape, .character("t"))
    #expect(model.session.keys == ["cart"])
    #expect(model.session.recipe.lines == lines)
    model.press(.character(" "))
    Self.watch(&model)
    #expect(model.demo?.isTakenOver == false)
    #expect(model.session.recipe.lines.contains("cut us-east-1 eu-west-1"))
  }

  @Test func aDigitGoesToAChapter() throws {
    var model = try Self.demo(.presenter)
    model.press(.character("2"))
    #expect(model.demo?.position == 4)
    #expect(model.session.facts.value(.named("last.value", [])).text == "milk")
    model.press(.character("1"))
    #expect(model.session.isFresh)
    model.press(.character("7"))
    #expect(model.shows("there is no chapter 7; there are 2"))
  }

  @Test func aFailedExpectationStopsItWithTheScreenAsItIs() throws {
    var model = try Self.demo(.human, "write cart milk\nexpect last.value == eggs\nwrite cart bread")
    Self.watch(&model)
    #expect(model.demo?.status == 1)
    #expect(model.session.latestNumber == 1)
    #expect(model.shows("failed: last.value == eggs"))
    #expect(model.shows("demo.ev:2"))
    for key in [Key.character(" "), .right, .character("x")] {
      model.press(key)
      #expect(model.status?.text.contains("failed: last.value == eggs") == true, "what stopped it stays to be read")
    }
    #expect(model.press(.character("q")) == [.quit(1)])
  }

  @Test func whatCannotBeCarriedOutStopsItToo() throws {
    var model = try Self.demo(.instant, "undo\nwrite cart milk")
    #expect(model.demo?.status == 65)
    #expect(model.shows("there is no command to undo"))
    model.press(.character("?"))
  }

  @Test func anInstantDemoIsOverAtOnceAndLeaves() throws {
    var model = try Self.demo(.instant)
    #expect(model.demo?.isOver == true && model.demo?.status == 0)
    #expect(model.session.expectations.held == 2)
    #expect(model.update(.resize(model.size)).last == .quit(0))
  }

  @Test func theSameSeedIsTheSameRecording() throws {
    func recording() throws -> [String] {
      var lines: [String] = []
      var model = try Self.demo(.human)
      #expect(CastRecorder.record(&model, title: "a \"title\" 中") { lines.append($0) } == 0)
      return lines
    }
    let lines = try recording()
    #expect(try recording() == lines)
    #expect(lines[0].hasPrefix("{\"version\":2,\"width\":100,\"height\":30,"))
    #expect(lines.last?.hasSuffix(", \"m\", \"end\"]") == true)
    #expect(lines.contains { $0.hasSuffix(", \"m\", \"The cut\"]") })
    var latest = 0.0
    for line in lines.dropFirst() {
      let time = try #require(Double(line.dropFirst().prefix { $0 != "," }))
      #expect(time >= latest)
      latest = time
    }
  }
}

extension String {
  /// Whether a line of the script is typed.
  fileprivate var isTyped: Bool { !["mark", "say", "expect", "note"].contains { hasPrefix($0) } }
}
