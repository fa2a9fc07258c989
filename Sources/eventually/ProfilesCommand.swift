import ArgumentParser
import Language
import Workbench

struct ProfilesCommand: ParsableCommand {
  /// What is printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "Production systems as profiles: what they are, their figures beside ours, and all in one outage.",
    discussion: """
      Without a name it lists them; with one it shows its page. `factors` and `spectrum` are tables of no one system: what \
      makes copies agree sooner, each alone, and what consistency levels cost. --calibrate runs the stated workloads and \
      puts what is measured here beside what was stated and published. --compare runs one load on all, with two regions cut \
      off from each other meanwhile; with --format svg that is a picture. In the workbench `view compare` shows it, \
      and there, and in scripts, `profile NAME` sets one up.
      """)

  @Argument(help: ArgumentHelp("Profiles, or `factors` or `spectrum`; all if unsaid.", valueName: "name"))
  var names: [String] = []

  @Flag(help: "Run the stated workloads and compare: stated, published, measured here.")
  var calibrate = false

  @Flag(help: "Run one load on all of them, and cut two regions off from each other meanwhile.")
  var compare = false

  @Option(help: ArgumentHelp("With --compare: which regions, and for how long.", valueName: "A B for D"))
  var cut: String?

  @Option(
    help: ArgumentHelp(
      "With --compare: what follows on `load`, such as \"200/s for 40s write 10% keys 1000\".", valueName: "load"))
  var workload: String?

  @Option(help: ArgumentHelp("With --compare: print the run of that profile as a script.", valueName: "name"))
  var script: String?

  @Option(help: "text, json (JSON Lines and nothing else) or, with --compare, svg (a picture).")
  var format = Format.text

  @Flag(help: "The same as --format json.")
  var json = false

  @Option(help: ArgumentHelp("The file to write; standard output when unsaid.", valueName: "out"))
  var output: String?

  @Option(help: "What chance is drawn from.")
  var seed: UInt64 = 1

  func validate() throws {
    if calibrate, compare { throw ValidationError("--calibrate and --compare are two things: one at a time") }
    if json, format == .svg { throw ValidationError("--json and --format svg are two things: one at a time") }
    if format == .svg, !compare { throw ValidationError("--format svg goes with --compare") }
    if format == .svg, script != nil { throw ValidationError("--script prints a script: no --format svg") }
    guard compare || cut == nil && workload == nil && script == nil else {
      throw ValidationError("--cut, --workload and --script go with --compare")
    }
    if let cut, Ordeal.Cut(cut) == nil {
      throw ValidationError(
        "`\(Printable.escaped(cut))` is no cut: two regions and for how long, at most 1h, such as "
          + "\"\(Ordeal().cut.text)\"")
    }
    for name in names + (script.map { [$0] } ?? []) { try ProfileName.check(name, inTables: !compare) }
  }

  func run() throws {
    let writer = try output.map { try LineWriter(path: $0) } ?? LineWriter.standardOutput
    do {
      let all = try Profile.all()
      let named = names.isEmpty ? all : names.compactMap { name in all.first { $0.name == name } }
      for line in try lines(all: all, named: named) { writer.write(line) }
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
    try writer.close()
  }

  private var isJSON: Bool { json || format == .json }

  private func lines(all: [Profile], named: [Profile]) throws -> [String] {
    if compare { return try compared(named.filter(\.isSystem)) }
    if calibrate { return try calibrated(named) }
    if isJSON { return named.filter(\.isSystem).map(\.json) }
    if names.isEmpty { return Profile.list(all) }
    // A table has no cluster to be shown: its page is what it measures.
    return try named.enumerated().flatMap { place, profile in
      (place > 0 ? [""] : []) + (try profile.isSystem ? profile.lines : profile.lines + [""] + calibrated([profile]))
    }
  }

  private func calibrated(_ profiles: [Profile]) throws -> [String] {
    let line = ProgressLine(CountedNoun("workload"))
    defer { line.end() }
    let calibrations = try Calibration.run(profiles, seed: seed) { line.show($0) }
    if isJSON { return calibrations.flatMap(\.json) }
    return calibrations.flatMap { $0.lines + [""] } + [Calibration.summary(of: calibrations)]
  }

  private func compared(_ profiles: [Profile]) throws -> [String] {
    let ordeal =
      cut.flatMap(Ordeal.Cut.init).map { Ordeal(workload, cut: $0, seed: seed) } ?? Ordeal(workload, seed: seed)
    let line = ProgressLine(CountedNoun("profile"))
    defer { line.end() }
    let chosen = script.map { name in profiles.filter { $0.name == name } } ?? profiles
    let results = try ordeal.run(chosen) { line.show($0) }
    if script != nil { return results.flatMap(\.script) }
    if format == .svg { return OrdealPicture(ordeal, results).lines }
    let report = OrdealReport(ordeal, results)
    return isJSON ? report.json : report.lines
  }
}

/// Names of profiles on the command line.
enum ProfileName {
  /// Refuses what is no profile's name, and says which one is meant perhaps.
  ///
  /// - Parameter tables: whether tables of figures will do, too.
  /// - Throws: a `ValidationError`.
  static func check(_ name: String, inTables tables: Bool) throws {
    let names = tables ? Profile.names : ProfileCatalog.names
    guard !names.contains(name) else { return }
    let meant = ProfileCatalog.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError(
      "there is no profile `\(Printable.escaped(name))`\(meant)\nThere are \(names.joined(separator: ", ")).")
  }
}
