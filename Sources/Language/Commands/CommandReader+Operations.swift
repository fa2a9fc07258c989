import Kernel
import Replication

extension CommandReader {
  /// How many bytes a key has at most.
  package static let keyLimit = 1_024
  /// How many bytes a value has at most.
  package static let valueLimit = 65_536

  /// Takes a key, a value where there is one, and the modifiers, in any order and each at most once.
  mutating func operation(_ kind: OperationKind, isNegative: Bool = false) throws -> OperationPlan {
    let key = try take(.key)
    guard key.text.utf8.count <= Self.keyLimit else { throw refused("a key has at most 1,024 bytes", key.span) }
    try check(kind, isNegative: isNegative, of: key)
    var plan = OperationPlan(
      kind: kind, key: key.text, level: context.standardLevel(of: kind), client: ClientID(0))
    if kind == .increment { plan.value = isNegative ? "-1" : "1" }
    if [.write, .add, .remove].contains(kind) {
      let value = try take(.value)
      guard value.text.utf8.count <= Self.valueLimit else {
        throw refused("a value has at most 65,536 bytes", value.span)
      }
      plan.value = value.text
    }
    var rest = modifiers(of: kind)
    var levelWord: Word?
    if kind == .increment { rest.append("by") }
    while let modifier = try optionalKeyword(rest) {
      // `in` and `as` both say who asks: one of them is enough.
      rest.removeAll { word in
        word == modifier
          || [["in", "as"], ["blind", "context"]].contains { $0.contains(modifier) && $0.contains(word) }
      }
      switch modifier {
      case "if":
        // The ballot is the timestamp, and what was read the context.
        rest.removeAll { ["timestamp", "blind", "context"].contains($0) }
        plan.condition = try condition()
      case "ttl": plan.lifetime = try positiveDuration()
      case "blind": plan.context = .blind
      case "context": plan.context = .answer(OperationID(try wholeNumber(1...CommandParser.operationBudget)))
      case "by": plan.value = String(try wholeNumber(1...1_000_000_000_000) * (isNegative ? -1 : 1))
      case "at":
        levelWord = try peek()
        plan.level = try level(for: kind)
      case "in": plan.client = ClientID(try region().index)
      case "as": plan.client = try client()
      case "via": plan.coordinator = try replica()
      default: plan.timestamp = Int64(try wholeNumber(-(1 << 53)...(1 << 53)))
      }
    }
    if let word = try peek(), !word.isQuoted, word.text.lowercased() == "at", context.levels(of: kind).isEmpty {
      throw refused(context.levelless(kind), word.span)
    }
    try settleLevel(of: &plan, levelWord)
    return plan
  }

  /// Takes what a write asks of the key's value.
  private mutating func condition() throws -> WriteCondition {
    if try keyword("absent", "value") == "absent" { return .absent }
    _ = try keyword("==")
    return .equals(try take(.value).text)
  }

  /// A condition needs a serial level, and an update at a serial level needs a condition
  /// (`ConsistencyLevel.validateForWrite`, `validateForCas`).
  private func settleLevel(of plan: inout OperationPlan, _ word: Word?) throws {
    let place = word?.span ?? SourceSpan(start: 0, length: 1)
    if plan.condition != nil {
      let levels = context.conditionLevels
      if word == nil { plan.level = levels.standard }
      guard levels.all.contains(plan.level) else {
        throw refused("a write with a condition is decided at \(levels.all.names.joined(separator: " or "))", place)
      }
      guard plan.timestamp == nil, plan.context == .latest else {
        throw refused(
          "a write with a condition takes no timestamp and no context: its ballot and its read give them", place)
      }
      let form = context.types[context.column(named: plan.key)?.row ?? plan.key] ?? .lastWriterWins
      guard !context.isCertain || form == .lastWriterWins else {
        throw refused(
          "a condition is for registers that last writer wins; `\(Printable.escaped(plan.key))` is \(form.rawValue)",
          place)
      }
    } else if plan.kind.isUpdate, context.isOnlyForConditions(plan.level) {
      let name = plan.level.name ?? ""
      throw refused(
        plan.kind == .write
          ? "a plain write has no level \(name): add `if absent` or `if value == …`"
          : "\(name) is for reads and for writes with a condition", place)
    }
  }

