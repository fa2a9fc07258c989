import Kernel

/// The kind of thing that a ``UserID`` names.
public enum UserKind {}
/// Somebody who posts, or follows others.
public typealias UserID = Identity<UserKind, UInt32>

/// The kind of thing that a ``PostID`` names.
public enum PostKind {}
/// A post; posts are numbered in the order in which they were made, as Snowflake's numbers roughly are.
public typealias PostID = Identity<PostKind, UInt32>

/// Somebody who posts, or follows others.
public struct TimelineUser: Sendable {
  /// Somebody whom the user follows, and as the how manyth of that author's followers.
  struct Following: Sendable {
    let author: UserID
    let place: Int
  }

  /// Followers of an author who came one after another: one with a name, or many of whom only the number is known.
  struct FollowerBlock: Sendable {
    /// Who it is; none of many.
    let user: UserID
    /// The places of its followers among the author's, from 0.
    let places: Range<Int>
  }

  /// The user's name.
  public let name: String
  /// Where the user's posts are accepted; none until the user first follows somebody or posts.
  public internal(set) var home = RegionID.none
  var following: [Following] = []
  /// Those who follow the user, in the order in which they came.
  var followers: [FollowerBlock] = []
  /// The user's own posts, oldest first.
  public internal(set) var posts: [PostID] = []
  /// How many of them the user made.
  public internal(set) var made = 0
  /// The cached timeline in each region, oldest first.
  var caches: [[PostID]]
  /// What the latest answer showed, oldest first.
  public internal(set) var shown: [PostID] = []
  /// The newest post of others that the user was shown; none before the first.
  var newestSeen = PostID.none
  /// The region where the user has asked for the timeline, and is told of each insert since; none before the first time.
  public internal(set) var subscription = RegionID.none
  /// How many posts the user was told of as they were inserted.
  public internal(set) var pushed = 0

  init(name: String, regions: Int) {
    self.name = name
    caches = Array(repeating: [], count: regions)
  }

  /// How many follow the user.
  public var followerCount: Int { followers.last?.places.upperBound ?? 0 }
}

/// Something that a user posted.
public struct Post: Sendable {
  /// Who posted it.
  public let author: UserID
  /// The how manyth of the author's posts it is, from 1.
  public let number: Int
  /// Which of those it is that the store made of one post, from 1: more than the first where its client tried again without a key
  /// by which the store would have known it.
  public internal(set) var copy = 1
  /// The write that it is.
  public let operation: OperationID
  /// Its key.
  public let key: KeyID
  /// What it says.
  public let text: ValueID
  /// How many followers its author had then: whose timelines it belongs in.
  public let audience: Int
  /// Whether no daemon inserts it, and timelines read it from the store, as its author had more than `pull-above` followers.
  public let isPulled: Bool
  /// The newest post of others that its author had been shown before: what it may answer. None without one.
  public let follows: PostID
  /// The version that it is; none as long as no replica holds it.
  var version = VersionID.none
  /// The further ones that the store made of it.
  var copies: [PostID] = []
  /// How its write ended; nil while it goes on, and for further copies, of which its client knows nothing.
  public internal(set) var outcome: Outcome?
  /// When a coordinator had accepted it; nil as long as no replica holds it.
  public internal(set) var accepted: Instant?
  /// The replicas that hold it.
  var holders = ReplicaSet()
  /// The regions whose daemons have taken it up, by number.
  var taken: [Bool]
  /// In how many regions inserts are still to come.
  var openRegions = 0
}

/// Timelines of users, behind one reference: a cluster without any pays nothing for them.
///
/// Twitter's home timelines of 2012 and 2013 (Krikorian's talks): a post is written once, and its number inserted into a cached list
/// of each follower; what is read is that list.
public struct HomeTimelines: Sendable {
  var parts: [Parts] = []

  /// All of it.
  struct Parts: Sendable {
    var users: [TimelineUser] = []
    var posts: [Post] = []
    /// The daemons that insert, one a region.
    var daemons: Table<RegionID, FanOutDaemon>
    /// Which post an operation made.
    var postOfOperation = PagedTable<OperationID, PostID>(vacant: .none)
    /// Timelines that were asked for.
    var readings: [TimelineReading] = []
    var tally = TimelineTally()

    init(regions: Int) { daemons = Table(repeating: FanOutDaemon(), count: regions) }
  }

  /// Whether nobody has followed anybody, posted, or asked for a timeline.
  public var isEmpty: Bool { parts.isEmpty }

  var all: Parts {
    _read { yield parts[0] }
    _modify { yield &parts[0] }
  }

  mutating func begin(regions: Int) { if parts.isEmpty { parts = [Parts(regions: regions)] } }

  /// What can be counted.
  public var tally: TimelineTally { parts.first?.tally ?? TimelineTally() }
  /// Everybody, in the order in which they came up.
  public var users: [TimelineUser] { parts.first?.users ?? [] }
  /// All posts, oldest first.
  public var posts: [Post] { parts.first?.posts ?? [] }

  /// The user of that name; nil if there is none.
  public func user(named name: String) -> UserID? {
    parts.first?.users.firstIndex { $0.name == name }.map { UserID($0) }
  }

  /// The same users, who follow the same, and nothing posted: what a cluster that begins anew keeps.
  func renewed() -> HomeTimelines {
    var fresh = HomeTimelines()
    guard let old = parts.first else { return fresh }
    fresh.begin(regions: old.daemons.count)
    fresh.all.users = old.users.map { old in
      var user = TimelineUser(name: old.name, regions: old.caches.count)
      (user.home, user.following, user.followers) = (old.home, old.following, old.followers)
      return user
    }
    return fresh
  }
}

/// What happened to timelines, counted.
public struct TimelineTally: Sendable {
  /// Posts inserted into cached timelines, those of followers without a name included.
  public internal(set) var inserts = 0
  /// Inserts that a daemon made once more after its replica had crashed; they change nothing.
  public internal(set) var repeated = 0
  /// Timelines that were answered.
  public internal(set) var answered = 0
  /// Of those, the ones that lacked what an earlier answer to the same user had shown.
  public internal(set) var backwards = 0
  /// Of those, the ones with a post that was made after another that its author had been shown, and without that other.
  public internal(set) var early = 0
  /// Posts that stand there more than once, as their client tried again without a key by which the store would have known them.
  public internal(set) var twice = 0
  /// From acceptance to the last insert in the last region, in microseconds, of the posts for which that is over.
  public internal(set) var spans: [Int64] = []
}
