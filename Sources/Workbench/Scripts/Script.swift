import Language

/// Where scripts come from: a file system, or whatever a test puts in its place.
public protocol ScriptSource {
  /// The text of a file.
  ///
  /// - Throws: a ``ScriptError``.
  func text(of file: String) throws -> String
  /// The file that `name` means in a script called `file`.
  func resolve(_ name: String, from file: String) -> String
}

/// Why a script can't be run.
public enum ScriptError: Error, Hashable, Sendable {
  /// There is no such file, or it can't be read.
  case missing(String, reason: String)
  /// It isn't text, or far too long.
  case unreadable(String, reason: String)
  /// Its commands are wrong.
  case wrong([Diagnostic])
}

/// A script, read whole: nothing of it runs before every line of it has been understood.
public struct Script: Hashable, Sendable {
  /// The longest script that is read, in bytes, and the deepest nest of `source`.
  public static let longest = 16 * 1_024 * 1_024
  private static let deepest = 64
  private static let mostDiagnostics = 20

  /// The lines with commands, those of sourced files in their places.
  public private(set) var lines: [SourceLine] = []

  /// What it is, in words, such as `12 commands of a.ev`.
  public var words: String {
    let count = CountedNoun("command").text(lines.count)
    return "\(count) of \(Printable.escaped(lines.first?.file ?? "an empty script"))"
  }

  /// Leaves the last command out.
  public mutating func dropLast() { _ = lines.popLast() }

  /// Reads a script and what it sources.
  ///
  /// - Parameters:
  ///   - names: what names mean before its first line; afterwards, what they mean after its last.
  /// - Throws: a ``ScriptError`` if a file is missing or any line is wrong.
  public init(_ file: String, from source: any ScriptSource, names: inout NameContext) throws {
    var diagnostics: [Diagnostic] = []
    try read(file, source, &names, &diagnostics, open: [])
    if !diagnostics.isEmpty { throw ScriptError.wrong(diagnostics) }
  }

  private mutating func read(
    _ file: String, _ source: any ScriptSource, _ names: inout NameContext, _ diagnostics: inout [Diagnostic],
    open: [String]
  ) throws {
    let text = try source.text(of: file)
    for line in SourceLine.lines(of: text, in: file) {
      guard diagnostics.count < Self.mostDiagnostics else { return }
      do {
        guard let command = try CommandParser.parse(line.text, in: names) else { continue }
        guard case .source(let name) = command else {
          names.follow(command)
          lines.append(line)
          continue
        }
        let sourced = source.resolve(name, from: file)
        guard sourced != file, !open.contains(sourced) else {
          throw LanguageError(
            .refused("\(name) is being read already: scripts can't source each other in a circle"), at: line.whole)
        }
        guard open.count < Self.deepest else {
          throw LanguageError(.refused("scripts source each other more than \(Self.deepest) deep"), at: line.whole)
        }
        do {
          try read(sourced, source, &names, &diagnostics, open: open + [file])
        } catch let error as ScriptError {
          throw LanguageError(.refused(error.sentence), at: line.whole)
        }
      } catch let error as LanguageError {
        diagnostics.append(Diagnostic(error, in: line))
      }
    }
  }
}

extension ScriptError {
  /// The error in one sentence.
  public var sentence: String {
    switch self {
    case .missing(let file, let reason), .unreadable(let file, let reason):
      "\(Printable.escaped(file)): \(reason)"
    case .wrong(let diagnostics): diagnostics.map(\.text).joined(separator: "\n")
    }
  }
}
