import Foundation

/// Pages that are written in Markdown for whoever reads the sources.
extension ManualPage {
  /// Adds what a page in Markdown says: headings, paragraphs, lists, tables of two columns, and blocks as they stand.
  mutating func add(markdown: String) {
    var paragraph: [String] = []
    var code: [String]?
    func plain(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }

    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
      if var open = code {
        if line.hasPrefix("```") {
          block(open)
          code = nil
        } else {
          open.append(line)
          code = open
        }
        continue
      }
      let isText = !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix("|") && !line.hasPrefix("```")
      let continues = isText && !line.hasPrefix("- ") && !line.hasPrefix("1. ")
      if !continues, !paragraph.isEmpty {
        let text = paragraph.map(plain).joined(separator: " ")
        if text.hasPrefix("- ") { point(String(text.dropFirst(2))) } else { self.paragraph(text) }
        paragraph = []
      }
      if isText {
        paragraph.append(line)
      } else if line.hasPrefix("```") {
        code = []
      } else if line.hasPrefix("## ") {
        heading(String(line.dropFirst(3)))
      } else if line.hasPrefix("### ") {
        subheading(String(line.dropFirst(4)))
      } else if line.hasPrefix("|") {
        let cells = line.split(separator: "|").map { plain(String($0)) }
        guard cells.count >= 2, !cells[0].allSatisfy({ $0 == "-" || $0 == ":" }) else { continue }
        item(cells[0].replacing("`", with: ""), cells.dropFirst().joined(separator: ". "))
      }
    }
  }
}
