import Kernel
import Language
import Replication

/// A write or a read that somebody is about to send, by names: what it would come to, and the command for it.
public struct OperationDraft: Hashable, Sendable {
  /// Whether it reads.
  public let isRead: Bool
  /// The key, as it is.
  public let key: String
  /// The value, as it is.
  public let value: String
  /// The level's name.
  public let level: String
  /// The name of the client that asks.
  public let client: String

  /// A draft of those parts.
  public init(isRead: Bool, key: String, value: String, level: String, client: String) {
    self.isRead = isRead
    self.key = key
    self.value = value
    self.level = level
    self.client = client
  }

  /// The operation; of a level or a client that there is none of, the one that holds where none is named, and the first.
  private func plan(in timeline: Timeline) -> OperationPlan {
    OperationPlan(
      kind: isRead ? .read : .write, key: key, value: isRead ? nil : value,
      level: level(in: timeline.cluster.scheme),
      client: ClientID(timeline.cluster.clients.elements.firstIndex { $0.name == client } ?? 0))
  }

  private func level(in scheme: SchemeSpecification) -> ConsistencyLevel {
    let choice = isRead ? scheme.readLevels : scheme.writeLevels
    return choice.all.first { $0.name == level } ?? choice.standard
  }

  /// The command that it stands for.
  public func command(in timeline: Timeline) -> String { CommandText(timeline.cluster).text(of: plan(in: timeline)) }

  /// What would come of it; nil if it can't be sent as it stands.
  public func forecast(in timeline: Timeline) -> Forecast? {
    let form =
      timeline.cluster.catalogue.names.key(named: key).map { timeline.cluster.environment.form(of: $0) }
      ?? timeline.cluster.environment.types.first { $0.key == key }?.form
    let cell = timeline.cluster.column(named: key)
    let isAllowed = isRead ? cell == nil : form.map { $0 != .row && $0.updates.contains(.write) } ?? true
    guard isAllowed, key.utf8.count <= CommandReader.keyLimit, value.utf8.count <= CommandReader.valueLimit else {
      return nil
    }
    return Forecast(plan(in: timeline), in: timeline)
  }
}
