import Analysis
import Workbench

/// A form for a write or a read: its fields, and what would come of it, before it is sent.
public struct OperationForm: Hashable, Sendable {
  /// A field.
  public enum Field: String, CaseIterable, Sendable {
    case key, value, level, client
  }

  /// Whether it reads.
  public let isRead: Bool
  /// The fields it has.
  public var fields: [Field] { Field.allCases.filter { $0 == .value ? !isRead : $0 != .level || !levels.isEmpty } }
  /// The field that keys go to.
  public internal(set) var field: Field
  /// The key, as typed.
  public internal(set) var key: String
  /// The value, as typed.
  public internal(set) var value = ""
  /// The level; empty where the replication scheme leaves no choice.
  public internal(set) var level: String
  /// The levels that it can have.
  let levels: [String]
  /// Who asks: one of the clients.
  public internal(set) var client: String
  /// The clients there are.
  let clients: [String]
  /// What would come of it; nil if it can't be sent as it stands.
  public internal(set) var forecast: Forecast?
  /// The command that it stands for.
  public internal(set) var command = ""

  /// The operation that it stands for.
  public var draft: OperationDraft {
    OperationDraft(isRead: isRead, key: key, value: isRead ? "" : value, level: level, client: client)
  }
}

extension ScreenModel {
  /// Opens the form for a write or a read of the selected key.
  mutating func openForm(isRead: Bool) {
    let clients = session.clientNames
    let region = replica.flatMap { session.region(ofReplica: $0) }
    let levels = Forecast.levels(reading: isRead, in: session.timeline)
    var form = OperationForm(
      isRead: isRead, field: !isRead ? .value : levels.isEmpty ? .key : .level, key: key ?? "cart",
      level: levels.contains(level) ? level : Forecast.standardLevel(reading: isRead, in: session.timeline) ?? "",
      levels: levels, client: region ?? clients.first ?? "", clients: clients)
    describe(&form)
    mode = .form(form)
  }

  /// Takes in what would come of a form as it stands, and its command.
  private func describe(_ form: inout OperationForm) {
    form.command = form.draft.command(in: session.timeline)
    form.forecast =
      (form.isRead || !form.value.isEmpty ? form : form.withValue("…")).draft.forecast(in: session.timeline)
  }

  /// A key goes to the form.
  mutating func pressedInForm(_ form: OperationForm, _ key: Key) -> [ScreenEffect] {
    var form = form
    switch key {
    case .escape:
      mode = .keys
      return []
    case .enter:
      // A value has to be said; everything else stands there already.
      if !form.isRead, form.value.isEmpty {
        form.field = .value
        mode = .form(form)
        say("what is to be written? type a value", .warn)
        return []
      }
      mode = .keys
      level = form.level
      status = nil
      finishPlaying()
      return intend(Intention(line: form.command, origin: .key))
    case .tab, .down: form.move(by: 1)
    case .backTab, .up: form.move(by: -1)
    case .left: form.choose(by: -1)
    case .right: form.choose(by: 1)
    case .control("v"): form.chooseLevel(by: 1)
    case .control("u"): form.text = ""
    case .backspace, .control("h"): form.text = String(form.text.dropLast())
    case .character(let character) where form.isText: form.text.append(character)
    case .character("h"): form.choose(by: -1)
    case .character("l"), .character(" "), .character("v"): form.choose(by: 1)
    case .character("j"): form.move(by: 1)
    case .character("k"): form.move(by: -1)
    default: return []
    }
    if form.draft != currentForm?.draft { describe(&form) }
    mode = .form(form)
    return []
  }

  private var currentForm: OperationForm? {
    if case .form(let form) = mode { return form }
    return nil
  }
}

extension OperationForm {
  /// Whether the field is typed into; else something is chosen.
  var isText: Bool { field == .key || field == .value }

  /// What stands in the field that is typed into.
  fileprivate var text: String {
    get { field == .key ? key : field == .value ? value : "" }
    set {
      let bounded = String(newValue.prefix(200))
      if field == .key { key = bounded } else if field == .value { value = bounded }
    }
  }

  fileprivate func withValue(_ value: String) -> OperationForm {
    var form = self
    form.value = value
    return form
  }

  fileprivate mutating func move(by step: Int) {
    let position = fields.firstIndex(of: field) ?? 0
    field = fields[(position + step + fields.count) % fields.count]
  }

  fileprivate mutating func choose(by step: Int) {
    switch field {
    case .level: chooseLevel(by: step)
    case .client:
      let position = clients.firstIndex(of: client) ?? 0
      client = clients.isEmpty ? client : clients[(position + step + clients.count) % clients.count]
    case .key, .value: break
    }
  }

  fileprivate mutating func chooseLevel(by step: Int) {
    guard !levels.isEmpty else { return }
    let position = levels.firstIndex(of: level) ?? 0
    level = levels[(position + step + levels.count) % levels.count]
  }
}
