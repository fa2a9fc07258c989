extension FactCatalog {
  /// What comes after the end of the last fault.
  static let recovery: [FactSpecification] = [
    FactSpecification(
      "recovery.missing", .number,
      "Versions that a live owner lacked when the last fault at work had ended; none before."),
    FactSpecification(
      "recovery.p50", .duration,
      "Median time from then until every live owner held them, or what supersedes them; none while half are missing."),
    FactSpecification("recovery.p99", .duration, "The same at the 99th percentile; none while 1 of 100 is missing."),
    FactSpecification(
      "recovery.wait", .duration, "Time from then until the first hint arrived; none before.",
      hintless: "None: nobody keeps hints."),
  ]
}

extension FactCatalog {
  /// What says whether reads and writes met at all: a share of stale reads means little where nobody wrote.
  static let meetings: [FactSpecification] = [
    FactSpecification(
      "reads.contended", .share, cost: .history,
      "Answered reads that began while a write of their key was under way, or within 1s after its end ÷ reads answered."
    )
  ]
}

extension FactSpecification {
  /// Whether it says something of reads and writes that meet.
  var isOfMeetings: Bool { name == "reads.contended" }

  /// Whether it says something only once faults have ended.
  var isOfRecovery: Bool { name.hasPrefix("recovery.") }
}
