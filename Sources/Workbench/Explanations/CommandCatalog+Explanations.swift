import Insight
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
      return .why(try reader.isAtEnd() ? nil : OperationID(try reader.wholeNumber(1...Session.operationBudget)))
    }
  ]
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

extension Session {
  /// The operation that `why` is about: that of the number, or the last of a command that has ended.
  func explained(_ number: OperationID?) -> OperationID? { number ?? world.observer.history.commands.last }

  /// Why an operation can't be explained now; nil if it can.
  func refusal(toExplain number: OperationID?) -> String? {
    guard let id = explained(number) else {
      guard let open = cluster.openOperations.last else {
        return "there is no operation yet whose answer could be explained"
      }
      return waiting(open)
    }
    if world.observer.history[id] != nil { return nil }
    if let open = cluster.openOperation(id) { return waiting(open) }
    let last = cluster.nextOperation - 1
    return id.index <= last
      ? "operation \(id.index) belongs to an earlier cluster, whose history has ended"
      : last == 0
        ? "there is no operation \(id.index): there has been none yet"
        : "there is no operation \(id.index); the latest is \(last)"
  }

  /// What an operation that goes on waits for.
  private func waiting(_ operation: Replication.Operation) -> String {
    let coordinator = cluster.topology.name(of: operation.executor)
    let awaited =
      cluster.awaited(ofWrite: operation.id, at: operation.executor)
      ?? cluster.read(operation.id, at: operation.coordinator)?.awaited
    let names = (awaited ?? ReplicaSet()).map { cluster.topology.name(of: $0) }
    let what =
      names.isEmpty
      ? "it waits for \(coordinator), its \(operation.leader == .none ? "coordinator" : "leader")"
      : "\(coordinator) waits for answers from \(Explainer.row(names))"
    return "operation \(operation.id.index) has not been answered yet: \(what)"
  }
}
