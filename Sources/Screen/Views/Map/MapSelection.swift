import Analysis
import Kernel
import Language
import Replication
import Workbench

/// What is selected on the map.
public enum MapThing: Hashable, Sendable {
  case replica(String)
  /// A link between two regions, by name.
  case link(String, String)
  /// The links among the replicas of a region, by its name.
  case inside(String)
  /// A message on its way, by its number.
  case message(UInt32)

  /// The kinds, in the order in which `o` goes through them.
  public enum Kind: String, CaseIterable, Sendable {
    case replicas, links, messages
  }

  /// What it is called.
  var title: String {
    switch self {
    case .replica(let name): name
    case .link(let first, let second): "\(Printable.escaped(first)) ─ \(Printable.escaped(second))"
    case .inside(let region): "inside \(Printable.escaped(region))"
    case .message(let number): "message \(number)"
    }
  }

  /// What can be done to it, as commands.
  func faults(in session: Session) -> [Menu.Item] {
    switch self {
    case .replica(let name):
      let condition = session.map.regions.flatMap(\.replicas).first { $0.name == name }?.condition
      let isDown = condition == .down
      let isUp = condition == .up || condition == .slow
      return [
        Menu.Item(
          command: "crash \(name)", summary: "stop it; its disk stays", reason: isDown ? "\(name) is down already" : nil
        ),
        Menu.Item(
          command: "restart \(name)", summary: "start it again", reason: isDown ? nil : "\(name) is running"),
        Menu.Item(
          command: "pause \(name)", summary: "alive, but silent", reason: isUp ? nil : "\(name) doesn't run"),
        Menu.Item(
          command: "resume \(name)", summary: "it catches up",
          reason: condition == .paused ? nil : "\(name) isn't paused"),
        Menu.Item(command: "isolate \(name)", summary: "cut all its links"),
        Menu.Item(command: "heal \(name)", summary: "end the cuts of its links"),
        Menu.Item(command: "slow \(name) by 50ms", summary: "a grey failure: late, not dead"),
        Menu.Item(command: "slow \(name) by 0ms", summary: "as fast as ever"),
        Menu.Item(command: "skew \(name) by 250ms", summary: "its clock runs ahead"),
        Menu.Item(command: "skew \(name) by 0ms", summary: "its clock is right"),
        Menu.Item(command: "wipe \(name)", summary: "crash it and lose the disk"),
      ]
    case .link(let first, let second):
      return [
        Menu.Item(command: "cut \(first) \(second)", summary: "nothing passes, either way"),
        Menu.Item(command: "cut \(first) -> \(second)", summary: "nothing passes, that way"),
        Menu.Item(command: "heal \(first) \(second)", summary: "messages pass again"),
        Menu.Item(command: "hold \(first) \(second)", summary: "messages wait on it"),
        Menu.Item(command: "release \(first) \(second)", summary: "and go on"),
        Menu.Item(command: "slow \(first) \(second) by 300ms", summary: "each message takes longer"),
        Menu.Item(command: "slow \(first) \(second) by 0ms", summary: "as fast as ever"),
        Menu.Item(command: "lose 5% \(first) \(second)", summary: "some messages never arrive"),
        Menu.Item(command: "lose 0% \(first) \(second)", summary: "all arrive"),
        Menu.Item(command: "duplicate 2% \(first) \(second)", summary: "some arrive twice"),
      ]
    case .inside(let region):
      return [
        Menu.Item(command: "cut \(region) \(region)", summary: "nothing passes among its replicas"),
        Menu.Item(command: "heal \(region) \(region)", summary: "messages pass again"),
        Menu.Item(command: "hold \(region) \(region)", summary: "messages wait on them"),
        Menu.Item(command: "release \(region) \(region)", summary: "and go on"),
        Menu.Item(command: "slow \(region) \(region) by 50ms", summary: "each message takes longer"),
        Menu.Item(command: "slow \(region) \(region) by 0ms", summary: "as fast as ever"),
        Menu.Item(command: "lose 5% \(region) \(region)", summary: "some messages never arrive"),
        Menu.Item(command: "lose 0% \(region) \(region)", summary: "all arrive"),
      ]
    case .message(let number):
      return [
        Menu.Item(command: "deliver \(number)", summary: "it arrives now"),
        Menu.Item(command: "drop \(number)", summary: "it never arrives"),
      ] + holding(number, in: session)
    }
  }

