import Language
import Workbench

/// Duty: the time of day, which alarms fire, what came in, the checklist, and the causes to choose from.
enum DutyPanel: PaneView {
  static let summary = "on duty: what came in, the checklist, the causes"
  static let room = PaneRoom((38, 18), preferred: (72, 40))
  static let keys = [
    PaneKey(.duty(.cause), "name a cause", "the causes, to name one with the operation that shows it"),
    PaneKey(.duty(.score), "score", "what it has come to so far"),
    PaneKey(.down, "scroll", "further down"),
  ]

  private typealias Line = (text: String, style: Style)

  /// How many of the latest calls are shown; `tickets` lists all.
  private static let latest = 6

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let duty = model.duty else {
      frame.line("`eventually drill NAME` puts you on duty", row: 0, .dim, in: rect)
      return PaneHeading(title: "DUTY", detail: "")
    }
    let lines = lines(duty, width: rect.width)
    let reach = max(0, lines.count - rect.height)
    frame.extend(.duty, by: reach)
    let scrolled = max(0, min(reach, -(model.scroll[.duty] ?? 0)))
    for (row, line) in lines.dropFirst(scrolled).prefix(rect.height).enumerated() {
      frame.line(line.text, row: row, line.style, in: rect)
    }
    return PaneHeading(title: duty.play.drill.title.uppercased(), detail: "\(duty.clock), until \(duty.end)")
  }

  private static func lines(_ duty: Duty, width: Int) -> [Line] {
    var lines: [Line] = []
    func say(_ text: String, _ style: Style = .text, indent: Int = 0) {
      lines += TextWrap.hanging(text, width: width, indent: indent).map { ($0, style) }
    }
    func heading(_ text: String) {
      if !lines.isEmpty { lines.append(("", .text)) }
      lines.append((text, Style(.focus, bold: true)))
    }
    let firing = duty.play.firingAlarms
    if firing.isEmpty {
      say("● no alarm fires", Style(.ok))
    } else {
      say("✗ \(firing.joined(separator: ", ")) fires", Style(.bad, bold: true), indent: 2)
    }
    heading("WHAT CAME IN")
    let calls = duty.play.journal.filter(\.isNews).suffix(latest).reversed()
    if calls.isEmpty { say("nothing yet", .dim) }
    for call in calls { say(duty.play.text(call), style(call.kind), indent: 4) }
    heading("CHECKLIST")
    var phase = ""
    for (check, isDone) in duty.play.checks {
      if check.phase != phase { say(check.phase, .dim) }
      phase = check.phase
      say("\(isDone ? "●" : "○") \(check.question)", isDone ? Style(.ok) : .text, indent: 2)
      if !isDone { say("    \(check.command)", Style(.repair), indent: 6) }
    }
    if let heldBack = duty.play.heldBack { say(heldBack, .dim) }
    heading("CAUSES")
    for (place, cause) in duty.play.drill.causes.enumerated() { say("\(place + 1)  \(cause.words)", indent: 3) }
    say("cause N because op M", Style(.repair))
    return lines
  }

  private static func style(_ kind: DrillEntry.Kind) -> Style {
    switch kind {
    case .paged: Style(.bad)
    case .ticket: Style(.warn)
    case .cleared, .named: Style(.ok)
    case .looked, .changed, .asked, .wrong, .unproven: .dim
    }
  }

  static func move(_ model: inout ScreenModel, by rows: Int) {
    let end = -(model.sight.reach[.duty] ?? 0)
    let present = max(end, model.scroll[.duty] ?? 0)
    model.scroll[.duty] = max(end, min(0, present - max(-400, min(400, rows))))
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.perform(DutyAction.cause)
    return []
  }
}
