import Language

/// A manual page in the macros of man(7), which every formatter reads.
struct ManualPage {
  /// What it is called, such as `eventually-run`.
  let name: String
  /// 1: commands, 5: formats of files, 7: what belongs nowhere else.
  let section: Int
  private(set) var lines: [String]

  /// The file's name.
  var fileName: String { "\(name).\(section)" }

  /// A page with its heading.
  ///
  /// - Parameters:
  ///   - summary: what it is about, in a few words.
  ///   - date: the day of what it describes, such as `2026-11-30`.
  init(_ name: String, section: Int, summary: String, date: String) {
    self.name = name
    self.section = section
    let chapter = section == 1 ? "User Commands" : section == 5 ? "File Formats" : "Miscellany"
    let words = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    lines = [
      ".\\\" Made by `make docs` out of the program's own tables.",
      ".TH \(name.uppercased()) \(section) \(date) \"Eventually \(Version.number)\" \"\(chapter)\"",
      ".ad l", ".nh",
      ".SH NAME", "\(Self.hyphens(name)) \\- \(Self.escaped(words.prefix(1).lowercased() + String(words.dropFirst())))",
    ]
  }

  /// Begins a section.
  mutating func heading(_ text: String) { lines.append(".SH \(Self.quoted(text.uppercased()))") }

  /// Begins a part of a section.
  mutating func subheading(_ text: String) { lines.append(".SS \(Self.quoted(text))") }

  /// Adds a paragraph of prose.
  mutating func paragraph(_ text: String) {
    guard !text.isEmpty else { return }
    let isFirst = lines.last.map { $0.hasPrefix(".SH") || $0.hasPrefix(".SS") } ?? false
    lines += (isFirst ? [] : [".PP"]) + Self.prose(text)
  }

  /// Adds a term and what it means.
  mutating func item(_ term: String, _ text: String) {
    let words = Self.prose(text)
    lines += [".TP", "\\fB\(Self.code(term))\\fR"] + (words.isEmpty ? ["\\&"] : words)
  }

  /// Adds one point of a list.
  mutating func point(_ text: String) { lines += [".IP \\(bu 2"] + Self.prose(text) }

  /// Adds lines as they stand.
  mutating func block(_ text: [String]) {
    guard !text.isEmpty else { return }
    let isFirst = lines.last.map { $0.hasPrefix(".SH") || $0.hasPrefix(".SS") } ?? false
    lines +=
      (isFirst ? [] : [".PP"]) + [".nf", ".RS 4"] + text.map { $0.isEmpty ? "\\&" : Self.line(Self.code($0)) }
      + [".RE", ".fi"]
  }

  /// Adds where else to look.
  mutating func seeAlso(_ pages: [(name: String, section: Int)]) {
    heading("See also")
    for (index, page) in pages.enumerated() {
      lines.append(".BR \(Self.hyphens(page.name)) (\(page.section))" + (index < pages.count - 1 ? " ," : ""))
    }
  }

  // MARK: Text

  /// Prose in lines; what stands between backticks is bold.
  private static func prose(_ text: String) -> [String] {
    text.split(separator: "\n").map { TextWrap.lines(String($0), width: 76) }.joined(separator: [breakLine])
      .reduce(into: (lines: [String](), isCode: false)) { state, source in
        guard source != breakLine else { return state.lines.append(source) }
        var result = ""
        for (index, piece) in source.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
          if index > 0 {
            state.isCode.toggle()
            result += state.isCode ? "\\fB" : "\\fR"
          }
          result += state.isCode ? code(String(piece)) : escaped(String(piece))
        }
        state.lines.append(line(result))
      }.lines
  }

  /// What begins a new line within a paragraph.
  private static let breakLine = ".br"

  /// A line that isn't taken for a request.
  private static func line(_ text: String) -> String {
    text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("**", with: "")
  }

  /// Text to be typed: its hyphens are minus signs, or they couldn't be copied.
  private static func code(_ text: String) -> String { hyphens(text.replacing("\\", with: "\\e")) }

  private static func hyphens(_ text: String) -> String { text.replacing("-", with: "\\-") }

  private static func quoted(_ text: String) -> String { "\"\(hyphens(text.replacing("\"", with: "\\(dq")))\"" }
}
