import Analysis
import Kernel
import Language
import Workbench

/// What is selected in the views that have more to select than a replica; nil follows the latest.
public struct ViewSelection: Hashable, Sendable {
  /// What is selected on the map; nil: the selected replica.
  public var thing: MapThing?
  /// What h j k l choose among on the map.
  public var kind = MapThing.Kind.replicas
  /// The event of the space-time diagram whose light cone is shown.
  public var event: SpaceTimeReport.EventName?
  /// Whether the space-time diagram shows all keys.
  public var hasAllKeys = false
  /// The version that the clocks view compares, by number.
  public var version: Int?
  /// The version that it is compared with.
  public var reference: Int?
  /// The pair whose trees the repair view opens, by name.
  public var pair: String?
  /// The service level whose course is drawn, by name.
  public var level: String?
  /// The operation that is selected, by number.
  public var operation: Int?
  /// Whether operations of loads are listed too.
  public var hasLoads = false

  /// The line of the log that is selected, by the number of its record.
  public var logLine: Int?
  /// The branch beside which the present one is shown, by name.
  public var branch: String?
  /// The profile that is selected where all go through one ordeal, by name.
  public var profile: String?
  /// The instant of it that is selected.
  public var instant: Instant?
  /// The guarantee that is selected.
  public var guarantee: Guarantee?

  /// Nothing selected.
  public init() {}
}
