import Kernel

/// The kind of thing that an ``EntryID`` names.
enum EntryKind {}
/// A place in a cache.
typealias EntryID = Identity<EntryKind, UInt32>

/// What a cache keeps: entries, and the places of entries that were invalidated or are being fetched; the one that was used
/// longest ago goes first where there is no more room (TAO, §5: least recently used).
struct Cache: Sendable {
  /// How an entry came.
  enum Origin: UInt8, Sendable {
    case fill, changeset
  }

  /// One place.
  struct Entry: Sendable {
    let key: KeyID
    /// What is served; none for a key that isn't there, where such entries are kept.
    var version = VersionID.none
    /// All that who reads it has seen.
    var seen = VectorID.none
    /// Whether anything is served: false while it was invalidated, or is being fetched.
    var isHeld = false
    var origin = Origin.fill
    /// Since when it is so.
    var since: Instant
    /// Below what nothing may be kept any more.
    var floor = VersionID.none
    /// The leave to fill that is out; 0 for none.
    var token: UInt32 = 0
    /// Its neighbours in the order of use.
    fileprivate var newer = EntryID.none
    fileprivate var older = EntryID.none
  }

  private var entries: PagedTable<EntryID, Entry>
  private var places = PagedTable<KeyID, EntryID>(vacant: .none, pageSize: 256)
  private var vacant: [EntryID] = []
  private var newest = EntryID.none
  private var oldest = EntryID.none
  /// How many places are taken.
  private(set) var count = 0
  /// How many entries had to go for want of room.
  private(set) var evicted = 0
  /// How many leaves to fill it has given.
  private var tokens: UInt32 = 0

  init() { entries = PagedTable(vacant: Entry(key: .none, since: .start)) }

  /// The place of a key; nil if it has none.
  @inline(__always) func place(of key: KeyID) -> EntryID? {
    let place = places[key]
    return place == .none ? nil : place
  }

  /// What stands at a place.
  subscript(place: EntryID) -> Entry {
    @inline(__always) get { entries[place] }
    @inline(__always) _modify { yield &entries[place] }
  }

  /// What is kept of a key, served or not; nil if nothing.
  @inline(__always) func entry(_ key: KeyID) -> Entry? { place(of: key).map { entries[$0] } }

  /// What is kept, the latest used first.
  var all: [Entry] {
    var result: [Entry] = []
    var place = newest
    while place != .none {
      result.append(entries[place])
      place = entries[place].older
    }
    return result
  }

  /// The place of a key, which is made if there is none; it counts as used. What was used longest ago goes, if need be.
  mutating func use(_ key: KeyID, at now: Instant, size: Int) -> EntryID {
    if let place = place(of: key) {
      touch(place)
      return place
    }
    trim(to: max(size, 1) - 1)
    let place = vacant.popLast() ?? EntryID(entries.count)
    entries[place] = Entry(key: key, since: now)
    places[key] = place
    count += 1
    link(place)
    return place
  }

  /// Counts a place as used.
  @inline(__always) mutating func touch(_ place: EntryID) {
    guard newest != place else { return }
    unlink(place)
    link(place)
  }

  /// Gives a new leave to fill a place.
  mutating func giveLeave(_ place: EntryID) -> UInt32 {
    tokens &+= 1
    if tokens == 0 { tokens = 1 }
    entries[place].token = tokens
    return tokens
  }

  /// Gives up what was used longest ago until so many places are taken.
  mutating func trim(to size: Int) {
    while count > size, oldest != .none {
      if entries[oldest].isHeld { evicted += 1 }
      remove(oldest)
    }
  }

  /// Gives up a place.
  mutating func remove(_ place: EntryID) {
    unlink(place)
    places[entries[place].key] = .none
    vacant.append(place)
    count -= 1
  }

  /// Gives up everything; what was evicted before stays counted.
  mutating func removeAll() {
    let (evicted, tokens) = (evicted, tokens)
    self = Cache()
    (self.evicted, self.tokens) = (evicted, tokens)
  }

  private mutating func link(_ place: EntryID) {
    entries[place].older = newest
    entries[place].newer = .none
    if newest != .none { entries[newest].newer = place }
    newest = place
    if oldest == .none { oldest = place }
  }

  private mutating func unlink(_ place: EntryID) {
    let (newer, older) = (entries[place].newer, entries[place].older)
    if newer == .none { newest = older } else { entries[newer].older = older }
    if older == .none { oldest = newer } else { entries[older].newer = newer }
  }

  /// The first thing that must hold for it and doesn't, in words.
  var brokenInvariant: String? {
    var (place, found, last) = (newest, 0, EntryID.none)
    while place != .none, found <= count {
      guard places[entries[place].key] == place, entries[place].newer == last else {
        return "its order of use is broken"
      }
      found += 1
      (last, place) = (place, entries[place].older)
    }
    return found == count && last == oldest
      ? nil : "it keeps \(count) places, of which \(found) are in the order of use"
  }
}
