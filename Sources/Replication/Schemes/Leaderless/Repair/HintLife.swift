import Kernel

/// The kind of thing that a ``HintLifeID`` names.
enum HintLifeKind {}
/// How long a hint lives: an entry of ``Parcels/hintLives``.
typealias HintLifeID = Identity<HintLifeKind, UInt32>

/// For how long a hint is worth applying: afterwards it could bring back what was deleted and purged since.
///
/// It goes with the hint, and is judged twice: by the coordinator's clock when the hint is sent, and by the target's when it
/// arrives (`hints/Hint.isLive`: dead from `creation + min(gc_grace at creation, gc_grace now)` on; Cassandra's sender goes by the
/// first of the two alone, so that some hints travel in vain).
struct HintLife: Hashable, Sendable {
  /// What the clock of its coordinator showed when the hint was kept, in microseconds.
  let created: Int64
  /// The grace period at that time.
  let grace: TimeSpan

  /// No life: what stands in the table where nothing was entered.
  static let none = HintLife(created: 0, grace: .zero)

  /// Whether it is over by a clock that shows `reading`, in microseconds, under the present grace period.
  func isOver(at reading: Int64, _ grace: TimeSpan) -> Bool {
    reading - created >= min(self.grace, grace).microseconds
  }
}

extension Turn {
  /// Enters the life of a hint that is kept now by a coordinator with that clock; none for a key without a grace period:
  /// what keeps its tombstones, or reaps them by itself, has none (Riak's hints have no age).
  mutating func hintLife(of version: VersionID, by clock: NodeClock) -> HintLifeID {
    guard environment.form(of: catalogue.version(version).key) == .lastWriterWins else { return .none }
    let life = HintLife(created: clock.reading(at: now), grace: environment.settings.tombstoneGrace)
    // Those that are kept at one instant share an entry.
    if parcels.hintLives.count > 0, parcels.hintLives[HintLifeID(parcels.hintLives.count - 1)] == life {
      return HintLifeID(parcels.hintLives.count - 1)
    }
    return parcels.hintLives.append(life)
  }

  /// Whether a hint is too old to be sent, or applied, by a clock.
  func isOver(_ life: HintLifeID, by clock: NodeClock) -> Bool {
    life != .none && parcels.hintLives[life].isOver(at: clock.reading(at: now), environment.settings.tombstoneGrace)
  }
}

extension LeaderlessServer {
  /// Keeps what comes as a hint, unless the hint has grown too old on its way; it is acknowledged either way
  /// (`hints/HintVerbHandler`).
  mutating func applyHint(_ message: Message, _ turn: inout Turn) {
    if turn.isOver(message.hintLife, by: clock) {
      turn.effects.record(.hintExpired(message.version, by: id, target: id), at: turn.now)
    } else {
      store(message.version, by: .hint, &turn)
    }
  }
}
