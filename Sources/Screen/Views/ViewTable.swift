import Language

extension ViewName {
  /// What draws it and takes its keys.
  var pane: any PaneView.Type {
    switch self {
    case .map: MapPanel.self
    case .key: KeyPanel.self
    case .log: LogPanel.self
    case .metrics: MetricsPanel.self
    case .spaceTime: SpaceTimePanel.self
    case .repair: RepairPanel.self
    case .clocks: ClocksPanel.self
    case .operations: OperationsPanel.self
    case .lesson: LessonPanel.self
    case .guarantees: GuaranteesPanel.self
    case .keys: KeysView.self
    case .replicas: ReplicasView.self
    case .clients: ClientsView.self
    case .hints: HintsView.self
    case .branches: BranchesView.self
    case .compare: CompareView.self
    case .duty: DutyPanel.self
    case .timelines: TimelinesView.self
    }
  }

  /// The digit that leads there: the first ten have one, `0` is the tenth.
  public var digit: Int? {
    guard let place = Self.allCases.firstIndex(of: self), place < 10 else { return nil }
    return (place + 1) % 10
  }

  /// What it shows, in a few words.
  public var summary: String { pane.summary }

  /// What keys do in it, as the help names them, the most useful first.
  public var keyHints: [(action: String, summary: String)] { pane.keys.map { ($0.hint, $0.summary) } }

  /// How it is written above its pane and in the tabs: with its digit, if it has one.
  var label: String { digit.map { "\($0) \(rawValue)" } ?? rawValue }
}
