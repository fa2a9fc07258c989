import Replication

extension CommandCatalog {
  static let whatIf = CommandSpecification(
    "whatif", .looking,
    usage: [
      "whatif OPERATION", "whatif FAULT", "whatif load RATE for DURATION …", "whatif when CONDITION",
      "whatif when ALERT [after DURATION] do COMMAND", "whatif without when ALERT",
    ],
    "Tries something on copies: an operation at every level, a fault, a workload, or other luck; changes nothing.",
    details: """
      An operation is tried at every level that it can have, from every region: what it answers, when, and whether that is \
      guaranteed to be fresh, fresh by luck, or stale. After a fault it says what would still be available. A workload is \
      played at six levels, 2,000,000 events each at most.

      After `when` stands something that is so now, or at the end of what has been played of this branch. The session is \
      played again from instants before it, 5,000 events back at most, with the same commands at the same times and \
      everything else drawn anew; a plot shows how likely it was at each instant. Where that jumps is the cause, which is named.

      With `do` after an alert, or with `without`, the session is played again with that remedy, or without those that it had, and \
      stands beside itself as it was: when the alert fired and cleared, which operations failed and were stale, what it costs.
      """,
    examples: [
      "whatif read cart", "whatif cut us-east-1 eu-west-1", "whatif load 100/s for 2s keys 10",
      "whatif when last.stale", "whatif when lag-page after 30s do heal", "whatif without when lag-page",
    ]
  ) { reader in
    if try reader.optionalKeyword("without") != nil {
      _ = try reader.keyword("when")
      return .whatIf(.noRemedy(try reader.knownAlert()))
    }
    if try reader.optionalKeyword("when") != nil {
      if try reader.isAtRemedy(), case .operating(.remedy(let remedy)) = try reader.remedy() {
        return .whatIf(.remedy(remedy))
      }
      let (condition, text) = try reader.conditionWithText()
      return .whatIf(.outcome(condition, text: text))
    }
    let start = try reader.peek()
    switch try CommandParser.embedded(&reader) {
    case .operate(let plan, _) where plan.kind == .consume:
      throw reader.refused(
        "consuming has no levels to compare: `consume NAME` shows what comes, and `undo` takes it back",
        start?.span ?? SourceSpan(start: 0, length: 1))
    case .operate(let plan, _) where plan.kind == .timeline || plan.author != nil:
      throw reader.refused(
        "posts and timelines have no levels to compare here: try it, and `undo` takes it back",
        start?.span ?? SourceSpan(start: 0, length: 1))
    case .operate(let plan, _): return .whatIf(.operation(plan))
    case .input(.load(let plan)): return .whatIf(.load(plan))
    case .input(let input) where input.isFault: return .whatIf(.fault(input))
    default:
      throw reader.refused(
        "only an operation, a fault or a load can be tried out", start?.span ?? SourceSpan(start: 0, length: 1))
    }
  }
}

/// What `whatif` tries.
public indirect enum Hypothesis: Hashable, Sendable {
  case operation(OperationPlan)
  case fault(Input)
  case load(WorkloadPlan)
  /// When that, which is so, became likely.
  case outcome(Condition, text: String)
  /// The session with something that is done when an alert fires.
  case remedy(Remedy)
  /// The session without what is done when that alert fires.
  case noRemedy(String)
}
