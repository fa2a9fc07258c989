import Foundation

/// A source file of the package, as text.
struct SourceFile {
  /// Its path below the package's folder, such as `Sources/Kernel/Instant.swift`.
  let path: String
  let lines: [String]
  /// Its lines without comments, with their numbers; what stands in quotes stays.
  let code: [(number: Int, text: String)]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = lines.enumerated().compactMap { index, line in
      let text = Self.withoutComment(line)
      return text.isEmpty ? nil : (index + 1, text)
    }
  }

  private static func withoutComment(_ line: String) -> String {
    let bytes = Array(line.utf8)
    let (slash, blank) = (UInt8(ascii: "/"), UInt8(ascii: " "))
    var end =
      bytes.indices.dropLast().first { index in
        bytes[index] == slash && bytes[index + 1] == slash && (index == 0 || bytes[index - 1] == blank)
      } ?? bytes.count
    while end > 0, bytes[end - 1] == blank { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// The module that it belongs to.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  /// The modules that it imports.
  var imports: [(number: Int, module: String)] {
    code.filter { $0.text.contains("import ") }.compactMap { number, text in
      let pattern =
        #/^\s*(?:@\w+(?:\(\w+\))?\s+|\w+\s+)*?import\s+(?:(?:struct|class|enum|func|var|let|protocol)\s+)?(\w+)/#
      return text.firstMatch(of: pattern).map { (number, String($0.1)) }
    }
  }

  /// The lines whose declaration a type holds: what stands in functions is left out.
  var members: [(number: Int, text: String)] {
    var open: [(indent: Int, isType: Bool)] = []
    return code.compactMap { number, text in
      let indent = text.prefix { $0 == " " }.count
      while let last = open.last, last.indent >= indent { open.removeLast() }
      let isMember = open.last?.isType ?? false
      if text.hasSuffix("{") {
        let isFunction = text.contains(#/\b(func|init|subscript|var|let|get|set|case|if|for|while|switch)\b/#)
        open.append((indent, text.contains(#/\b(struct|class|enum|extension|protocol|actor)\b/#) && !isFunction))
      }
      return isMember ? (number, text) : nil
    }
  }

  /// The package's folder.
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The paths of all files below a folder of the package, in order.
  static func names(in folder: String) -> [String] {
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    return (files?.compactMap { $0 as? String } ?? []).sorted()
  }

  /// All Swift files below a folder of the package.
  static func all(in folder: String) -> [SourceFile] {
    names(in: folder).filter { $0.hasSuffix(".swift") }.compactMap { name in
      let url = root.appendingPathComponent(folder).appendingPathComponent(name)
      return (try? String(contentsOf: url, encoding: .utf8)).map { SourceFile(path: "\(folder)/\(name)", text: $0) }
    }
  }
}
