import Kernel

/// What inserts posts into the cached timelines of a region: each post at a rate of its own, all together within a budget.
///
/// Posts share the budget evenly. Followers come in the order in which they began to follow: those without a name are only
/// counted, and time stands still only where one with a name has its turn.
struct FanOutDaemon: Sendable {
  /// A post that is being inserted.
  struct Job: Sendable {
    let post: PostID
    /// The replica that took it up: it stops when that does.
    let host: ReplicaID
    /// How many there are to insert.
    let audience: Int
    /// The life of the replica in which it has come so far.
    var incarnation: UInt32
    /// Whether it goes on.
    var isAtWork = true
    /// How far it has come, in millionths of an insert.
    var progress = 0
    /// How far it had come before its replica crashed.
    var highest = 0
    /// The block of followers where the next with a name is looked for.
    var block = 0

    /// How many have been inserted.
    var inserted: Int { progress / FanOutDaemon.unit }
  }

  /// Progress is counted in these parts of an insert: one insert a second is one part a microsecond.
  static let unit = 1_000_000

  var jobs: [Job] = []
  /// How many inserts a second each job at work makes.
  private(set) var share = 1
  /// Up to when its jobs have been advanced.
  private(set) var advanced = Instant.start
  /// Which of its timers is awaited.
  private(set) var generation: UInt32 = 0

  /// How far a job has come at an instant.
  func progress(of job: Job, at now: Instant) -> Int {
    guard job.isAtWork else { return job.progress }
    let (more, isTooMuch) = share.multipliedReportingOverflow(by: Int((now - advanced).microseconds))
    let end = job.audience * Self.unit
    return isTooMuch ? end : min(end, job.progress + more)
  }

  /// How many inserts are still to make.
  func backlog(at now: Instant) -> Int {
    jobs.reduce(0) { $0 + $1.audience - progress(of: $1, at: now) / Self.unit }
  }

  /// Lets its jobs come as far as they have by now, and says how many inserts that were, and how many of them again.
  mutating func advance(to now: Instant) -> (new: Int, again: Int) {
    var (new, again) = (0, 0)
    for place in jobs.indices {
      let before = jobs[place].inserted
      jobs[place].progress = progress(of: jobs[place], at: now)
      let known = max(before, min(jobs[place].inserted, jobs[place].highest))
      again += known - before
      new += jobs[place].inserted - known
      jobs[place].highest = max(jobs[place].highest, jobs[place].inserted)
    }
    advanced = now
    return (new, again)
  }

  /// Works out how fast its jobs go on, and awaits another timer.
  mutating func pace(rate: Int, budget: Int) {
    share = max(1, min(rate, budget / max(1, jobs.count(where: \.isAtWork))))
    generation &+= 1
  }

  /// How long until a job has inserted so many.
  func span(of job: Job, until count: Int) -> TimeSpan {
    TimeSpan(microseconds: Int64(max(0, count * Self.unit - job.progress + share - 1) / share))
  }
}
