import Foundation
import Testing

/// Text from outside, wherever it comes in and wherever it goes out: nothing of it commands a terminal, and nothing hides.
@Suite struct EscapingTests {
  private static let texts = [
    "\u{1B}[31m", "\u{9B}31m", "\u{202E}", "\u{200B}", "\u{2028}", "\u{7}", "\u{85}", "\u{E000}", "\u{FEFF}",
    "\u{2066}", "\u{7F}", "\u{AD}", "\u{61C}", "\u{200D}", "\u{FE0F}", "\u{34F}", "\u{3164}", "\u{E0041}",
    "\u{1B}]8;;x\u{7}",
  ]

  /// What must not stand in any output: control characters but line feeds, and what nobody sees.
  private static func rawScalars(_ text: String) -> [String] {
    text.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\n"
      case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
      default: scalar.properties.isDefaultIgnorableCodePoint
      }
    }.map { String($0.value, radix: 16) }
  }

  private func expectEscaped(_ arguments: [String], input: String = "", status: Int32? = nil) throws {
    let result = try BuiltBinary.run(arguments, input: input)
    let raw = Self.rawScalars(result.output) + Self.rawScalars(result.errors)
    #expect(raw.isEmpty, "\(arguments): \(raw)")
    if let status { #expect(result.status == status, "\(arguments): \(result.errors)") }
  }

  @Test(arguments: texts) func argumentsAreEscaped(text: String) throws {
    for arguments in [
      ["run", text], ["run", "--" + text], ["frobn" + text], ["commands", text], ["learn", text], ["resume", text],
      ["verify", text], ["frame", text], ["frame", "-", "--view", text], ["frame", "-", "--size", text],
      ["export", "-", "--format", text], ["export", "-", "--format", "csv", "--from", text],
      ["run", "-", "--seed", text],
      ["predict", "--fit", text], ["predict", "--write", text], ["play", text], ["play", "-", "--pace", text],
      ["record", text, "--output", "/nowhere/" + text], ["run", "-", "--history", "/nowhere/" + text],
      ["lessons", "check", text], ["lessons", "new", text], ["--script", text, "--plain"], ["--theme", text],
    ] { try expectEscaped(arguments) }
  }

  @Test(arguments: texts) func aSessionsTextIsEscaped(text: String) throws {
    let key = "\"k\(text)\""
    let script = """
      write \(key) \(key) at ALL
      read \(key)
      expect last.value == \(key)
      expect last.value == "other\(text)"
      run until last.value == "other\(text)" within 1s
      say \(key)
      mark \(key)
      note \(key)
      show \(key)
      show clocks \(key)
      why
      why not converged
      whatif read \(key)
      type "set\(text)" or-set
      add "set\(text)" \(key)
      show "set\(text)"
      select \(key)
      write \(key) 1 if value == other
      set hints on
      cut us1 -> eu1
      async write \(key) \(key) at ALL
      show messages
      run 5s
      show hints
      show merkle us1 eu1
      repair \(key)
      check
      branches

      """
    for arguments in [
      ["run", "-"], ["run", "-", "--json", "--all"], ["frame", "-"], ["frame", "-", "--format", "svg"], ["--plain"],
    ] + ["mermaid", "shiviz", "csv", "json", "history", "openmetrics"].map({ ["export", "-", "--format", $0] }) {
      if arguments.contains("--json") || arguments.last == "json" || arguments.last == "history" {
        for line in try BuiltBinary.run(arguments, input: script).lines {
          #expect(throws: Never.self, "\(line)") {
            try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
          }
        }
      }
      let isJudged = ["run", "frame"].contains(arguments[0])
      try expectEscaped(arguments, input: script, status: isJudged || arguments == ["--plain"] ? 1 : 0)
    }
  }

  @Test(arguments: texts) func errorsAreEscaped(text: String) throws {
    for line in [
      "wri\(text)te a", "write a b at Q\(text)", "cut \(text) us1", "client \"\(text)\" in eu-west-1", "fork \(text)",
      "switch \"\(text)\"", "cluster \(text):3", "set \(text) on", "set conflict \(text)", "expect \(text)",
      "expect value(us1, \"\(text)\") == a\(text) b", "source \(text)", "read a as \(text)", "write a \"\\\(text)\"",
      "run until \(text)", "guarantee \(text)", "type a \(text)", "view \(text)", "show \"\(text)\"", "run \(text)",
      "load \(text)", "check \(text)", "export \(text) \(text)", "seed 1 \(text)", "play to event 1 \(text)",
    ] {
      for arguments in [["run", "-"], ["--plain"], ["frame", "-"], ["verify", "-"]] {
        try expectEscaped(arguments, input: line + "\n")
      }
    }
  }

  @Test(arguments: texts) func aHistorysTextIsEscaped(text: String) throws {
    func line(_ type: String, _ f: String, _ value: String, _ time: Int) -> String {
      #"{"process":"p\#(text)","type":"\#(type)","f":"\#(f)","key":"k\#(text)","value":\#(value),"time":\#(time)}"#
        + "\n"
    }
    let impossible =
      line("invoke", "write", "\"v\(text)\"", 1) + line("ok", "write", "\"v\(text)\"", 2)
      + line("invoke", "read", "null", 3) + line("ok", "read", "\"z\(text)\"", 4)
    for input in [
      impossible, line("invoke", "rea\(text)d", "null", 1), line("invoke", "read", "null", 1) + "{\(text)\n",
    ] {
      for arguments in [["verify", "-"], ["verify", "-", "--json"]] { try expectEscaped(arguments, input: input) }
    }
  }

  @Test(arguments: texts) func aLessonsProblemsAreEscaped(text: String) throws {
    let folder = try Folder()
    try folder.write("01-a.md", "# T\(text)\n\nchapter: \(text)\n\n## \(text)\n\n    goal \(text)\n")
    try expectEscaped(["lessons", "check", folder.url.path])
  }
}
