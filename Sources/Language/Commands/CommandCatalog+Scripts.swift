import Kernel
import Replication

extension CommandCatalog {
  static let looking: [CommandSpecification] = [
    CommandSpecification(
      "show", .looking,
      usage: [
        "show KEY", "show clocks KEY", "show messages | hints | links | metrics | lag", "show slo | alerts",
        "show merkle REPLICA REPLICA", "show roles | backlog", "show path [N]", "show cost",
        "show timeline USER [in REGION]",
      ],
      "Shows what the replicas hold of a key, its clocks, what is on its way, or the service levels.",
      details: "A key in quotes is always a key.", examples: ["show cart", "show clocks cart", "show messages"]
    ) { reader in
      // Each with the features of which a scheme must have one.
      let words: [(String, [SchemeFeature])] = [
        ("clocks", [.clocks]), ("messages", []), ("hints", [.hints]), ("links", []), ("metrics", []), ("lag", []),
        ("slo", []), ("merkle", [.repair]), ("roles", [.roles]), ("backlog", [.backlog, .logs]), ("path", []),
        ("alerts", []), ("cost", []), ("timeline", [.timelines]),
      ]
      let context = reader.context
      let known = words.filter { $0.1.isEmpty || $0.1.contains(where: context.has) }.map(\.0)
      let word = try reader.peek()
      if let word, !word.isQuoted,
        let foreign = words.first(where: { $0.0 == word.text.lowercased() && !known.contains($0.0) })?.1.first
      {
        throw reader.lacks(
          "show \(word.text.lowercased())", for: foreign, word, butHas: ["show KEY"] + known.map { "show \($0)" })
      }
      return switch try reader.optionalKeyword(known) {
      case "merkle": .show(.merkle(try reader.replica(), try reader.replica()))
      case "clocks": .show(.clocks(try reader.take(.key).text))
      case "messages": .show(.messages)
      case "hints": .show(.hints)
      case "links": .show(.links)
      case "metrics": .show(.metrics)
      case "lag": .show(.lag)
      case "slo": .show(.serviceLevels)
      case "alerts": .show(.alerts)
      case "roles": .show(.roles)
      case "backlog": .show(.backlog)
      case "cost": .show(.cost)
      case "path": .show(.path(try reader.isAtEnd() ? nil : try reader.wholeNumber(1...Int(Int32.max))))
      case "timeline": .show(try reader.shownTimeline())
      default: .show(.key(try reader.take(.key).text))
      }
    },
    CommandSpecification(
      "predict", .looking, usage: ["predict [n=N] [r=R] [w=W] [in REGION]"],
      "Predicts latencies and stale reads for the present links, beside what this session has seen.",
      details: """
        Probabilistically bounded staleness (Bailis et al., VLDB 2012): a write and, t after its acknowledgement, a read \
        go to all N copies of a key, and the first W and R answers count; 1 each if nothing is said, as at ONE. Any \
        replica may coordinate either, or any of one region. Slow-downs count; the model knows no failures, repair or \
        processing time, and a real read asks R copies only, so that it may be slower. Observed are the operations \
        that waited for as many copies of the whole cluster (so none with n=), coordinated there. Changes nothing. `eventually predict` does it without a \
        cluster.
        """,
      examples: ["predict", "predict r=1 w=1", "predict n=3 r=2 w=1 in eu-west-1"], feature: .quorums
    ) { .predict(try $0.predictionPlan()) },
    check, whatIf,
    CommandSpecification(
      "trial", .looking, usage: ["trial"],
      "In a lesson: has the step's sealed workload played on copies of the cluster as it is now, each with another seed.",
      details: "What each condition came to is told; nothing of it stays in the cluster. Only some steps have a trial."
    ) { _ in .trial },
    CommandSpecification(
      "poll", .looking, usage: ["poll VOTES VOTES …"],
      "In a lesson on a projector: how many of the class have voted for each choice of the question, in their order.",
      details: """
        The class guesses what most of it voted for, the first of several with as many; then the votes are shown beside what is \
        right. Until then nothing is carried out that would tell. `eventually learn NAME --projector` opens a lesson so.
        """,
      examples: ["poll 3 12 5"]
    ) { .poll(try $0.votes()) },
  ]

