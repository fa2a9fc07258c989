import Analysis
import Kernel
import Language

extension Drill {
  /// The phase of a checklist that is shown once the cause is named.
  static let remedyPhase = "resolution"

  /// A drill from the texts of its folder.
  ///
  /// - Throws: a ``ScriptError`` that names the file, line and column of what is wrong.
  public init(_ name: String, page: String, scene: String, solution: String) throws {
    let script = try DrillScene(scene, in: "\(name)/scene.ev")
    do {
      self = try Drill(name, DrillReader(page, names: script.names), script, solution)
    } catch let problem as YAMLProblem {
      throw ScriptError.unreadable(
        "\(name)/drill.yaml", reason: "line \(problem.line), column \(problem.column): \(problem.message)")
    }
  }

  private init(_ name: String, _ reader: DrillReader, _ script: DrillScene, _ solution: String) throws {
    try reader.only([
      "title", "summary", "story", "clock", "ends", "look", "onset", "symptom", "alarms", "tickets", "checklist",
      "causes", "mitigations", "price", "original", "figures",
    ])
    self.name = name
    title = try reader.text("title")
    summary = try reader.text("summary")
    story = try reader.paragraphs("story")
    guard let clock = DrillClock(try reader.text("clock")) else {
      throw reader.problem("clock", "`clock` is a time of day such as \"14:00\", in quotes")
    }
    self.clock = clock
    end = Instant.start + (try reader.span("ends"))
    interval = try reader.span("look")
    onset = Instant.start + (try reader.optionalSpan("onset") ?? .zero)
    guard interval > .zero, end > onset else { throw reader.problem("ends", "`look` is above 0, `ends` after `onset`") }
    symptom = try reader.sign("symptom")
    alarms = try reader.items("alarms").map { item in
      try item.only(["name", "when", "for", "says"])
      return DrillAlarm(
        name: try item.text("name"), sign: try item.sign("when"), span: try item.optionalSpan("for") ?? .zero,
        words: try item.text("says"))
    }
    tickets = try reader.items("tickets").map { item in
      try item.only(["from", "at", "when", "says"])
      let due: DrillTicket.Due =
        item.has("at") ? .at(Instant.start + (try item.span("at"))) : .when(try item.sign("when"))
      return DrillTicket(sender: try item.text("from"), due: due, words: try item.text("says"))
    }
    checklist = try reader.items("checklist").map { item in
      try item.only(["phase", "ask", "command"])
      let phase = try item.text("phase")
      return DrillCheck(
        phase: phase, isRemedy: phase == Self.remedyPhase, question: try item.text("ask"),
        command: try item.look("command"))
    }
    causes = try reader.items("causes").map(Self.cause)
    guard causes.count > 1, causes.filter(\.isRight).count == 1 else {
      throw reader.problem("causes", "of several causes one is right")
    }
    mitigations = try reader.items("mitigations").map { item in
      try item.only(["command", "worth", "why"])
      guard let worth = DrillMitigation.Worth(rawValue: try item.text("worth")) else {
        throw item.problem("worth", "`worth` is right, useless or harmful")
      }
      return DrillMitigation(command: try item.command("command"), worth: worth, reason: try item.text("why"))
    }
    let price = try reader.item("price")
    try price.only(["stale", "failed", "lost", "trouble", "words"])
    self.price = DrillPrice(
      stale: try price.whole("stale"), failed: try price.whole("failed"), lost: try price.whole("lost"),
      trouble: try price.whole("trouble"),
      words: try price.text("words"))
    original = try Self.original(try reader.item("original"))
    figures = try reader.items("figures").map(Self.figure)
    (setUp, scene) = (script.setUp, script.steps)
    self.solution = solution.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  private static func cause(_ item: DrillReader) throws -> DrillCause {
    try item.only(["cause", "right", "why", "proof"])
    let isRight = try item.flag("right")
    guard isRight == item.has("proof") else { throw item.problem("proof", "the right cause has a proof, no other") }
    var proof = DrillProof(operation: nil, looked: [], words: "")
    if isRight {
      let reader = try item.item("proof")
      try reader.only(["operation", "looked", "words"])
      proof = DrillProof(
        operation: try reader.optionalText("operation"), looked: try reader.texts("looked"),
        words: try reader.text("words"))
      guard proof.operation != nil || !proof.looked.isEmpty else {
        throw item.problem("proof", "a proof is an `operation`, or what was `looked` at, or both")
      }
    }
    return DrillCause(words: try item.text("cause"), isRight: isRight, reason: try item.text("why"), proof: proof)
  }

  private static func original(_ item: DrillReader) throws -> DrillOriginal {
    try item.only(["story", "detected", "named", "recovered", "loss", "sources", "modelled", "left-out"])
    let sources = try item.texts("sources")
    guard !sources.isEmpty else { throw item.problem("sources", "an original has `sources`") }
    return DrillOriginal(
      story: try item.paragraphs("story"), detected: try item.optionalSpan("detected"),
      named: try item.optionalSpan("named"), recovered: try item.optionalSpan("recovered"),
      loss: try item.optionalText("loss"), sources: sources, modelled: try item.texts("modelled"),
      leftOut: try item.texts("left-out"))
  }

  private static func figure(_ item: DrillReader) throws -> DrillFigure {
    try item.only(["name", "unit", "published", "within", "measure", "fact", "at"])
    let published = try item.optionalNumber("published")
    var bounds: ClosedRange<Double>?
    if let published, let within = try item.optionalText("within") {
      let isShare = within.hasSuffix("%")
      guard let number = Double(isShare ? String(within.dropLast()) : within), number >= 0 else {
        throw item.problem("within", "`within` is a percentage or a number in the figure's unit")
      }
      let off = isShare ? published.magnitude * number / 100 : number
      bounds = published - off...published + off
    }
    let measure: DrillFigure.Measure =
      switch try item.optionalText("measure") {
      case "recovery": .recovery
      case "detection": .detection
      case nil: .fact(try item.text("fact"), at: Instant.start + (try item.span("at")))
      default: throw item.problem("measure", "`measure` is recovery or detection; else there is a `fact`, and `at`")
      }
    return DrillFigure(
      name: try item.text("name"), unit: try item.text("unit"), published: published, bounds: bounds, measure: measure)
  }
}
