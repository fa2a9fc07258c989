import Analysis
import Kernel
import Language
import Replication
import Yams

/// Reads an experiment from its YAML text.
public struct ExperimentReader {
  /// How many actions an experiment has at most.
  static let mostActions = 10_000

  let source: ExperimentSource
  private(set) var names = NameContext.standard
  var warnings: [String] = []
  private var actions = 0

  private init(_ source: ExperimentSource) { self.source = source }

  /// The experiment in a text.
  ///
  /// - Parameter file: its name, for what is said of it.
  /// - Throws: a ``ScriptError`` with the line and column of what is wrong.
  public static func read(_ text: String, file: String) throws -> Experiment {
    let source = ExperimentSource(text, file: file)
    var reader = ExperimentReader(source)
    do {
      return try reader.experiment(try source.compose(text), text)
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }

  private mutating func experiment(_ root: Node, _ text: String) throws -> Experiment {
    let file = try MappingReader(root, .experiment, source)
    _ = try file.choice(.apiVersion, of: APIVersion.allCases)
    _ = try file.choice(.kind, of: FileKindWord.allCases)
    guard let metadata = try file.mapping(.metadata), let spec = try file.mapping(.spec) else {
      throw source.problem(root, "an experiment needs `metadata` and `spec`")
    }
    let setUp = try commands(spec)
    let steady = try spec.mapping(.steadyState).map { try steadyState($0) }
    let shared = try spec.mappings(.assertions).map { try assertion($0) }
    let stops = try spec.mappings(.stopWhen).map { try assertion($0) }
    let patience = try spec.mapping(.heal)?.duration(.within)
    let dangers = try spec.choices(.dangers, of: InterestingState.allCases)
    var scenarios: [Scenario] = []
    let list = try spec.mappings(.scenarios)
    for mapping in list {
      let scenario = try scenario(mapping, shared: shared, stops: stops, patience: patience, dangers: dangers)
      if scenarios.contains(where: { $0.name == scenario.name }) {
        throw source.problem(
          mapping.place(.name), "there are two scenarios \(scenario.name); reports tell them apart by their names")
      }
      scenarios.append(scenario)
    }
    guard !scenarios.isEmpty else {
      throw source.problem(spec.place(.scenarios), "an experiment has a scenario at least")
    }
    var echo: [String] = []
    if let monitoring = spec[.monitoring] { try Echo.collect(monitoring, "", &echo, source, depth: 0) }
    _ = try spec.mapping(.monitoring)
    let description = try spec.text(.description) ?? metadata.text(.description) ?? ""
    return Experiment(
      name: try metadata.text(.name) ?? "", description: description, setUp: setUp,
      seed: try spec.whole(.seed, 0...Int.max).map { UInt64($0) }, steadyState: steady, scenarios: scenarios,
      catches: try spec.choices(.catches, of: Mutant.allCases), monitoring: echo, warnings: warnings,
      fingerprint: Fingerprint.of(text))
  }

  private enum APIVersion: String, CaseIterable { case eventually = "eventually/v1", netflix = "chaos.netflix.com/v1" }
  private enum FileKindWord: String, CaseIterable { case experiment = "ChaosExperiment" }

  // MARK: The cluster

  /// The commands that begin the cluster; names mean what they do after them.
  private mutating func commands(_ spec: MappingReader) throws -> [String] {
    var session = Session(seed: nil, keyframeSpacing: .max / 2)
    var lines: [String] = []
    func carryOut(_ line: String, at node: Node) throws {
      do {
        let names = session.names(isPrompt: false)
        guard let command = try CommandParser.parse(line, in: names) else { return }
        guard Self.isSetUp(command) else {
          throw LanguageError(
            .refused("`setup` takes what chooses settings, links, types and clients; what is done stands in `actions`"),
            at: SourceSpan(start: 0, length: line.count))
        }
        try session.execute(command, from: SourceLine(file: source.file, number: 1, text: line)) { _ in }
        lines.append(line)
      } catch let error as LanguageError {
        throw source.problem(node, in: line, error)
      }
    }
    let profile = try spec.text(.profile)
    if let profile, spec[.targets] != nil {
      throw source.problem(
        spec.place(.profile), "the profile \(profile) brings its own cluster; leave out `targets`, or the profile")
    }
    if let profile {
      guard ProfileCatalog.names.contains(profile) else {
        throw source.problem(
          spec.place(.profile), "there is no profile `\(profile.prefix(60))`",
          choice: "there are \(MappingReader.list(ProfileCatalog.names))",
          suggestion: ProfileCatalog.nearest(to: profile, among: ProfileCatalog.names))
      }
      try carryOut("profile \(profile)", at: spec.place(.profile))
    } else if let target = try spec.mappings(.targets).first {
      try carryOut(try cluster(target), at: target.place(.regions))
    }
    for (line, node) in try spec.texts(.setup) { try carryOut(line, at: node) }
    names = session.names(isPrompt: false)
    return lines
  }

  private func cluster(_ target: MappingReader) throws -> String {
    let regions = try target.texts(.regions)
    guard !regions.isEmpty else { throw source.problem(target.place(.regions), "a cluster has a region at least") }
    let service = try target.choice(.service, of: ExperimentService.allCases) ?? .leaderless
    let least = service.scheme == "primary-cache" ? 4 : 3
    let nodes = try target.whole(.nodes, 1...1_024) ?? least * regions.count
    guard nodes % regions.count == 0 else {
      throw source.problem(
        target.place(.nodes),
        "\(nodes) nodes can't be shared by \(CountedNoun("region").text(regions.count)) evenly; \(nodes / regions.count * regions.count + regions.count) can"
      )
    }
    let each = nodes / regions.count
    let factor = try target.whole(.replicationFactor, 1...64)
    if let factor, factor > each {
      throw source.problem(
        target.place(.replicationFactor),
        "a region has \(CountedNoun("replica").text(each)), and can't hold \(factor) copies of a key")
    }
    let copies = service.scheme == "primary-cache" ? "" : " rf=\(factor ?? min(3, each))"
    let scheme = service.scheme == "leaderless" ? "" : " scheme=\(service.scheme)"
    return "cluster \(regions.map { "\($0.text):\(each)" }.joined(separator: " "))\(copies)\(scheme)"
  }

  private static func isSetUp(_ command: Command) -> Bool {
    switch command {
    case .profile: true
    case .input(let input):
      switch input {
      case .setUp, .set, .link, .type, .addClient, .addConsumer, .followConsumer, .group, .guarantee, .follow,
        .addFollowers:
        true
      case .reseed, .sync, .repair, .operate, .load, .stopLoads, .fault, .moveLeader, .deliver, .drop, .delay, .flush,
        .watch, .defect:
        false
      }
    default: false
    }
  }

  // MARK: Scenarios

  private mutating func scenario(
    _ mapping: MappingReader, shared: [Assertion], stops: [Assertion], patience: TimeSpan?, dangers: [InterestingState]
  ) throws -> Scenario {
    let name = try mapping.text(.name) ?? ""
    let nodes = try mapping.actionNodes()
    actions += nodes.count
    guard actions <= Self.mostActions else {
      throw source.problem(mapping.place(.actions), "an experiment has at most 10,000 actions")
    }
    let plan = try self.actions(nodes, in: mapping)
    let assertions = try shared + mapping.mappings(.assertions).map { try assertion($0) }
    guard !assertions.isEmpty else {
      throw source.problem(mapping.node, "the scenario \(name) has no assertions: nothing could fail")
    }
    let ownDangers = try mapping.choices(.dangers, of: InterestingState.allCases)
    let derived = plan.actions.flatMap(\.kind.specification.dangers)
    let wanted = ownDangers.isEmpty ? (dangers.isEmpty ? derived : dangers) : ownDangers
    return Scenario(
      name: name, description: try mapping.text(.description) ?? "", actions: plan.actions, assertions: assertions,
      stops: try stops + mapping.mappings(.stopWhen).map { try assertion($0) },
      patience: try mapping.mapping(.heal)?.duration(.within) ?? patience ?? plan.patience, interval: plan.interval,
      dangers: InterestingState.allCases.filter(wanted.contains))
  }

  /// Reads an assertion, or what ends a scenario early.
  mutating func assertion(_ mapping: MappingReader) throws -> Assertion {
    guard let name = try mapping.text(.metric), let text = try mapping.text(.threshold) else {
      throw source.problem(mapping.node, "an assertion has a metric and a threshold")
    }
    let metric: Metric
    do {
      metric = try Metric.read(name, in: names)
    } catch let error as LanguageError {
      throw source.problem(mapping.place(.metric), in: name, error)
    }
    do {
      let threshold = try Threshold.read(text, for: metric.unit)
      if let oddity = threshold.oddity {
        let line = mapping.place(.threshold).mark?.line ?? 1
        warnings.append("\(source.file):\(line): \(metric.name): \(oddity)")
      }
      let mode =
        mapping.table.fields.contains { $0.key == .mode } ? try mapping.choice(.mode, of: Assertion.Mode.allCases) : nil
      return Assertion(metric: metric, threshold: threshold, mode: mode ?? .end)
    } catch let problem as ThresholdProblem {
      throw source.problem(mapping.place(.threshold), problem.sentence)
    }
  }

  private mutating func steadyState(_ mapping: MappingReader) throws -> SteadyState {
    let duration = try mapping.duration(.duration, atLeast: .milliseconds(1)) ?? .seconds(1)
    let load = try load(mapping, writes: mapping.share(.write) ?? 500_000)
    return SteadyState(
      duration: duration, load: load, assertions: try mapping.mappings(.assertions).map { try assertion($0) })
  }
}

extension Fingerprint {
  /// By what a text is known.
  static func of(_ text: String) -> String {
    var fingerprint = Fingerprint()
    fingerprint.fold(text)
    return String(fingerprint.value, radix: 16)
  }
}

/// What is told again of a file, and nothing more.
private enum Echo {
  static func collect(_ node: Node, _ path: String, _ lines: inout [String], _ source: ExperimentSource, depth: Int)
    throws
  {
    guard depth < 8, lines.count < 100 else { throw source.problem(node, "there is too much of this to be told again") }
    if let mapping = node.mapping {
      for (key, value) in mapping {
        let name = key.scalar?.string ?? ""
        try collect(value, path.isEmpty ? name : "\(path).\(name)", &lines, source, depth: depth + 1)
      }
    } else if let list = node.sequence {
      for item in list { try collect(item, path, &lines, source, depth: depth + 1) }
    } else if let scalar = node.scalar {
      lines.append("\(path): \(scalar.string.prefix(200))")
    }
  }
}
