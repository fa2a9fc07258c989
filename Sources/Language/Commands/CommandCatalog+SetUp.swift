import Kernel
import Replication

extension CommandCatalog {
  /// The schemes and what each is, in words.
  private static let schemes = SchemeName.allCases.map { "\($0.rawValue) (\($0.specification.summary))" }
    .joined(separator: ", ")

  static let setUp: [CommandSpecification] = [
    CommandSpecification(
      "seed", .setUp, usage: ["seed NUMBER [fixed]"],
      "Begins the cluster anew under that seed; links, settings and clients stay.",
      details: """
        The same seed and commands give the same bytes. `--seed` on the command line takes precedence, and so does `fixed` \
        as the first command of a session: later `seed` commands have no effect then.
        """,
      examples: ["seed 42"]
    ) { reader in
      let word = try reader.take(.wholeNumber)
      guard let seed = UInt64(word.text), !word.isQuoted else {
        throw LanguageError(.expected([.wholeNumber], found: word.text), at: word.span)
      }
      return try reader.optionalKeyword("fixed") == nil ? .seed(seed) : .fixSeed(seed)
    },
    CommandSpecification(
      "cluster", .setUp, usage: ["cluster REGION:REPLICAS … [rf=N | rf=REGION:N,…] [scheme=SCHEME]"],
      "Begins a new cluster: time 0, no data, default links, settings and clients.",
      details: """
        rf is the replication factor of each region: how many copies of a key it holds. More replicas than that make a \
        token ring. Under primary-cache a region has a database, a leader cache and followers, 4 servers unless more or fewer are \
        said, and no rf. Without rf a region has three copies, or as many as it has replicas. At most 1,024 replicas, and \
        factors that add up to at most 64. scheme is how replicas hold and pass on what is written: \(schemes). Under log each region is a cluster of its own: what is written in one is in no other unless \
        `set mirror` brings it, as REGION.KEY. `help SCHEME` tells more.
        """,
      examples: [
        "cluster us-east-1:3 eu-west-1:3 rf=3", "cluster us-east-1:4 eu-west-1:2 rf=us-east-1:3,eu-west-1:2",
        "cluster us-east-1:3 eu-west-1:3 scheme=streams",
      ]
    ) { .input(.setUp(try $0.clusterPlan())) },
    CommandSpecification(
      "profile", .setUp, usage: ["profile NAME"],
      "Begins a new cluster, with the present seed, that is set up as a production system is.",
      details: """
        What such a system is, what of it is modelled and what not, its figures and where they were published: \
        `help NAME`, or `eventually profiles NAME`. There are \(ProfileCatalog.names.joined(separator: ", ")).
        """,
      examples: ["profile netflix-cassandra"]
    ) { .profile(try $0.profile()) },
    CommandSpecification(
      "link", .setUp, usage: ["link PLACE [->] PLACE DELAY [for CLASS …]"],
      "Sets the one-way delay between two places, both ways or one; a region with itself means inside it.",
      details: """
        DELAY is 40ms, 40ms~5ms (mean and deviation of a normal distribution), uniform(a, b), exponential(mean) or \
        exponential(rate=0.2/ms), pareto(scale, shape), mix(0.4 DELAY, 0.6 DELAY) or empirical(a, b, c). \
        CLASS is write, ack, request or response.
        """,
      examples: ["link us-east-1 eu-west-1 40ms", "link us1 us2 exponential(10ms) for write"]
    ) { reader in
      let links = try reader.links()
      let delay = try reader.distribution()
      guard try reader.optionalKeyword("for") != nil else {
        return .input(.link(delay, MessageClass.allCases, links))
      }
      var kinds = [MessageClass(word: try reader.keyword("write", "ack", "request", "response"))]
      while let word = try reader.optionalKeyword("write", "ack", "request", "response") {
        kinds.append(MessageClass(word: word))
      }
      return .input(.link(delay, kinds, links))
    },
    CommandSpecification(
      "set", .setUp, usage: ["set SETTING VALUE"], "Changes a setting from now on.",
      details: SettingCatalog.all.map { setting in
        "\(setting.name.rawValue) \(setting.usage) (default \(setting.standard)): \(setting.summary) \(setting.source)"
      }.joined(separator: "\n"),
      examples: ["set hints off", "set processing-time read 0.2ms write 0.3ms", "set failure-detector oracle"]
    ) { reader in
      let word = try reader.take(.setting)
      guard !word.isQuoted, let setting = SettingCatalog.named(word.text) else {
        throw LanguageError(
          .unknownName(.setting, word.text), at: word.span, candidates: reader.context.candidates(for: .setting))
      }
      guard reader.context.has(setting: setting.name) else {
        throw reader.lacks(
          "setting \(setting.name.rawValue)", butHas: reader.context.candidates(for: .setting), word)
      }
      return .input(.set(try setting.parse(&reader)))
    },
    CommandSpecification(
      "type", .setUp,
      usage: ["type KEY register | mv-register | counter | g-counter | g-set | 2p-set | or-set | row"],
      "Chooses a data type for a key that was never written.",
      details: """
        A register is written; `set conflict` decides about concurrent writes. An mv-register keeps those that are \
        concurrent. Counters are incremented, and a counter decremented too. To sets elements are added; from a 2p-set an \
        element is removed once and for all, from an or-set only as far as it was seen (an addition wins). A row has columns, \
        `write user:7.name Ann`, of each of which the later write counts; `delete user:7` hides what is older, and nothing else.
        """,
      examples: ["type cart or-set", "type likes counter", "type user:7 row"], feature: .dataTypes
    ) { reader in
      let key = try reader.take(.key)
      let forms: [ValueForm] = [.mvRegister, .counter, .growCounter, .growSet, .twoPhaseSet, .orSet, .row]
      let words = ["register"] + forms.map(\.rawValue)
      guard let word = try reader.optionalKeyword(words) else { throw reader.unexpected(try reader.peek()) }
      return .input(.type(key.text, ValueForm(rawValue: word)))
    },
    CommandSpecification(
      "client", .setUp, usage: ["client NAME in REGION"],
      "Makes a further client; each region has one of the region's name.", examples: ["client alice in eu-west-1"]
    ) { reader in
      let name = try reader.newClient()
      _ = try reader.keyword("in")
      return .input(.addClient(name, in: try reader.region()))
    },
    CommandSpecification(
      "guarantee", .setUp,
      usage: ["guarantee CLIENT GUARANTEE …", "guarantee CLIENT causal | none", "guarantee [CLIENT]"],
      "Promises a client's session something from now on, whichever replicas serve it.",
      details: """
        The guarantees are read-your-writes, monotonic-reads, monotonic-writes and writes-follow-reads; causal is all \
        four: then what a session knew goes with each of its writes, and who reads one in a causal session finds the rest \
        as well. A replica that lacks what the session has written or read doesn't serve it: the client asks the next \
        nearest owner, waits 10 ms when none will do, and so on until the operation's timeout. Once everybody has been \
        asked in vain, a copy will do that holds what has overwritten it. With via there is one replica to ask, at a \
        local level one region. Only what was acknowledged after the promise counts; another promise replaces it. \
        Without one the command shows what is promised, and what the session has written and read.
        """,
      examples: ["guarantee eu-west-1 read-your-writes monotonic-reads", "guarantee eu-west-1 none"]
    ) { reader in
      reader.note(.lineEnd)
      if try reader.isAtEnd() { return .show(.session(nil)) }
      let client = try reader.client()
      let all = reader.context.guarantees
      let causal = all == SessionGuarantee.allCases ? ["causal"] : []
      guard let first = try reader.optionalKeyword(all.map(\.rawValue) + causal + ["none"]) else {
        reader.note(.lineEnd)
        guard try reader.isAtEnd() else { throw reader.unexpected(try reader.peek()) }
        return .show(.session(client))
      }
      if first == "none" { return .input(.guarantee(client, [])) }
      if first == "causal" { return .input(.guarantee(client, all)) }
      var names = [first]
      while let name = try reader.optionalKeyword(all.map(\.rawValue).filter { !names.contains($0) }) {
        names.append(name)
      }
      return .input(.guarantee(client, all.filter { names.contains($0.rawValue) }))
    },
  ]
}

