import Kernel

/// How posts come into timelines.
public struct TimelineSettings: Hashable, Sendable {
  /// How many inserts a second a daemon makes for one post.
  ///
  /// 31 million followers had a post after up to five minutes (Krikorian, *Timelines at Scale*, 2012): 103,000 a second.
  public var rate = 100_000
  /// How many it makes for all of them: 30 thousand million a day are 347,000 a second, and 6,000 posts a second to 75 followers each.
  public var budget = 350_000
  /// Above how many followers posts are not inserted but read when a timeline is; nil: never.
  public var pullAbove: Int?
  /// How many posts a timeline keeps.
  public var cap = 800
  /// Whether what a timeline has read from the store stays in it.
  public var keepsPulled = false

  /// The defaults.
  public init() {}
}

/// One change of how posts come into timelines.
public enum TimelineSetting: Hashable, Sendable {
  case rate(Int)
  case budget(Int)
  case pullAbove(Int?)
  case cap(Int)
  case snapshot(Bool)

  /// The name that `set` takes.
  public var name: SettingName {
    switch self {
    case .rate: .fanoutRate
    case .budget: .fanoutBudget
    case .pullAbove: .pullAbove
    case .cap: .timelineCap
    case .snapshot: .timelineSnapshot
    }
  }
}

extension Cluster {
  /// Changes how posts come into timelines, from now on.
  mutating func change(_ setting: TimelineSetting) {
    turn.configure { settings in
      switch setting {
      case .rate(let rate): settings.timelines.rate = rate
      case .budget(let budget): settings.timelines.budget = budget
      case .pullAbove(let count): settings.timelines.pullAbove = count
      case .cap(let cap): settings.timelines.cap = cap
      case .snapshot(let isOn): settings.timelines.keepsPulled = isOn
      }
    }
    guard !timelines.isEmpty else { return }
    switch setting {
    case .rate, .budget: reviseFanOut()
    case .cap(let cap):
      for user in timelines.all.users.indices {
        for region in timelines.all.users[user].caches.indices {
          let excess = timelines.all.users[user].caches[region].count - cap
          if excess > 0 { timelines.all.users[user].caches[region].removeFirst(excess) }
        }
      }
    case .pullAbove, .snapshot: break
    }
  }
}
