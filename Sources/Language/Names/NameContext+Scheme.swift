import Replication

/// What the replication scheme allows. Where it isn't known which cluster there will be, it is whatever some scheme allows:
/// a command is read again before it is carried out.
extension NameContext {
  /// The schemes that there may be.
  private var schemes: [SchemeSpecification] {
    (isCertain ? [scheme] : SchemeName.allCases).map(\.specification)
  }

  /// Whether the scheme has something that not every scheme has.
  func has(_ feature: SchemeFeature) -> Bool { schemes.contains { $0.features.contains(feature) } }

  /// Whether a setting means something under the scheme.
  func has(setting: SettingName) -> Bool { schemes.contains { $0.has(setting) } }

  /// Whether writes can have a condition.
  var hasConditions: Bool { schemes.contains { $0.conditionLevels != nil } }

  /// The levels of writes with a condition.
  var conditionLevels: LevelChoice { schemes.lazy.compactMap(\.conditionLevels).first ?? .none }

  /// Whether a level is no plain write's.
  func isOnlyForConditions(_ level: ConsistencyLevel) -> Bool {
    conditionLevels.all.contains(level) && !schemes.contains { $0.writeLevels.all.contains(level) }
  }

  /// What sessions can be promised.
  var guarantees: [SessionGuarantee] {
    SessionGuarantee.allCases.filter { guarantee in schemes.contains { $0.guarantees.contains(guarantee) } }
  }

  /// The levels that operations of a kind can be asked for at; writes may have a condition.
  func levels(of kind: OperationKind) -> [ConsistencyLevel] {
    ConsistencyLevel.allCases.filter { $0.name != nil && allows($0, for: kind) }
  }

  /// Whether operations of a kind can have a level; writes may have a condition.
  func allows(_ level: ConsistencyLevel, for kind: OperationKind) -> Bool {
    schemes.contains { $0.levels(of: kind).contains(level) }
  }

  /// That operations of a kind have no level, and what the levels are for that there are.
  func levelless(_ kind: OperationKind) -> String {
    "under the replication scheme \(scheme.rawValue) a \(kind.rawValue) has no level: it is answered "
      + "\(scheme.specification.writePromise); \(levelNames.joined(separator: " and ")) are levels of reads"
  }

  /// The level that holds where none is named.
  package func standardLevel(of kind: OperationKind) -> ConsistencyLevel {
    let scheme = scheme.specification
    return kind.isUpdate ? scheme.writeLevels.standard : scheme.readLevels.standard
  }

  /// The names of all levels, each once.
  package var levelNames: [String] {
    ConsistencyLevel.allCases.filter { allows($0, for: .write) || allows($0, for: .read) }.names
  }

  /// The names of the facts that mean something.
  var factNames: [String] {
    FactCatalog.all.filter(knows).map(\.name)
  }

  /// Whether a fact means something under the scheme.
  func knows(_ fact: FactSpecification) -> Bool { schemes.contains { fact.isMeaningful(under: $0) } }
}
