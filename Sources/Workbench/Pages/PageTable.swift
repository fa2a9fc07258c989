/// A table of a page, as the template `table` has it.
struct PageTable: Sendable {
  /// How a cell is set: its class in the style sheet.
  enum Kind: String, Sendable {
    case text, number, good, bad, warn
  }

  /// The head of a column.
  struct Column: Sendable {
    let name: String
    let kind: String

    init(_ name: String, _ kind: Kind = .text) { (self.name, self.kind) = (name, kind.rawValue) }
  }

  /// A cell: the sign before what it says, if there is one, and paragraphs below it.
  struct Cell: Sendable {
    let sign: [String]
    let text: String
    let kind: String
    let more: [String]

    init(_ text: String, _ kind: Kind = .text, more: [String] = []) {
      (self.sign, self.text, self.kind, self.more) = ([], text, kind.rawValue, more)
    }

    /// A verdict in a word, with its sign.
    init(_ word: String, sign: VerdictSign) {
      (self.sign, text, kind, more) = ([sign.rawValue], word, sign.tone.rawValue, [])
    }
  }

  /// A row: what it is about, and the cells.
  struct Row: Sendable {
    let head: String
    let cells: [Cell]
  }

  /// What it shows; no two tables of a page are called alike.
  let caption: String
  let columns: [Column]
  let rows: [Row]
}

/// A picture of a page, as the template `picture` has it.
struct PagePicture: Sendable {
  /// What it is called; no two pictures of a page are called alike.
  let label: String
  /// What is said below it.
  let caption: String
  /// Its markup.
  let svg: String

  init(_ drawing: SVGDrawing, named name: String, label: String, caption: String) {
    (self.label, self.caption) = (label, caption)
    svg = drawing.inline(named: name).joined(separator: "\n")
  }
}
