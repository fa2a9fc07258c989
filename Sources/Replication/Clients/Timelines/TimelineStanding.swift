import Kernel

/// How a post stands to a user's timeline in a region, if that were read now.
public enum TimelineStanding: Hashable, Sendable {
  /// It is in the cached timeline.
  case cached
  /// It is the user's own, which a timeline has from the store, or from its author's client.
  case own
  /// Nobody inserts it: that replica, which would be asked, holds it.
  case pulled(from: ReplicaID)
  /// It belongs there, and isn't there.
  case lacking(TimelineLack)
  /// It is not to come there, or no longer: it has fallen out of a full timeline.
  case out
}

/// A post that a region's daemon inserts.
public struct FanOutProgress: Hashable, Sendable {
  /// The post.
  public let post: PostID
  /// The region.
  public let region: RegionID
  /// The replica that took it up.
  public let host: ReplicaID
  /// How many inserts are still to make.
  public let left: Int
  /// How many there are in all.
  public let audience: Int
  /// How many are made a second; 0 while the replica stands still.
  public let rate: Int
}

/// Where a timeline reads an author's posts that nobody inserts, and what is missing there.
public struct PulledSource: Hashable, Sendable {
  /// The author.
  public let author: UserID
  /// The replica that would be asked; none where no owner can be.
  public let source: ReplicaID
  /// How many such posts there are.
  public let posts: Int
  /// How many of them the source doesn't hold.
  public let lacked: Int
  /// When the oldest that it lacks was accepted; nil if it lacks none.
  public let oldest: Instant?
}

extension Cluster {
  /// How the posts that belong in a user's timeline, and the user's own, stand to it in a region now, the oldest first.
  public func standings(of user: UserID, in region: RegionID) -> [(post: PostID, standing: TimelineStanding)] {
    guard !timelines.isEmpty, timelines.all.users.indices.contains(user.index) else { return [] }
    let expected = expectedPosts(of: user)
    var reading = TimelineReading(operation: .none, user: user)
    reading.region = region
    reading.sources = sourcesNow(for: expected, in: region)
    reading = merged(reading, expected).reading
    let (cached, own) = (timelines.all.users[user.index].caches[region.index], timelines.all.users[user.index].posts)
    // In the same order as what belongs there.
    var missing = reading.missing[...]
    return (expected + own.filter { timelines.all.posts[$0.index].accepted != nil }).sorted().map { post in
      if cached.contains(sorted: post) { return (post, .cached) }
      if let first = missing.first, first.post == post {
        missing.removeFirst()
        return (post, .lacking(first.reason))
      }
      guard reading.shown.contains(sorted: post) else { return (post, .out) }
      if timelines.all.posts[post.index].author == user { return (post, .own) }
      return (post, reading.sources.first { $0.post == post }.map { .pulled(from: $0.replica) } ?? .out)
    }
  }

  /// Whom a region's coordinator would ask for each post that nobody inserts.
  private func sourcesNow(for posts: [PostID], in region: RegionID) -> [TimelineSource] {
    let coordinator = turn.environment.proximity.order(fromClientIn: region).first {
      replicas[$0].region == region && canReach($0, from: region)
    }
    if let coordinator { return sources(for: posts, at: coordinator) }
    return posts.filter { timelines.all.posts[$0.index].isPulled }.map { TimelineSource(post: $0, replica: .none) }
  }

  /// Where a user's timeline in a region reads what nobody inserts, an author after the other.
  public func pulledSources(of user: UserID, in region: RegionID) -> [PulledSource] {
    guard !timelines.isEmpty, timelines.all.users.indices.contains(user.index) else { return [] }
    let sources = sourcesNow(for: expectedPosts(of: user), in: region)
    var authors: [UserID] = []
    for source in sources where !authors.contains(timelines.all.posts[source.post.index].author) {
      authors.append(timelines.all.posts[source.post.index].author)
    }
    return authors.sorted().map { author in
      let own = sources.filter { timelines.all.posts[$0.post.index].author == author }
      let lacked = own.filter {
        $0.replica == .none || !timelines.all.posts[$0.post.index].holders.contains($0.replica)
      }
      return PulledSource(
        author: author, source: own.last?.replica ?? .none, posts: own.count, lacked: lacked.count,
        oldest: lacked.compactMap { timelines.all.posts[$0.post.index].accepted }.min())
    }
  }

  /// The posts that daemons insert now, region by region, those that they took up first before others.
  public var fanOutsInProgress: [FanOutProgress] {
    guard !timelines.isEmpty else { return [] }
    return topology.regionIDs.flatMap { region in
      let daemon = timelines.all.daemons[region]
      return daemon.jobs.map { job in
        FanOutProgress(
          post: job.post, region: region, host: job.host,
          left: job.audience - daemon.progress(of: job, at: now) / FanOutDaemon.unit, audience: job.audience,
          rate: job.isAtWork ? daemon.share : 0)
      }
    }
  }

  /// The names of those whom a user follows, in the order in which that began.
  public func authors(followedBy user: UserID) -> [String] {
    timelines.all.users[user.index].following.map { timelines.all.users[$0.author.index].name }
  }

  /// The names of a user's followers who have one, in the order in which they came.
  public func namedFollowers(of user: UserID) -> [String] {
    timelines.all.users[user.index].followers.filter { $0.user != .none }
      .map { timelines.all.users[$0.user.index].name }
  }
}

extension TimelineUser {
  /// How many posts stand in the cached timeline of a region.
  public func cachedCount(in region: RegionID) -> Int { caches[region.index].count }
  /// The newest post in the cached timeline of a region; none in an empty one.
  public func newestCached(in region: RegionID) -> PostID { caches[region.index].last ?? .none }
}

extension HomeTimelines {
  /// The timelines of a user that were asked for, oldest first.
  public func readings(of user: UserID) -> [TimelineReading] { parts.first?.readings.filter { $0.user == user } ?? [] }
}