extension MessageClass {
  fileprivate init(word: String) {
    switch word {
    case "write": self = .write
    case "ack": self = .ack
    case "request": self = .request
    default: self = .response
    }
  }
}

extension String {
  /// Whether it can name a region or a client.
  var isName: Bool {
    count <= 64 && first?.isLetter == true
      && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".") }
  }
}

extension CommandReader {
  /// Takes the name of a client that there is not yet.
  mutating func newClient() throws -> String {
    let word = try take(.name)
    guard !context.clients.contains(word.text) || !context.isCertain else {
      throw refused("there is a client `\(word.text)` already", word.span)
    }
    guard word.text.isName else {
      throw refused("a client's name is made of letters, digits, `-`, `_` and `.`", word.span)
    }
    guard context.clients.count < 10_000 else { throw refused("10,000 clients are enough", word.span) }
    return word.text
  }

  /// Takes two places, perhaps with an arrow between them: the links from each of the one to each of the other.
  mutating func links() throws -> Fault.Links {
    let first = try place()
    let isOneWay = try optionalKeyword("->") != nil
    let start = try peek()
    let second = try place()
    let links = Fault.Links(from: first, to: second, bothWays: !isOneWay)
    if Network.pairs(from: first, to: second, bothWays: true).isEmpty, context.isCertain {
      throw refused("there is no link from a replica to itself", start?.span ?? SourceSpan(start: 0, length: 1))
    }
    return links
  }

