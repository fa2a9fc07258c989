import Kernel

/// How the copies of a key are kept and merged.
public enum ValueForm: String, CaseIterable, Sendable {
  /// One version; of two the last writer's is kept (Cassandra).
  case lastWriterWins = "lww"
  /// All versions of which none has seen the other, told apart by their dots (Riak 2 and later).
  case siblings
  /// The same with one plain version vector for all of them (Riak 1).
  case plainSiblings = "plain-vectors"
  /// A register whose writes replace what their coordinator had seen.
  case mvRegister = "mv-register"
  /// A counter that goes up and down.
  case counter
  /// A counter that only goes up.
  case growCounter = "g-counter"
  /// A set that only grows.
  case growSet = "g-set"
  /// A set from which an element can be removed once and for all.
  case twoPhaseSet = "2p-set"
  /// A set in which an addition beats a concurrent removal.
  case orSet = "or-set"
  /// A row of columns, each a register that last writer wins by itself (Cassandra).
  case row
}

extension ValueForm {
  /// Whether a client's write says what the client has seen.
  public var takesContext: Bool { self == .siblings || self == .plainSiblings }

  /// The operations that such a key has, apart from reading it.
  public var updates: [OperationKind] {
    switch self {
    case .lastWriterWins, .siblings, .plainSiblings, .mvRegister, .row: [.write, .delete]
    case .counter, .growCounter: [.increment]
    case .growSet: [.add]
    case .twoPhaseSet, .orSet: [.add, .remove]
    }
  }

  /// Whether it is a register: its value is what was written, or what was written concurrently.
  public var isRegister: Bool { self != .row && updates.contains(.write) }

  /// Whether its writes have a timestamp, by which the later one is told, and may have a limited life.
  public var isTimed: Bool { self == .lastWriterWins || self == .row }
}

/// A change of a key that is not kept by last writer wins.
public enum Update: Hashable, Sendable {
  /// Write a value; ``Identity/none`` deletes.
  case write(ItemID)
  /// Add an element.
  case add(ItemID)
  /// Remove an element.
  case remove(ItemID)
  /// Add to a counter, or subtract.
  case increment(Int64)
  /// Write a column of a row, or delete it.
  case cell(Row.Cell)
  /// Delete a whole row.
  case clear(Row.Deletion)
}

/// What one copy of a key holds: a state that can be merged with others in any order and any number of times.
///
/// An update only ever moves up. Siblings with one plain vector are the exception: how they merge depends on the order, and
/// copies agree only after they have met again. A further data type is a case of ``Content``, made of lattices, and its
/// answers to `apply` and `merge`.
public struct KeyState: Lattice {
  /// What the data types are made of.
  public enum Content: Hashable, Sendable {
    /// Values or elements with their dots.
    case dotted(DottedItems)
    /// The two halves of a counter.
    case amounts(added: Amounts, subtracted: Amounts)
    /// The two halves of a set.
    case elements(Elements)
    /// The columns of a row.
    case row(Row)
  }

  /// The key.
  public let key: KeyID
  /// How it is kept.
  public let form: ValueForm
  /// What it holds.
  public private(set) var content: Content
  /// All updates seen.
  public private(set) var seen = VersionVector()

  /// The state before any update.
  public init(key: KeyID, form: ValueForm) {
    self.key = key
    self.form = form
    content =
      switch form {
      case .lastWriterWins, .siblings, .plainSiblings, .mvRegister, .orSet: .dotted(DottedItems())
      case .counter, .growCounter: .amounts(added: Amounts(), subtracted: Amounts())
      case .growSet, .twoPhaseSet: .elements(Elements())
      case .row: .row(Row())
      }
  }

  /// The values or elements that are there, tombstones left out.
  public var items: [ItemID] {
    switch content {
    case .dotted(let items): items.items
    case .amounts, .row: []
    case .elements(let elements): elements.items
    }
  }

  /// The columns of a row; nil for everything else.
  public var row: Row? { if case .row(let row) = content { row } else { nil } }

