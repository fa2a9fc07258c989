import Kernel
import Language
import Replication

/// Something that is odd about an answered timeline.
public struct TimelineRemark: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// A post belongs in it and isn't there.
    case missing
    /// An earlier answer had shown a post that isn't there.
    case gone
    /// A post is there before the one that its author had been shown.
    case early
  }

  /// What it is.
  public let kind: Kind
  /// The post that it is about, by its key.
  public let post: String
  /// The remark in words.
  public let text: String

  /// All remarks on a timeline, in the order of their kinds.
  static func all(of timeline: TimelineReading, in cluster: Cluster) -> [TimelineRemark] {
    let wording = Wording(World(cluster))
    func name(_ post: PostID) -> String { Printable.named(cluster.name(of: post)) }
    return timeline.missing.map {
      TimelineRemark(
        kind: .missing, post: cluster.name(of: $0.post), text: "lacks \(name($0.post)): \(wording.lack($0.reason))")
    }
      + timeline.gone.map {
        TimelineRemark(
          kind: .gone, post: cluster.name(of: $0),
          text: "no longer has \(name($0)), which it has shown: it has gone backwards")
      }
      + timeline.early.map {
        TimelineRemark(
          kind: .early, post: cluster.name(of: $0.post),
          text: "has \(name($0.post)) before \(name($0.before)), which its author had been shown")
      }
  }

  /// What a timeline shows, newest first: each post's key and text.
  static func lines(of timeline: TimelineReading, in cluster: Cluster) -> [String] {
    timeline.shown.reversed().map { post in
      let text = cluster.catalogue.names.text(of: cluster.timelines.posts[post.index].text)
      return "\(Printable.named(cluster.name(of: post))) \(Printable.named(text))"
    }
  }
}
