import Insight
import Kernel
import Language
import Replication

/// When an outcome became likely, and by which event: the session is played again and again from instants before it, with other
/// randomness each time.
public struct OutcomeWhatIf: Sendable {
  /// How likely the outcome was, as things stood at an instant.
  public struct Point: Hashable, Sendable {
    /// How many events and inputs there had been.
    public let event: Int
    /// When.
    public let at: Instant
    /// In what share of the courses it came about, from 0 to 1.
    public let probability: Double
    /// How many courses were played.
    public let courses: Int
  }

  /// The condition as it was written.
  public let condition: String
  /// When it was so; nil if it isn't, and nothing was played.
  public let end: Point?
  /// How likely it was at instants before, from the first to the end.
  public let points: [Point]
  /// The event after which it was likelier than before by more than after any other.
  public let cause: Cause?
  /// How many courses were played in all.
  public let courses: Int
  /// How many of them had too many events to be played to their end.
  public let undecided: Int

  /// Looks for the cause of a condition that is true now, or at the end of what has been played of this branch.
  ///
  /// - Parameter commands: how many commands there were, for the fact of that name.
  public init(_ condition: Condition, _ text: String, commands: Int, in timeline: Timeline) {
    self.condition = text
    guard let rewinding = Rewinding(condition, commands: commands, in: timeline) else {
      (end, points, cause, courses, undecided) = (nil, [], nil, 0, 0)
      return
    }
    let search = CauseSearch(rewinding)
    func point(_ position: Int) -> Point {
      let share = search.share(at: position)
      return Point(
        event: position, at: search.time(at: position), probability: share.probability, courses: share.courses)
    }
    end = Point(event: rewinding.end.position, at: rewinding.end.time, probability: 1, courses: 0)
    points = search.instants.map(point)
    cause = search.event.map { event in Cause(before: point(event - 1), after: point(event), in: timeline) }
    courses = search.courses
    undecided = search.shares.values.reduce(0) { $0 + $1.seeds - $1.courses }
  }

  /// Whether one event stands out.
  public var isNamed: Bool { cause.map { $0.rise >= CauseSearch.leastRise } ?? false }
}

extension OutcomeWhatIf {
  /// An event that made the outcome likelier.
  public struct Cause: Hashable, Sendable {
    /// How likely it was before it.
    public let before: Point
    /// And after it.
    public let after: Point
    /// What happened, in words.
    public let what: String
    /// The operation that it belongs to.
    public let operation: Int?
    /// The command that issued that operation; or the command that the event is.
    public let command: String?
    /// What was sent then, the slowest first: route, contents, and how long it takes.
    public let sent: [String]

    /// How much likelier the outcome is after it.
    public var rise: Double { after.probability - before.probability }
  }
}

extension OutcomeWhatIf.Cause {
  /// How much of what was sent is listed.
  private static let mostSent = 4

  /// - Parameter after: right after the event.
  fileprivate init(before: OutcomeWhatIf.Point, after: OutcomeWhatIf.Point, in timeline: Timeline) {
    self.before = before
    self.after = after
    var copy = timeline.retraced
    copy.goto(position: before.event)
    let flights = copy.cluster.messagesInFlight
    let words = flights.map { MessageText.described($0.event, copy.cluster) }
    let known = copy.world.observer.trace.total
    _ = copy.step()
    let left = Set(copy.cluster.messagesInFlight.map(\.number))
    let lines = LogReport.lines(8, in: copy).filter { $0.number >= known }
    let input = copy.branches[copy.current].inputs.made(after.event)
    let arrived = zip(flights, words).first { !left.contains($0.0.number) }
    var operation = lines.lazy.compactMap(\.operation).first
    if operation == nil, case .request(let id, _, _)? = arrived?.0.event { operation = id.index }
    if operation == nil, case .operate? = input?.input { operation = copy.cluster.commandOperations.last?.index }
    if let input {
      what = "`\(Printable.escaped(input.text))`"
    } else if let line = lines.first {
      what = "\(line.place.isEmpty ? "" : "\(line.place): ")\(line.text)"
    } else {
      what = arrived?.1 ?? "a timer, or the next operation of a load"
    }
    self.operation = operation
    command = input?.text ?? operation.flatMap { copy.command(of: OperationID($0)) }
    let before = Set(flights.map(\.number))
    let fresh = copy.cluster.messagesInFlight.filter { !before.contains($0.number) }
    sent =
      fresh.sorted { ($0.arrives ?? .end, $1.number) > ($1.arrives ?? .end, $0.number) }.prefix(Self.mostSent)
      .map { flight in
        let span = flight.arrives.map { "on its way for \(Quantity.figure($0 - flight.departed))" } ?? "held"
        return "\(MessageText.described(flight.event, copy.cluster)), \(span)"
      }
      + lines.filter { $0.outcome.hasPrefix("lost") }.map { "\($0.place): \($0.text), \($0.outcome)" }
  }
}

extension MessageText {
  /// Who sends what to whom.
  fileprivate static func described(_ event: Event, _ cluster: Cluster) -> String {
    "\(route(event, cluster)): \(contents(event, cluster))"
  }
}

extension Timeline {
  /// The command that issued an operation of the present cluster; nil if a load did.
  fileprivate func command(of operation: OperationID) -> String? {
    guard let place = cluster.commandOperations.firstIndex(of: operation) else { return nil }
    let past = branches[current].inputs.filter { $0.position < position }
    let issuing = past.filter { if case .operate = $0.input { true } else { false } }
    let own = issuing.suffix(cluster.commandOperations.count)
    return own.dropFirst(place).first?.text
  }
}