  /// Throws unless a key's data type has such an operation.
  private func check(_ kind: OperationKind, isNegative: Bool, of key: Word) throws {
    guard context.isCertain else { return }
    if let row = context.rowLackingColumn(named: key.text) {
      let shown = Printable.escaped(row)
      throw refused(
        "`\(shown).` names no column of the row `\(shown)`: its columns are written and deleted by their names, such as "
          + "`\(shown).name`, and read together as `\(shown)`", key.span)
    }
    let cell = context.column(named: key.text)
    let form = context.types[cell?.row ?? key.text] ?? .lastWriterWins
    let name = "`\(Printable.escaped(cell?.row ?? key.text))`"
    if form == .row { try checkRow(kind, name, cell?.column, of: key) }
    guard kind.isUpdate else { return }
    guard form.updates.contains(kind) else {
      let own = form.updates.map(\.rawValue).joined(separator: " and ")
      guard form.isRegister else {
        throw refused("\(name) is of type \(form.rawValue), which has \(own), no \(kind.rawValue)", key.span)
      }
      let type = kind == .increment ? "counter" : "or-set"
      throw refused(
        "\(name) is a register, which has \(own); `type` makes another of it first, such as \(type)", key.span)
    }
    guard !isNegative || form != .growCounter else {
      throw refused(
        "\(name) is a g-counter, which only grows; `type` makes it a counter before it is written", key.span)
    }
  }

  /// The words that can follow a key and a value.
  private func modifiers(of kind: OperationKind) -> [String] {
    var words = context.levels(of: kind).isEmpty ? [] : ["at"]
    words += ["in", "as", "via"]
    if kind == .write || kind == .delete {
      if context.has(.timestamps) { words.append("timestamp") }
      if context.has(.contexts) { words += ["blind", "context"] }
    }
    guard kind == .write else { return words }
    return words + (context.has(.lifetimes) ? ["ttl"] : []) + (context.hasConditions ? ["if"] : [])
  }

