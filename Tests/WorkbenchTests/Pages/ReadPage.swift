import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page, taken apart by a parser of XML: what is not well-formed is no page.
struct ReadPage {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// The names of those around it, the outermost first.
    let path: [String]
    var text = ""
  }

  let elements: [Element]
  /// Why it isn't well-formed; nil if it is.
  let problem: String?

  init(_ text: String) {
    var problem: String?
    let parser = XMLParser(data: Data(text.utf8))
    let collector = Collector()
    parser.delegate = collector
    if !parser.parse() {
      problem = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
    }
    self.problem = problem
    elements = collector.elements
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// All that is said, without the style sheet.
  var text: String { elements.first { $0.name == "html" }?.text ?? "" }

  private final class Collector: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
      open.append(elements.count - 1)
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { open.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      guard open.last.map({ elements[$0].name }) != "style" else { return }
      for index in open { elements[index].text += string }
    }
  }
}