  private func holding(_ number: UInt32, in session: Session) -> [Menu.Item] {
    guard let message = session.map.messages.first(where: { $0.number == number }),
      case .replica(let from, _) = message.from, case .replica(let to, _) = message.to
    else { return [] }
    let (first, second) = (session.replicaNames[from], session.replicaNames[to])
    return [
      Menu.Item(command: "hold \(first) \(second)", summary: "what travels between them waits"),
      Menu.Item(command: "release \(first) \(second)", summary: "and goes on"),
    ]
  }
}

extension ScreenModel {
  /// The things among which h j k l choose on the map.
  var mapThings: [MapThing] {
    switch selection.kind {
    case .replicas: return session.replicaNames.map { .replica($0) }
    case .links:
      let map = session.map
      return map.links.map { .link(map.regions[$0.first].name, map.regions[$0.second].name) }
        + map.regions.filter { $0.replicas.count > 1 }.map { .inside($0.name) }
    case .messages: return session.map.messages.prefix(200).map { .message($0.number) }
    }
  }

  /// What is selected on the map; a message that has arrived is selected no more.
  public var selectedThing: MapThing? {
    switch selection.thing {
    case .link, .inside, .message:
      return selection.thing.flatMap { thing in mapThings.contains(thing) ? thing : nil }
    case .replica, nil: return replica.map { .replica($0) }
    }
  }

  /// Lets h j k l choose among the next kind of things.
  mutating func nextKind() {
    let kinds = MapThing.Kind.allCases
    selection.kind = kinds[((kinds.firstIndex(of: selection.kind) ?? 0) + 1) % kinds.count]
    focus = .map
    guard let first = mapThings.first else {
      say("h j k l choose among \(selection.kind.rawValue), of which there are none now", .warn)
      selection.thing = nil
      return
    }
    choose(first)
    let chosen = selection.kind == .links ? status.map { "\($0.text) · " } ?? "" : ""
    say("\(chosen)h j k l choose among \(selection.kind.rawValue); f lists what can be done", .focus)
  }

  /// Selects the thing that stands that many further on.
  mutating func moveThing(by step: Int) {
    let things = mapThings
    guard !things.isEmpty else {
      say("there are no \(selection.kind.rawValue) now", .warn)
      return
    }
    let position = selectedThing.flatMap { things.firstIndex(of: $0) }
    let target = position.map { max(0, min(things.count - 1, $0 + max(-10_000, min(10_000, step)))) }
    choose(things[target ?? (step > 0 ? 0 : things.count - 1)])
  }

  /// Selects something on the map.
  mutating func choose(_ thing: MapThing) {
    selection.thing = thing
    switch thing {
    case .replica(let name):
      replica = name
      selection.kind = .replicas
    case .link:
      selection.kind = .links
      let map = session.map
      if let link = map.links.first(where: {
        MapThing.link(map.regions[$0.first].name, map.regions[$0.second].name) == thing
      }) {
        say(MapNames(map, width: 24).title(link), link.faults.isEmpty ? .focus : .warn)
      }
    case .inside(let region):
      selection.kind = .links
      let map = session.map
      if let place = map.regions.firstIndex(where: { $0.name == region }) {
        let title = MapNames(map, width: 24).title(inside: place)
        say(title, map.regions[place].faults.isEmpty ? .focus : .warn)
      }
    case .message(let number):
      selection.kind = .messages
      if let message = session.map.messages.first(where: { $0.number == number }) {
        let due = message.arrives.map { "arrives at \(Quantity.milliseconds($0.microseconds))" } ?? "its link is held"
        say("\(message.route): \(message.text); \(due)", .flight)
      }
    }
  }

