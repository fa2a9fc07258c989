import Replication

@testable import Analysis
@testable import Language
@testable import Workbench

extension Forecast {
  /// What would come of an operation, in the words of a command; nil if it can't be sent as it stands, or is none.
  init?(_ command: String, in session: Session) {
    guard
      case .operate(let plan, _)? = try? CommandParser.parse(
        SourceLine.prompt(command).text, in: session.names(isPrompt: true))
    else { return nil }
    self.init(plan, in: session.timeline)
  }
}
