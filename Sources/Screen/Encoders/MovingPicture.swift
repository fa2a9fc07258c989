import Language
import Workbench

/// A demo as a picture that moves: SVG and CSS alone, for pages that run no script.
///
/// Each row of the screen is a strip of all that ever stands in it, which moves behind its window. Who wants no motion sees
/// the last frame.
public enum MovingPicture {
  /// How many bytes a minute takes at most, and whatever is shorter.
  public static let limit = 195 * 1_024
  /// How long frames are seen at least, in milliseconds: the first with which it isn't too large.
  private static let intervals = [66, 100, 150, 200, 300, 400, 600, 1_000, 1_500, 2_500, 5_000]

  /// The lines of the document.
  public static func document(of reel: FrameReel, title: String, on palette: Palette = .dark) -> [String] {
    let allowed = limit * max(60_000, reel.length) / 60_000
    var lines: [String] = []
    for interval in intervals {
      lines = document(of: reel.thinned(to: interval), named: title, palette)
      if lines.reduce(0, { $0 + $1.utf8.count + 1 }) <= allowed { break }
    }
    return lines
  }

  private static func document(of reel: FrameReel, named title: String, _ palette: Palette) -> [String] {
    let (cell, margin) = (SVGEncoder.cell, SVGEncoder.margin)
    let width = number(Double(reel.size.columns) * cell.width + 2 * margin)
    let height = number(Double(reel.size.rows) * cell.height + 2 * margin)
    let inner = number(Double(reel.size.columns) * cell.width)
    var (strips, frames, moves) = ([String](), [String](), [String]())
    for row in 0..<reel.size.rows {
      let strip = Strip(reel, row)
      guard !strip.isEmpty else { continue }
      let y = number(margin + Double(row) * cell.height)
      strips.append(
        "<svg x=\"\(number(margin))\" y=\"\(y)\" width=\"\(inner)\" height=\"\(number(cell.height))\"><g id=\"r\(row)\">"
      )
      for (place, version) in strip.versions.enumerated() { strips += elements(of: reel.runs(of: version), at: place) }
      strips.append("</g></svg>")
      guard strip.changes.count > 1 else { continue }
      frames.append("#r\(row){transform:\(shift(to: strip.last))}")
      moves.append(strip.keyframes(named: "k\(row)", over: reel.length, shift))
      moves.append("#r\(row){animation:k\(row) \(number(Double(reel.length) / 1_000))s step-end infinite}")
    }
    return [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(escaped(title))\">",
      "<title>\(escaped(title))</title>", "<style>",
      "text{font:14px 'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace;white-space:pre}.B{font-weight:bold}",
      ".p{fill:\(SVGEncoder.paper(palette))}"
        + Role.allCases.map { ".\(name(of: $0)){fill:\(SVGEncoder.color(of: $0, palette))}" }.joined(),
    ] + frames + ["@media (prefers-reduced-motion:no-preference){"] + moves + [
      "}", "</style>", "<rect width=\"100%\" height=\"100%\" rx=\"8\" class=\"p\"/>",
    ] + strips + ["</svg>"]
  }

  /// What stands in a row, and when.
  private struct Strip {
    /// The reel's rows, in the order in which they come up.
    let versions: [Int]
    /// From when on which of them is seen.
    let changes: [(at: Int, version: Int)]
    let isEmpty: Bool

    init(_ reel: FrameReel, _ row: Int) {
      var (versions, places) = ([Int](), [Int: Int]())
      var changes: [(at: Int, version: Int)] = []
      for shot in reel.shots {
        let number = shot.rows[row]
        if places[number] == nil {
          places[number] = versions.count
          versions.append(number)
        }
        if let place = places[number], changes.last?.version != place { changes.append((shot.at, place)) }
      }
      (self.versions, self.changes) = (versions, changes)
      isEmpty = versions.allSatisfy { reel.runs(of: $0).isEmpty }
    }

    var last: Int { changes.last?.version ?? 0 }

    func keyframes(named name: String, over length: Int, _ shift: (Int) -> String) -> String {
      let stops = changes.map { change in
        "\(number(100 * Double(change.at) / Double(max(1, length)), 3))%{transform:\(shift(change.version))}"
      }
      return "@keyframes \(name){\(stops.joined())100%{transform:\(shift(last))}}"
    }
  }

  private static func shift(to version: Int) -> String {
    version == 0 ? "none" : "translateY(-\(number(Double(version) * SVGEncoder.cell.height))px)"
  }

  private static func elements(of runs: [FrameReel.Run], at place: Int) -> [String] {
    let cell = SVGEncoder.cell
    let top = Double(place) * cell.height
    return runs.flatMap { run -> [String] in
      let x = number(Double(run.start) * cell.width)
      let width = number(Double(run.columns) * cell.width)
      var elements: [String] = []
      if run.style.isReversed {
        elements.append(
          "<rect x=\"\(x)\" y=\"\(number(top))\" width=\"\(width)\" height=\"\(number(cell.height))\" "
            + "class=\"\(name(of: run.style.role))\"/>")
      }
      guard run.text.contains(where: { $0 != " " }) else { return elements }
      let paint = run.style.isReversed ? "p" : name(of: run.style.role)
      elements.append(
        "<text x=\"\(x)\" y=\"\(number(top + 13))\" textLength=\"\(width)\" class=\"\(paint)\(run.style.isBold ? " B" : "")\">"
          + "\(escaped(run.text))</text>")
      return elements
    }
  }

  /// The class of a role: a letter, also for ordinary text.
  private static func name(of role: Role) -> String { role == .text ? "t" : String(role.letter) }

  private static func escaped(_ text: String) -> String { PageText.escaped(text) }

  private static func number(_ value: Double, _ decimals: Int = 1) -> String {
    Quantity.number(value, decimals: decimals)
  }
}
