import Language

/// Runs scripts on a session, without a screen.
public struct ScriptRunner {
  /// The session that they run on.
  public private(set) var session: Session
  private let report: (SessionEvent) -> Void

  /// A runner that tells `report` what happens, as it happens.
  public init(_ session: Session, report: @escaping (SessionEvent) -> Void) {
    self.session = session
    self.report = report
  }

  /// Runs scripts one after another; all are read before the first runs.
  ///
  /// - Throws: a ``ScriptError`` if one is missing or wrong, or if a command can't be carried out: what came before it
  ///   has happened then.
  public mutating func run(_ files: [String], from source: any ScriptSource) throws {
    var names = session.names(isPrompt: false)
    let scripts = try files.map { try Script($0, from: source, names: &names) }
    if names.asksOfService { session.watch() }
    for script in scripts {
      for line in script.lines { try run(line) }
    }
  }

  /// Runs one line.
  ///
  /// - Throws: a ``ScriptError`` if it can't be carried out.
  public mutating func run(_ line: SourceLine) throws {
    do {
      try session.execute(line, isPrompt: false, report: report)
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  /// Has indicators counted over windows, from the beginning.
  public mutating func watch() { session.watch() }

  /// Lets time run on until every operation and load has ended.
  public mutating func finish() {
    session.finish(report: report)
  }
}
