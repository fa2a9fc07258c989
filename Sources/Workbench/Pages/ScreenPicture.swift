/// A picture of the screen as a page has it: on light and on dark ground, of which the style sheet shows one.
public struct ScreenPicture: Sendable {
  private let light: String
  private let dark: String

  /// A picture of two documents in SVG.
  public init(light: String, dark: String) { (self.light, self.dark) = (light, dark) }

  /// The picture as a part of a page.
  ///
  /// - Parameter label: what a screen reader says of it.
  func inPage(label: String, caption: String) -> PagePicture {
    PagePicture(
      markup: Self.inline(light, label, "on-light") + "\n" + Self.inline(dark, label, "on-dark"), label: label,
      caption: caption)
  }

  private static func inline(_ document: String, _ label: String, _ name: String) -> String {
    guard let start = document.firstRange(of: "viewBox=\""), let end = document.firstIndex(of: ">") else { return "" }
    let box = document[start.upperBound...].prefix { $0 != "\"" }
    let rest = document[document.index(after: end)...].drop(while: \.isNewline)
    return "<svg class=\"\(name)\" viewBox=\"\(box)\" role=\"img\" aria-label=\"\(PageText.escaped(label))\" "
      + "style=\"min-width:600px\">\n" + (rest.hasSuffix("\n") ? String(rest.dropLast()) : String(rest))
  }
}

extension PagePicture {
  /// A picture whose markup is at hand.
  init(markup: String, label: String, caption: String) {
    (self.label, self.caption) = (label, caption)
    svg = markup
  }
}
