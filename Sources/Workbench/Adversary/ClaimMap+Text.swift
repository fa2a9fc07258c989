import Kernel
import Language

extension ClaimMap {
  private func words(of standing: Standing) -> String {
    switch standing {
    case .holds: "holds"
    case .sometimes: "holds with some seeds"
    case .lasting: "does not hold, though it does with the least \(plan.y.name): it doesn't recover"
    case .fails: "does not hold, whatever \(plan.y.name) is"
    case .unjudged: "can't be judged"
    }
  }

  /// What the marks mean, of those that occur.
  var legend: [String] {
    let met = Set(cells.joined().map(\.standing))
    return Standing.allCases.filter(met.contains).map { "\($0.rawValue) \(words(of: $0))" }
  }

  /// The map as text: y from below to above, x from left to right.
  public var lines: [String] {
    let names = plan.y.values.indices.map(plan.y.text)
    let margin = max(plan.y.name.count, names.map(\.count).max() ?? 0)
    let columns = plan.x.values.indices.map(plan.x.text)
    let width = max(3, (columns.map(\.count).max() ?? 1) + 1)
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var lines = ["`\(plan.claim)`, \(CountedNoun("seed").text(plan.seeds.count)) each", ""]
    lines.append(padded(plan.y.name, margin))
    for row in plan.y.values.indices.reversed() {
      lines.append(
        padded(names[row], margin) + " │" + cells[row].map { padded(String($0.standing.rawValue), width) }.joined())
    }
    lines.append(padded("", margin) + " └" + String(repeating: "─", count: width * columns.count))
    lines.append(padded("", margin) + "  " + columns.map { padded($0, width) }.joined() + "  " + plan.x.name)
    return lines + [""] + legend.map { "  \($0)" } + hysteresis
  }

  /// From which value of x on the outcome depends on what y did before.
  private var hysteresis: [String] {
    let columns = plan.x.values.indices.filter { column in cells.contains { $0[column].standing == .lasting } }
    guard let first = columns.first, let last = columns.last else { return [] }
    let range =
      first == last
      ? "at \(plan.x.name) \(plan.x.text(first))" : "from \(plan.x.name) \(plan.x.text(first)) to \(plan.x.text(last))"
    return [
      "", "Hysteresis \(range): both states are possible there, and which one it is, \(plan.y.name) has decided.",
    ]
  }

  /// The map as comma-separated values, a line a pair.
  public var csv: [String] {
    ["\(plan.x.name),\(plan.y.name),held,judged,hysteresis"]
      + cellsInOrder.map { column, row, cell in
        "\(plan.x.text(column)),\(plan.y.text(row)),\(cell.held),\(cell.judged),\(cell.standing == .lasting)"
      }
  }

  /// The map as JSON Lines, a line a pair.
  public var json: [String] {
    cellsInOrder.map { column, row, cell in
      JSONText.object([
        JSONText.Field(plan.x.name, .number(plan.x.values[column])),
        JSONText.Field(plan.y.name, .number(plan.y.values[row])),
        JSONText.Field("held", .integer(Int64(cell.held))), JSONText.Field("judged", .integer(Int64(cell.judged))),
        JSONText.Field("hysteresis", .boolean(cell.standing == .lasting)),
      ]).text
    }
  }

  private var cellsInOrder: [(column: Int, row: Int, cell: Cell)] {
    cells.enumerated().flatMap { row, cells in cells.enumerated().map { ($0, row, $1) } }
  }
}
