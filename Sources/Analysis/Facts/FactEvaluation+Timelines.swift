import Insight
import Kernel
import Language
import Replication

extension FactEvaluation {
  /// What has come into timelines.
  static let timelines: [FactEvaluation] = [
    FactEvaluation("timeline.missing") { context, subjects in
      context.cluster.missingPosts(of: subjects.user).map { .number(Double($0.count)) } ?? .none
    },
    FactEvaluation("timeline.pushed") { context, subjects in
      .number(Double(context.cluster.timelines.users[subjects.user.index].pushed))
    },
    FactEvaluation("fanout.backlog") { context, subjects in
      .number(Double(context.cluster.fanOutBacklog(in: subjects.region)))
    },
    FactEvaluation("fanout.p99") { context, _ in
      var spans = Samples()
      for span in context.cluster.timelines.tally.spans { spans.add(span) }
      return context.percentile(99, of: spans, missing: context.cluster.unfinishedPosts)
    },
    count("fanout.inserts") { $0.inserts },
    count("fanout.repeated") { $0.repeated },
    count("timelines.answered") { $0.answered },
    count("timelines.backwards") { $0.backwards },
    count("timelines.early") { $0.early },
    count("timelines.twice") { $0.twice },
  ]

  private static func count(_ name: String, _ counted: @escaping @Sendable (TimelineTally) -> Int) -> FactEvaluation {
    FactEvaluation(name) { context, _ in .number(Double(counted(context.cluster.timelines.tally))) }
  }
}
