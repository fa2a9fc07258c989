import Language
import Yams

extension Prices {
  /// The most that a price can be, in dollars.
  private static let most = 1e12

  /// The prices of a file, over those that hold where it says nothing.
  ///
  ///     storage: {price: 0.08, origin: the provider's list}
  ///     transfer: 0.02
  ///     origin: our own contract
  ///
  /// A price is a number, or a `price` with its `origin`; an `origin` on the outside is that of all numbers.
  ///
  /// - Throws: a ``Diagnostic`` where the file is wrong: a key that there is not, a price that is none, or one without an origin.
  public init(reading text: String, of file: String, over others: Prices = .standard) throws(Diagnostic) {
    let reader = PriceReader(lines: SourceLine.lines(of: text, in: file), file: file)
    self = try reader.prices(over: others)
  }

  /// What a node is worth in dollars; nil if it is no price.
  fileprivate static func dollars(_ node: Node) -> Double? {
    guard let number = node.float ?? node.int.map(Double.init), number.isFinite, (0...most).contains(number) else {
      return nil
    }
    return number
  }
}

/// Reads one file of prices.
private struct PriceReader {
  let lines: [SourceLine]
  let file: String

  func prices(over others: Prices) throws(Diagnostic) -> Prices {
    guard let root = try compose(), !root.isEmpty else {
      throw problem(.refused("a file of prices is a mapping of \(Self.keys.joined(separator: ", "))"), 1, 1)
    }
    let common = try text(root["origin"])
    var prices = others
    for (key, value) in root where key.string != "origin" {
      guard let name = key.string, let item = Prices.Item(rawValue: name) else {
        throw unknown(key, among: Self.keys)
      }
      prices[item] = try price(value, common, item)
    }
    return prices
  }

  private static let keys = Prices.Item.allCases.map(\.rawValue) + ["origin"]

  private func compose() throws(Diagnostic) -> Node.Mapping? {
    let root: Node?
    do {
      root = try YAMLText.compose(lines.map(\.text).joined(separator: "\n"))
    } catch {
      throw problem(.refused(error.message), error.line, error.column)
    }
    guard let root else { return nil }
    guard let mapping = root.mapping else { throw problem(.refused("this is no mapping of prices"), root) }
    return mapping
  }

  private func price(_ node: Node, _ common: String?, _ item: Prices.Item) throws(Diagnostic) -> Prices.Price {
    guard let parts = node.mapping else {
      return Prices.Price(dollars: try amount(node, item), origin: try origin(common, node))
    }
    for (key, _) in parts where key.string != "price" && key.string != "origin" {
      throw unknown(key, among: ["price", "origin"])
    }
    guard let amount = parts["price"] else {
      throw problem(.refused("`\(item.rawValue)` has no `price`, in \(item.unit)"), node)
    }
    return Prices.Price(
      dollars: try self.amount(amount, item), origin: try origin(try text(parts["origin"]) ?? common, node))
  }

  private func amount(_ node: Node, _ item: Prices.Item) throws(Diagnostic) -> Double {
    guard let dollars = Prices.dollars(node) else {
      throw problem(.refused("a price is a number of dollars from 0 up, here in \(item.unit)"), node)
    }
    return dollars
  }

  private func origin(_ origin: String?, _ node: Node) throws(Diagnostic) -> String {
    guard let origin else {
      throw problem(.refused("a price says where it is from: add an `origin`, here or on the outside"), node)
    }
    return origin
  }

  private func text(_ node: Node?) throws(Diagnostic) -> String? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, text.contains(where: { !$0.isWhitespace }) else {
      throw problem(.refused("an `origin` is a text"), node)
    }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: What is wrong

  private func unknown(_ key: Node, among names: [String]) -> Diagnostic {
    let word = key.string ?? "?"
    return problem(.unknownName(.other("a price"), word), key, candidates: names)
  }

  private func problem(_ what: LanguageError.Problem, _ node: Node, candidates: [String] = []) -> Diagnostic {
    problem(what, node.mark?.line ?? 1, node.mark?.column ?? 1, node.scalar?.string.count ?? 1, candidates: candidates)
  }

  private func problem(
    _ what: LanguageError.Problem, _ line: Int, _ column: Int, _ length: Int = 1, candidates: [String] = []
  ) -> Diagnostic {
    let place = max(0, min(lines.count - 1, line - 1))
    let source = lines.isEmpty ? SourceLine(file: file, number: 1, text: "") : lines[place]
    let span = SourceSpan(start: max(0, column - 1), length: max(1, length))
    return Diagnostic(LanguageError(what, at: span, candidates: candidates), in: source)
  }
}
