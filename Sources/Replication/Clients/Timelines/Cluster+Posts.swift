import Kernel

/// Who follows whom, and how posts are made and inserted.
extension Cluster {
  // MARK: Users

  /// The user of a name, who comes up now if nobody has named them before.
  mutating func intern(user name: String) -> UserID {
    timelines.begin(regions: topology.regions.count)
    if let known = timelines.user(named: name) { return known }
    timelines.all.users.append(TimelineUser(name: name, regions: topology.regions.count))
    return UserID(timelines.all.users.count - 1)
  }

  /// The region where a user is at home: the one named at the first occasion, or the first of the cluster.
  private mutating func settle(_ user: UserID, in region: RegionID?) {
    if timelines.all.users[user.index].home == .none {
      timelines.all.users[user.index].home = region ?? RegionID(0)
    }
  }

  /// Lets a user follow an author from now on.
  mutating func follow(_ name: String, _ authorName: String, in region: RegionID?) {
    let (follower, author) = (intern(user: name), intern(user: authorName))
    settle(follower, in: region)
    guard !timelines.all.users[follower.index].following.contains(where: { $0.author == author }) else { return }
    let place = addFollowers(1, of: author, named: follower)
    timelines.all.users[follower.index].following.append(TimelineUser.Following(author: author, place: place))
  }

  /// Gives an author many followers of whom nothing is known but how many they are.
  mutating func addFollowers(_ count: Int, of name: String) {
    _ = addFollowers(count, of: intern(user: name), named: .none)
  }

  private mutating func addFollowers(_ count: Int, of author: UserID, named follower: UserID) -> Int {
    let place = timelines.all.users[author.index].followerCount
    timelines.all.users[author.index].followers.append(
      TimelineUser.FollowerBlock(user: follower, places: place..<(place + count)))
    return place
  }

  // MARK: Posts

  /// Settles which key a post is written to, and by which client: one of its author's region.
  mutating func settle(post plan: inout OperationPlan, by name: String) -> UserID {
    let author = intern(user: name)
    settle(author, in: clients.ids.contains(plan.client) ? clients[plan.client].region : nil)
    let user = timelines.all.users[author.index]
    let isAtHome = clients.ids.contains(plan.client) && clients[plan.client].region == user.home
    if !isAtHome { plan.client = ClientID(user.home.index) }
    plan.key = "\(name).post.\(user.made + 1)"
    return author
  }

  /// Keeps what the next operation posts.
  mutating func note(postBy author: UserID, key: KeyID, text: String) {
    let user = timelines.all.users[author.index]
    let post = PostID(timelines.all.posts.count)
    let settings = turn.environment.settings.timelines
    timelines.all.posts.append(
      Post(
        author: author, number: user.made + 1, operation: OperationID(nextOperation), key: key,
        text: turn.catalogue.names.intern(value: text), audience: user.followerCount,
        isPulled: settings.pullAbove.map { user.followerCount > $0 } ?? false, follows: user.newestSeen,
        taken: Array(repeating: false, count: topology.regions.count)))
    timelines.all.postOfOperation[OperationID(nextOperation)] = post
    timelines.all.users[author.index].posts.append(post)
    timelines.all.users[author.index].made += 1
    turn.effects.watchesStores = true
  }

  /// Takes in how an operation ended, if it was a post or a timeline.
  ///
  /// - Parameter ticket: the attempt that ended it.
  mutating func endOnTimelines(_ operation: Operation, _ ticket: UInt32) {
    if operation.kind == .timeline { return endReading(operation, ticket) }
    let post = timelines.all.postOfOperation[operation.id]
    if post != .none { timelines.all.posts[post.index].outcome = operation.outcome }
  }

