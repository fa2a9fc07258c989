import Replication

/// The names that an experiment's mappings have; the file's words, in one place.
public enum ExperimentKey: String, CaseIterable, Hashable, Sendable {
  case apiVersion, kind, metadata, spec
  case name, description, labels
  case targets, profile, setup, seed
  case steadyState = "steady_state"
  case scenarios, assertions
  case stopWhen = "stop_when"
  case monitoring, dashboards, alerts, catches
  case service, regions, nodes
  case replicationFactor = "replication_factor"
  case actions, heal, dangers, within, interval
  case metric, threshold, mode
  case type, start, after, duration
  case qps, write, keys, level, zipf, size, poisson, region
  case timeout, latency, loss, duplication, skew, drift, key, rate, commands
}

/// What stands behind a name.
indirect enum FieldForm: Sendable {
  /// A text in one line, or several.
  case text
  /// A span from 0, such as `300s`.
  case duration
  /// A span that may be negative.
  case signedDuration
  /// A whole number.
  case whole(ClosedRange<Int>)
  /// A decimal number.
  case number
  /// A share from 0% to 100%.
  case share
  case truth
  /// One of those words.
  case choice([String])
  /// A list of such.
  case list(FieldForm, atMost: Int)
  case mapping(FieldTable)
  /// Actions, each with the fields of its type.
  case actions
  /// Whatever it is, it is only told again.
  case anything
}

/// One field of a mapping.
struct Field: Sendable {
  let key: ExperimentKey
  let form: FieldForm
  let isRequired: Bool
  let summary: String

  init(_ key: ExperimentKey, _ form: FieldForm, isRequired: Bool = false, _ summary: String) {
    (self.key, self.form, self.isRequired, self.summary) = (key, form, isRequired, summary)
  }
}

/// What a mapping may hold: the reader and the schema go by it.
struct FieldTable: Sendable {
  /// What the mapping is, such as `a scenario`.
  let name: String
  let fields: [Field]

  /// The whole file.
  static let experiment = FieldTable(
    name: "an experiment",
    fields: [
      Field(
        .apiVersion, .choice(["eventually/v1", "chaos.netflix.com/v1"]), isRequired: true,
        "The version of this shape; both mean the same."),
      Field(.kind, .choice(["ChaosExperiment"]), isRequired: true, "What the file holds."),
      Field(.metadata, .mapping(metadata), isRequired: true, "What it is called."),
      Field(.spec, .mapping(specification), isRequired: true, "What is done, and what must hold."),
    ])

  private static let metadata = FieldTable(
    name: "metadata",
    fields: [
      Field(.name, .text, isRequired: true, "The experiment's name."),
      Field(.description, .text, "What it is about."),
      Field(.labels, .anything, "Labels; told again."),
    ])

  private static let specification = FieldTable(
    name: "a spec",
    fields: [
      Field(.description, .text, "What it is about."),
      Field(.targets, .list(.mapping(target), atMost: 1), "The cluster; three regions of three replicas if unsaid."),
      Field(
        .profile, .text, "A profile that sets the cluster up, in place of targets; `eventually profiles` lists them."),
      Field(
        .setup, .list(.text, atMost: 200), "Commands that choose settings, links, types and clients before time runs."),
      Field(.seed, .whole(0...Int.max), "The seed; 1 if unsaid, and `--seed` and `--seeds` go before it."),
      Field(.steadyState, .mapping(steadyState), "What must hold before anything is done."),
      Field(
        .scenarios, .list(.mapping(scenario), atMost: 1_000), isRequired: true, "What is done, each on a new cluster."),
      Field(.assertions, .list(.mapping(assertion), atMost: 100), "What must hold in every scenario."),
      Field(.stopWhen, .list(.mapping(stop), atMost: 20), "What ends a scenario early."),
      Field(.heal, .mapping(healing), "What is demanded once all is undone."),
      Field(
        .dangers, .list(.choice(InterestingState.allCases.map(\.rawValue)), atMost: 20),
        "States of which a run must meet one to have tested anything."),
      Field(
        .catches, .list(.choice(Mutant.allCases.map(\.rawValue)), atMost: 20),
        "Defects of the model that `--mutants` must see it catch."),
      Field(.monitoring, .mapping(monitoring), "Dashboards and channels: told again, never contacted."),
    ])

  private static let target = FieldTable(
    name: "a target",
    fields: [
      Field(
        .service, .choice(ExperimentService.allCases.map(\.rawValue)),
        "Which kind of system: cassandra (leaderless), dynamodb (streams), tao (primary-cache), kafka (log), or the scheme's name."
      ),
      Field(.regions, .list(.text, atMost: 64), isRequired: true, "The regions."),
      Field(.nodes, .whole(1...1_024), "How many replicas in all; three a region if unsaid."),
      Field(.replicationFactor, .whole(1...64), "How many copies of a key a region has; three if unsaid."),
    ])

  private static let scenario = FieldTable(
    name: "a scenario",
    fields: [
      Field(.name, .text, isRequired: true, "Its name, which no other has."),
      Field(.description, .text, "What it is about."),
      Field(.actions, .actions, isRequired: true, "What is done."),
      Field(
        .assertions, .list(.mapping(assertion), atMost: 100), "What must hold in it, besides what must hold in all."),
      Field(.stopWhen, .list(.mapping(stop), atMost: 20), "What ends it early."),
      Field(.heal, .mapping(healing), "What is demanded once all is undone."),
      Field(
        .dangers, .list(.choice(InterestingState.allCases.map(\.rawValue)), atMost: 20),
        "States of which it must meet one to have tested anything."),
    ])

