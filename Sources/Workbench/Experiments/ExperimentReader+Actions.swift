import Kernel
import Language
import Replication
import Yams

extension MappingReader {
  /// The nodes of a scenario's actions.
  func actionNodes() throws -> [Node] {
    let nodes = try items(.actions)
    guard !nodes.isEmpty else { throw source.problem(place(.actions), "a scenario does something: `actions` is empty") }
    return nodes
  }
}

extension ExperimentReader {
  /// What a scenario does, when each thing begins, and how it is looked at.
  struct ActionPlan {
    var actions: [Action]
    var interval: TimeSpan
    var patience: TimeSpan
  }

  /// An action whose beginning may hang on another's end.
  private struct Draft {
    var action: Action
    let after: String?
    let node: Node
    let reader: MappingReader
  }

  /// How long is waited for agreement, and how often is looked, if nothing is said.
  private static let patience = TimeSpan.seconds(900)
  private static let interval = TimeSpan.seconds(10)

  func actions(_ nodes: [Node], in scenario: MappingReader) throws -> ActionPlan {
    var plan = ActionPlan(actions: [], interval: Self.interval, patience: Self.patience)
    var drafts = try nodes.map { try draft($0, &plan) }
    for (index, draft) in drafts.enumerated() {
      guard let name = draft.action.name else { continue }
      if drafts[..<index].contains(where: { $0.action.name == name }) {
        throw source.problem(
          draft.reader.place(.name),
          "there are two actions \(name) in this scenario; `after` tells them apart by their names")
      }
    }
    try order(&drafts)
    plan.actions = drafts.map(\.action)
    try boundPatience(&plan, drafts)
    let length = plan.actions.map(\.lastEnd).max() ?? .zero
    guard length <= .hours(24 * 30) else {
      throw source.problem(
        scenario.place(.actions), "a scenario lasts at most 30d; this one lasts \(Quantity.text(length))")
    }
    let operations = plan.actions.reduce(0.0) { sum, action in
      guard let load = action.load, let span = action.duration, let rate = Double(load.rate.dropLast(2)) else {
        return sum
      }
      return sum + rate * Double(span.microseconds) / 1_000_000
    }
    guard operations <= Double(CommandParser.operationBudget) else {
      throw source.problem(
        scenario.place(.actions),
        "its loads would issue \(Quantity.number(operations, decimals: 0)) operations; a session holds \(CommandParser.operationBudget)"
      )
    }
    return plan
  }

  /// A validation's timeout counts from its beginning: what is left of it once all is undone is what replicas have to agree.
  private func boundPatience(_ plan: inout ActionPlan, _ drafts: [Draft]) throws {
    guard let validation = drafts.first(where: { $0.action.kind == .consistencyValidation }) else { return }
    let length = plan.actions.map(\.lastEnd).max() ?? .zero
    let end = validation.action.start + plan.patience
    guard end > length else {
      throw source.problem(
        validation.reader.place(.timeout),
        "validation gives up at \(Quantity.text(end)), and only at \(Quantity.text(length)) all is undone; a longer timeout sees replicas agree"
      )
    }
    plan.patience = end - length
  }

  /// Puts what comes after something behind its end.
  private func order(_ drafts: inout [Draft]) throws {
    var isPlaced = drafts.map { $0.after == nil }
    var places: [String: Int] = [:]
    for (index, draft) in drafts.enumerated() { if let name = draft.action.name { places[name] = index } }
    for draft in drafts {
      guard let after = draft.after else { continue }
      guard places[after] != nil else {
        throw source.problem(
          draft.reader.place(.after), "there is no action named `\(after.prefix(60))` in this scenario",
          choice: places.isEmpty ? "none has a `name`" : nil,
          suggestion: NearestWord.to(after, among: places.keys.sorted()))
      }
    }
    // Followed from its beginning, a chain is placed in as many steps as it has links; what is met twice on the way is a circle.
    for start in drafts.indices where !isPlaced[start] {
      var chain: [Int] = []
      var met = Set<Int>()
      var place = start
      while !isPlaced[place] {
        guard met.insert(place).inserted else {
          let names = chain.drop { $0 != place }.map { drafts[$0].action.name ?? "" }
          throw source.problem(
            drafts[start].reader.place(.after),
            "these actions come after each other in a circle: \(names.joined(separator: ", "))")
        }
        chain.append(place)
        guard let next = drafts[place].after.flatMap({ places[$0] }) else { break }
        place = next
      }
      for index in chain.reversed() {
        guard let before = drafts[index].after.flatMap({ places[$0] }) else { continue }
        guard let end = drafts[before].action.end else {
          throw source.problem(
            drafts[index].reader.place(.after),
            "the action \(drafts[before].action.name ?? "") has no end that this could come after; give it a `duration`"
          )
        }
        drafts[index].action.start = TimeSpan(microseconds: end.microseconds + drafts[index].action.start.microseconds)
        isPlaced[index] = true
      }
    }
  }

