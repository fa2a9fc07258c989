import Analysis
import Kernel
import Language
import Workbench

/// The form for a write or a read: fields, the level's arithmetic, and what would come of it.
enum FormPanel {
  private static let nameWidth = 7

  /// - Parameter isWithheld: whether what would come of it isn't told yet, as it is to be guessed.
  static func render(_ form: OperationForm, isWithheld: Bool, _ frame: inout Frame) {
    let width = min(frame.size.columns - 2, 74)
    let forecast = isWithheld ? withheld(form) : lines(form, width: width - 4)
    let height = min(frame.size.rows - 2, form.fields.count + forecast.count + 4)
    let rect = Rect((frame.size.columns - width) / 2, max(1, (frame.size.rows - height) / 2), width, height)
    frame.clear(rect)
    frame.border(rect, isFocused: true, clip: frame.bounds)
    let edge = Rect(rect.x + 2, rect.y, rect.width - 4, 1)
    frame.line(form.isRead ? " READ " : " WRITE ", row: 0, Style(.focus, bold: true), in: edge)
    let content = rect.inset(2, 1)
    for (row, field) in form.fields.enumerated() where row < content.height {
      render(field, form, row: row, in: content, &frame)
    }
    let below = content.splitTop(form.fields.count).bottom
    for (row, line) in forecast.enumerated() where row < below.height {
      frame.line(line.text, row: row, line.style, in: below)
    }
    frame.lineRight(
      " Enter sends  Tab field  ←→ choose  Esc ", row: 0, Style(.focus),
      in: Rect(edge.x, rect.bottom - 1, edge.width, 1))
  }

  private static func render(
    _ field: OperationForm.Field, _ form: OperationForm, row: Int, in rect: Rect, _ frame: inout Frame
  ) {
    let isCurrent = field == form.field
    let style = isCurrent ? Style(.focus, bold: true) : .dim
    let name = field == .client ? "as" : field.rawValue
    frame.line("\(isCurrent ? "►" : " ")\(name)", row: row, style, in: rect)
    let place = Rect(rect.x + nameWidth + 1, rect.y, rect.width - nameWidth - 1, rect.height)
    let text: String
    switch field {
    case .key: text = Printable.escaped(form.key)
    case .value: text = Printable.escaped(form.value)
    case .level: text = isCurrent ? "◄ \(form.level) ►" : form.level
    case .client: text = isCurrent ? "◄ \(Printable.escaped(form.client)) ►" : Printable.escaped(form.client)
    }
    // A long text shows its end, where the cursor is.
    var shown = text
    while TextWidth.of(shown) >= place.width, !shown.isEmpty { shown.removeFirst() }
    frame.line(shown, row: row, isCurrent ? Style(.text, bold: true) : .text, in: place)
    if field == .value, text.isEmpty {
      // Whoever types at once sees into what, and how to get elsewhere.
      frame.line("  type the value; Shift-Tab leads to the key", row: row, .dim, in: place)
    }
    if isCurrent {
      let x = form.isText ? place.x + TextWidth.of(shown) : rect.x
      frame.cursor = Point(min(x, place.right - 1), rect.y + row)
    }
  }

  private static func withheld(_ form: OperationForm) -> [(text: String, style: Style)] {
    [
      ("", .text), ("What would come of it is told once the question is answered.", .dim),
      (":\(Printable.escaped(form.command))", .dim),
    ]
  }

  private static func lines(_ form: OperationForm, width: Int) -> [(text: String, style: Style)] {
    guard let forecast = form.forecast else {
      return [("", .text), (form.command, .dim), ("this can't be sent as it stands", Style(.warn))]
    }
    var lines: [(text: String, style: Style)] = [("", .text), (forecast.arithmetic, Style(.text, bold: true))]
    if let coordinator = forecast.coordinator {
      let answerers = forecast.answerers.joined(separator: " ")
      let text = "\(coordinator) coordinates\(answerers.isEmpty ? "" : "; answers from \(answerers)")"
      lines += TextWrap.lines(text, width: width).prefix(2).map { ($0, .text) }
    }
    switch forecast.ending {
    case .answered(let span):
      lines.append(("● available: answered in \(Quantity.figure(span))", Style(.ok)))
    case .unavailable(let reason): lines.append(("✗ unavailable: \(reason)", Style(.bad)))
    case .rejected(let reason): lines.append(("▲ rejected: \(reason)", Style(.warn)))
    case .throttled(let reason): lines.append(("▲ throttled: \(reason)", Style(.warn)))
    case .conflict(let reason): lines.append(("▲ conflict: \(reason)", Style(.warn)))
    case .failure(let reason): lines.append(("✗ fails: \(reason)", Style(.bad)))
    case .timeout(let reason): lines.append(("▲ times out: \(reason)", Style(.warn)))
    case .unknown: lines.append(("· too much is going on to say how it ends", .dim))
    }
    return lines + [(":\(Printable.escaped(form.command))", .dim)]
  }
}
