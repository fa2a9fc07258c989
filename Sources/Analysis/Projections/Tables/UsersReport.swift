import Insight
import Kernel
import Language
import Replication

/// Those who follow or post, as a table: who is at home where, and what their timelines lack.
public struct UsersReport: Sendable {
  /// One of them.
  public struct Row: Hashable, Sendable {
    /// The user's name.
    public let name: String
    /// The region where the user is at home; nil before the first `follow` or `post`.
    public let home: String?
    /// How many posts the cached timeline there has.
    public let cached: Int
    /// How many posts the timeline there would lack; nil where nobody there could be asked.
    public let lacking: Int?
    /// How many answers went backwards, or had a reply before its post.
    public let wrong: Int
    /// How many posts the user made.
    public let posts: Int
    /// How many authors the user follows.
    public let authors: Int
    /// How many follow the user.
    public let followers: Int
  }

  /// They, in the order in which they came up.
  public let rows: [Row]
  /// Whether the replication scheme has timelines at all.
  public let isPossible: Bool

  /// They as they are now.
  public init(_ timeline: Timeline) {
    let cluster = timeline.cluster
    isPossible = cluster.scheme.features.contains(.timelines)
    rows = cluster.timelines.users.enumerated().map { index, user in
      let id = UserID(index)
      let wrong = cluster.timelines.readings(of: id).count { reading in
        !(reading.gone.isEmpty && reading.early.isEmpty)
          && timeline.world.observer.history[reading.operation]?.operation.outcome == .ok
      }
      return Row(
        name: user.name, home: user.home == .none ? nil : cluster.topology.name(of: user.home),
        cached: user.home == .none ? 0 : user.cachedCount(in: user.home),
        lacking: cluster.missingPosts(of: id)?.count, wrong: wrong, posts: user.made,
        authors: cluster.authors(followedBy: id).count, followers: user.followerCount)
    }
  }
}