  private func draft(_ node: Node, _ plan: inout ActionPlan) throws -> Draft {
    let kind = try kind(of: node)
    let reader = try MappingReader(node, .action(kind), source)
    if let feature = kind.specification.feature, !names.scheme.specification.features.contains(feature) {
      throw source.problem(
        reader.place(.type), "the replication scheme \(names.scheme.rawValue) has nothing for \(kind.rawValue) to do")
    }
    let targets = try reader.texts(.targets).map { text, node in
      do { return try Target.read(text, kind.specification.targets, in: names) } catch let problem as TargetProblem {
        throw source.problem(node, problem.sentence, choice: problem.choice, suggestion: problem.suggestion)
      }
    }
    if kind.needsTargets, targets.isEmpty {
      throw source.problem(reader.place(.targets), "\(kind.rawValue) needs a target at least")
    }
    if kind == .consistencyValidation {
      plan.interval = try reader.duration(.interval, atLeast: .milliseconds(10)) ?? plan.interval
      plan.patience = try reader.duration(.timeout) ?? plan.patience
    }
    let duration = reader.table.fields.contains { $0.key == .duration } ? try reader.duration(.duration) : nil
    let writes: Int? =
      switch kind {
      case .writeLoad: 1_000_000
      case .readLoad: 0
      case .mixedLoad: try reader.share(.write) ?? 500_000
      default: nil
      }
    let action = Action(
      kind: kind, name: try reader.text(.name), targets: targets,
      start: try reader.duration(.start, atLeast: .zero) ?? .zero,
      duration: duration ?? (kind == .nodeRestart ? .seconds(10) : nil),
      load: try writes.map { try load(reader, writes: $0) },
      parameters: try parameters(reader, kind), line: node.mark?.line ?? 1)
    return Draft(action: action, after: try reader.text(.after), node: node, reader: reader)
  }

  private func kind(of node: Node) throws -> ActionKind {
    guard let mapping = node.mapping else { throw source.problem(node, "an action is a mapping with a `type`") }
    guard let type = mapping.first(where: { $0.key.scalar?.string == ExperimentKey.type.rawValue })?.value else {
      throw source.problem(
        node, "an action needs a `type`", choice: "there are \(MappingReader.list(ActionKind.allCases.map(\.rawValue)))"
      )
    }
    guard let word = type.scalar?.string, let kind = ActionKind(rawValue: word) else {
      let words = ActionKind.allCases.map(\.rawValue)
      throw source.problem(
        type, "there is no action `\(type.scalar?.string.prefix(60) ?? "")`",
        choice: "there are \(MappingReader.list(words))",
        suggestion: type.scalar.flatMap { NearestWord.to($0.string, among: words) })
    }
    return kind
  }

  private func parameters(_ reader: MappingReader, _ kind: ActionKind) throws -> ActionParameters {
    var parameters = ActionParameters()
    for key in kind.specification.required + kind.specification.optional {
      switch key {
      case .latency:
        parameters.latency = try reader.duration(.latency)
        if let span = parameters.latency, span > Delay.longestParameter {
          throw source.problem(
            reader.place(.latency), "a slow-down is at most \(Quantity.text(Delay.longestParameter))")
        }
      case .loss, .duplication: parameters.share = try reader.share(key)
      case .skew: parameters.skew = try reader.signedDuration(.skew)?.microseconds
      case .drift:
        parameters.drift = try reader.signedDuration(.drift)?.microseconds
        if let drift = parameters.drift, drift.magnitude > 1_000_000 {
          throw source.problem(reader.place(.drift), "a clock gains or loses at most a second every second")
        }
      case .key: parameters.key = try reader.text(.key)
      case .rate: parameters.rate = try reader.number(.rate, atMost: 1_000_000)
      case .commands: parameters.commands = try operations(reader)
      default: continue
      }
    }
    if parameters.skew == 0, parameters.drift ?? 0 == 0 {
      throw source.problem(reader.place(.skew), "a clock that is 0 ahead is right; say how far it is wrong")
    }
    return parameters
  }

  /// Operations, each of which begins without waiting for the one before.
  private func operations(_ reader: MappingReader) throws -> [String] {
    try reader.texts(.commands).map { text, node in
      do {
        guard case .operate = try CommandParser.parse(text, in: names) else {
          throw LanguageError(
            .refused("this is no operation such as `write cart milk at QUORUM`"),
            at: SourceSpan(start: 0, length: text.count))
        }
        return "async \(text)"
      } catch let error as LanguageError {
        throw source.problem(node, in: text, error)
      }
    }
  }

  // MARK: Loads

  /// The load that a mapping states.
  func load(_ reader: MappingReader, writes: Int) throws -> LoadPlan {
    guard let rate = try reader.number(.qps, atMost: 1_000_000) else {
      throw source.problem(reader.node, "a load needs `qps`: operations a second")
    }
    let isFast = (Double(rate) ?? 0) > 5_000
    var rest = ""
    if let zipf = try reader.number(.zipf, atMost: 5) { rest += " zipf \(zipf)" }
    if let size = try reader.text(.size) { rest += " size \(size)" }
    if try reader.truth(.poisson) == true { rest += " poisson" }
    if let region = try reader.text(.region) { rest += " in \(region)" }
    let keys = try reader.whole(.keys, 1...1_000_000) ?? (isFast ? 1_000_000 : 100_000)
    let share = "\(Quantity.number(Double(writes) / 10_000))%"
    let level = try reader.text(.level) ?? (names.scheme == .leaderless ? "LOCAL_QUORUM" : nil)
    let plan = LoadPlan(rate: "\(rate)/s", writes: share, keys: keys, rest: rest, level: level)
    do {
      _ = try CommandParser.parse(plan.command(for: .seconds(1)), in: names)
    } catch let error as LanguageError {
      throw source.problem(place(of: error, in: plan, reader), Diagnostic(error, in: .prompt("")).message)
    }
    return plan
  }

  /// Which field the wrong part of a load's command came from.
  private func place(of error: LanguageError, in plan: LoadPlan, _ reader: MappingReader) -> Node {
    let head = String(plan.command(for: .seconds(1)).prefix(error.span.start))
    let words = head.split(separator: " ")
    switch words.last {
    case "at": return reader.place(.level)
    case "in": return reader.place(.region)
    case "size": return reader.place(.size)
    case "zipf": return reader.place(.zipf)
    default: return reader.node
    }
  }
}
