/// What is answered under the primary-cache scheme while nothing fails, written straight from its rules: rows come in order, each
/// region's database tells its caches behind the row, a write's own way takes it in, and what is older than what was invalidated
/// isn't kept.
///
/// Times are in microseconds. Versions are numbers in the order of the primary's commits; 0 stands for nothing.
struct PrimaryCacheModel {
  /// One follower's or leader's place for a key.
  private struct Place {
    /// What it serves; nil while it was invalidated or is being fetched.
    var held: Int?
    /// Nothing older is kept.
    var floor = 0
  }

  static let (inside, client, binlogDelay) = (500, 500, 10_000)
  static let between = [[500, 40_000, 90_000], [40_000, 500, 60_000], [90_000, 60_000, 500]]

  /// What the databases hold, by region and key.
  private var rows: [[String: Int]] = [[:], [:], [:]]
  /// What the leader cache and the followers keep, by region, place and key.
  private var caches: [[[String: Place]]] = Array(repeating: Array(repeating: [:], count: 3), count: 3)
  private var texts: [String?] = [nil]
  private var before: [Int] = [0]
  private var agenda: [(at: Int, number: Int, act: (inout PrimaryCacheModel) -> Void)] = []
  private var number = 0

  private mutating func plan(_ at: Int, _ act: @escaping (inout PrimaryCacheModel) -> Void) {
    agenda.append((at, number, act))
    number += 1
  }

  /// Lets happen what is due by an instant.
  mutating func pass(to instant: Int) {
    while let next = agenda.filter({ $0.at <= instant }).min(by: { ($0.at, $0.number) < ($1.at, $1.number) }) {
      agenda.removeAll { $0.number == next.number }
      next.act(&self)
    }
  }

  /// A read of a follower that begins at an instant: what it answers, and when.
  mutating func read(_ key: String, in region: Int, tier: Int, isCritical: Bool, at start: Int) -> (String?, Int) {
    pass(to: start + Self.client)
    if isCritical {
      let there = start + Self.client + (region == 0 ? 0 : Self.inside) + Self.between[region][0] + Self.inside
      let back = there + Self.inside + Self.between[0][region] + (region == 0 ? 0 : Self.inside) + Self.client
      pass(to: there)
      let version = rows[0][key] ?? 0
      pass(to: back)
      return (texts[version], back)
    }
    if let held = caches[region][tier][key]?.held { return (texts[held], start + 2 * Self.client) }
    caches[region][tier][key] = caches[region][tier][key] ?? Place()
    pass(to: start + Self.client + Self.inside)
    var (version, at) = (0, start + Self.client + Self.inside)
    if let held = caches[region][0][key]?.held {
      version = held
    } else {
      caches[region][0][key] = caches[region][0][key] ?? Place()
      pass(to: at + Self.inside)
      version = rows[region][key] ?? 0
      at += 2 * Self.inside
      pass(to: at)
      fill(key, version, region, 0)
    }
    at += Self.inside
    pass(to: at)
    fill(key, version, region, tier)
    return (texts[version], at + Self.client)
  }

  private mutating func fill(_ key: String, _ version: Int, _ region: Int, _ tier: Int) {
    let place = caches[region][tier][key] ?? Place()
    guard version >= place.floor, version >= place.held ?? 0, texts[version] != nil else { return }
    caches[region][tier][key]?.held = version
  }

  /// A write through a follower that begins at an instant, or a delete; says when its client hears.
  mutating func write(_ text: String?, to key: String, in region: Int, tier: Int, at start: Int) -> Int {
    var at = start + Self.client
    for cache in [tier, 0] {
      pass(to: at)
      caches[region][cache][key] = caches[region][cache][key] ?? Place()
      at += Self.inside
    }
    at += (region == 0 ? 0 : Self.between[region][0])
    pass(to: at)
    texts.append(text)
    let version = texts.count - 1
    before.append(rows[0][key] ?? 0)
    rows[0][key] = version
    tell(key, version, 0, at)
    for other in 1...2 {
      let arrival = at + Self.binlogDelay + Self.between[0][other]
      plan(arrival) {
        $0.rows[other][key] = version
        $0.tell(key, version, other, arrival)
      }
    }
    at += Self.inside + (region == 0 ? 0 : Self.between[0][region])
    pass(to: at)
    apply(key, version, region, 0)
    at += Self.inside
    pass(to: at)
    apply(key, version, region, tier)
    return at + Self.client
  }

  /// A region's database tells the leader cache, which tells the followers.
  private mutating func tell(_ key: String, _ version: Int, _ region: Int, _ at: Int) {
    plan(at + Self.inside) { $0.drop(key, version, region, 0) }
    for tier in 1...2 { plan(at + 2 * Self.inside) { $0.drop(key, version, region, tier) } }
  }

  private mutating func drop(_ key: String, _ version: Int, _ region: Int, _ tier: Int) {
    guard let place = caches[region][tier][key], place.held ?? -1 < version else { return }
    caches[region][tier][key] = Place(held: nil, floor: max(place.floor, version))
  }

  /// The write's own way: on top of what it replaced, or of nothing.
  private mutating func apply(_ key: String, _ version: Int, _ region: Int, _ tier: Int) {
    let place = caches[region][tier][key] ?? Place()
    guard place.floor <= version, place.held ?? -1 < version else { return }
    let isClash = place.held.map { $0 != before[version] } ?? false
    if isClash || texts[version] == nil {
      drop(key, version, region, tier)
    } else {
      caches[region][tier][key] = Place(held: version, floor: place.floor)
    }
  }
}
