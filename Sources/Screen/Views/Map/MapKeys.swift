import Analysis
import Language
import Workbench

/// What keys do on the map.
extension MapPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) {
    if model.selection.kind == .replicas {
      model.selection.thing = nil
      model.moveReplica(by: rows, among: model.session.replicaNames)
    } else {
      model.moveThing(by: rows)
    }
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.openFaults()
    return []
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    let before = (model.selection, model.replica)
    (model.selection.thing, model.selection.kind, model.replica) = (nil, .replicas, nil)
    return before != (model.selection, model.replica)
  }

  static func condition(_ model: ScreenModel) -> String? {
    guard let replica = model.replica else { return nil }
    let isDown = model.session.map.regions.flatMap(\.replicas).contains { $0.name == replica && $0.condition == .down }
    return isDown ? "alive(\(replica))" : "not alive(\(replica))"
  }

  static func matches(of text: String, in model: ScreenModel) -> [Int] { model.session.keys(containing: text) }
  static func show(_ match: Int, in model: inout ScreenModel) { model.turn(toKey: match) }
}

extension ScreenModel {
  /// Selects the replica that stands that many further on.
  mutating func moveReplica(by rows: Int, among names: [String]) {
    guard !names.isEmpty else { return }
    let position = replica.flatMap { names.firstIndex(of: $0) }
    replica = names[max(0, min(names.count - 1, position.map { $0 + rows } ?? (rows > 0 ? 0 : names.count - 1)))]
  }
}
