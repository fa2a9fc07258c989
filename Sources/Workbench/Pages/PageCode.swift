/// Words of the command language in running text: between backticks in the program's sentences, code on a page.
enum PageCode {
  /// Where a backtick is a backtick, or markup of another kind.
  private static let exempt: Set<String> = ["code", "pre", "script", "style", "svg", "title"]

  /// The page with what stands between two backticks of one text as `code`. No element begins or ends between them, so that what was
  /// well-formed stays so; attributes stay as they are.
  static func marked(_ page: String) -> String {
    var result = ""
    result.reserveCapacity(page.utf8.count)
    var rest = page[...]
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "<")) {
      result += marked(text: rest[..<open])
      let tag = rest[open...].prefix(through: ">")
      let name = String(tag.dropFirst().prefix { $0.isLetter || $0.isNumber })
      var end = tag.endIndex
      if exempt.contains(name), !tag.hasSuffix("/>") { end = rest[end...].start(of: "</\(name)") }
      result += rest[open..<end]
      rest = rest[end...]
    }
    return result + marked(text: rest)
  }

  private static func marked(text: Substring) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    guard parts.count > 2 else { return String(text) }
    var result = String(parts[0])
    var place = 1
    while place < parts.count {
      if place + 1 < parts.count, isCode(parts[place]) {
        result += "<code>\(parts[place])</code>\(parts[place + 1])"
        place += 2
      } else {
        result += "`\(parts[place])"
        place += 1
      }
    }
    return result
  }

  private static func isCode(_ text: Substring) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return !first.isWhitespace && !last.isWhitespace
  }
}

extension Substring {
  /// All up to that byte and with it; all of it where there is none.
  fileprivate func prefix(through byte: Unicode.Scalar) -> Substring {
    guard let index = utf8.firstIndex(of: UInt8(ascii: byte)) else { return self }
    return self[...index]
  }

  /// Where that text begins for the first time; the end where it doesn't stand.
  fileprivate func start(of text: String) -> Index {
    let sought = Array(text.utf8)
    var place = startIndex
    while let open = self[place...].utf8.firstIndex(of: sought[0]) {
      if self[open...].utf8.starts(with: sought) { return open }
      place = utf8.index(after: open)
    }
    return endIndex
  }
}