  /// Takes a level that such an operation has.
  mutating func level(for kind: OperationKind) throws -> ConsistencyLevel {
    let word = try peek()
    let level = try level()
    guard context.allows(level, for: kind) else {
      throw refused(
        level == .any
          ? "a read has no level ANY: a hint can't be read; use ONE or more"
          : "a \(kind.rawValue) has no level \(level.name ?? ""), but \(context.levels(of: kind).names.joined(separator: ", "))",
        word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return level
  }

  mutating func workload() throws -> WorkloadPlan {
    let start = try peek()
    let (count, per) = try rate()
    var plan = WorkloadPlan(
      count: count, per: per, duration: .zero, writes: Probability(millionths: 500_000), keys: 100,
      writeLevel: context.standardLevel(of: .write), readLevel: context.standardLevel(of: .read))
    let last = try optionalKeyword("to") == nil ? nil : try rate()
    let leveled = context.levelNames.isEmpty ? [] : ["at"]
    var rest = ["for", "write", "keys", "zipf"] + leveled + ["poisson", "size", "clients", "in", "as", "hop", "via"]
    while let modifier = try optionalKeyword(rest) {
      rest.removeAll { $0 == modifier || ["in", "as"].contains(modifier) && ["in", "as"].contains($0) }
      // Several clients of a region are nobody whom `as` could name.
      if modifier == "clients" || modifier == "as" { rest.removeAll { $0 == "clients" || $0 == "as" } }
      switch modifier {
      case "for": plan.duration = try positiveDuration()
      case "write": plan.writes = try percentage()
      case "keys": plan.keys = try wholeNumber(1...1_000_000)
      case "zipf": plan.zipfThousandths = try zipfExponent()
      case "at": (plan.writeLevel, plan.readLevel) = try levelPair(reads: plan.writes)
      case "poisson": plan.isPoisson = true
      case "size": plan.valueBytes = try size()
      case "clients": plan.clients = try wholeNumber(1...1_000)
      case "in": plan.client = ClientID(try region().index)
      case "as": plan.client = try client()
      case "hop": plan.hops = try hops()
      default: plan.coordinator = try replica()
      }
    }
    guard plan.duration > .zero else {
      note(.keyword("for"))
      throw unexpected(try peek())
    }
    plan.ramp = last.map { Ramp(from: (count, per), to: $0, over: plan.duration) }
    if !plan.hops.isEmpty, plan.client == nil {
      throw refused("hop needs a client that hops: `as CLIENT`", start?.span ?? SourceSpan(start: 0, length: 1))
    }
    let operations = plan.expectedOperations
    guard operations <= CommandParser.operationBudget else {
      throw refused(
        "this load would issue \(operations == .max ? "far too many" : String(operations)) operations; "
          + "a session holds \(CommandParser.operationBudget)", start?.span ?? SourceSpan(start: 0, length: 1))
    }
    return plan
  }

  /// Takes how many of something happen in what time.
  mutating func rate() throws -> (count: Int, per: TimeSpan) {
    let word = try take(.rate)
    let parts = word.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let units: [String: TimeSpan] = ["ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .hours(1)]
    guard !word.isQuoted, parts.count == 2, let unit = units[parts[1]],
      let thousandths = Quantity.scaled(parts[0], by: 1_000), thousandths > 0, thousandths <= 1_000_000_000_000
    else { throw LanguageError(.expected([.rate], found: word.text), at: word.span) }
    if thousandths % 1_000 == 0 { return (Int(thousandths / 1_000), unit) }
    return (Int(thousandths), TimeSpan(microseconds: unit.microseconds * 1_000))
  }

  private mutating func zipfExponent() throws -> Int {
    let word = try take(.number)
    guard !word.isQuoted, let exponent = Quantity.scaled(word.text, by: 1_000), exponent <= 5_000 else {
      throw LanguageError(.expected([.other("an exponent from 0 to 5")], found: word.text), at: word.span)
    }
    return Int(exponent)
  }

  private mutating func levelPair(reads: Probability) throws -> (ConsistencyLevel, ConsistencyLevel) {
    let word = try take(.level)
    let parts = word.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let levels = parts.compactMap(level)
    guard !word.isQuoted, parts.count <= 2, levels.count == parts.count, let writes = levels.first else {
      let wrong = parts.first { level($0) == nil } ?? word.text
      throw LanguageError(.unknownName(.level, wrong), at: word.span, candidates: context.candidates(for: .level))
    }
    if levels.count == 1, let pair = context.scheme.specification.pair(naming: writes) {
      return (pair.write, pair.read)
    }
    let readLevel = levels.count == 2 ? levels[1] : writes
    guard !writes.isSerial || levels.count == 1 && reads == .zero else {
      throw refused(
        "a load's writes have no condition, and so no level \(writes.name ?? ""); write QUORUM/SERIAL for reads at SERIAL",
        word.span)
    }
    guard context.allows(readLevel, for: .read) || levels.count == 1 && reads.isCertain else {
      throw refused(
        readLevel == .any
          ? "a read has no level ANY: a hint can't be read; write ANY/ONE for writes at ANY"
          : "a read has no level \(readLevel.name ?? "")", word.span)
    }
    guard levels.count == 1 || context.allows(writes, for: .write) else {
      throw refused("a write has no level \(writes.name ?? "")", word.span)
    }
    return (writes, readLevel)
  }

  private mutating func size() throws -> Int {
    let word = try take(.other("a size such as 100B"))
    if !word.isQuoted, let bytes = Quantity.bytes(word.text), bytes <= 1 << 24 { return Int(bytes) }
    throw LanguageError(.expected([.other("a size such as 100B, at most 16 MiB")], found: word.text), at: word.span)
  }

  private mutating func hops() throws -> [RegionID] {
    var regions = [try region()]
    while let word = try peek(), !word.isQuoted, let next = context.topology.region(named: word.text) {
      _ = try take(.region)
      regions.append(next)
    }
    return regions
  }
}
