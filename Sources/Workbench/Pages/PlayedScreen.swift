import Language

/// A screen as it was played, for a page that plays it again: frames as text, each with what differs from the one before.
public struct PlayedScreen: Sendable {
  /// Some cells of one style: what stands there, and its classes in the style sheet, none for ordinary text.
  public typealias Piece = (text: String, style: String)
  /// A moment of the screen: since the beginning in milliseconds, and which lines stand in which rows from now on.
  public typealias Shot = (at: Int, changes: [(row: Int, line: Int)])
  /// Something that begins, in milliseconds: a chapter, or a step of the script.
  public typealias Mark = (at: Int, name: String)

  /// How many columns it has.
  public let columns: Int
  /// How many rows it has.
  public let rows: Int
  /// All lines that ever stand in a row.
  public let lines: [[Piece]]
  /// The frames.
  public let shots: [Shot]
  /// The chapters.
  public let chapters: [Mark]
  /// The steps of the script.
  public let steps: [Mark]
  /// How long it all takes, in milliseconds.
  public let length: Int

  /// A screen of those frames.
  public init(
    columns: Int, rows: Int, lines: [[Piece]], shots: [Shot], chapters: [Mark], steps: [Mark], length: Int
  ) {
    (self.columns, self.rows, self.lines, self.shots) = (columns, rows, lines, shots)
    (self.chapters, self.steps, self.length) = (chapters, steps, length)
  }

  /// Its frames as JSON that can stand in a page: no character of it is markup.
  public var json: String {
    func marks(_ marks: [Mark]) -> JSONText {
      .array(marks.map { .array([.integer(Int64($0.at)), .string(Printable.escaped($0.name))]) })
    }
    let text = JSONText.object([
      .init("rows", .integer(Int64(rows))), .init("length", .integer(Int64(length))),
      .init(
        "lines",
        .array(lines.map { .array($0.map { .array([.string(Printable.escaped($0.text)), .string($0.style)]) }) })),
      .init(
        "shots",
        .array(
          shots.map { shot in
            .array(
              [.integer(Int64(shot.at))] + shot.changes.flatMap { [.integer(Int64($0.row)), .integer(Int64($0.line))] })
          })),
      .init("chapters", marks(chapters)), .init("steps", marks(steps)),
    ]).text
    return text.replacing("&", with: "\\u0026").replacing("<", with: "\\u003c").replacing(">", with: "\\u003e")
  }

  /// The last frame as markup, a row a line: what is seen where no script runs, and on paper.
  var lastFrame: String {
    var last = [Int?](repeating: nil, count: rows)
    for shot in shots { for change in shot.changes { last[change.row] = change.line } }
    return last.map { line in
      (line.map { lines[$0] } ?? []).map { piece in
        let text = PageText.escaped(piece.text)
        return piece.style.isEmpty ? text : "<span class=\"\(PageText.escaped(piece.style))\">\(text)</span>"
      }.joined()
    }.joined(separator: "\n")
  }
}