  /// Whether what is selected is cut: a link wholly or in part, a replica from all others.
  var isSelectionCut: Bool {
    let map = session.map
    switch selectedThing {
    case .link(let first, let second):
      return map.links.contains {
        map.regions[$0.first].name == first && map.regions[$0.second].name == second && $0.isHurt
      }
    case .inside(let region):
      return map.regions.contains { $0.name == region && $0.faults.contains(where: \.isCut) }
    case .replica(let name): return session.isCutOff(name)
    case .message, nil: return false
    }
  }

  /// Cuts the selected link, or heals it; a selected replica is cut off from all others.
  mutating func cutOrHeal() -> [ScreenEffect] {
    switch selectedThing {
    case .link(let first, let second): return run("\(isSelectionCut ? "heal" : "cut") \(first) \(second)")
    case .inside(let region): return run("\(isSelectionCut ? "heal" : "cut") \(region) \(region)")
    case .replica(let name): return run("\(isSelectionCut ? "heal" : "isolate") \(name)")
    case .message:
      say("x cuts links and replicas; f lists what can be done to a message, dropping it included", .warn)
      return []
    case nil:
      say("select a link or a replica in the map first: o chooses among links", .warn)
      return []
    }
  }

  /// Brings the selected key level, or the selected pair.
  mutating func repairSelected() -> [ScreenEffect] {
    if focus == .repair, let pair = selection.pair {
      let names = pair.split(separator: " ").filter { session.replicaNames.contains(String($0)) }
      if names.count == 2 { return run("repair \(names[0]) \(names[1])") }
    }
    guard let key = focus == .keys ? KeysView.selectedRow(self) ?? key : key else {
      say("no key has come up yet, so there is nothing to repair", .warn)
      return []
    }
    return run("repair \(CommandText.quoted(key))")
  }

  /// The next consistency level: what forms begin with. Where reads and writes have none in common, those of both in turn.
  mutating func nextLevel() {
    let scheme = session.cluster.scheme
    let (reads, writes) = (scheme.readLevels.all.names, scheme.writeLevels.all.names)
    let levels = reads + (Set(reads).isDisjoint(with: writes) ? writes : [])
    guard !levels.isEmpty else {
      say("reads and writes have no levels here: the replication scheme always does the same", .dim)
      return
    }
    level = levels[((levels.firstIndex(of: level) ?? 0) + 1) % levels.count]
    let isRead = reads.contains(level)
    let draft = OperationDraft(
      isRead: isRead, key: key ?? "cart", value: "", level: level, client: session.clientNames.first ?? "")
    let arithmetic = draft.forecast(in: session.timeline)?.arithmetic ?? ""
    let whom = [writes.contains(level) ? "w writes" : nil, isRead ? "r reads" : nil].compactMap { $0 }
    let meaning = ConsistencyLevel.allCases.first { $0.name == level }?.summary ?? ""
    say(
      "\(arithmetic.isEmpty ? "\(level): \(meaning.prefix { $0 != "." })" : arithmetic); \(whom.joined(separator: " and ")) with it",
      .focus)
  }

  /// Sets a breakpoint on what is selected.
  mutating func breakOnSelection() -> [ScreenEffect] {
    guard let condition = focus.pane.condition(self) else {
      say("select a replica, a copy, an operation, an event or a number first", .warn)
      return []
    }
    let effects = run("breakpoint \(condition)")
    if session.breakpoint != nil {
      say("time will stop when \(condition) comes true; `breakpoint off` ends it", .focus)
    }
    return effects
  }

  /// A stale read more than there were: what stops time where nothing more particular is selected.
  var conditionOfStaleness: String { "reads.stale > \(session.staleReads)" }
}
