import Insight
import Kernel
import Language
import Replication

/// A user's timeline as it stands now: what each region's cached timeline holds, what is missing there and why, and which answers
/// went wrong.
public struct TimelineReport: Sendable {
  /// A region, with the user's cached timeline there.
  public struct Region: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How many posts the cached timeline has.
    public let cached: Int
    /// The newest of them; nil in an empty one.
    public let newest: String?
    /// How many posts it would lack that belong there.
    public let missing: Int
    /// How many inserts the region's daemon has to make, for everybody.
    public let left: Int
    /// Whether the user is at home there.
    public let isHome: Bool
  }

  /// A post, with how it stands in each region.
  public struct Row: Hashable, Sendable {
    /// What it is called.
    public let post: String
    /// What it says.
    public let text: String
    /// Since when it is accepted.
    public let age: TimeSpan
    /// How many inserts of it all daemons have to make.
    public let left: Int
    /// How it stands in each region, in the cluster's order.
    public let cells: [TimelineCell]
  }

  /// How many posts are told of at most: the newest.
  public static let limit = 100

  /// Whose timeline it is.
  public let user: String
  /// Who the user is: home, authors and followers, in words.
  public let about: [String]
  /// The regions, in the cluster's order.
  public let regions: [Region]
  /// The newest posts that belong there or are the user's own, newest first.
  public let rows: [Row]
  /// How many posts there are, those besides included.
  public let count: Int
  /// The region whose lacks are told of.
  public let place: String
  /// What is missing in one region and why, newest first.
  public let lacks: [String]
  /// What daemons insert, a post and region each.
  public let fanOuts: [String]
  /// Where posts are read that nobody inserts, and how far behind that is.
  public let sources: [String]
  /// Answers to the user that went wrong, the latest first, each with its operation.
  public let wrongs: [(operation: Int, text: String)]
  /// The operation that showed the timeline last; nil if none has ended.
  public let latest: Int?

  /// A user's timeline; nil if nobody of that name follows or posts.
  ///
  /// - Parameter region: where what is missing is told; nil: at home, or in the first region.
  public init?(of name: String, in region: RegionID?, _ timeline: Timeline) {
    let cluster = timeline.cluster
    guard let id = cluster.timelines.user(named: name) else { return nil }
    let user = cluster.timelines.users[id.index]
    let home = user.home == .none ? nil : user.home
    let asked = region ?? home ?? RegionID(0)
    let standings = cluster.topology.regionIDs.map { cluster.standings(of: id, in: $0) }
    let wording = Wording(timeline.world)
    let fanOuts = cluster.fanOutsInProgress
    self.user = name
    place = cluster.topology.name(of: asked)
    about = Self.about(id, user, cluster)
    regions = zip(cluster.topology.regionIDs, standings).map { region, standings in
      let newest = user.newestCached(in: region)
      return Region(
        name: cluster.topology.name(of: region), cached: user.cachedCount(in: region),
        newest: newest == .none ? nil : cluster.name(of: newest), missing: standings.count { $0.standing.isLack },
        left: cluster.fanOutBacklog(in: region), isHome: region == home)
    }
    let posts = standings.first?.map(\.post) ?? []
    count = posts.count
    rows = posts.indices.reversed().prefix(Self.limit).map { index in
      let post = cluster.timelines.posts[posts[index].index]
      return Row(
        post: cluster.name(of: posts[index]), text: cluster.catalogue.names.text(of: post.text),
        age: cluster.now - (post.accepted ?? cluster.now),
        left: fanOuts.reduce(0) { $0 + ($1.post == posts[index] ? $1.left : 0) },
        cells: standings.map { TimelineCell($0[index].standing, in: cluster) })
    }
    lacks = standings[asked.index].reversed().prefix(Self.limit).compactMap { post, standing in
      guard case .lacking(let reason) = standing else { return nil }
      return "\(Printable.named(cluster.name(of: post))): \(wording.lack(reason))"
    }
    self.fanOuts = fanOuts.prefix(Self.limit).map { Self.words($0, cluster) }
    sources = cluster.pulledSources(of: id, in: asked).map { Self.words($0, cluster) }
    latest =
      cluster.timelines.readings(of: id).last { timeline.world.observer.history[$0.operation] != nil }?.operation.index
    wrongs = cluster.timelines.readings(of: id).reversed().flatMap { reading -> [(Int, String)] in
      guard timeline.world.observer.history[reading.operation]?.operation.outcome == .ok else { return [] }
      return TimelineRemark.all(of: reading, in: cluster).filter { $0.kind != .missing }
        .map { (reading.operation.index, $0.text) }
    }
  }

  private static func about(_ id: UserID, _ user: TimelineUser, _ cluster: Cluster) -> [String] {
    var about = [user.home == .none ? "at home nowhere yet" : "at home in \(cluster.topology.name(of: user.home))"]
    let authors = cluster.authors(followedBy: id)
    about.append(authors.isEmpty ? "follows nobody" : "follows \(some(authors))")
    let named = cluster.namedFollowers(of: id)
    let others = user.followerCount - named.count
    let followers =
      (named.isEmpty ? [] : [some(named)]) + (others == 0 ? [] : ["\(Quantity.grouped(others)) without a name"])
    about.append(followers.isEmpty ? "followed by nobody" : "followed by \(followers.joined(separator: " and "))")
    if user.subscription != .none {
      about.append(
        "told of \(CountedNoun("insert").text(user.pushed)) in \(cluster.topology.name(of: user.subscription))")
    }
    return about
  }

  /// The first of some names, and how many there are besides.
  private static func some(_ names: [String]) -> String {
    let shown = names.prefix(5).map { Printable.named($0) }
    guard names.count > shown.count else { return Wording.row(shown) }
    return shown.joined(separator: ", ") + " and \(names.count - shown.count) more"
  }

  private static func words(_ progress: FanOutProgress, _ cluster: Cluster) -> String {
    let name = Printable.named(cluster.name(of: progress.post))
    let place = cluster.topology.name(of: progress.region)
    let left = "\(Quantity.grouped(progress.left)) of \(Quantity.grouped(progress.audience)) inserts left in \(place)"
    guard progress.rate > 0 else {
      return "\(name): \(left), and \(cluster.topology.name(of: progress.host)) stands still"
    }
    let rest = TimeSpan(microseconds: Int64(Double(progress.left) / Double(progress.rate) * 1_000_000))
    return "\(name): \(left), \(Quantity.grouped(progress.rate)) a second: \(Quantity.figure(rest))"
  }

  private static func words(_ source: PulledSource, _ cluster: Cluster) -> String {
    let author = Printable.named(cluster.timelines.users[source.author.index].name)
    let posts = "\(CountedNoun("post").text(source.posts)) of \(author)"
    guard source.source != .none else { return "\(posts) would be read, and no owner can be asked" }
    let name = cluster.topology.name(of: source.source)
    guard source.lacked > 0, let oldest = source.oldest else {
      return "\(posts) would be read at \(name), which has all"
    }
    let lag = Quantity.figure(cluster.now - oldest)
    return "\(posts) would be read at \(name), which lacks \(source.lacked): it is \(lag) behind"
  }

  /// All of it in lines.
  public var lines: [String] {
    var lines = TextWrap.lines("\(Printable.named(user)): \(about.joined(separator: "; "))", width: 66)
    lines += Listing.table(
      [["region", "cached", "newest", "lacks", "inserts left"]]
        + regions.map {
          [
            $0.name + ($0.isHome ? " (home)" : ""), "\($0.cached)", $0.newest.map { Printable.named($0) } ?? "–",
            "\($0.missing)", Quantity.grouped($0.left),
          ]
        }, right: [1, 3, 4])
    if !rows.isEmpty {
      lines += Listing.table(
        [["post", "age"] + regions.map(\.name)]
          + rows.prefix(20).map { [Printable.named($0.post), Quantity.figure($0.age)] + $0.cells.map(\.text) },
        right: [1])
      if count > 20 { lines.append("… and \(CountedNoun("older post").text(count - 20))") }
    }
    func section(_ title: String, _ entries: [String]) {
      guard !entries.isEmpty else { return }
      lines.append(title)
      for entry in entries.prefix(10) {
        let wrapped = TextWrap.lines(entry, width: 62)
        lines += wrapped.enumerated().map { ($0.offset == 0 ? "  " : "    ") + $0.element }
      }
      if entries.count > 10 { lines.append("  … and \(entries.count - 10) more") }
    }
    section("What is missing in \(place)", lacks)
    section("What daemons insert", fanOuts)
    section("What a timeline in \(place) reads, as nobody inserts it", sources)
    section("Answers that went wrong", wrongs.map { "op \($0.operation) \($0.text)" })
    return lines
  }
}