  /// Takes the regions of a cluster, and their replication factors.
  mutating func clusterPlan() throws -> ClusterPlan {
    var regions: [(name: String, replicas: Int)] = []
    var unsaid: Word?
    var (lastFactor, lastRegion): (Word?, Word?)
    var factors: [String: Int]?
    var everywhere: Int?
    var scheme: SchemeName?
    var last = SourceSpan(start: 0, length: 1)
    repeat {
      let word = try take(.other("REGION:REPLICAS such as us-east-1:3"))
      last = word.span
      if let text = word.text.suffix(after: "rf=") {
        lastFactor = word
        (everywhere, factors) = try replicationFactors(text, word, regions.map(\.name))
        scheme = try self.scheme()
        break
      }
      if let text = word.text.suffix(after: "scheme=") {
        scheme = try self.scheme(text, word)
        break
      }
      // How many servers it has a scheme may know; which one comes last.
      let isBare = !word.isQuoted && word.text.isName
      if isBare { unsaid = unsaid ?? word }
      let (name, count) =
        isBare
        ? (word.text, ClusterPlan.cacheServers) : try regionAndNumber(word.text, word, 1...ReplicaSet.capacity)
      lastRegion = word
      guard !regions.contains(where: { $0.name == name }) else {
        throw refused("the region \(name) is named twice", word.span)
      }
      regions.append((name, count))
    } while try !isAtEnd()
    if scheme == .primaryCache {
      if let lastFactor {
        throw refused(
          "primary-cache has no rf=: a region has one database, a leader cache and followers", lastFactor.span)
      }
      if regions.isEmpty { regions = ClusterPlan.standard.regions.map { ($0.name, ClusterPlan.cacheServers) } }
      if let small = regions.first(where: { $0.replicas < 3 }) {
        throw refused(
          "primary-cache takes at least 3 servers a region, a database, a leader cache and a follower; \(small.name) has "
            + "\(small.replicas)", (lastRegion?.span ?? last))
      }
    } else if let unsaid {
      throw LanguageError(
        .expected([.other("REGION:NUMBER such as us-east-1:3"), .other("rf=N")], found: unsaid.text), at: unsaid.span)
    }
    guard !regions.isEmpty else { throw refused("a cluster needs at least one region before rf= or scheme=", last) }
    let total = regions.reduce(0) { $0 + $1.replicas }
    guard total <= ReplicaSet.capacity else {
      throw refused("\(total) replicas are more than \(ReplicaSet.capacity)", last)
    }
    let plan = ClusterPlan(
      regions: regions.map { name, count in
        ClusterPlan.Region(
          name: name, replicas: count,
          factor: factors.map { $0[name] ?? 0 } ?? everywhere
            ?? (scheme == .primaryCache ? 1 : min(3, count)))
      }, scheme: scheme ?? .leaderless)
    let sum = plan.regions.reduce(0) { $0 + $1.factor }
    guard (1...64).contains(sum) else {
      throw refused("replication factors add up to \(sum); from 1 to 64 are possible", last)
    }
    return plan
  }

