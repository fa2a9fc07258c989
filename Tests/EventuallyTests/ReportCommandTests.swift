import Foundation
import Testing

/// The page of a session in a browser: headless Chromium, and axe for who can't see, or has no mouse.
///
/// Chromium is the system's; `.ci/axe` fetches axe, and the variable AXE says where it is.
@Suite(.serialized) struct ReportCommandTests {
  private static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private static let axe = ProcessInfo.processInfo.environment["AXE"].flatMap {
    try? String(contentsOfFile: $0, encoding: .utf8)
  }

  private static let script = """
    mark "One"
    say "Both sides </script> still serve."
    write cart milk at QUORUM
    mark "Two"
    cut us-east-1 eu-west-1
    write cart eggs at ONE
    read cart at ONE in eu-west-1
    expect last.stale
    """

  private static func written(_ folder: Folder, _ script: String = script, status: Int32 = 0) throws -> String {
    try folder.write("a.ev", script)
    let result = try BuiltBinary.run(["report", "a.ev", "--output", "a.html", "--size", "80x24"], in: folder.url)
    #expect(result.status == status && result.output.isEmpty, "\(result.errors)")
    return String(decoding: try folder.bytes("a.html"), as: UTF8.self)
  }

  @Test func theSameScriptIsTheSamePage() throws {
    let folder = try Folder()
    let page = try Self.written(folder)
    #expect(try Self.written(folder) == page)
    #expect(page.contains("id=\"player-data\"") && page.utf8.count < 2_000_000)
  }

  @Test func aFailedExpectationIsOnThePage() throws {
    let page = try Self.written(try Folder(), "write a 1\nexpect last.value == 2\n", status: 1)
    #expect(page.contains("the one expectation failed") && page.contains("failed: last.value == 2"))
  }

  @Test func whatIsWrongIsRefusedBeforeAnythingIsWritten() throws {
    let folder = try Folder()
    try folder.write("a.ev", "undo\n")
    let result = try BuiltBinary.run(["report", "a.ev", "--output", "a.html"], in: folder.url)
    #expect(result.status == 65 && result.errors.contains("a.ev:1:1: error: there is no command to undo"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.html")))
    #expect(try BuiltBinary.run(["report", "no.ev", "--output", "a.html"], in: folder.url).status == 66)
  }

  // MARK: In a browser

  /// What a script finds that is put at the page's end: it calls `done` with an object.
  private static func ask(_ page: String, _ question: String, in folder: Folder) throws -> [String: any Sendable] {
    let nonce = try #require(page.firstMatch(of: #/script-src &#39;nonce-([0-9a-f]+)&#39;/#)?.1)
    let driver = """
      <script nonce="\(nonce)">
      function done(answer) {
        var place = document.createElement('div');
        place.id = 'answer';
        place.textContent = 'ANSWER' + btoa(unescape(encodeURIComponent(JSON.stringify(answer)))) + 'END';
        document.body.appendChild(place);
      }
      window.onerror = function (words) { done({error: String(words)}); };
      \(question)
      </script>
      """
    try folder.write("b.html", page.replacing("</body>", with: driver + "\n</body>"))
    let result = try BuiltBinary.run(
      URL(fileURLWithPath: try #require(chromium)),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path("profile"))",
        "--virtual-time-budget=20000",
        "--dump-dom", "file://\(folder.path("b.html"))",
      ], input: "", in: folder.url)
    let answer = try #require(
      result.output.firstMatch(of: #/ANSWER([A-Za-z0-9+\/=]+)END/#)?.1, "\(result.errors.suffix(500))")
    let data = try #require(Data(base64Encoded: String(answer)))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: any Sendable])
  }

  @Test(.enabled(if: chromium != nil, "Chromium isn't here")) func itPlaysByKeyboardAndButtons() throws {
    let folder = try Folder()
    let page = try Self.written(folder)
    let answer = try Self.ask(
      page,
      """
      function press(key) {
        document.getElementById('player-screen').dispatchEvent(new KeyboardEvent('keydown', {key: key, bubbles: true}));
      }
      function at() { return Number(document.getElementById('player-screen').getAttribute('data-at')); }
      function text() { return document.getElementById('player-screen').textContent; }
      var first = text(), answer = {start: at(), hidden: document.getElementById('player-controls').hidden};
      press('ArrowRight'); press('ArrowRight'); answer.second = document.getElementById('player-status').textContent;
      press('ArrowLeft'); answer.back = document.getElementById('player-status').textContent;
      press('End'); answer.end = text(); answer.length = at(); answer.differs = answer.end !== first;
      press('Home'); answer.home = text() === first;
      press(']'); press(']'); answer.chapter = document.getElementById('player-status').textContent;
      document.querySelector('#player-chapters button').click(); answer.clicked = at();
      document.getElementById('player-play').click(); answer.play = document.getElementById('player-play').textContent;
      var event = document.querySelectorAll('.event')[9]; event.focus();
      answer.words = document.getElementById('event-words').textContent;
      answer.past = document.querySelectorAll('.event.past').length;
      answer.scripts = document.querySelectorAll('script').length;
      setTimeout(function () { answer.played = at(); done(answer); }, 1500);
      """, in: folder)
    #expect(answer["error"] == nil, "\(answer)")
    #expect(answer["start"] as? Int == 0 && answer["hidden"] as? Bool == false && answer["differs"] as? Bool == true)
    #expect((answer["second"] as? String)?.contains("say \"Both sides </script>") == true, "\(answer)")
    #expect((answer["back"] as? String)?.contains("mark \"One\"") == true, "\(answer)")
    #expect(answer["home"] as? Bool == true && (answer["chapter"] as? String)?.contains("(Two)") == true, "\(answer)")
    #expect((answer["play"] as? String)?.contains("Pause") == true)
    #expect(try #require(answer["played"] as? Int) > #require(answer["clicked"] as? Int), "it plays")
    #expect((answer["words"] as? String)?.contains("clock ") == true && (answer["past"] as? Int ?? 0) > 0, "\(answer)")
    let lines = try #require(answer["end"] as? String).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(lines.contains { $0.contains("the demo is over") }, "the last frame is the last screen")
  }

  @Test(.enabled(if: chromium != nil && axe != nil, "Chromium or axe isn't here: `.ci/axe FOLDER` fetches axe"))
  func axeFindsNothingWrong() throws {
    let folder = try Folder()
    let page = try Self.written(folder)
    let answer = try Self.ask(
      page,
      try #require(Self.axe) + """
        ;axe.run(document, {resultTypes: ['violations']}).then(function (found) {
          done({violations: found.violations.map(function (one) { return one.id + ': ' + one.nodes[0].html; }), passes: found.passes.length});
        }, function (error) { done({error: String(error)}); });
        """, in: folder)
    #expect(answer["error"] == nil && answer["violations"] as? [String] == [], "\(answer)")
    #expect(try #require(answer["passes"] as? Int) > 15)
  }
}