/// How a post stands in a region's timeline, as a sign and a few words.
public struct TimelineCell: Hashable, Sendable {
  /// What kind of standing it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// It is there.
    case there
    /// It is read from the store.
    case read
    /// It is on its way.
    case coming
    /// Something keeps it away.
    case stuck
    /// It is not to come there.
    case out
  }

  /// What kind of standing it is.
  public let kind: Kind
  /// The words behind the sign; empty where the sign says all.
  public let words: String

  init(_ standing: TimelineStanding, in cluster: Cluster) {
    switch standing {
    case .cached, .own: (kind, words) = (.there, "")
    case .pulled(let replica): (kind, words) = (.read, cluster.topology.name(of: replica))
    case .out: (kind, words) = (.out, "")
    case .lacking(.queued(_, let ahead, _)): (kind, words) = (.coming, "\(Quantity.grouped(ahead)) left")
    case .lacking(.stopped(let replica)): (kind, words) = (.stuck, "\(cluster.topology.name(of: replica)) stopped")
    case .lacking(.absent(_, isCut: true)): (kind, words) = (.stuck, "cut off")
    case .lacking(.absent(_, isCut: false)): (kind, words) = (.coming, "not yet")
    case .lacking(.notHeld(let replica)): (kind, words) = (.stuck, "not at \(cluster.topology.name(of: replica))")
    case .lacking(.unanswered): (kind, words) = (.stuck, "no owner")
    }
  }

  /// The sign and the words; the words alone of what is on its way, where they are a long number.
  public var text: String {
    if words.isEmpty { return kind.sign }
    return kind == .coming ? words : "\(kind.sign) \(words)"
  }
}

extension TimelineCell.Kind {
  /// How it is drawn.
  public var sign: String {
    switch self {
    case .there: "●"
    case .read: "←"
    case .coming: "…"
    case .stuck: "✗"
    case .out: "·"
    }
  }

  /// What the sign means, in a word or two.
  public var word: String {
    switch self {
    case .there: "there"
    case .read: "read from a replica"
    case .coming: "coming"
    case .stuck: "kept away"
    case .out: "fallen out"
    }
  }
}

extension TimelineStanding {
  /// Whether it belongs in the timeline and isn't there.
  fileprivate var isLack: Bool {
    switch self {
    case .lacking: true
    case .cached, .own, .pulled, .out: false
    }
  }
}
