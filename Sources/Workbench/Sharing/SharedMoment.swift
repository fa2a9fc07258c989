import Analysis
import Kernel
import Language
import Replication

/// A moment of a session that somebody passes on: what leads to it, and how to tell that one has come there.
public struct SharedMoment: Hashable, Sendable {
  /// The commands that lead to it, a line each. What was noted for the presenter alone, comments and pauses are left out.
  public let lines: [String]
  /// The cluster's fingerprint there, in sixteen hexadecimal digits.
  public let fingerprint: String
  /// The program that it was shared by.
  public let version: String

  init(lines: [String], fingerprint: String, version: String = ProgramVersion.number) {
    (self.lines, self.fingerprint, self.version) = (lines, fingerprint, version)
  }

  /// The commands, as lines of a file of that name.
  public func sourceLines(of file: String) -> [SourceLine] {
    lines.enumerated().map { SourceLine(file: file, number: $0.offset + 1, text: $0.element) }
  }
}

/// What this program calls itself.
public enum ProgramVersion {
  /// Its number.
  public static let number = "0.1.0"
}

/// Why a moment can't be shared, in a sentence that says what to do.
public struct ShareRefusal: Error, Hashable, Sendable {
  /// The sentence.
  public let sentence: String

  /// A refusal in those words.
  public init(sentence: String) { self.sentence = sentence }
}

extension Session {
  /// The present moment, to be passed on.
  public var sharedMoment: SharedMoment {
    let lines = kept().lines.filter { $0 != KeptScript.title }.map {
      SourceLine(file: "", number: 1, text: $0).command
    }
    // No name of these commands is anything but an ASCII word.
    let left = lines.filter { line in
      let name = line.split(whereSeparator: \.isWhitespace).first?.lowercased()
      return name != "note" && name != "beat" && !line.isEmpty
    }
    return SharedMoment(lines: left, fingerprint: cluster.fingerprint.description)
  }

  /// The present moment as a text.
  ///
  /// - Throws: a ``ShareRefusal`` if it doesn't fit.
  public func share() throws(ShareRefusal) -> ShareToken { try ShareToken(sharedMoment) }
}
