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
