/// The light cone of an event: what could have caused it, what it could have caused, and what it knows nothing of.
///
/// One event *happened before* another if it came earlier at the same replica, or sent a message that the other received,
/// or both by way of others (Lamport 1978). Events neither of which happened before the other are concurrent. Clients
/// are left out: what somebody carries from one replica to another in the head is no message between replicas.
public struct LightCone: Sendable {
  /// How an event stands to the selected one.
  public enum Standing: Hashable, Sendable {
    case selected, past, future, concurrent
  }

  /// How many events stand how.
  public struct Count: Hashable, Sendable {
    /// Those that happened before it.
    public var past = 0
    /// Those that it happened before.
    public var future = 0
    /// The others.
    public var concurrent = 0
  }

  /// For each event those that come right before it: the one before at its replica, and those that sent to it.
  private let causes: [[Int]]

  /// The order of events that are listed in the order of time, each with its direct causes, by position.
  init(causes: [[Int]]) { self.causes = causes }

  /// How each event stands to the one at a position.
  func standings(around selected: Int) -> [Standing] {
    var standings = Array(repeating: Standing.concurrent, count: causes.count)
    standings[selected] = .selected
    var open = causes[selected]
    while let next = open.popLast() {
      guard standings[next] == .concurrent else { continue }
      standings[next] = .past
      open += causes[next]
    }
    for event in causes.indices where standings[event] == .concurrent {
      // A cause stands before its effect in the list, so one pass finds all that follows.
      let follows = causes[event].contains { standings[$0] == .selected || standings[$0] == .future }
      if follows { standings[event] = .future }
    }
    return standings
  }
}
