import Insight
import Kernel
import Language
import Replication

/// What can't be done now, though it reads well.
extension Session {
  /// Throws a ``LanguageError`` unless a command can be carried out at this instant.
  func check(_ command: Command, _ line: SourceLine) throws {
    func refuse(_ reason: String) throws -> Never {
      throw LanguageError(.refused(reason), at: line.whole)
    }
    switch command {
    case .input(.deliver(let number)), .input(.drop(let number)):
      guard cluster.messagesInFlight.contains(where: { $0.number == number }) else {
        try refuse("no message \(number) is in flight; `show messages` lists those that are")
      }
    case .input(.load(let plan)):
      guard cluster.nextOperation + plan.expectedOperations <= Self.operationBudget else {
        try refuse("with this load the session would hold more than \(Self.operationBudget) operations")
      }
    case .input(.set(let setting)):
      if let refusal = refusal(toSet: setting) { try refuse(refusal) }
    case .input(.type(let key, _)) where cluster.isWritten(key):
      try refuse("`\(Printable.escaped(key))` has been written already; a key's type is chosen before that")
    case .operate(let plan, _):
      let form =
        cluster.catalogue.names.key(named: plan.key).map(cluster.environment.form)
        ?? cluster.environment.settings.conflict
      if plan.lifetime != nil, form != .lastWriterWins {
        try refuse(
          "a value with a ttl is for keys that last writer wins; `\(Printable.escaped(plan.key))` is \(form.rawValue)")
      }
      if plan.level.isSerial, form != .lastWriterWins {
        try refuse(
          "\(plan.level.name) is for keys that last writer wins; `\(Printable.escaped(plan.key))` is \(form.rawValue)")
      }
      if case .answer(let number) = plan.context { try checkContext(number, of: plan.key, refuse) }
      try checkTimestamp(of: plan, refuse)
    case .play(to: let position, at: _) where position < timeline.position:
      try refuse(
        "event \(position) lies in the past: time stands after event \(timeline.position); `goto event` goes back")
    case .undo where undoable.isEmpty: try refuse("there is no command to undo")
    case .redo where redoable.isEmpty: try refuse("there is nothing to redo")
    case .switchTo(let name) where !timeline.branchNames.contains(name):
      try refuse(noBranch(name))
    case .predict(let plan):
      if let refusal = cluster.refusal(of: plan) { try refuse(refusal) }
    case .why(let number):
      if let refusal = refusal(toExplain: number) { try refuse(refusal) }
    case .whyNot(let question):
      if let refusal = refusal(toExplain: question) { try refuse(refusal) }
    case .diff(let first, let second):
      for name in [first, second] where !timeline.branchNames.contains(name) {
        try refuse(noBranch(name))
      }
    case .fork(let name) where timeline.branchNames.contains(name):
      try refuse("there is a branch `\(name)` already")
    case .repair(_, let key?, _) where cluster.catalogue.names.key(named: key) == nil:
      try refuse("\(Self.untouched(key)), and it is no region or replica")
    case .show(.key(let name)), .show(.clocks(let name)):
      guard cluster.catalogue.names.key(named: name) != nil else {
        try refuse(Self.untouched(name))
      }
    case .input, .seed, .fixSeed, .repair, .await, .step, .run, .runUntil, .back, .goto, .gotoEvent, .play, .undo,
      .redo,
      .speed, .show, .fork, .branches, .switchTo, .whatIf, .check, .say, .beat, .mark, .note, .view, .focus, .select,
      .zoom, .expect, .source, .help, .save, .export, .quit, .breakpoint:
      break
    }
  }

  private func noBranch(_ name: String) -> String {
    "there is no branch `\(Printable.escaped(name))`; there \(timeline.branchNames.count == 1 ? "is" : "are") \(timeline.branchNames.joined(separator: ", "))"
  }

  /// That there is nothing to be told of a key.
  public static func untouched(_ key: String) -> String {
    "no operation has touched a key `\(Printable.escaped(key))`"
  }

  /// Why a setting means nothing under the conflict policy by which keys are kept that come up now; nil if it does.
  private func refusal(toSet setting: Setting) -> String? {
    let policy = cluster.environment.settings.conflict
    let reason: String
    switch setting {
    case .tombstoneGrace where policy != .lastWriterWins:
      reason = "tombstone-grace is for keys that last writer wins; tombstones among siblings go by `set delete-mode`"
    case .deleteMode where policy == .lastWriterWins:
      reason =
        "delete-mode is for keys that keep siblings; where the last writer wins tombstones go by `set tombstone-grace`"
    case .conflict, .antiEntropy, .merkleDepth, .speculation, .forwarding, .tombstoneGrace, .deleteMode, .timestamps,
      .hints, .hintWindow, .hintThrottle, .readRepair, .readTimeout, .writeTimeout, .processing, .clientDelay,
      .coordinator, .failover, .detector, .deltaUpdates, .gossip, .replicaChoice:
      return nil
    }
    return "\(reason). `set conflict` is \(policy.rawValue), under which there are: "
      + SettingCatalog.names(under: policy).joined(separator: ", ")
  }

  /// Throws unless an operation's answer carries something about a key.
  private func checkContext(
    _ number: OperationID, of key: String, _ refuse: (String) throws -> Never
  ) throws {
    guard let operation = world.observer.history[number]?.operation, operation.outcome == .ok else {
      try refuse("operation \(number.index) has no answer whose context could be sent")
    }
    guard cluster.catalogue.names.name(of: operation.key) == key else {
      try refuse("operation \(number.index) was about another key")
    }
  }

  /// Throws if an operation's timestamp would put it before what its client was promised to write after.
  private func checkTimestamp(of plan: OperationPlan, _ refuse: (String) throws -> Never) throws {
    let client = cluster.clients[plan.client]
    guard let timestamp = plan.timestamp, let key = cluster.catalogue.names.key(named: plan.key),
      let earliest = client.earliestTimestamp(of: key, cluster.catalogue), timestamp <= earliest
    else { return }
    try refuse(
      "\(client.name)'s guarantees ask for a timestamp above \(earliest), that of what it has written or read before; "
        + "`guarantee \(client.name) none` ends them")
  }
}
