import Kernel
import Replication

/// What the clients of a cluster did and saw, in order: one source for judging it and for writing it down.
public struct ClientHistory: Sendable {
  /// An operation begins, or ends for its client.
  public struct Step: Sendable {
    /// The operation.
    public let operation: Operation
    /// Whether it ends.
    public let isEnd: Bool
    /// Its place among its client's operations in flight, from 0: the lowest that is free when it begins.
    public let slot: Int
  }

  /// A value as clients can tell it from others of its key.
  public enum Value: Hashable, Sendable {
    /// The key is missing, or was deleted.
    case missing
    /// What one operation wrote; marked where others wrote the same.
    case written(ValueID, by: OperationID, isMarked: Bool)
    /// A text that a condition asks for: all writes of it are alike.
    case text(ValueID)
  }

  /// The beginnings and ends of all operations, in order.
  public private(set) var steps: [Step] = []
  private let catalogue: Catalogue
  /// For each key why it is no register that can be judged.
  public private(set) var leftOut: [LeftOut?]
  private var isTyped: [Bool]
  /// The texts that conditions on a key ask for, with one value of that text.
  private var asked: [KeyID: [String: ValueID]] = [:]
  private var repeated: Set<KeyText> = []
  /// The operation that made each dot of a key with siblings.
  private var dots: [Dot: OperationID] = [:]
  /// For each key the versions that the store ranks, best last.
  private var ranked: [[VersionID]]
  private let history: History
  /// The cluster's regions; whether each keeps copies of its own.
  private let topology: Topology
  private let areRegionsApart: Bool
  /// What goes on.
  private let open: [OperationID: Operation]

  private struct KeyText: Hashable {
    let key: KeyID
    let text: String
  }

  private struct Dot: Hashable {
    let key: KeyID
    let writer: ReplicaID
    let counter: UInt32
  }

  /// What has been seen of a cluster so far.
  public init(_ observer: Observer, _ cluster: Cluster) {
    catalogue = cluster.catalogue
    history = observer.history
    (topology, areRegionsApart) = (cluster.topology, cluster.scheme.keepsRegionsApart)
    let goingOn = cluster.openOperations
    open = Dictionary(uniqueKeysWithValues: goingOn.map { ($0.id, $0) })
    let count = catalogue.names.keyCount
    leftOut = Array(repeating: nil, count: count)
    isTyped = Array(repeating: false, count: count)
    ranked = Array(repeating: [], count: count)
    for key in catalogue.names.keys {
      let form = cluster.environment.form(of: key)
      if !form.isRegister { (leftOut[key.index], isTyped[key.index]) = (form == .row ? .row : .dataType, true) }
    }
    takeVersions(undecided: cluster.turn.parcels.paxos.undecided)
    takeValues(goingOn)
    takeSteps(goingOn)
    leaveOut()
  }

  /// Leaves out keys whose reads found siblings; of keys that nobody has used there is nothing to leave out.
  private mutating func leaveOut() {
    var isUsed = Array(repeating: false, count: leftOut.count)
    for step in steps {
      let (operation, key) = (step.operation, step.operation.key.index)
      isUsed[key] = true
      guard step.isEnd, operation.kind == .read, operation.outcome == .ok, leftOut[key] == nil else { continue }
      if answered(operation).count > 1 { leftOut[key] = .siblings }
    }
    for key in leftOut.indices where !isUsed[key] { leftOut[key] = nil }
  }

  private mutating func takeVersions(undecided: [VersionID]) {
    let undecided = Set(undecided)
    for version in catalogue.versions.ids where version != .none {
      let made = catalogue.version(version)
      guard made.key != .none else { continue }
      if made.isExpiring, leftOut[made.key.index] == nil { leftOut[made.key.index] = .expiring }
      if catalogue.origin(of: version) != nil {
        leftOut[made.key.index] = .mirrored
        continue
      }
      if made.isState {
        if made.operation != .none {
          dots[Dot(key: made.key, writer: made.writer, counter: made.counter)] = made.operation
        }
      } else if !undecided.contains(version) {
        ranked[made.key.index].append(version)
      }
    }
  }

