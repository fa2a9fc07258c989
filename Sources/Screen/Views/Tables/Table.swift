import Language
import Workbench

/// A table: its columns, and rows that are known by their names.
struct Table {
  /// A column.
  struct Column {
    let title: String
    /// Whether its cells stand at the right, as numbers do.
    let isNumber: Bool

    static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  /// A cell: what it says, and by what it is sorted.
  struct Cell {
    let text: String
    /// By this number, if there is one; else by the text.
    let rank: Double?
    let style: Style

    init(_ text: String, rank: Double? = nil, _ style: Style = .text) {
      self.text = text
      self.rank = rank
      self.style = style
    }

    /// A count; zero steps back, and anything else may stand out.
    static func count(_ count: Int, alarming style: Style = .text) -> Cell {
      Cell("\(count)", rank: Double(count), count == 0 ? .dim : style)
    }
  }

  /// A row.
  struct Row {
    /// By what it is known, whatever becomes of the order.
    let name: String
    let cells: [Cell]
  }

  /// The columns, the most telling first: where there is no room the last ones go.
  let columns: [Column]
  /// The rows, in their own order.
  let rows: [Row]
  /// What is said where there are none.
  let absence: String
}

/// How somebody looks at a table: in what order, at which rows, and at which of them closely.
public struct TableLook: Hashable, Sendable {
  /// The column by which it is sorted; nil: the rows' own order.
  public internal(set) var column: Int?
  /// Whether the largest come first.
  public internal(set) var isDescending = true
  /// What rows must contain.
  public internal(set) var filter = ""
  /// The selected row, by its name; nil: the first.
  public internal(set) var selected: String?

  /// A look at all rows, sorted by a column.
  init(sortedBy column: Int?) { self.column = column }
}

extension Table {
  /// The rows as somebody looks at them. Rows of equal rank keep their own order.
  func shown(_ look: TableLook) -> [Row] {
    let found =
      look.filter.isEmpty
      ? rows : rows.filter { $0.cells.contains { $0.text.contains(ignoringCase: look.filter) } }
    guard let column = look.column, columns.indices.contains(column) else { return found }
    return found.enumerated().sorted { first, second in
      let order = Self.order(first.element.cells[column], second.element.cells[column])
      if order == 0 { return first.offset < second.offset }
      return look.isDescending ? order > 0 : order < 0
    }.map(\.element)
  }

  /// Negative if the first comes before the second; what has no rank comes before what has one.
  private static func order(_ first: Cell, _ second: Cell) -> Int {
    switch (first.rank, second.rank) {
    case (let first?, let second?): first < second ? -1 : first > second ? 1 : 0
    case (nil, _?): -1
    case (_?, nil): 1
    case (nil, nil): first.text < second.text ? -1 : first.text > second.text ? 1 : 0
    }
  }
}
