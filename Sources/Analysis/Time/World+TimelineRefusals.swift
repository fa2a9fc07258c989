import Kernel
import Language
import Replication

/// What can't be posted, followed or shown now.
extension World {
  /// Why somebody can't follow an author; nil if they can.
  func refusal(toFollow author: String, by follower: String, in region: RegionID?) -> String? {
    let (name, other) = (Printable.named(follower), Printable.named(author))
    if follower == author { return "\(name) sees their own posts without following themselves" }
    guard let user = cluster.timelines.user(named: follower).map({ cluster.timelines.users[$0.index] }) else {
      return nil
    }
    if cluster.isFollowing(follower, author) { return "\(name) follows \(other) already" }
    return region.flatMap { refusal(toMove: user, to: $0) }
  }

  /// Why a timeline can't be shown; nil if it can.
  package func refusal(toShowTimelineOf name: String) -> String? {
    guard cluster.timelines.user(named: name) == nil else { return nil }
    let known = cluster.timelines.users.prefix(6).map { Printable.named($0.name) }
    return "nobody called `\(Printable.escaped(name))` follows anybody or has posted"
      + (known.isEmpty ? "; `follow FOLLOWER AUTHOR` begins" : "; there are \(known.joined(separator: ", "))")
  }

  /// Why an author can't post so; nil if they can.
  func refusal(toPostBy author: String, _ plan: OperationPlan) -> String? {
    guard let user = cluster.timelines.user(named: author).map({ cluster.timelines.users[$0.index] }),
      cluster.clients.ids.contains(plan.client)
    else { return nil }
    return refusal(toMove: user, to: cluster.clients[plan.client].region)
  }

  /// A user's posts are accepted where they always were.
  private func refusal(toMove user: TimelineUser, to region: RegionID) -> String? {
    guard user.home != .none, user.home != region else { return nil }
    let home = cluster.topology.name(of: user.home)
    return "\(Printable.named(user.name)) is at home in \(home), where the first `follow` or `post` was"
  }
}
