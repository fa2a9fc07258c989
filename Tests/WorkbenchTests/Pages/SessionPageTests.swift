import Foundation
import Pages
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The page of a session: what it tells, and that nothing of it is taken for markup.
@Suite struct SessionPageTests {
  private static let script = """
    mark "The cut"
    say "Both sides still serve."
    note "for the presenter alone"
    view space-time
    write cart milk at QUORUM
    cut us-east-1 eu-west-1
    write cart eggs at ONE
    read cart at ONE in eu-west-1
    expect last.stale
    show cart
    async write cart jam at ONE
    """

  private static let hostile = "</script><script>alert('1')</script>\" onload=\"x' & <\u{301}b> ]]> {{x}} \u{202E}"

  private static let screen = PlayedScreen(
    columns: 20, rows: 2,
    lines: [[("plain ", ""), ("bold", "focus bold")], [("</script><b>&", "down")]],
    shots: [(0, [(0, 0)]), (500, [(1, 1)])], chapters: [(0, "</script>"), (500, "two")], steps: [(0, "write a 1")],
    length: 1_000)

  private func page(_ text: String, file: String = "a.ev", screen: PlayedScreen? = screen, seed: UInt64? = nil) throws
    -> String
  {
    let session = Session(seed: seed, isTracing: true)
    var names = session.names(isPrompt: false)
    let script = try Script(file, from: MemoryScripts(files: [file: text]), names: &names)
    return SessionPage(try SessionStory(script, following: names, on: session), screen: screen, file: file, seed: seed)
      .text
  }

  @Test func itTellsTheWholeSession() throws {
    let written = try page(Self.script)
    let page = ReadPage(written)
    #expect(page.problem == nil, "\(page.problem ?? "")")
    for word in [
      "The cut", "Both sides still serve.", "write cart milk at QUORUM", "the one expectation held",
      "holds: last.stale",
      "eventually run a.ev", "eventually open A", "linearizable", "broken", "reads.stale-rate",
      "Why operation 3 answered so",
      "Space-time diagram", "async write cart jam at ONE",
    ] {
      #expect(page.text.contains(word), "\(word)")
    }
    #expect(!page.text.contains("presenter alone"))
    let token = try #require(page.text.firstMatch(of: #/eventually open (A[A-Za-z0-9_-]+)/#)?.1)
    #expect(try ShareToken.moment(of: String(token)).lines.contains("cut us-east-1 eu-west-1"))
    #expect(try self.page(Self.script) == written, "the same run, the same bytes")
  }

  @Test func eachOperationHasItsWhy() throws {
    let page = ReadPage(try page(Self.script))
    let whys = page.all("pre").filter { $0.attributes["class"] == "why" && $0.text.hasPrefix("op ") }
    #expect(whys.count == 4)
    #expect(whys[2].text.contains("stale"))
  }

  @Test func everyEventCanBePointedAtAndSaysItsClock() throws {
    let page = ReadPage(try page(Self.script))
    let events = page.all("g").filter { $0.attributes["class"] == "event" }
    #expect(events.count > 20)
    for (number, event) in events.enumerated() {
      #expect(event.attributes["data-event"] == "\(number)" && event.attributes["tabindex"] == "0")
      #expect(event.attributes["aria-label"]?.contains("clock ") == true)
      for cause in (event.attributes["data-after"] ?? "").split(separator: " ") {
        #expect(try #require(Int(cause)) < number, "a cause comes first")
      }
    }
    let clocks = events.compactMap {
      $0.attributes["aria-label"]?.firstMatch(of: #/us1:([0-9]+)/#).flatMap { Int($0.1) }
    }
    #expect(try #require(clocks.max()) > 3)
  }

  @Test(arguments: [true, false]) func nothingFromOutsideIsMarkup(hasScreen: Bool) throws {
    let quoted = Self.hostile.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let text =
      "mark \"\(quoted)\"\nsay \"\(quoted)\"\nwrite \"\(quoted)\" \"\(quoted)\"\nread \"\(quoted)\" in eu-west-1\n"
    let written = try page(text, file: "'; rm <b>.ev", screen: hasScreen ? Self.screen : nil)
    let page = ReadPage(written)
    #expect(page.problem == nil, "\(page.problem ?? "")")
    #expect(written.ranges(of: "<script").count == (hasScreen ? 2 : 1) && page.all("b").isEmpty)
    #expect(written.ranges(of: "</script").count == (hasScreen ? 2 : 1) && !written.contains("\u{202E}"))
    for element in page.elements {
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") }, "\(element.attributes)")
    }
  }

  @Test func onlyItsOwnScriptRuns() throws {
    let page = ReadPage(try page(Self.script))
    let scripts = page.all("script")
    #expect(scripts.count == 2 && scripts[0].attributes["type"] == "application/json")
    let nonce = try #require(scripts[1].attributes["nonce"])
    let policy = try #require(
      page.all("meta").compactMap { $0.attributes["content"] }.first { $0.contains("default-src") })
    #expect(policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-\(nonce)'")
    #expect(nonce.count == 16)
  }

  @Test func itAsksForNothingFromElsewhere() throws {
    let text = try page(Self.script)
    #expect(!text.contains("://") && !text.contains("@import") && !text.contains("url("))
    for element in ReadPage(text).elements {
      #expect(!["link", "img", "iframe", "object", "base", "form"].contains(element.name))
    }
  }

  @Test func whereItLayIsNobodysBusiness() throws {
    let text = try page(Self.script, file: "/home/somebody/secret/a.ev")
    #expect(!text.contains("/home") && !text.contains("secret") && text.contains("eventually run a.ev"))
  }

  @Test func whatIsTooLongForALinkSaysSo() throws {
    let lines = (0..<700).map { "write key-\($0 &* 7_919 % 10_007) \($0 &* 104_729 % 1_000_003)" }
    let page = ReadPage(try page(lines.joined(separator: "\n"), screen: nil))
    #expect(page.problem == nil && page.text.contains("As a link: this moment takes"))
    #expect(page.text.contains("The latest 200 of 700 that commands have issued."))
  }

  @Test func itsColoursCanBeTold() throws {
    let style = try #require(PageFiles.styles.first { $0.name == "style" }?.text)
    for name in ["ok", "doubt", "down", "focus", "flight", "repair"] {
      #expect(style.ranges(of: "--\(name): #").count == 3 && style.contains(".screen .\(name) {"), "\(name)")
    }
  }
}
