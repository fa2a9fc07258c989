import Analysis
import Insight
import Language
import Replication

/// A profile's figures beside what a run of its workloads gives.
public struct Calibration: Sendable {
  /// How a measured figure stands to those that were given.
  public enum Verdict: Hashable, Sendable {
    /// It lies within all of them.
    case inside
    /// It does, and could not have been anything else: that shows nothing.
    case byConstruction
    /// It lies outside of these: `stated`, `published`, `predicted`.
    case outside(of: [String])
    /// There is nothing to be compared.
    case notComparable
  }

  /// One figure.
  public struct Row: Hashable, Sendable {
    /// The figure.
    public let figure: Figure
    /// What was measured here; nil if nothing was.
    public let measured: Double?
    /// What was expected, worked out where it is a closed form.
    public let predicted: Figure.Bounds?
    /// How they stand.
    public let verdict: Verdict

    /// Whether it lies inside, or it is said why not.
    public var isExplained: Bool {
      switch verdict {
      case .inside, .byConstruction, .notComparable: true
      case .outside: figure.outside != nil
      }
    }
  }

  /// The profile.
  public let profile: Profile
  /// Its figures, in their order.
  public let rows: [Row]

  /// One workload of one profile.
  private struct Job: Sendable {
    let profile: Profile
    let workload: FigureTable.Workload
    let seed: UInt64

    var figures: [Figure] { profile.table.figures.filter { $0.workload == workload.name } }

    /// What each of its figures comes to.
    func run() -> Result<[Row], ScriptError> {
      let name = "\(profile.name)/calibration.yaml, workload \(workload.name)"
      do {
        let session = try HeldScript(name: name, text: profile.script(playing: workload)).play(seed: seed)
        return .success(try figures.map { try Row($0, in: session) })
      } catch let error as ScriptError {
        return .failure(error)
      } catch let error as LanguageError {
        let line = SourceLine(file: name, number: 1, text: "")
        return .failure(.wrong([Diagnostic(error, in: line)]))
      } catch {
        return .failure(.unreadable(name, reason: "\(error)"))
      }
    }
  }

  /// Runs the workloads of profiles, as many at once as there are processors.
  ///
  /// - Parameter progress: is told how many workloads have been played, one call at a time.
  /// - Throws: a ``ScriptError`` if one can't be run.
  public static func run(
    _ profiles: [Profile], seed: UInt64 = 1, progress: @Sendable (Concurrently.Progress) -> Void = { _ in }
  ) throws -> [Calibration] {
    let jobs = profiles.flatMap { profile in
      profile.table.workloads.map { Job(profile: profile, workload: $0, seed: seed) }
    }
    let measured = Concurrently.map(jobs, progress: progress) { ($0.profile.name, $0.run()) }
    return try profiles.map { profile in
      let own = try measured.filter { $0.0 == profile.name }.flatMap { try $0.1.get() }
      return Calibration(
        profile: profile,
        rows: profile.table.figures.map { figure in own.first { $0.figure == figure } ?? Row(incomparable: figure) })
    }
  }

  private init(profile: Profile, rows: [Row]) { (self.profile, self.rows) = (profile, rows) }
}

extension Calibration.Row {
  init(incomparable figure: Figure) {
    self.init(figure: figure, measured: nil, predicted: nil, verdict: .notComparable)
  }

  /// What a figure comes to in a session in which its workload was played.
  init(_ figure: Figure, in session: Session) throws {
    let measured = try session.measured(figure.measure, in: figure.unit)
    var predicted: Figure.Bounds?
    switch figure.prediction {
    case .bounds(let bounds): predicted = bounds
    case .closedForm(let tolerance):
      predicted = session.world.observer.closedStaleness(overKeys: session.cluster.catalogue.names.keyCount).map {
        Figure.Bounds(low: $0 * (1 - tolerance) * 100, high: $0 * (1 + tolerance) * 100)
      }
    case nil: break
    }
    let columns = [
      ("stated", figure.accepted(figure.stated)), ("published", figure.accepted(figure.published)),
      ("predicted", predicted),
    ]
    let missed = columns.filter { column in
      column.1.map { bounds in !(measured.map(bounds.contains) ?? false) } ?? false
    }
    self.init(
      figure: figure, measured: measured, predicted: predicted,
      verdict: missed.isEmpty
        ? figure.byConstruction == nil ? .inside : .byConstruction : .outside(of: missed.map(\.0)))
  }
}
