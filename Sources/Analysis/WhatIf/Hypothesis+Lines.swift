import Kernel
import Language
import Replication

extension Timeline {
  /// What would come of something that is tried out.
  package func lines(whatIf hypothesis: Hypothesis) -> [String] {
    switch hypothesis {
    case .operation(let plan): OperationWhatIf(plan, in: self).lines
    case .fault(let input): FaultWhatIf(input, key: cluster.latestKey ?? "whatif", in: self).lines
    case .load(let plan): LoadWhatIf(plan, in: self).lines
    }
  }
}

extension Cluster {
  /// The name of the key that came up last.
  var latestKey: String? { catalogue.names.keys.last.map { catalogue.names.name(of: $0) } }
}
