import Language

/// A file that is to be written: where, what, and how that is told.
public struct FileDraft: Hashable, Sendable {
  /// Its path, as it was typed.
  public let path: String
  /// Its lines.
  public let lines: [String]
  /// What it is, such as `the session so far, as a script`.
  public let subject: String

  /// Whether it is a script, which stands as it was written; everything else is made printable.
  let isScript: Bool

  /// What the file will hold.
  public var text: String { lines.map { (isScript ? $0 : PrintableLine($0).text) + "\n" }.joined() }
}

extension Session {
  /// Everything so far as a script, for a file.
  public func draft(ofScript path: String) -> FileDraft {
    FileDraft(path: path, lines: kept().lines, subject: "the session so far, as a script", isScript: true)
  }

  /// What was seen in a form that other programs read, for a file.
  ///
  /// - Throws: an ``ExportRefusal`` if the form can't show it.
  public func draft(of plan: ExportPlan, to path: String) throws(ExportRefusal) -> FileDraft {
    FileDraft(
      path: path, lines: try lines(of: plan), subject: "what was seen, as \(plan.format.rawValue)", isScript: false)
  }
}
