/// A kind of question; each belongs to the lesson whose idea it takes elsewhere.
public enum CardFamily: String, CaseIterable, Codable, Hashable, Sendable {
  case holders = "who-has-it"
  case copies = "how-many-copies"
  case latency = "when-acknowledged"
  case acknowledgements = "how-many-acks"
  case fresh = "what-is-read"
  case overlap = "which-pair"
  case unknown = "after-a-timeout"
  case answered = "is-it-answered"
  case hints = "hinted-or-not"
  case readRepair = "mended-by-reading"
  case antiEntropy = "healed-by-then"
  case tombstones = "deleted-or-not"
  case expiry = "expired-or-not"
  case lastWriter = "which-write-wins"
  case relation = "before-or-concurrent"
  case siblings = "how-many-siblings"
  case counter = "sum-after-a-split"
  case set = "set-after-a-split"
  case session = "my-own-write"
  case guarantees = "which-guarantee"
  case regions = "price-of-a-region"
  case lostRegion = "region-destroyed"
  case cutLink = "read-during-a-cut"
  case oneWay = "one-way-cut"
  case conditional = "one-seat-two-buyers"
  case hedging = "asked-twice"
  case cache = "cached-or-not"
  case log = "leader-of-a-log"
  case lease = "leader-of-a-stream"

  /// The number of the lesson that it follows; see ``Course/lesson(named:)``.
  public var lesson: Int {
    switch self {
    case .holders: 1
    case .copies, .latency, .acknowledgements: 2
    case .fresh: 3
    case .overlap: 4
    case .unknown: 5
    case .answered: 6
    case .hints: 7
    case .readRepair: 8
    case .antiEntropy: 9
    case .tombstones, .expiry: 10
    case .lastWriter: 11
    case .relation: 12
    case .siblings: 13
    case .counter, .set: 14
    case .session: 15
    case .guarantees: 16
    case .regions, .lostRegion, .cutLink: 17
    case .oneWay: 18
    case .conditional: 22
    case .hedging: 23
    case .cache: 27
    case .log: 28
    case .lease: 29
    }
  }

  /// Where it stands among all.
  var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// A question of the kind, with what the draws decide; nil where they make none.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be played.
  func draft(_ draw: inout CardDraw) throws -> CardDraft? {
    switch self {
    case .holders: try Self.holders(&draw)
    case .copies: try Self.copies(&draw)
    case .latency: try Self.latency(&draw)
    case .acknowledgements: try Self.acknowledgements(&draw)
    case .fresh: try Self.fresh(&draw)
    case .overlap: try Self.overlap(&draw)
    case .unknown: try Self.unknown(&draw)
    case .answered: try Self.answered(&draw)
    case .hints: try Self.hints(&draw)
    case .readRepair: try Self.readRepair(&draw)
    case .antiEntropy: try Self.antiEntropy(&draw)
    case .tombstones: try Self.tombstones(&draw)
    case .expiry: try Self.expiry(&draw)
    case .lastWriter: try Self.lastWriter(&draw)
    case .relation: try Self.relation(&draw)
    case .siblings: try Self.siblings(&draw)
    case .counter: try Self.counter(&draw)
    case .set: try Self.set(&draw)
    case .session: try Self.session(&draw)
    case .guarantees: try Self.guarantees(&draw)
    case .regions: try Self.regions(&draw)
    case .lostRegion: try Self.lostRegion(&draw)
    case .cutLink: try Self.cutLink(&draw)
    case .oneWay: try Self.oneWay(&draw)
    case .conditional: try Self.conditional(&draw)
    case .hedging: try Self.hedging(&draw)
    case .cache: try Self.cache(&draw)
    case .log: try Self.log(&draw)
    case .lease: try Self.lease(&draw)
    }
  }
}
