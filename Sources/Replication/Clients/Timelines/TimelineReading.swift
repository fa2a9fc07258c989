import Kernel

/// A timeline that somebody asked for, and what came of it.
public struct TimelineReading: Sendable {
  /// The operation.
  public let operation: OperationID
  /// Whose timeline it is.
  public let user: UserID
  /// The attempt that reads it; `.max` before the first has come to a coordinator.
  var ticket = UInt32.max
  /// The region whose cached timeline it is; none until somebody serves it.
  public internal(set) var region = RegionID.none
  /// Who is asked for posts that nobody inserts.
  var sources: [TimelineSource] = []
  /// How long their answers take.
  var back = TimeSpan.zero
  /// What it shows, oldest first.
  public internal(set) var shown: [PostID] = []
  /// What it lacks, and why.
  public internal(set) var missing: [MissingPost] = []
  /// What it lacks that an earlier answer to the user had shown.
  public internal(set) var gone: [PostID] = []
  /// What it has without the post that its author had been shown before.
  public internal(set) var early: [EarlyPost] = []

  init(operation: OperationID, user: UserID) { (self.operation, self.user) = (operation, user) }
}

/// A post that a timeline reads from the store, and the replica that is asked for it; none where nobody can be.
struct TimelineSource: Sendable {
  let post: PostID
  var replica: ReplicaID
}

/// A post that a timeline lacks.
public struct MissingPost: Hashable, Sendable {
  /// The post.
  public let post: PostID
  /// Why.
  public let reason: TimelineLack
}

/// A post that is there before the one that its author had been shown when it was made.
public struct EarlyPost: Hashable, Sendable {
  /// The post.
  public let post: PostID
  /// The one that is not there.
  public let before: PostID
}

/// What a timeline is put together from, at an instant.
extension Cluster {
  /// The posts that belong in a user's timeline: those of whom the user follows, made since then, as far as somebody has accepted
  /// them; oldest first.
  func expectedPosts(of user: UserID) -> [PostID] {
    var expected: [PostID] = []
    for following in timelines.all.users[user.index].following {
      expected += timelines.all.users[following.author.index].posts.filter {
        timelines.all.posts[$0.index].accepted != nil && following.place < timelines.all.posts[$0.index].audience
      }
    }
    return expected.sorted()
  }

  /// Whom a coordinator asks for each post that nobody inserts: the nearest owner that it reaches, of its own region if it can.
  func sources(for posts: [PostID], at coordinator: ReplicaID) -> [TimelineSource] {
    posts.filter { timelines.all.posts[$0.index].isPulled }.suffix(turn.environment.settings.timelines.cap).map {
      post in
      let owners = turn.environment.ownerSet(of: timelines.all.posts[post.index].key)
      let nearest = turn.environment.proximity.order(from: coordinator).first {
        owners.contains($0) && isReachable($0, from: coordinator) && isReachable(coordinator, from: $0)
      }
      return TimelineSource(post: post, replica: nearest ?? .none)
    }
  }

  /// What a reading shows when it is put together now, and what it lacks.
  ///
  /// Cached posts, the user's own, and what the sources hold are merged by number, and the newest stay. An author has her own posts
  /// from her client as well, once they were acknowledged: so she reads her own writes wherever she asks.
  func merged(_ reading: TimelineReading, _ expected: [PostID]) -> (reading: TimelineReading, step: TimelineStep) {
    var reading = reading
    let user = timelines.all.users[reading.user.index]
    let cap = turn.environment.settings.timelines.cap
    let cached = user.caches[reading.region.index]
    let members = topology.set(of: reading.region)
    let own = user.posts.filter {
      timelines.all.posts[$0.index].outcome == .ok
        || timelines.all.posts[$0.index].holders.intersection(members).count > 0
    }
    let pulled = reading.sources.filter {
      $0.replica != .none && timelines.all.posts[$0.post.index].holders.contains($0.replica)
    }.map(\.post)
    var all: [PostID] = []
    for post in (cached + own + pulled).sorted() where all.last != post { all.append(post) }
    reading.shown = Array(all.suffix(cap))
    // What is older than all that is shown has fallen out of a full timeline.
    let floor = reading.shown.count < cap ? nil : reading.shown.first
    func lacks(_ post: PostID) -> Bool {
      !reading.shown.contains(sorted: post) && floor.map { post > $0 } ?? true
    }
    reading.missing = expected.filter(lacks).compactMap { post in
      lack(of: post, reading).map { MissingPost(post: post, reason: $0) }
    }
    reading.gone = user.shown.filter(lacks)
    reading.early = reading.shown.compactMap { post in
      let parent = timelines.all.posts[post.index].follows
      return parent != .none && expected.contains(sorted: parent) && lacks(parent)
        ? EarlyPost(post: post, before: parent) : nil
    }
    return (
      reading,
      .merged(region: reading.region, cached: cached.count, own: own.count, pulled: pulled.count)
    )
  }

  /// Why a post isn't in a timeline; nil where it is no longer to come there.
  private func lack(of number: PostID, _ reading: TimelineReading) -> TimelineLack? {
    let post = timelines.all.posts[number.index]
    if post.isPulled {
      // More than a timeline keeps are not asked for.
      guard let source = reading.sources.first(where: { $0.post == number })?.replica else { return nil }
      return source == .none ? .unanswered : .notHeld(by: source)
    }
    let region = reading.region
    guard post.taken[region.index] else {
      let members = topology.set(of: region)
      let isCut = post.holders.allSatisfy { holder in members.allSatisfy { network.isCut(holder, $0) } }
      return .absent(region, isCut: isCut)
    }
    let daemon = timelines.all.daemons[region]
    guard let job = daemon.jobs.first(where: { $0.post == number }),
      let place = timelines.all.users[reading.user.index].following.first(where: { $0.author == post.author })?.place
    else { return nil }
    guard job.isAtWork else { return .stopped(job.host) }
    let done = daemon.progress(of: job, at: now) / FanOutDaemon.unit
    return .queued(region, ahead: max(0, place - done), rate: daemon.share)
  }

  /// Whether somebody follows an author.
  public func isFollowing(_ follower: String, _ author: String) -> Bool {
    guard let user = timelines.user(named: follower), let other = timelines.user(named: author) else { return false }
    return timelines.all.users[user.index].following.contains { $0.author == other }
  }

  /// What a user's timeline would lack that was asked for now, at home; nil where nobody there could be asked, or nothing is known
  /// of the user.
  public func missingPosts(of user: UserID) -> [MissingPost]? {
    guard !timelines.isEmpty, timelines.all.users.indices.contains(user.index) else { return nil }
    let home = timelines.all.users[user.index].home
    guard home != .none,
      let coordinator = turn.environment.proximity.order(fromClientIn: home).first(where: { canReach($0, from: home) })
    else { return nil }
    var reading = TimelineReading(operation: .none, user: user)
    reading.region = replicas[coordinator].region
    let expected = expectedPosts(of: user)
    reading.sources = sources(for: expected, at: coordinator)
    return merged(reading, expected).reading.missing
  }
}

extension [PostID] {
  /// Whether a post stands in a list that is in order.
  func contains(sorted post: PostID) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < post { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == post
  }
}
