import Kernel

/// What a region's edge cache keeps: the answer to the last request for each key that came from the store.
///
/// It knows keys, not levels; writes pass it by and leave it as it is (a CDN before an API).
public struct EdgeCache: Sendable {
  /// One answer.
  public struct Entry: Hashable, Sendable {
    /// How the store answered.
    public let outcome: Outcome
    /// What it answered; none for nothing, and for an error.
    public let version: VersionID
    /// What the copies used had seen.
    public let seen: VectorID
    /// When the answer came by.
    public let since: Instant
  }

  private var entries = PagedTable<KeyID, Entry?>(vacant: nil)

  /// Nothing.
  init() {}

  /// The keys of which it has kept anything.
  public var keys: [KeyID] { entries.ids.filter { entries[$0] != nil } }

  /// What it serves for a key; nil where it has nothing that is young enough.
  public func entry(of key: KeyID, _ path: ClientPath, at now: Instant) -> Entry? {
    guard let ttl = path.edgeTTL, let entry = entries[key] else { return nil }
    return now - entry.since < (entry.outcome == .ok ? ttl : path.edgeErrorTTL) ? entry : nil
  }

  /// Keeps what comes by.
  mutating func keep(_ outcome: Outcome, _ version: VersionID, _ seen: VectorID, of key: KeyID, at now: Instant) {
    entries[key] = Entry(outcome: outcome, version: version, seen: seen, since: now)
  }
}