  static let scripts: [CommandSpecification] = [
    text("say", "Says something to whoever watches or reads.", example: "say \"The link is cut.\"") { .say($0) },
    CommandSpecification(
      "beat", .scripts, usage: ["beat [DURATION]"], "A presenter's pause; ignored by `run`.", examples: ["beat 2s"]
    ) { reader in
      reader.note(.lineEnd)
      return .beat(try reader.isAtEnd() ? nil : try reader.duration())
    },
    text("mark", "Begins a chapter.", example: "mark \"The cut\"") { .mark($0) },
    text("note", "A note for the presenter alone.", example: "note \"Ask who would take the read\"") { .note($0) },
    CommandSpecification(
      "view", .scripts, usage: ["view VIEW"], "Turns the workbench to a view; ignored by `run`.",
      details: "There are \(ViewName.allCases.map(\.rawValue).joined(separator: ", ")).", examples: ["view map"]
    ) { .view(try $0.viewName(.view)) },
    CommandSpecification(
      "focus", .scripts, usage: ["focus PLACE"], "Selects a replica or region in the workbench; ignored by `run`.",
      examples: ["focus us1"]
    ) { reader in
      let word = try reader.peek()
      _ = try reader.place()
      return .focus(word?.text ?? "")
    },
    CommandSpecification(
      "select", .scripts, usage: ["select KEY"], "Selects a key in the workbench; ignored by `run`.",
      examples: ["select cart"]
    ) { .select(try $0.take(.key).text) },
    CommandSpecification(
      "zoom", .scripts, usage: ["zoom VIEW"], "Gives a view the whole screen; ignored by `run`.", examples: ["zoom log"]
    ) { .zoom(try $0.viewName(.pane)) },
    CommandSpecification(
      "expect", .scripts, usage: ["expect CONDITION"],
      "A condition that must hold; `eventually run` goes on, and ends with status 1 if one did not.",
      details: "`help facts` at the prompt, `eventually facts` in a shell, lists what conditions are made of.",
      examples: ["expect last.outcome == ok", "expect not last.stale and last.latency < 100ms"]
    ) { reader in
      let (condition, text) = try reader.conditionWithText()
      return .expect(condition, text: text)
    },
    CommandSpecification(
      "source", .scripts, usage: ["source FILE"], "Runs another script, named relative to this one.",
      examples: []
    ) { .source(try $0.take(.file).text) },
    CommandSpecification(
      "share", .scripts, usage: ["share"],
      "Prints this moment as a text of at most 2 KiB, which `eventually open TEXT` reopens.",
      details: """
        What led here is packed into it, scripts that were sourced included, and no path, time or machine. `eventually run` \
        prints it as its last line. What takes more than 2 KiB is refused; `save` writes it to a file.
        """, examples: ["share"]
    ) { _ in .share },
  ]