  /// Takes a scheme, if one is named.
  private mutating func scheme() throws -> SchemeName? {
    guard let word = try peek(), let text = word.text.suffix(after: "scheme=") else { return nil }
    _ = try take(.other("scheme=SCHEME"))
    return try scheme(text, word)
  }

  private func scheme(_ text: String, _ word: Word) throws -> SchemeName {
    if let scheme = SchemeName(rawValue: text) { return scheme }
    let known = SchemeName.allCases.map(\.rawValue).joined(separator: ", ")
    throw refused("there is no replication scheme `\(Printable.escaped(text))`; known: \(known)", word.span)
  }

  private func replicationFactors(
    _ text: String, _ word: Word, _ regions: [String]
  ) throws -> (everywhere: Int?, each: [String: Int]?) {
    if let number = Int(text) {
      guard (1...64).contains(number) else { throw refused("a replication factor is from 1 to 64", word.span) }
      return (number, nil)
    }
    var factors: [String: Int] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let (name, factor) = try regionAndNumber(String(part), word, 0...64)
      guard regions.contains(name) else {
        throw LanguageError(.unknownName(.region, name), at: word.span, candidates: regions)
      }
      guard factors[name] == nil else {
        throw refused("the replication factor of \(name) is stated twice", word.span)
      }
      factors[name] = factor
    }
    return (nil, factors)
  }

  private func regionAndNumber(
    _ text: String, _ word: Word, _ range: ClosedRange<Int>
  ) throws -> (name: String, number: Int) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let number = Int(parts[1]), !word.isQuoted else {
      throw LanguageError(
        .expected([.other("REGION:NUMBER such as us-east-1:3"), .other("rf=N")], found: word.text), at: word.span)
    }
    guard parts[0].isName else {
      throw refused("a region's name is made of letters, digits, `-`, `_` and `.`", word.span)
    }
    guard range.contains(number) else {
      throw refused("\(number) is out of range: from \(range.lowerBound) to \(range.upperBound)", word.span)
    }
    return (parts[0], number)
  }
}

extension String {
  fileprivate func suffix(after prefix: String) -> String? {
    lowercased().hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}

extension CommandReader {
  /// Throws where a row is asked for what only a column has, or the other way round.
  func checkRow(_ kind: OperationKind, _ name: String, _ column: String?, of key: Word) throws {
    guard column == nil || kind != .read else { throw refused("\(name) is a row, which is read whole", key.span) }
    guard column != nil || kind != .write else {
      throw refused(
        "\(name) is a row: its columns are written, such as `\(Printable.escaped(key.text)).name`", key.span)
    }
    if column?.contains("=") == true { throw refused("a column's name has no `=`", key.span) }
  }
}