  private static let load: [Field] = [
    Field(.keys, .whole(1...1_000_000), "How many keys; 100000, and 1000000 above 5000/s, if unsaid."),
    Field(.level, .text, "The consistency level, or WRITES/READS; LOCAL_QUORUM if unsaid."),
    Field(.zipf, .number, "How skewed the choice of keys is, from 0 to 5; even if unsaid."),
    Field(.size, .text, "How many bytes a value has, such as 100B."),
    Field(.poisson, .truth, "Whether arrivals are random; evenly spaced if unsaid."),
    Field(.region, .text, "Whose clients ask; all in turn if unsaid."),
  ]

  private static let rate = Field(.qps, .number, isRequired: true, "Operations a second.")
  private static let writes = Field(.write, .share, "The share of writes; 50% if unsaid.")

  private static let steadyState = FieldTable(
    name: "a steady state",
    fields: [
      Field(.duration, .duration, isRequired: true, "For how long its load runs before it is judged."), rate, writes,
    ] + load + [
      Field(.assertions, .list(.mapping(stop), atMost: 100), isRequired: true, "What must hold at its end.")
    ])

  private static let stop = FieldTable(
    name: "a condition",
    fields: [
      Field(.metric, .text, isRequired: true, "A metric, a fact or a guarantee."),
      Field(.threshold, .text, isRequired: true, "A comparison and a value, such as `< 60s`."),
    ])

  private static let assertion = FieldTable(
    name: "an assertion",
    fields: stop.fields + [
      Field(
        .mode, .choice(Assertion.Mode.allCases.map(\.rawValue)),
        "Judged at every look and at the end, before and at the end, or at the end (if unsaid).")
    ])

  private static let healing = FieldTable(
    name: "healing",
    fields: [Field(.within, .duration, isRequired: true, "How long replicas may take to agree once all is undone.")])

  private static let monitoring = FieldTable(
    name: "monitoring",
    fields: [
      Field(.dashboards, .anything, "Dashboards; told again."), Field(.alerts, .anything, "Channels; told again."),
    ])

  /// What an action of a type may hold.
  static func action(_ kind: ActionKind) -> FieldTable {
    let specification = kind.specification
    let all = common + (kind.specification.targets == .none ? [] : [targets(of: kind)]) + parameters
    let wanted =
      [.type, .name, .description, .start, .after, .targets] + specification.required + specification.optional
    let fields = wanted.compactMap { key -> Field? in
      guard let field = all.first(where: { $0.key == key }) else { return nil }
      let isRequired = key == .targets ? kind.needsTargets : specification.required.contains(key) || key == .type
      return Field(key, key == .type ? .choice([kind.rawValue]) : field.form, isRequired: isRequired, field.summary)
    }
    return FieldTable(name: "the action \(kind.rawValue)", fields: fields)
  }

  private static let common = [
    Field(.type, .choice(ActionKind.allCases.map(\.rawValue)), isRequired: true, "What is done."),
    Field(.name, .text, "What `after` calls it."),
    Field(.description, .text, "What it is about."),
    Field(.start, .duration, "When it begins, from the scenario's beginning, or from the end of what it comes after."),
    Field(.after, .text, "The name of the action at whose end it begins."),
  ]

  private static func targets(of kind: ActionKind) -> Field {
    let summary: String =
      switch kind.specification.targets {
      case .links: "Links: `A <-> B`, `A -> B`, or a place for all of its links."
      case .places: "Regions, replicas, or `random N of REGION`."
      case .regions: "Regions."
      case .none: ""
      }
    return Field(.targets, .list(.text, atMost: 200), summary)
  }

  private static let parameters: [Field] =
    [rate, writes] + load + [
      Field(.duration, .duration, "How long it lasts."),
      Field(.interval, .duration, "How often is looked; 10s if unsaid."),
      Field(.timeout, .duration, "When it gives up, from its beginning; 900s if unsaid."),
      Field(.latency, .duration, "How much later."),
      Field(.loss, .share, "Which share is lost."),
      Field(.duplication, .share, "Which share comes twice."),
      Field(.skew, .signedDuration, "How far ahead; negative: behind."),
      Field(.drift, .signedDuration, "What it gains every second."),
      Field(.key, .text, "The key whose leader is meant."),
      Field(.rate, .number, "Requests a second."),
      Field(.commands, .list(.text, atMost: 100), "Operations; each begins as the one before has begun."),
    ]
}

/// Kinds of systems, by the names that files call them.
enum ExperimentService: String, CaseIterable {
  case cassandra, leaderless, riak, dynamodb, streams, tao
  case primaryCache = "primary-cache"
  case kafka, log

  /// The replication scheme's word in `cluster`.
  var scheme: String {
    switch self {
    case .cassandra, .leaderless, .riak: "leaderless"
    case .dynamodb, .streams: "streams"
    case .tao, .primaryCache: "primary-cache"
    case .kafka, .log: "log"
    }
  }
}
