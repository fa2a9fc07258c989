import Language

extension Session {
  /// What would come of it.
  func lines(whatIf hypothesis: Hypothesis) -> [String] {
    switch hypothesis {
    case .operation(let plan): OperationWhatIf(plan, in: self).lines
    case .fault(let input): FaultWhatIf(input, key: keys.last ?? "whatif", in: self).lines
    case .load(let plan): LoadWhatIf(plan, in: self).lines
    }
  }
}
