import Analysis
import Language
import Workbench

/// Finding things: the palette, the list of views, and the help, which begins with the view that has the focus.
extension ScreenModel {
  /// Opens the palette: every view, every key and every command.
  mutating func openPalette() {
    let commands = CommandCatalog.all.map { specification in
      Menu.Item(
        command: specification.name, summary: specification.summary, key: ":",
        isWhole: specification.usage.allSatisfy { $0 == specification.name })
    }
    // Whoever looks for what is to happen finds a line that makes it so, such as `run until converged`.
    let examples = CommandCatalog.all.flatMap(\.examples).map {
      Menu.Item(command: $0, summary: "an example, to be changed", key: ":", isWhole: false, action: .openPrompt)
    }
    let keys = keyMap.bindings.filter { !$0.label.isEmpty && $0.action != .palette }.map(Menu.Item.init)
    mode = .menu(Menu(title: "PALETTE", items: keys + Self.viewItems + commands + examples, isFiltered: true))
  }

  /// Opens the list of all views.
  mutating func openViews() {
    let place = ViewName.allCases.firstIndex(of: focus) ?? 0
    mode = .menu(Menu(title: "VIEWS", items: Self.viewItems, isFiltered: true, selected: place))
  }

  /// Opens the help: the keys of the focused view, then those that do the same everywhere, and what the signs mean.
  mutating func openHelp() {
    var items = [Menu.Item.heading("IN \(focus.rawValue.uppercased())")]
    items += focus.pane.keys(in: self).compactMap { key in
      keyMap.label(for: key.action).map {
        Menu.Item(command: key.summary, summary: key.hint, key: $0, action: key.action)
      }
    }
    for group in KeyBinding.Group.allCases {
      items.append(.heading(group.rawValue))
      if group == .prompt {
        items += KeyMap.promptKeys.map {
          Menu.Item(command: $0.summary, summary: group.rawValue, key: $0.label, action: .openPrompt, isChoice: false)
        }
      } else {
        items += keyMap.bindings.filter { $0.group == group && !$0.label.isEmpty }.map(Menu.Item.init)
      }
    }
    items.append(.heading("VIEWS"))
    items += Self.viewItems
    items.append(.heading("LEGEND"))
    let roles = RoleReport.legend(in: session.cluster).map {
      (signs: $0.letter, meaning: "behind a replica's name: \($0.meaning)")
    }
    items += (roles + Legend.entries).map {
      Menu.Item(command: $0.meaning, summary: "legend", key: $0.signs, action: .help, isChoice: false)
    }
    items.append(.heading("`help` and `help COMMAND`, at the prompt, explain the language"))
    mode = .menu(Menu(title: "KEYS", items: items, isFiltered: true, selected: items.place(0, after: 0)))
  }

  private static let viewItems = ViewName.allCases.map { view in
    Menu.Item(
      command: view.rawValue, summary: view.pane.summary, key: view.digit.map(String.init) ?? "·", action: .view(view),
      isDescribed: true)
  }
}

/// What signs and lines on the screen mean.
enum Legend {
  static let entries: [(signs: String, meaning: String)] =
    screen + PathMark.legend + [timelines]
    + SpaceTimeLegend.entries.map { entry -> (signs: String, meaning: String) in
      let parts = entry.split(separator: " ", maxSplits: 1).map(String.init)
      return (parts[0], "in space-time: \(parts[1])")
    }

  private static let screen: [(signs: String, meaning: String)] = [
    ("● ▲ ○ ✗", "a replica: up, slow, paused, down"),
    ("= < > ‖ ·", "a copy: the same, older, newer, concurrent, nothing"),
    ("──►──", "a message on its way"),
    ("╌╌✗╌╌ ╌✗►", "a link that is cut, one way"),
    ("► ◆", "selected; compared with it"),
    ("differ", "owners hold different versions: how many lack the newest, or on how many keys"),
  ]

  private static let timelines = (
    signs: TimelineCell.Kind.allCases.map(\.sign).joined(separator: " "),
    meaning: "a post in a timeline: \(TimelineCell.Kind.allCases.map(\.word).joined(separator: ", "))"
  )
}

extension Menu.Item {
  /// A line of the key table.
  fileprivate init(_ binding: KeyBinding) {
    self.init(command: binding.summary, summary: binding.hint ?? "", key: binding.label, action: binding.action)
  }
}
