import Foundation

/// Writes a folder's text files down as Swift: what the build plugin `EmbedFiles` runs.
///
/// String literals compile at once, where an array of bytes of that length takes the type checker minutes.
@main struct EmbedFilesTool {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else {
      throw Refusal(description: "usage: embed-files FOLDER OUTPUT.swift")
    }
    let (folder, output) = (CommandLine.arguments[1], CommandLine.arguments[2])
    var source = """
      /// The files of the folder `Files`, as they were when the program was built.
      enum EmbeddedFiles {
        /// Their paths within the folder, in order, and their texts.
        static let all: [(path: String, text: String)] = [

      """
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
      let whole = "\(folder)/\(path)"
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder)
      if isFolder.boolValue { continue }
      let data = try Data(contentsOf: URL(fileURLWithPath: whole))
      guard let text = String(data: data, encoding: .utf8), !text.contains("\r"), !text.contains("\0") else {
        throw Refusal(description: "\(whole) can't be embedded: it isn't UTF-8 text with plain line ends")
      }
      source += "    (\(literal(path)), \(literal(text))),\n"
    }
    source += "  ]\n}\n"
    try source.write(toFile: output, atomically: true, encoding: .utf8)
  }

  /// The text as a raw literal of many lines, with more number signs than it has anywhere in a row.
  private static func literal(_ text: String) -> String {
    let longest = text.split(whereSeparator: { $0 != "#" }).map(\.count).max() ?? 0
    let fence = String(repeating: "#", count: longest + 1)
    return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
  }

  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }
}
