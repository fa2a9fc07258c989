import Kernel

/// Keys that keep more than one version.
extension Cluster {
  /// Chooses a data type for a key, which must not have been written.
  mutating func chooseType(_ form: ValueForm?, for name: String) {
    let key = turn.intern(key: name)
    turn.rearrange {
      $0.types.removeAll { $0.key == name }
      $0.types.append(TypedKey(key: name, form: form))
    }
    turn.fixForm(of: key, as: form ?? turn.environment.settings.conflict)
  }

  /// The row that a name belongs to as one of its columns, and which: `user:7.name` is the column `name` of `user:7`, if that was
  /// made a row; nil for any other name.
  public func column(named name: String) -> (row: String, column: String)? {
    let types = turn.environment.types
    return TypedKey.column(named: name) { key in types.contains { $0.key == key && $0.form == .row } }
  }

  /// What an operation was asked about, and for: of a row's column its full name, and what was written there.
  public func subject(of operation: Operation) -> (key: String, value: String?) {
    let name = turn.catalogue.names.name(of: operation.key)
    guard operation.value != .none else { return (name, nil) }
    let text = turn.catalogue.names.text(of: operation.value)
    guard turn.environment.form(of: operation.key) == .row, operation.kind.isUpdate else { return (name, text) }
    let operand = Row.operand(text, isDelete: operation.kind == .delete)
    return ("\(name).\(operand.column)", operand.value)
  }

  /// Whether a key was ever written, so that its data type is settled for good.
  public func isWritten(_ name: String) -> Bool {
    guard let key = catalogue.names.key(named: name) else { return false }
    return catalogue.versions.ids.contains { catalogue.version($0).key == key }
  }
}

extension Catalogue {
  /// The update that an operation makes of a key of that form; what a load writes is added to a set or counted.
  mutating func update(for operation: Operation, _ form: ValueForm) -> Update {
    guard operation.kind != .delete else { return .write(.none) }
    let text = names.text(of: operation.value)
    switch (operation.kind, form) {
    case (.remove, _): return .remove(names.intern(item: text))
    case (_, .growSet), (_, .twoPhaseSet), (_, .orSet): return .add(names.intern(item: text))
    case (_, .counter), (_, .growCounter): return .increment(Int64(text) ?? 1)
    default: return .write(names.intern(item: text))
    }
  }
}

extension TypedKey {
  /// The row and the column that a name stands for; nil for any other name, also for that of a row.
  public static func column(
    named name: String, _ isRow: (String) -> Bool
  ) -> (row: String, column: String)? {
    guard !isRow(name) else { return nil }
    var place = name.startIndex
    while let dot = name[place...].firstIndex(of: ".") {
      place = name.index(after: dot)
      let row = String(name[..<dot])
      if place < name.endIndex, isRow(row) { return (row, String(name[place...])) }
    }
    return nil
  }
}

extension Catalogue {
  /// The update that an operation makes of a row.
  ///
  /// - Parameter reading: what the coordinator's clock shows: from then on a lifetime counts.
  func rowUpdate(for operation: Operation, timestamp: Int64, reading: Int64, lifetime: TimeSpan?) -> Update {
    guard operation.value != .none else { return .clear(Row.Deletion(timestamp: timestamp, at: reading)) }
    let (column, value) = Row.operand(names.text(of: operation.value), isDelete: operation.kind == .delete)
    let death = value == nil ? reading : lifetime.map { reading + $0.microseconds }
    return .cell(Row.Cell(column: column, value: value, timestamp: timestamp, death: death))
  }
}
