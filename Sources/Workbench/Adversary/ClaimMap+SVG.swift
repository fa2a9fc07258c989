import Language

extension ClaimMap {
  private static let side = 28

  /// The map as a picture that needs nothing else: cells with a colour and a mark, so that nobody needs to tell colours apart.
  public var svg: String {
    let (columns, rows) = (plan.x.values.count, plan.y.values.count)
    let (left, top) = (70, 40)
    let side = Self.side
    let (width, height) = (left + columns * side + 30, top + rows * side + 60)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
        + "aria-labelledby=\"title\" font-family=\"monospace\" font-size=\"12\">",
      "<title id=\"title\">\(Self.escaped("Where `\(plan.claim)` holds, by \(plan.x.name) and \(plan.y.name)"))</title>",
      "<style>text{fill:#24292f}.n{stroke:#fff}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{stroke:#0d1117}}"
        + ".m{fill:#fff}</style>",
      "<text x=\"\(left)\" y=\"20\">\(Self.escaped(plan.claim))</text>",
    ]
    for (row, cells) in cells.enumerated() {
      let y = top + (rows - 1 - row) * side
      parts.append("<text x=\"\(left - 8)\" y=\"\(y + 18)\" text-anchor=\"end\">\(plan.y.text(row))</text>")
      for (column, cell) in cells.enumerated() {
        let x = left + column * side
        parts.append(
          "<rect class=\"n\" x=\"\(x)\" y=\"\(y)\" width=\"\(side)\" height=\"\(side)\" fill=\"\(cell.standing.color)\"/>"
            + "<text class=\"m\" x=\"\(x + side / 2)\" y=\"\(y + 18)\" text-anchor=\"middle\">\(cell.standing.rawValue)</text>"
        )
      }
    }
    for column in 0..<columns {
      let x = left + column * side + side / 2
      parts.append(
        "<text x=\"\(x)\" y=\"\(top + rows * side + 16)\" text-anchor=\"middle\">\(plan.x.text(column))</text>")
    }
    parts.append(
      "<text x=\"\(left)\" y=\"\(top + rows * side + 40)\">\(Self.escaped("→ \(plan.x.name)   ↑ \(plan.y.name)"))</text>"
    )
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    Printable.escaped(text).map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case let character: String(character)
      }
    }.joined()
  }
}

extension ClaimMap.Standing {
  /// Colours that people tell apart who see few (Okabe and Ito, 2008), dark enough for a white mark.
  fileprivate var color: String {
    switch self {
    case .holds: "#0072b2"
    case .sometimes: "#4f7f9f"
    case .lasting: "#b35900"
    case .fails: "#7a1f1f"
    case .unjudged: "#777777"
    }
  }
}
