import Language
import Workbench

/// A view that is a table: sorted by any column, narrowed to what somebody looks for, with one row selected.
protocol TableView: PaneView {
  /// Which view it is.
  static var name: ViewName { get }
  /// How it is looked at first.
  static var look: TableLook { get }
  /// What its rows are called.
  static var noun: CountedNoun { get }

  /// Its rows now.
  static func table(_ model: ScreenModel) -> Table
  /// Opens the row of that name.
  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect]
}

extension TableView {
  /// What keys do in every table.
  static var tableKeys: [PaneKey] {
    [
      PaneKey(.right, "sort", "sort by the next column; h: by the one before"),
      PaneKey(.reverse, "turn round", "turn the order round"),
      PaneKey(.search, "narrow", "only rows that contain a text; Esc: all"),
    ]
  }

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let look = model.tables[name] ?? look
    let table = table(model)
    let rows = table.shown(look)
    TableDrawing(table, rows, look, view: name).render(in: rect, &frame)
    let place = rows.firstIndex { $0.name == look.selected } ?? 0
    let narrowed = look.filter.isEmpty ? "" : " with \(Printable.escaped(look.filter))"
    let count = rows.isEmpty ? noun.text(0) : "\(place + 1)/\(rows.count)"
    return PaneHeading(title: name.rawValue.uppercased(), detail: count + narrowed)
  }

  static var isLatestLast: Bool { false }

  static func move(_ model: inout ScreenModel, by rows: Int) {
    let shown = table(model).shown(model.tables[name] ?? look)
    guard let last = shown.indices.last else { return }
    let place = shown.firstIndex { $0.name == model.tables[name]?.selected } ?? 0
    model.look(at: name, from: look) {
      $0.selected = shown[max(0, min(last, place + max(-last - 1, min(last + 1, rows))))].name
    }
  }

  static func moveAside(_ model: inout ScreenModel, by columns: Int) {
    let table = table(model)
    let present = (model.tables[name] ?? look).column ?? -1
    sort(&model, by: max(0, min(table.columns.count - 1, present + columns)))
  }

  /// Sorts by a column: numbers begin with the largest, texts with the first.
  static func sort(_ model: inout ScreenModel, by column: Int) {
    let columns = table(model).columns
    guard columns.indices.contains(column) else { return }
    model.look(at: name, from: look) {
      guard $0.column != column else { return }
      $0.column = column
      $0.isDescending = columns[column].isNumber
    }
    model.say("sorted by \(columns[column].title)", .dim)
  }

  static func reverse(_ model: inout ScreenModel) {
    model.look(at: name, from: look) { $0.isDescending.toggle() }
  }

  /// The row under the cursor, by its name; nil if there is none.
  static func selectedRow(_ model: ScreenModel) -> String? {
    let look = model.tables[name] ?? look
    let shown = table(model).shown(look)
    return (shown.first { $0.name == look.selected } ?? shown.first)?.name
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let row = selectedRow(model) else {
      model.say("there is nothing to open here yet", .dim)
      return []
    }
    model.look(at: name, from: look) { $0.selected = row }
    return open(row, in: &model)
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.look(at: name, from: look) { ($0.filter, $0.selected) = ("", nil) } }
    return model.tables[name].map { !$0.filter.isEmpty || $0.selected != nil } ?? false
  }

  static func narrow(_ model: inout ScreenModel, to text: String) {
    model.look(at: name, from: look) { $0.filter = text }
  }

  static func matches(of text: String, in model: ScreenModel) -> [Int] {
    Array(table(model).shown(model.tables[name] ?? look).indices)
  }

  static func nearestMatch(in model: ScreenModel) -> Int? {
    let look = model.tables[name] ?? look
    return table(model).shown(look).firstIndex { $0.name == look.selected }
  }

  static func show(_ match: Int, in model: inout ScreenModel) {
    let shown = table(model).shown(model.tables[name] ?? look)
    guard shown.indices.contains(match) else { return }
    model.look(at: name, from: look) { $0.selected = shown[match].name }
  }
}

extension ScreenModel {
  /// Changes how somebody looks at a table.
  fileprivate mutating func look(at view: ViewName, from first: TableLook, _ change: (inout TableLook) -> Void) {
    change(&tables[view, default: first])
  }
}
