/// What a verdict rests on: operations of some kind that were looked at, and keys that were not.
extension RegisterHistory {
  /// What a guarantee makes demands on.
  enum Subject {
    case reads, writes, operations

    /// What is missing where there is nothing to judge.
    var absence: String {
      switch self {
      case .reads: "no read was answered"
      case .writes: "nothing was written"
      case .operations: "there is no operation on a register"
      }
    }

    func takes(_ operation: Operation) -> Bool {
      switch self {
      case .reads: operation.found != nil
      case .writes: operation.mayHaveWritten
      case .operations: operation.ending != .failed && (operation.mayHaveWritten || operation.ending != .unknown)
      }
    }
  }

  /// Whether there is anything that a verdict could rest on.
  public var isJudgeable: Bool { isJudgeable(.operations, of: nil) }

  private func isJudgeable(_ subject: Subject, of sessions: Set<Int>?) -> Bool {
    operations.contains {
      leftOut[$0.key] == nil && subject.takes($0) && sessions?.contains($0.session) ?? true
    }
  }

  /// The keys that are left out; of sessions those that they have used.
  public func leftOutKeys(of sessions: Set<Int>? = nil) -> [Int] {
    guard let sessions else { return leftOut.indices.filter { leftOut[$0] != nil } }
    var isUsed = Array(repeating: false, count: keyCount)
    for operation in operations where sessions.contains(operation.session) { isUsed[operation.key] = true }
    return leftOut.indices.filter { leftOut[$0] != nil && isUsed[$0] }
  }

  /// A verdict as far as it goes: what was found broken is broken, but nothing is held on the strength of operations that
  /// weren't there, or of keys that weren't looked at.
  func concluded(_ verdict: Verdict, on subject: Subject, of sessions: Set<Int>? = nil) -> Verdict {
    switch verdict {
    case .broken, .undecided, .notJudged: return verdict
    case .held:
      let keys = leftOutKeys(of: sessions).count
      guard isJudgeable(subject, of: sessions) else {
        return .notJudged(
          reason: keys == 0 ? subject.absence : "\(subject.absence) that could be judged")
      }
      guard keys > 0 else { return .held }
      return .notJudged(
        reason: "kept where it was judged, but \(keys == 1 ? "1 key was" : "\(keys) keys were") left out")
    }
  }
}