  private mutating func takeValues(_ open: [Operation]) {
    let names = catalogue.names
    let operations = (history.all.map(\.operation) + open).filter {
      $0.value != .none && !$0.isLoad && $0.kind == .write
    }
    for operation in operations where operation.isConditional && operation.expected != .none {
      let text = names.text(of: operation.expected)
      if asked[operation.key]?[text] == nil { asked[operation.key, default: [:]][text] = operation.expected }
    }
    var seen: Set<KeyText> = []
    for operation in operations {
      let value = KeyText(key: operation.key, text: names.text(of: operation.value))
      // What looks as if it was marked could be taken for another.
      if !seen.insert(value).inserted || isLoads(value) || Self.looksMarked(value.text) { repeated.insert(value) }
    }
  }

  /// Whether a load has written that value to that key, too: `v` and the number of its operation.
  private func isLoads(_ value: KeyText) -> Bool {
    guard value.text.first == "v", let number = UInt32(value.text.dropFirst()),
      let entry = history[OperationID(Int(number))]
    else { return false }
    return entry.operation.isLoad && entry.operation.kind == .write && entry.operation.key == value.key
  }

  private static func looksMarked(_ text: String) -> Bool {
    guard let mark = text.utf8.lastIndex(of: UInt8(ascii: "#")) else { return false }
    let digits = text.utf8[text.utf8.index(after: mark)...]
    return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private mutating func takeSteps(_ open: [Operation]) {
    var edges: [(position: Int, isEnd: Bool, operation: Operation)] = []
    // Consumers' operations have no key, and are no operations on registers.
    for entry in history.all where entry.operation.kind.hasKey {
      edges.append((entry.operation.beganAt, false, entry.operation))
      edges.append((entry.operation.endedAt, true, entry.operation))
    }
    for operation in open where operation.kind.hasKey { edges.append((operation.beganAt, false, operation)) }
    edges.sort { ($0.position, $0.isEnd ? 1 : 0) < ($1.position, $1.isEnd ? 1 : 0) }
    var busy: [ClientID: [OperationID?]] = [:]
    steps.reserveCapacity(edges.count)
    for (_, isEnd, operation) in edges {
      var slots = busy.removeValue(forKey: operation.client) ?? []
      var slot = slots.firstIndex(of: isEnd ? operation.id : nil) ?? -1
      if slot < 0 {
        slot = slots.count
        slots.append(nil)
      }
      slots[slot] = isEnd ? nil : operation.id
      busy[operation.client] = slots
      steps.append(Step(operation: operation, isEnd: isEnd, slot: slot))
    }
  }

  // MARK: Values

  /// What an operation writes; nil unless it is a write or a delete.
  public func written(_ operation: Operation) -> Value? {
    switch operation.kind {
    case .write: value(operation.value, of: operation.key, by: operation.id)
    case .delete: .missing
    case .read, .add, .remove, .increment, .consume, .timeline: nil
    }
  }

  /// The value that a conditional write asks for.
  public func asked(_ operation: Operation) -> Value {
    operation.expected == .none ? .missing : value(operation.expected, of: operation.key, by: operation.id)
  }

  /// What an answered read found: nothing for a missing key, several values where siblings stand side by side.
  public func answered(_ operation: Operation) -> [Value] {
    guard operation.version != .none else { return [] }
    guard case .dotted(let items)? = catalogue.state(of: operation.version)?.content else {
      return [value(of: operation.version)].filter { $0 != .missing }
    }
    return items.entries.compactMap { entry in
      entry.item == .none ? nil : writer(of: entry, operation.key).flatMap { written($0) }
    }
  }

  /// The number of the operation whose write an answer shows, below 0 for a delete; 0 if it found nothing.
  public func source(of operation: Operation) -> Int {
    guard case .dotted(let items)? = catalogue.state(of: operation.version)?.content else {
      return source(of: operation.version)
    }
    let entry = items.entries.first { $0.item != .none } ?? items.entries.first
    guard let entry, let writer = writer(of: entry, operation.key) else { return 0 }
    return entry.item == .none ? -writer.id.index : writer.id.index
  }

  /// The number of the operation that made a version which the store ranks, below 0 for a delete.
  public func source(of version: VersionID) -> Int {
    guard version != .none else { return 0 }
    let made = catalogue.version(version)
    guard made.operation != .none else { return 0 }
    return made.isTombstone ? -made.operation.index : made.operation.index
  }

  private func writer(of entry: DottedItems.Entry, _ key: KeyID) -> Operation? {
    dots[Dot(key: key, writer: entry.dot.writer, counter: entry.dot.counter)].flatMap {
      history[$0]?.operation ?? open[$0]
    }
  }

  // MARK: Registers

  /// How many registers each key is: one, or one in each region that keeps copies of its own.
  public var registersPerKey: Int { areRegionsApart ? topology.regions.count : 1 }

  /// The number of the register that an operation is about.
  func register(of operation: Operation) -> Int {
    guard areRegionsApart else { return operation.key.index }
    return operation.key.index * registersPerKey + home(of: operation).index
  }

  private func home(of operation: Operation) -> RegionID {
    topology.home(of: operation.coordinator, askedFrom: operation.region)
  }

  /// The name of the register that an operation is about: the key's, with the region where each keeps copies of its own.
  public func registerName(of operation: Operation) -> String {
    registerName(of: operation.key, in: areRegionsApart ? home(of: operation) : nil)
  }

  /// The name of a key's register in a region; nil: in all.
  public func registerName(of key: KeyID, in region: RegionID?) -> String {
    let name = catalogue.names.name(of: key)
    guard let region, topology.regions.count > 1 else { return name }
    return "\(name) in \(topology.name(of: region))"
  }

  /// The regions that keep a register each of every key; nil alone: there is one for all.
  public var homes: [RegionID?] { areRegionsApart ? topology.regionIDs.map { $0 } : [nil] }

  /// The values of a key, or of its register in a region, in the order in which the store ranks them, the oldest first; nil where
  /// it doesn't.
  public func order(of key: KeyID, in region: RegionID? = nil) -> [VersionID]? {
    guard let region else {
      guard !ranked[key.index].isEmpty else { return nil }
      return ranked[key.index].sorted { catalogue.wins($1, over: $0) }
    }
    // In a log the place decides; what no leader has appended never took effect.
    let placed = ranked[key.index].compactMap { version in
      catalogue.position(of: version).map { (version, ($0.epoch, $0.offset)) }
    }.filter { catalogue.home(of: $0.0) == region }
    return placed.isEmpty ? nil : placed.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// What a version that the store ranks holds.
  public func value(of version: VersionID) -> Value {
    let made = catalogue.version(version)
    return made.isTombstone || made.isState ? .missing : value(made.value, of: made.key, by: made.operation)
  }

  private func value(_ value: ValueID, of key: KeyID, by operation: OperationID) -> Value {
    if let texts = asked[key], let text = texts[catalogue.names.text(of: value)] { return .text(text) }
    guard !repeated.isEmpty else { return .written(value, by: operation, isMarked: false) }
    let isMarked = repeated.contains(KeyText(key: key, text: catalogue.names.text(of: value)))
    return .written(value, by: operation, isMarked: isMarked)
  }

  /// Whether a key holds a data type and no register.
  public func isTyped(_ key: KeyID) -> Bool { isTyped[key.index] }

  /// Whether records of a key were mirrored from another region.
  public func isMirrored(_ key: KeyID) -> Bool { leftOut[key.index] == .mirrored }

  /// Whether what an operation wrote expires.
  public func isExpiring(_ operation: Operation) -> Bool {
    operation.version != .none && operation.kind == .write && catalogue.version(operation.version).isExpiring
      && catalogue.version(operation.version).operation == operation.id
  }
}
