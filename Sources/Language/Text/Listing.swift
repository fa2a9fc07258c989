/// What `show` and its kin answer: tables of plain lines.
package enum Listing {
  /// Rows in columns as wide as their widest cell, two blanks apart; numbers to the right where `right` says so.
  package static func table(_ rows: [[String]], right: Set<Int> = []) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? TextWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        right.contains(column) ? TextWidth.padLeft(cell, widths[column]) : TextWidth.pad(cell, widths[column])
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
