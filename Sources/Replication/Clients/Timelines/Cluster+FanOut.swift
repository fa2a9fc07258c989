import Kernel

/// How daemons insert posts into cached timelines.
extension Cluster {
  /// Takes in that a fault or a setting has changed who works, or how fast.
  ///
  /// What a daemon has in memory of how far a post has come goes with its replica: it begins anew when that is back, and whom it
  /// had come to has the post already.
  mutating func reviseFanOut() {
    guard !timelines.isEmpty else { return }
    for region in topology.regionIDs where !timelines.all.daemons[region].jobs.isEmpty {
      advanceFanOut(in: region)
      for place in timelines.all.daemons[region].jobs.indices {
        let host = timelines.all.daemons[region].jobs[place].host
        timelines.all.daemons[region].jobs[place].isAtWork = replicas.status(of: host) == .running
        let incarnation = replicas.incarnation(of: host)
        guard incarnation != timelines.all.daemons[region].jobs[place].incarnation else { continue }
        timelines.all.daemons[region].jobs[place].incarnation = incarnation
        timelines.all.daemons[region].jobs[place].progress = 0
        timelines.all.daemons[region].jobs[place].block = 0
      }
      paceFanOut(in: region)
    }
  }

  /// A daemon's timer has gone off. False if it waits for another.
  mutating func wakeFanOut(in region: RegionID, generation: UInt32) -> Bool {
    guard !timelines.isEmpty, timelines.all.daemons[region].generation == generation else { return false }
    advanceFanOut(in: region)
    paceFanOut(in: region)
    return true
  }

  /// Lets a region's daemon come as far as it has by now: inserts what it has come to, and ends what is over.
  mutating func advanceFanOut(in region: RegionID) {
    let made = timelines.all.daemons[region].advance(to: now)
    timelines.all.tally.inserts += made.new
    timelines.all.tally.repeated += made.again
    for place in timelines.all.daemons[region].jobs.indices { insertPassed(region, place) }
    let ended = timelines.all.daemons[region].jobs.filter { $0.inserted == $0.audience }
    guard !ended.isEmpty else { return }
    timelines.all.daemons[region].jobs.removeAll { $0.inserted == $0.audience }
    for job in ended {
      timelines.all.posts[job.post.index].openRegions -= 1
      guard timelines.all.posts[job.post.index].openRegions == 0,
        let accepted = timelines.all.posts[job.post.index].accepted
      else { continue }
      timelines.all.tally.spans.append((now - accepted).microseconds)
    }
  }

  /// Inserts a post for those with a name whom its job has passed.
  private mutating func insertPassed(_ region: RegionID, _ place: Int) {
    let job = timelines.all.daemons[region].jobs[place]
    let author = timelines.all.posts[job.post.index].author
    var block = job.block
    while block < timelines.all.users[author.index].followers.count {
      let followers = timelines.all.users[author.index].followers[block]
      guard followers.places.lowerBound < job.audience, followers.places.upperBound <= job.inserted else { break }
      if followers.user != .none { insert(job.post, into: followers.user, in: region) }
      block += 1
    }
    timelines.all.daemons[region].jobs[place].block = block
  }

  /// Inserts a post into a user's cached timeline; one that stands there already stays as it is.
  mutating func insert(_ post: PostID, into user: UserID, in region: RegionID) {
    let cap = turn.environment.settings.timelines.cap
    let cache = timelines.all.users[user.index].caches[region.index]
    // Hardly any post is inserted out of order.
    var place = cache.count
    while place > 0, cache[place - 1] > post { place -= 1 }
    if place > 0, cache[place - 1] == post { return }
    if cache.count >= cap, place == 0 { return }
    timelines.all.users[user.index].caches[region.index].insert(post, at: place)
    if cache.count >= cap { timelines.all.users[user.index].caches[region.index].removeFirst() }
    guard timelines.all.users[user.index].subscription == region, timelines.all.posts[post.index].author != user else {
      return
    }
    timelines.all.users[user.index].pushed += 1
    let seen = timelines.all.users[user.index].newestSeen
    if seen == .none || seen < post { timelines.all.users[user.index].newestSeen = post }
  }

  /// Works out how fast a region's daemon goes on, and when it next comes to somebody with a name or to an end.
  mutating func paceFanOut(in region: RegionID) {
    let settings = turn.environment.settings.timelines
    timelines.all.daemons[region].pace(rate: settings.rate, budget: settings.budget)
    let daemon = timelines.all.daemons[region]
    guard let next = nextStop(of: daemon) else { return }
    queue.push(
      Scheduled(departed: now, event: .wake(.timelines(.fanOut(region, generation: daemon.generation)))), at: now + next
    )
  }

  /// How long until one of a daemon's jobs comes to somebody with a name or to its end; nil if none is at work.
  private func nextStop(of daemon: FanOutDaemon) -> TimeSpan? {
    daemon.jobs.filter(\.isAtWork).map { daemon.span(of: $0, until: nextStop(of: $0)) }.min()
  }

  /// After how many inserts a job has come to the next follower with a name, or to its end.
  private func nextStop(of job: FanOutDaemon.Job) -> Int {
    let author = timelines.all.posts[job.post.index].author
    let rest = timelines.all.users[author.index].followers[job.block...]
    guard let next = rest.first(where: { $0.user != .none }), next.places.lowerBound < job.audience else {
      return job.audience
    }
    return next.places.upperBound
  }

  // MARK: What is seen

  /// How many inserts are still to make, in one region or in all.
  public func fanOutBacklog(in region: RegionID?) -> Int {
    guard !timelines.isEmpty else { return 0 }
    return topology.regionIDs.reduce(0) { sum, each in
      region == nil || region == each ? sum + timelines.all.daemons[each].backlog(at: now) : sum
    }
  }

  /// How many accepted posts are to be inserted, and are not yet for all whom they are for.
  public var unfinishedPosts: Int {
    timelines.posts.count { $0.accepted != nil && $0.audience > 0 && !$0.isPulled && $0.openRegions > 0 }
  }
}
