/// A figure of a system: what is stated of it, what was published, and how it is measured here.
public struct Figure: Hashable, Sendable {
  /// In what a figure is given.
  public enum Unit: String, CaseIterable, Sendable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "min"
    case percent = "%"
    case bytes = "B"
    case perSecond = "/s"
    case count = "times"
    /// 1 where something is so, 0 where it isn't.
    case truth = "yes"
  }

  /// From where to where it lies; nil: open on that side.
  public struct Bounds: Hashable, Sendable {
    /// The least it can be.
    public let low: Double?
    /// The most it can be.
    public let high: Double?

    /// Bounds of those ends.
    public init(low: Double?, high: Double?) { (self.low, self.high) = (low, high) }

    /// One figure, as it was given: no band.
    public init(exactly value: Double) { self.init(low: value, high: value) }

    /// Whether it is one figure and no band.
    public var isSingle: Bool { low != nil && low == high }

    /// Whether a value lies between them.
    public func contains(_ value: Double) -> Bool { value >= low ?? -.infinity && value <= high ?? .infinity }
  }

  /// What is read of a run, once its workload has been played.
  public enum Measure: Hashable, Sendable {
    /// A fact, by what it is divided, what is taken off it first, and by what the scale multiplies it.
    case fact(String, over: String?, minus: Double, times: Double)
    /// Of two consecutive reads of a key by one client: how often the first is fresh and the second stale.
    case freshThenStale
    /// The span that such a percentage of copies took no longer than to be stored.
    case lag(percentile: Double)
    /// By how much the bill at the run's end is above that of less.
    case bill(against: LesserBill)
    /// Nothing: why there is nothing to be compared.
    case nothing(reason: String)
  }

  /// What a bill is held against, by the same prices.
  public enum LesserBill: String, CaseIterable, Sendable {
    /// Of storage: each value kept once.
    case oneCopy = "one copy"
    /// Of all but people: one region with its share of replicas and copies, that sends nothing to others.
    case oneRegion = "one region"
    /// Of all but people: the databases alone, without the caches before them.
    case databases = "databases"
  }

  /// How far off a single figure what is measured may be.
  public struct Tolerance: Hashable, Sendable {
    /// What counts as inside.
    public let bounds: Bounds
    /// Why that.
    public let reason: String
  }

  /// What is expected before anything runs.
  public enum Prediction: Hashable, Sendable {
    /// By arithmetic, which the note shows.
    case bounds(Bounds)
    /// Stale reads by `1 − e^(−λ·lag)`, within such a share of it; λ and the lags are the run's own.
    case closedForm(tolerance: Double)
  }

  /// Under which heading it stands with its neighbours; nil: under none.
  public let group: String?
  /// What it is.
  public let name: String
  /// In what it is given.
  public let unit: Unit
  /// What the documents state that the profile was made from.
  public let stated: Bounds?
  /// What the operator or a paper published.
  public let published: Bounds?
  /// What counts as inside where single figures were given, and why that; nil: they are to be met exactly.
  public let tolerance: Tolerance?
  /// What is expected.
  public let prediction: Prediction?
  /// Where it was published; empty where it wasn't.
  public let source: String
  /// The workload that it is measured under; nil where nothing is measured.
  public let workload: String?
  /// What is read of that.
  public let measure: Measure
  /// How the workload is smaller than the system.
  public let scale: String
  /// What else there is to know.
  public let note: String
  /// Why what is measured lies outside; nil where it is to lie inside.
  public let outside: String?
  /// Why nothing else could have been measured: a setting or the load was chosen so, or nothing happens in the run that it
  /// depends on. Nil where a mechanism decides.
  public let byConstruction: String?

  /// What counts as inside of what was given in a column.
  func accepted(_ given: Bounds?) -> Bounds? {
    guard let given, given.isSingle, let tolerance else { return given }
    return tolerance.bounds
  }
}

/// The figures of a profile, and the workloads that measure them.
public struct FigureTable: Hashable, Sendable {
  /// A script that follows on the profile's set-up.
  public struct Workload: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its commands.
    public let script: String
  }

  /// How operations are asked, such as `at LOCAL_QUORUM`, where the same workload runs on all profiles; may be empty.
  public let asked: String
  /// The workloads.
  public let workloads: [Workload]
  /// The figures.
  public let figures: [Figure]
}
