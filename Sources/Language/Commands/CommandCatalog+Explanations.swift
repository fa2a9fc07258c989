import Kernel
import Replication

extension CommandCatalog {
  static let explanations: [CommandSpecification] = [
    CommandSpecification(
      "why", .looking,
      usage: [
        "why [OPERATION]", "why not converged [KEY]", "why not siblings KEY", "why not available OPERATION …",
      ],
      "Explains why the last operation of a command, or the one of that number, answered as it did; or why not.",
      details: """
        A chain of facts, each after its instant, to which `goto` leads: who was asked and what each copy held, where a \
        missed write was at that moment, which acknowledgements made an answer, whom a coordinator thought dead and by \
        which command. It ends with changes that would have avoided it, each tried on a fork of time before the \
        operation. `why not` tells what is left until the replicas agree, why no values stand side by side, or why an \
        operation would not be answered now. Changes nothing.
        """,
      examples: ["why", "why not converged", "why not available write cart eggs at ALL"]
    ) { reader in
      reader.note(.lineEnd)
      if try reader.optionalKeyword("not") != nil { return .whyNot(try reader.question()) }
      if let word = try reader.peek(), QuestionWord(rawValue: word.text.lowercased()) != nil {
        let words = "`why` explains an operation, `why not \(word.text.lowercased())` what keeps it from being so"
        throw LanguageError(.refused(words), at: word.span)
      }
      return .why(try reader.isAtEnd() ? nil : OperationID(try reader.wholeNumber(1...CommandParser.operationBudget)))
    }
  ]
}

/// Something that is not so, about which somebody asks why.
public enum WhyNot: Hashable, Sendable {
  /// Why an operation would not be answered now.
  case available(OperationPlan)
  /// Why the values of a key don't stand side by side.
  case siblings(String)
  /// Why the replicas don't agree, about a key or at all, and what is left.
  case converged(String?)
}

/// What may be asked why it is not so.
private enum QuestionWord: String, CaseIterable {
  case converged, siblings, available
}

extension CommandReader {
  fileprivate mutating func question() throws -> WhyNot {
    let name = try keyword(QuestionWord.allCases.map(\.rawValue))
    guard let word = QuestionWord(rawValue: name) else { throw unexpected(try peek()) }
    switch word {
    case .converged:
      note(.lineEnd)
      return .converged(try isAtEnd() ? nil : take(.key).text)
    case .siblings: return .siblings(try take(.key).text)
    case .available:
      let start = try peek()
      guard case .operate(let plan, _) = try CommandParser.embedded(&self) else {
        throw refused(
          "an operation can be available or not, such as `write cart eggs at ALL`",
          start?.span ?? SourceSpan(start: 0, length: 1))
      }
      return .available(plan)
    }
  }
}
