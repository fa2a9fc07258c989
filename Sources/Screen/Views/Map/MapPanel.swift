import Analysis
import Kernel
import Language
import Workbench

/// The map: regions, replicas with what they hold of the selected key, links, cuts, and messages on their way.
enum MapPanel: PaneView {
  static let summary = "regions, replicas with what they hold of the key, links, and messages on their way"
  static let room = PaneRoom((42, 12), preferred: (84, 28))
  static let keys = [
    PaneKey(.kind, "choose", "h j k l choose replicas, links, messages"),
    PaneKey(.cutOrHeal, "cut", "cut or heal the selected link or replica"),
    PaneKey(.faults, "fault", "what can be done to what is selected"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let scene = MapScene(model, in: rect)
    drawing(of: scene, in: rect).render(&frame)
    let map = scene.map
    let inside = map.regions.indices.first { scene.isSelected(inside: $0) }
    let link = map.links.first { scene.isSelected($0) }.map(scene.names.title) ?? inside.map(scene.names.title(inside:))
    let counts = "\(CountedNoun("region").text(map.regions.count)) · \(map.inFlight) in flight"
    let legend = legend(of: scene, in: model)
    let isRoomy = !legend.isEmpty && TextWidth.of("\(counts)\(legend)") + 16 <= rect.width
    return PaneHeading(title: "MAP", detail: link ?? (isRoomy ? "\(legend) · \(counts)" : counts))
  }

  /// What the letters behind the names of replicas mean, of those that are there.
  private static func legend(of scene: MapScene, in model: ScreenModel) -> String {
    let letters = Set(scene.roles.values.map(\.letter))
    return RoleReport.legend(in: model.session.cluster).filter { letters.contains($0.letter) }
      .map { "\($0.letter) \($0.meaning)" }.joined(separator: ", ")
  }

  /// The map as it is drawn into a pane: as a picture where all of it fits, else line by line.
  static func drawing(of scene: MapScene, in rect: Rect) -> any MapDrawing {
    MapGraph.fitting(scene, in: rect) ?? MapLanes(scene, in: rect)
  }
}

/// A way to draw the map, with its places known before anything is drawn.
protocol MapDrawing {
  /// The regions in sight, by position, and where each is drawn.
  var places: [(region: Int, rect: Rect)] { get }
  /// Draws it.
  func render(_ frame: inout Frame)
}

/// What the map shows, with the copies of the selected key by replica.
struct MapScene {
  let map: MapReport
  /// What replicas hold of the key, as owners or in a cache.
  let copies: [String: CopyReport]
  /// What replicas are for the key; nothing where all are alike.
  let roles: [String: RoleReport]
  let selected: MapThing?
  /// The replica that is selected, or was before something else was: the map shows where it stands.
  let replica: String?
  /// What things are called.
  let names: MapNames
  private let regionOf: [Int: Int]

  init(_ model: ScreenModel, in rect: Rect) {
    self.init(
      model.session.map, model.key.map { model.session.holdings(of: $0) } ?? [],
      model.session.roles(for: model.key), selected: model.selectedThing, replica: model.replica, in: rect)
  }

  /// A cluster's map with the copies of a key.
  init(
    _ map: MapReport, _ copies: [CopyReport], _ roles: [String: RoleReport] = [:], selected: MapThing? = nil,
    replica: String? = nil, in rect: Rect
  ) {
    self.roles = roles
    self.map = map
    self.copies = copies.reduce(into: [:]) { $0[$1.replica] = $1 }
    self.selected = selected
    self.replica = replica
    let homes = map.regions.flatMap(\.replicas).map(\.region)
    regionOf = homes.enumerated().reduce(into: [:]) { $0[$1.offset] = $1.element }
    names = MapNames(map, width: max(6, min(24, rect.width / 3)))
  }

  /// Whether a link is selected.
  func isSelected(_ link: MapReport.Link) -> Bool { selected == thing(link) }

  /// Whether the links inside the region at that position are selected.
  func isSelected(inside region: Int) -> Bool { selected == .inside(map.regions[region].name) }

  /// How a region's name is drawn.
  func nameStyle(_ region: Int) -> Style {
    isSelected(inside: region) ? Style(.focus, bold: true, reversed: true) : Style(.text, bold: true)
  }

  /// A link, as it is selected.
  func thing(_ link: MapReport.Link) -> MapThing { .link(map.regions[link.first].name, map.regions[link.second].name) }

  /// The regions in which replicas of a party are.
  func regions(of party: MapReport.Party) -> [Int] {
    party.others.reduce(into: party.regions) { regions, replica in
      if let region = regionOf[replica], !regions.contains(region) { regions.append(region) }
    }
  }

  /// What a region's client messages and those among its own replicas are, the next to arrive first.
  func local(_ region: Int) -> [MapReport.Message] {
    map.messages.filter { $0.from.region == region && $0.to.region == region }
  }
}
