import Analysis
import Language
import Workbench

/// What somebody has chosen for all sessions: keys, colours, the first view, mouse, animation.
///
/// It is read from `$XDG_CONFIG_HOME/eventually/config.yaml`. What is wrong in it is told with line and column, and the rest
/// holds.
public struct Configuration: Hashable, Sendable {
  /// What is wrong, and where: line and column from 1.
  public struct Problem: Hashable, Sendable {
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int
    /// In one sentence, with what to do.
    public let message: String

    /// As compilers say it.
    public func sentence(in file: String) -> String {
      Printable.escaped("\(file):\(line):\(column): \(message)")
    }
  }

  /// Which colours; nil: what the terminal says of its background.
  public private(set) var palette: Palette?
  /// Colours of roles, by the numbers of xterm's palette.
  public private(set) var colors: [Role: UInt8] = [:]
  /// The view that has the focus at first.
  public private(set) var view: ViewName?
  /// Whether the mouse is ours.
  public private(set) var hasMouse = true
  /// Whether time that a command takes is played.
  public private(set) var isAnimated = true
  /// The keys of actions.
  private var keys: [(action: ScreenAction, keys: [Key])] = []

  /// What holds where nobody has chosen anything.
  public init() {}

  /// What a text chooses, and what is wrong in it.
  public init(_ text: String, problems: inout [Problem]) {
    let entries: [YAMLText.Entry]
    do {
      entries = try YAMLText.entries(of: text)
    } catch {
      problems.append(Problem(line: error.line, column: error.column, message: error.message))
      return
    }
    var owners: [Key: String] = [:]
    for entry in entries {
      if let message = take(entry, &owners) {
        problems.append(Problem(line: entry.line, column: entry.column, message: message))
      }
    }
  }

  /// Takes an entry in; what is wrong with it, if anything is.
  private mutating func take(_ entry: YAMLText.Entry, _ owners: inout [Key: String]) -> String? {
    switch entry.path {
    case ["theme"]:
      guard let palette = Palette(rawValue: entry.value) else {
        return Self.unknown("theme", entry.value, of: Palette.allCases.map(\.rawValue))
      }
      self.palette = palette
    case ["view"]:
      guard let view = ViewName(rawValue: entry.value) else {
        return Self.unknown("view", entry.value, of: ViewName.allCases.map(\.rawValue))
      }
      self.view = view
    case ["mouse"], ["animation"]:
      guard let isOn = Self.truth(entry.value) else { return "`\(entry.path[0])` is on or off, not `\(entry.value)`" }
      if entry.path == ["mouse"] { hasMouse = isOn } else { isAnimated = isOn }
    case _ where entry.path.count == 2 && entry.path[0] == "colors": return takeColor(entry)
    case _ where entry.path.count == 2 && entry.path[0] == "keys": return takeKey(entry, &owners)
    default:
      return Self.unknown("name", entry.path.joined(separator: "."), of: Self.names)
    }
    return nil
  }

  private static let names = ["theme", "colors.ROLE", "view", "mouse", "animation", "keys.ACTION"]

  private mutating func takeColor(_ entry: YAMLText.Entry) -> String? {
    guard let role = Role.allCases.first(where: { "\($0)" == entry.path[1] }) else {
      return Self.unknown("role", entry.path[1], of: Role.allCases.map { "\($0)" })
    }
    guard let color = UInt8(entry.value) else {
      return "a colour is a number from 0 to 255 in xterm's palette, not `\(entry.value)`"
    }
    colors[role] = color
    return nil
  }

  private mutating func takeKey(_ entry: YAMLText.Entry, _ owners: inout [Key: String]) -> String? {
    let name = entry.path[1]
    let actions = KeyMap.standard.bindings.compactMap { binding in binding.action.name.map { ($0, binding.action) } }
    guard let action = actions.first(where: { $0.0 == name })?.1 else {
      return Self.unknown("action", name, of: actions.map(\.0))
    }
    guard let key = Key(named: entry.value) else {
      return "there is no key `\(entry.value)`; keys are letters, signs, Space, Enter, Tab, Ctrl-A to Ctrl-Z, F1 to F12"
    }
    if Self.fixed.contains(key) {
      return "\(key.name) means the same everywhere and can't be given away"
    }
    if let owner = owners[key] { return "\(key.name) is the key of `\(owner)` already, a few lines above" }
    owners[key] = name
    if let place = keys.firstIndex(where: { $0.action == action }) {
      keys[place].keys.append(key)
    } else {
      keys.append((action, [key]))
    }
    return nil
  }

  private static func truth(_ text: String) -> Bool? {
    ["on": true, "true": true, "yes": true, "off": false, "false": false, "no": false][text.lowercased()]
  }

  private static func unknown(_ what: String, _ text: String, of names: [String]) -> String {
    let near = NearestWord.to(text, among: names).map { "; did you mean `\($0)`?" } ?? ""
    return "there is no \(what) `\(text)`\(near.isEmpty ? ";" : near) there are \(names.joined(separator: ", "))"
  }

  /// The keys that hold with it.
  public var keyMap: KeyMap { keys.isEmpty ? .standard : KeyMap.standard.with(keys) }

  /// Two that choose the same are equal.
  public static func == (left: Self, right: Self) -> Bool {
    (left.palette, left.colors, left.view, left.hasMouse, left.isAnimated, left.keyMap)
      == (right.palette, right.colors, right.view, right.hasMouse, right.isAnimated, right.keyMap)
  }

  /// Hashes what it chooses.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(palette)
    hasher.combine(colors)
    hasher.combine(view)
    hasher.combine(keyMap)
  }
}

extension ScreenModel {
  /// Takes over what somebody has chosen for all sessions.
  public mutating func adopt(_ configuration: Configuration) {
    keyMap = configuration.keyMap
    isAnimated = configuration.isAnimated
    hasMouse = configuration.hasMouse
    if let view = configuration.view { turn(to: view) }
  }
}