  /// Takes up the posts that have come to replicas: the daemon of the first of each region begins to insert them.
  mutating func takeStoredPosts() {
    defer { turn.effects.stored.clear() }
    guard !timelines.isEmpty else { return }
    for index in 0..<turn.effects.stored.count {
      let (version, replica) = turn.effects.stored[index]
      let first = timelines.all.postOfOperation[turn.catalogue.version(version).operation]
      guard first != .none else { continue }
      let post = post(first, as: version)
      take(post, at: replica)
      // A key holds one version: what stood there of the same post before it has been there too.
      for other in [first] + timelines.all.posts[first.index].copies
      where other != post && timelines.all.posts[other.index].version < version {
        take(other, at: replica)
      }
    }
  }

  /// The post that a version is: the first that a replica holds of it, or a copy that its author's client made by trying again.
  ///
  /// An attempt that the store knows again by its key makes no other post; without one each that it accepted is a post of its own,
  /// with a number of its own.
  private mutating func post(_ first: PostID, as version: VersionID) -> PostID {
    let known = timelines.all.posts[first.index]
    if known.version == .none { timelines.all.posts[first.index].version = version }
    if [.none, version].contains(known.version) || turn.environment.settings.path.hasIdempotencyKeys { return first }
    if let copy = known.copies.first(where: { timelines.all.posts[$0.index].version == version }) { return copy }
    let author = timelines.all.users[known.author.index]
    let copy = PostID(timelines.all.posts.count)
    var post = Post(
      author: known.author, number: known.number, operation: known.operation, key: known.key, text: known.text,
      audience: author.followerCount,
      isPulled: turn.environment.settings.timelines.pullAbove.map { author.followerCount > $0 } ?? false,
      follows: known.follows, taken: Array(repeating: false, count: topology.regions.count))
    (post.copy, post.version) = (known.copies.count + 2, version)
    timelines.all.posts.append(post)
    timelines.all.posts[first.index].copies.append(copy)
    timelines.all.users[known.author.index].posts.append(copy)
    if post.copy == 2 { timelines.all.tally.twice += 1 }
    // Who holds a later version already is told of no earlier one.
    for other in [first] + known.copies where timelines.all.posts[other.index].version > version {
      for holder in timelines.all.posts[other.index].holders { take(copy, at: holder) }
    }
    return copy
  }

  /// A replica holds a post: if it is its region's first, the daemon takes it up.
  private mutating func take(_ post: PostID, at replica: ReplicaID) {
    let region = replicas[replica].region
    if timelines.all.posts[post.index].accepted == nil {
      let version = timelines.all.posts[post.index].version
      timelines.all.posts[post.index].accepted = turn.catalogue.version(version).accepted
      let owners = turn.environment.ownerSet(of: timelines.all.posts[post.index].key)
      timelines.all.posts[post.index].openRegions = topology.regionIDs.count {
        owners.intersection(topology.set(of: $0)).count > 0
      }
    }
    timelines.all.posts[post.index].holders.insert(replica)
    guard !timelines.all.posts[post.index].taken[region.index] else { return }
    timelines.all.posts[post.index].taken[region.index] = true
    let (audience, isPulled) = (timelines.all.posts[post.index].audience, timelines.all.posts[post.index].isPulled)
    guard audience > 0, !isPulled else { return }
    advanceFanOut(in: region)
    timelines.all.daemons[region].jobs.append(
      FanOutDaemon.Job(
        post: post, host: replica, audience: audience, incarnation: replicas.incarnation(of: replica),
        isAtWork: replicas.status(of: replica) == .running))
    paceFanOut(in: region)
  }

  /// A replica has lost its disk: it holds no post any more.
  mutating func forgetPosts(at replica: ReplicaID) {
    guard !timelines.isEmpty else { return }
    for index in timelines.all.posts.indices { timelines.all.posts[index].holders.remove(replica) }
  }

  /// A cached timeline in which something stands twice or out of order, in words; nil if there is none.
  func doubleInsert() -> String? {
    for user in timelines.users {
      for cache in user.caches where zip(cache, cache.dropFirst()).contains(where: { $0 >= $1 }) {
        return "a post stands twice in the cached timeline of \(user.name)"
      }
    }
    return nil
  }
}