  /// Whether all that it holds is the trace of deletes (`riak_kv_util.is_x_deleted`: every sibling is marked as deleted).
  public var isTombstone: Bool {
    guard form.takesContext, case .dotted(let items) = content else { return false }
    return !items.entries.isEmpty && items.entries.allSatisfy { $0.item == .none }
  }

  /// The value of a counter, as far as it can be told: no further than the largest and smallest numbers there are.
  public var total: Int64 {
    guard case .amounts(let added, let subtracted) = content else { return 0 }
    let (difference, overflow) = Int64(clamping: added.total).subtractingReportingOverflow(
      Int64(clamping: subtracted.total))
    return overflow ? (added.total > subtracted.total ? .max : .min) : difference
  }

  /// Applies an update here.
  ///
  /// - Parameters:
  ///   - context: what the client had seen; nil: an update of a data type knows just what is held here.
  ///   - dot: the number that this replica, as the coordinator, gives the update.
  public mutating func apply(_ update: Update, context: VersionVector?, dot: VectorEntry) {
    switch (content, update) {
    case (.dotted(var items), .write(let item)):
      items.write(item, context: replaceable(by: context ?? seen), dot: dot)
      content = .dotted(items)
      if let context { seen.merge(context) }
    case (.dotted(var items), .add(let item)):
      items.add(item, dot: dot)
      content = .dotted(items)
    case (.dotted(var items), .remove(let item)):
      items.remove(item)
      content = .dotted(items)
    case (.amounts(var added, var subtracted), .increment(let amount)):
      if amount > 0 {
        added.add(amount.magnitude, at: dot.writer)
      } else {
        subtracted.add(amount.magnitude, at: dot.writer)
      }
      content = .amounts(added: added, subtracted: subtracted)
    case (.elements(var elements), .add(let item)):
      elements.add(item)
      content = .elements(elements)
    case (.elements(var elements), .remove(let item)):
      // What was never added can't be removed: it could never be added then.
      if elements.items.contains(item) { elements.remove(item) }
      content = .elements(elements)
    case (.row(var row), .cell(var cell)):
      cell.dot = dot
      row.write(cell)
      content = .row(row)
    case (.row(var row), .clear(var deletion)):
      deletion.dot = dot
      row.delete(deletion)
      content = .row(row)
    default:
      preconditionFailure("\(form.rawValue) can't take \(update)")
    }
    seen.raise(dot)
  }

  /// What a writer with that context may replace.
  ///
  /// One plain vector for all siblings says what the whole set has seen, not which value came with which update: who
  /// isn't up to date can replace nothing, not even the value that it has read. So false conflicts pile up (*sibling
  /// explosion*, README of ricardobcl/Dotted-Version-Vectors).
  private func replaceable(by context: VersionVector) -> VersionVector {
    form != .plainSiblings || context.covers(seen) ? context : VersionVector()
  }

  /// Takes in what another copy of the key holds.
  public mutating func merge(_ other: KeyState) {
    precondition(key == other.key && form == other.form, "copies of one key are of one form")
    switch (content, other.content) {
    case (.dotted(var items), .dotted(let others)) where form == .plainSiblings:
      switch seen.relation(to: other.seen) {
      case .after: break
      case .before: items = others
      // Equal vectors don't mean equal values: who had merged with a third before may hold what the other has replaced.
      case .equal, .concurrent: items.formUnion(others)
      }
      content = .dotted(items)
    case (.dotted(var items), .dotted(let others)):
      items.merge(others, seen: seen, otherSeen: other.seen)
      content = .dotted(items)
    case (.amounts(var added, var subtracted), .amounts(let otherAdded, let otherSubtracted)):
      added.merge(otherAdded)
      subtracted.merge(otherSubtracted)
      content = .amounts(added: added, subtracted: subtracted)
    case (.elements(var elements), .elements(let others)):
      elements.merge(others)
      content = .elements(elements)
    case (.row(var row), .row(let other)):
      row.merge(other)
      content = .row(row)
    default:
      preconditionFailure("copies of one key are of one form")
    }
    seen.merge(other.seen)
  }
}
