import Kernel
import Replication

extension CommandCatalog {
  /// What can be done where posts come into timelines.
  static let timelines: [CommandSpecification] = [
    CommandSpecification(
      "follow", .setUp, usage: ["follow FOLLOWER AUTHOR [in REGION]"],
      "Lets somebody follow an author: what is posted from now on belongs in the follower's timeline.",
      details: """
        Whoever follows or posts for the first time is at home in REGION, the first one when unsaid: there their posts are accepted, and \
        their timeline is read. Posts are inserted into followers' timelines in the order in which they began to follow.
        """,
      examples: ["follow bob alice"], feature: .timelines
    ) { reader in
      let follower = try reader.user()
      let author = try reader.user()
      let region = try reader.optionalKeyword("in") == nil ? nil : try reader.region()
      return .input(.follow(follower, author: author, in: region))
    },
    CommandSpecification(
      "followers", .setUp, usage: ["followers AUTHOR N"],
      "Gives an author N more followers of whom nothing else is known: they are counted, and take their time.",
      details: "They come behind those whom the author has by now, and before those who follow later.",
      examples: ["followers alice 31000000"], feature: .timelines
    ) { reader in
      let author = try reader.user()
      return .input(.addFollowers(try reader.wholeNumber(1...1_000_000_000), of: author))
    },
    CommandSpecification(
      "post", .operations, usage: ["post AUTHOR TEXT [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Posts something: writes it at its author's home, from where daemons bring it into followers' timelines.",
      details: """
        It is a write of the key AUTHOR.post.N, of which replication brings the copies. In each region the daemon takes it up when the \
        first replica there holds it, and inserts its number into the cached timelines of all who followed before, \
        `set fanout-rate` a second and no more than `set fanout-budget` for all posts together. Where its author has more followers than \
        `set pull-above` nobody inserts it: timelines read it from the store. Where its client tries again (`set retries`), each attempt \
        that is accepted is a post of its own, AUTHOR.post.N#2, unless `set idempotency-keys on` lets the store know it again.
        """,
      examples: ["post alice hello"], feature: .timelines
    ) { .operate(try $0.post(), isAsync: false) },
    CommandSpecification(
      "timeline", .operations, usage: ["timeline USER [in REGION]"],
      "Shows somebody's timeline, newest first, and what it lacks; virtual time runs until the answer.",
      details: """
        It merges the cached timeline of the user's home region, or of REGION, with the user's own posts and with those that it reads \
        from the nearest owner of each because nobody inserts them. It says which posts belong in it and are not there yet, \
        which ones it no longer has that an answer before had shown, and which ones stand there without the post that their author had \
        been shown when they were made. From the first answer on the user is told of each post that is inserted there. It goes the way \
        of other operations between clients and coordinators; an edge cache keeps none, as each is somebody's own.
        """,
      feature: .timelines
    ) { .operate(try $0.timelineQuestion(), isAsync: false) },
  ]
}

extension CommandReader {
  /// How many bytes a user's name has at most, so that the keys of posts are no longer than others.
  private static let nameLimit = 256

  /// Takes somebody who posts or follows.
  mutating func user() throws -> String {
    let word = try take(.user)
    guard !word.text.isEmpty, word.text.utf8.count <= Self.nameLimit else {
      throw refused("a user's name has from 1 to \(Self.nameLimit) bytes", word.span)
    }
    return word.text
  }

  /// Takes an author, a text, and who writes it how.
  mutating func post() throws -> OperationPlan {
    let author = try user()
    let text = try take(.text)
    guard text.text.utf8.count <= Self.valueLimit else { throw refused("a post has at most 65,536 bytes", text.span) }
    var plan = OperationPlan(
      kind: .write, key: "", value: text.text, level: context.standardLevel(of: .write), client: .none)
    plan.author = author
    var rest = (context.levels(of: .write).isEmpty ? [] : ["at"]) + ["in", "as", "via"]
    while let modifier = try optionalKeyword(rest) {
      rest.removeAll { $0 == modifier || ["in", "as"].contains(modifier) && ["in", "as"].contains($0) }
      switch modifier {
      case "at":
        let word = try peek()
        plan.level = try level(for: .write)
        guard !context.isOnlyForConditions(plan.level) else {
          throw refused(
            "a post has no condition, and so no level \(plan.level.name ?? "")",
            word?.span ?? SourceSpan(start: 0, length: 1))
        }
      case "in": plan.client = ClientID(try region().index)
      case "as": plan.client = try client()
      default: plan.coordinator = try replica()
      }
    }
    return plan
  }

  /// Takes whose timeline is to be shown as it stands, and perhaps where.
  mutating func shownTimeline() throws -> ShowTarget {
    let user = try user()
    return .timeline(user, in: try optionalKeyword("in") == nil ? nil : try region())
  }

  /// Takes whose timeline is asked for, and perhaps where.
  mutating func timelineQuestion() throws -> OperationPlan {
    let user = try user()
    let client = try optionalKeyword("in") == nil ? ClientID.none : ClientID(try region().index)
    return OperationPlan(kind: .timeline, key: "", value: user, level: .fixed, client: client)
  }
}
