import Kernel
import Language
import Replication

extension Timeline {
  /// What would come of something that is tried out.
  ///
  /// - Parameter commands: how many commands there were, for the fact of that name.
  package func answer(whatIf hypothesis: Hypothesis, commands: Int) -> (lines: [String], json: [String]) {
    switch hypothesis {
    case .operation(let plan): (OperationWhatIf(plan, in: self).lines, [])
    case .fault(let input): (FaultWhatIf(input, key: cluster.latestKey ?? "whatif", in: self).lines, [])
    case .load(let plan): (LoadWhatIf(plan, in: self).lines, [])
    case .remedy(let remedy): { ($0.lines, $0.json) }(RemedyWhatIf(.with(remedy), in: self))
    case .noRemedy(let alert): { ($0.lines, $0.json) }(RemedyWhatIf(.without(alert: alert), in: self))
    case .outcome(let condition, let text):
      { ($0.lines, $0.json) }(OutcomeWhatIf(condition, text, commands: commands, in: self))
    }
  }
}

extension Cluster {
  /// The name of the key that came up last.
  var latestKey: String? { catalogue.names.keys.last.map { catalogue.names.name(of: $0) } }
}