  static let prompt: [CommandSpecification] = [
    CommandSpecification(
      "help", .prompt,
      usage: [
        "help [COMMAND | SETTING | FACT | LEVEL | SCHEME | PROFILE]", "help facts | settings | levels | schemes",
      ],
      "Lists the commands, or explains one, a setting, a fact, a level, a replication scheme or a profile; or lists all of a kind.",
      examples: ["help write", "help dns-ttl", "help LOCAL_QUORUM", "help streams", "help facebook-tao"],
      isPromptOnly: true
    ) { reader in
      reader.note(.lineEnd)
      guard try !reader.isAtEnd() else { return .help(nil) }
      for expectation in [Expectation.setting, .fact, .level] { reader.note(expectation) }
      if let topic = try reader.optionalKeyword(Reference.Topic.words) { return .help(topic) }
      if let scheme = try reader.optionalKeyword(SchemeName.allCases.map(\.rawValue)) { return .help(scheme) }
      if let profile = try reader.optionalKeyword(ProfileCatalog.names) { return .help(profile) }
      let word = try reader.take(.command)
      if word.text.lowercased() == "set", try !reader.isAtEnd() {
        let setting = try reader.take(.setting)
        guard Reference.subject(setting.text, isOfSet: true) != nil else {
          throw LanguageError(
            .unknownName(.setting, setting.text), at: setting.span, candidates: SettingCatalog.all.map(\.name.rawValue))
        }
        return .help("set \(setting.text)")
      }
      guard Reference.knows(word.text) else {
        throw reader.refused(Reference.unknown(word.text, asking: "help"), word.span)
      }
      return .help(word.text)
    },
    CommandSpecification(
      "save", .prompt, usage: ["save FILE"], "Writes everything so far to a file, as a script that does it again.",
      details: "Time that ran on its own is written as the events that it played.", isPromptOnly: true
    ) { .save(try $0.take(.file).text) },
    CommandSpecification(
      "export", .prompt,
      usage: ["export FORMAT FILE [from INSTANT] [to INSTANT]"],
      "Writes what was seen to a file, in a form that other programs read.",
      details: ExportFormat.allCases.map { "\($0.rawValue): \($0.summary)." }.joined(separator: " ")
        + " The stretch of time is for shiviz and mermaid.", isPromptOnly: true
    ) { try $0.export() },
    CommandSpecification(
      "messages", .prompt, usage: ["messages"], "Lists what the workbench has said so far, the latest last.",
      details: "`show messages` lists those that travel between replicas.", isPromptOnly: true
    ) { _ in .messages },
    CommandSpecification(
      "quit", aliases: ["q"], .prompt, usage: ["quit"], "Leaves the workbench.", isPromptOnly: true
    ) { _ in .quit },
    CommandSpecification(
      "breakpoint", .prompt, usage: ["breakpoint CONDITION", "breakpoint off"],
      "Pauses the workbench when a condition comes true.", isPromptOnly: true
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .breakpoint(nil) }
      return .breakpoint(try reader.condition())
    },
  ]

  private static func text(
    _ name: String, _ summary: String, example: String, _ command: @escaping @Sendable (String) -> Command
  ) -> CommandSpecification {
    CommandSpecification(name, .scripts, usage: ["\(name) \"TEXT\""], summary, examples: [example]) { reader in
      let text = try reader.take(.text).text
      if let more = try reader.peek() {
        throw LanguageError(.refused("several words stand in quotes: \(example)"), at: more.span)
      }
      return command(text)
    }
  }
}

extension CommandReader {
  /// Takes a form, a file, and in any order `from` and `to` an instant, each at most once.
  fileprivate mutating func export() throws -> Command {
    let names = ExportFormat.allCases.map(\.rawValue)
    let word = try take(.other("a format such as shiviz"))
    guard let format = ExportFormat(rawValue: word.text.lowercased()) else {
      throw LanguageError(.unknownName(.other("a format"), word.text), at: word.span, candidates: names)
    }
    var plan = ExportPlan(format)
    let path = try take(.file).text
    while format.hasRange {
      let words = (plan.start == nil ? ["from"] : []) + (plan.end == nil ? ["to"] : [])
      guard let name = try optionalKeyword(words) else { break }
      let instant = Instant.start + (try duration())
      if name == "from" { plan.start = instant } else { plan.end = instant }
    }
    return .export(plan, to: path)
  }

  fileprivate mutating func viewName(_ expectation: Expectation) throws -> ViewName {
    let word = try take(expectation)
    guard !word.isQuoted, let view = ViewName(rawValue: word.text.lowercased()) else {
      throw LanguageError(
        .unknownName(expectation, word.text), at: word.span, candidates: ViewName.allCases.map(\.rawValue))
    }
    return view
  }
}
