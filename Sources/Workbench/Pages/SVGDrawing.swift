import Language

/// A picture in SVG as it is drawn: elements with classes, which a style sheet colours for light and for dark.
struct SVGDrawing {
  /// A paint: its name as a class, and its colours on light and on dark ground.
  enum Paint: String, CaseIterable {
    case paper, ink, muted, lane, grid, answered, stale, blocked, owed, cut

    fileprivate var colors: (light: String, dark: String) {
      switch self {
      case .paper: ("#fcfbf8", "#14171c")
      case .ink: ("#1f242b", "#e7e9ed")
      case .muted: ("#626b77", "#9aa4b1")
      case .lane: ("#f1efe9", "#1e232b")
      case .grid: ("#d8d4ca", "#343b46")
      case .answered: ("#9fd3c7", "#2b6f67")
      case .stale: ("#c67c00", "#f2b134")
      case .blocked: ("#c2334d", "#ff6f80")
      case .owed: ("#6a4fa3", "#b9a3e8")
      case .cut: ("#c2334d", "#ff6f80")
      }
    }
  }

  /// Where a text stands to its place.
  enum Anchor: String {
    case start, middle, end
  }

  /// How large it is, in pixels.
  private let size: (width: Double, height: Double)
  private let title: String
  private let description: String
  private var elements: [String] = []
  /// Whether parts of it can be pointed at, so that it is no single picture to a screen reader.
  private var isPointedAt = false

  /// An empty picture, with what a screen reader says of it.
  init(width: Double, height: Double, title: String, description: String) {
    size = (width, height)
    (self.title, self.description) = (title, description)
    rect(0, 0, width, height, .paper)
  }

  /// A filled rectangle.
  mutating func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ paint: Paint, radius: Double = 0, opacity: Double = 1
  ) {
    elements.append(
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
        + "height=\"\(Self.number(height))\" class=\"\(paint.rawValue)\"\(Self.attribute("rx", radius, unless: 0))"
        + "\(Self.attribute("fill-opacity", opacity, unless: 1))/>")
  }

  /// An upright line from one height to another.
  mutating func upright(_ x: Double, from top: Double, to bottom: Double, _ paint: Paint, isDashed: Bool = false) {
    elements.append(
      "<path d=\"M\(Self.number(x)) \(Self.number(top))V\(Self.number(bottom))\" class=\"line \(paint.rawValue)-line\""
        + "\(isDashed ? " stroke-dasharray=\"3 3\"" : "")/>")
  }

  /// A line from place to place.
  mutating func line(_ places: [(x: Double, y: Double)], _ paint: Paint, isDashed: Bool = false) {
    guard let first = places.first, places.count > 1 else { return }
    let rest = places.dropFirst().map { "L\(Self.number($0.x)) \(Self.number($0.y))" }.joined()
    elements.append(
      "<path d=\"M\(Self.number(first.x)) \(Self.number(first.y))\(rest)\" class=\"line \(paint.rawValue)-line\""
        + "\(isDashed ? " stroke-dasharray=\"3 3\"" : "")/>")
  }

  /// A disc around a place.
  mutating func disc(_ x: Double, _ y: Double, _ radius: Double, _ paint: Paint) {
    elements.append(
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" class=\"\(paint.rawValue)\"/>"
    )
  }

  /// A diamond around a place.
  mutating func diamond(_ x: Double, _ y: Double, _ radius: Double, _ paint: Paint) {
    let (x, y, r) = (Self.number(x), Self.number(y - radius), Self.number(radius))
    elements.append("<path d=\"M\(x) \(y)l\(r) \(r)l-\(r) \(r)l-\(r) -\(r)z\" class=\"\(paint.rawValue)\"/>")
  }

  /// A text on one line.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ paint: Paint = .ink, size: Double = 13, _ anchor: Anchor = .start,
    bold: Bool = false
  ) {
    elements.append(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" class=\"\(paint.rawValue)\" "
        + "font-size=\"\(Self.number(size))\"\(anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")"
        + "\(bold ? " font-weight=\"600\"" : "")>\(PageText.escaped(text))</text>")
  }

  /// What follows belongs together, and has a name.
  mutating func open(named name: String) { elements.append("<g><title>\(PageText.escaped(name))</title>") }

  /// What follows is an event that can be pointed at, with a finger or by the keyboard: a number, what is said of it, and the
  /// numbers of those that came right before it.
  mutating func open(event number: Int, named name: String, after causes: [Int]) {
    isPointedAt = true
    elements.append(
      "<g class=\"event\" tabindex=\"0\" role=\"img\" aria-label=\"\(PageText.escaped(name))\" data-event=\"\(number)\" "
        + "data-after=\"\(causes.map(String.init).joined(separator: " "))\">")
  }

  /// What belongs together ends.
  mutating func close() { elements.append("</g>") }

  /// The document in lines.
  var lines: [String] {
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    return [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-labelledby=\"title desc\" "
        + "font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif\">",
      "<title id=\"title\">\(PageText.escaped(title))</title>",
      "<desc id=\"desc\">\(PageText.escaped(description))</desc>",
      "<style>",
    ] + Self.rules + ["</style>"] + elements + ["</svg>"]
  }

  /// The picture as a part of a page, whose style sheet has the ``rules``.
  ///
  /// - Parameter name: what no other picture of the page is called, in letters, digits and hyphens.
  func inline(named name: String) -> [String] {
    [
      "<svg viewBox=\"0 0 \(Self.number(size.width)) \(Self.number(size.height))\" role=\"\(isPointedAt ? "group" : "img")\" "
        + "aria-labelledby=\"\(name)-title \(name)-desc\" style=\"min-width:\(Self.number((0.8 * size.width).rounded()))px\">",
      "<title id=\"\(name)-title\">\(PageText.escaped(title))</title>",
      "<desc id=\"\(name)-desc\">\(PageText.escaped(description))</desc>",
    ] + elements + ["</svg>"]
  }

  /// The rules of a style sheet that colour pictures for light and for dark.
  static var rules: [String] {
    func rules(_ color: (Paint) -> String) -> String {
      Paint.allCases.map { ".\($0.rawValue){fill:\(color($0))}.\($0.rawValue)-line{stroke:\(color($0))}" }.joined()
    }
    return [
      "text{font-variant-numeric:tabular-nums}.line{fill:none;stroke-width:1}",
      rules { $0.colors.light },
      "@media screen and (prefers-color-scheme: dark){\(rules { $0.colors.dark })}",
    ]
  }

  private static func attribute(_ name: String, _ value: Double, unless usual: Double) -> String {
    value == usual ? "" : " \(name)=\"\(number(value))\""
  }

  private static func number(_ value: Double) -> String { Quantity.number(value, decimals: 2) }
}
