import Language
import Workbench

extension Configuration {
  /// The configuration as a file that says the same, with comments: what `eventually config` prints.
  public var lines: [String] {
    var lines = [
      "# What holds for all sessions. `eventually config` prints it; put it into $XDG_CONFIG_HOME/eventually/config.yaml",
      "# (~/.config/eventually/config.yaml where that isn't set), and keep of it what you want to change.",
      "",
      "# Colours: \(Palette.allCases.map(\.rawValue).joined(separator: ", ")). Without this line the terminal says (COLORFGBG); --theme goes first.",
      palette.map { "theme: \($0.rawValue)" } ?? "# theme: dark",
      "",
      "# Colours of single roles, by their numbers in xterm's palette of 256:",
      "# \(Role.allCases.map { "\($0)" }.joined(separator: ", ")).",
    ]
    let chosen = Role.allCases.compactMap { role in colors[role].map { "  \(role): \($0)" } }
    lines += chosen.isEmpty ? ["# colors:", "#   focus: 75"] : ["colors:"] + chosen
    lines += [
      "", "# The view that has the focus at first: \(ViewName.allCases.map(\.rawValue).joined(separator: ", ")).",
      view.map { "view: \($0.rawValue)" } ?? "# view: map",
      "", "# Whether the mouse points at things; off leaves it to the terminal. F2 changes it, --no-mouse goes first.",
      "mouse: \(hasMouse ? "on" : "off")",
      "", "# Whether the time that a command takes is played; off: it has passed at once.",
      "animation: \(isAnimated ? "on" : "off")",
      "", "# Keys: a letter or sign, Space, Enter, Tab, ↑, PgUp, Home, Ctrl-A to Ctrl-Z, F1 to F12; several as a list.",
      "# `?` shows them in the workbench. Ctrl-C, Ctrl-L and Ctrl-Z mean the same everywhere.",
      "keys:",
    ]
    let map = keyMap
    for group in KeyBinding.Group.allCases where group != .prompt {
      lines.append("  # \(group.rawValue.lowercased())")
      for binding in map.bindings where binding.group == group {
        guard let name = binding.action.name else { continue }
        let keys = binding.keys.filter { !Self.fixed.contains($0) }.map { Self.quoted($0.name) }
        guard !keys.isEmpty else { continue }
        let value = keys.count == 1 ? keys[0] : "[\(keys.joined(separator: ", "))]"
        let comment = binding.summary.isEmpty ? "" : "  # \(binding.summary)"
        lines.append("  \(name): \(value)\(comment)")
      }
    }
    return lines
  }

  /// Keys that nobody can give away.
  static let fixed: [Key] = [.control("c"), .control("z"), .control("l")]

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
