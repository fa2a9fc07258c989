import Kernel
import Language

/// Both courses side by side, in lines and as JSON.
extension RemedyWhatIf {
  /// The answer in lines.
  public var lines: [String] {
    guard let after else {
      return [
        "nothing is done when \(Printable.named(change.alert)) fires: there is nothing to leave out; `whatif when "
          + "\(Printable.named(change.alert)) do COMMAND` tries something"
      ]
    }
    let head: String =
      switch change {
      case .with: "with it"
      case .without: "without"
      }
    let rows = zip(before.rows, after.rows).map { left, right in [left.name, left.value, right.value] }
    return TextWrap.lines(sentence, width: 78) + [""]
      + Listing.table([["", "as it was", head]] + rows, right: [1, 2]) + [""] + TextWrap.lines(Self.remark, width: 78)
  }

  private static let remark =
    "Played on a copy, with the same commands at the same times and the same draws; nothing has changed here."

  private var sentence: String {
    let end = Quantity.milliseconds(end.microseconds)
    switch change {
    case .with(let remedy):
      let delay = remedy.delay == .zero ? "" : "after \(Quantity.text(remedy.delay)) "
      return
        "`when \(Printable.escaped(remedy.alert)) \(delay)do \(Printable.escaped(remedy.text))`, from the beginning to \(end):"
    case .without(let alert): return "Up to \(end), without what was to be done when \(Printable.named(alert)) fires:"
    }
  }

  /// The answer as a line of JSON; instants and spans in microseconds.
  public var json: [String] {
    let (kind, remedy): (String, String?) =
      switch change {
      case .with(let remedy): ("with", remedy.text)
      case .without: ("without", nil)
      }
    return [
      JSONText.object([
        .init("kind", .string("whatif-remedy")), .init("alert", .string(change.alert)),
        .init("change", .string(kind)), .init("remedy", .optional(remedy)),
        .init("asItWas", before.json), .init("other", after?.json ?? .null),
      ]).text
    ]
  }
}

extension RemedyWhatIf.Account {
  fileprivate var rows: [(name: String, value: String)] {
    func time(_ instant: Instant?, _ other: String) -> String {
      instant.map { Quantity.milliseconds($0.microseconds) } ?? other
    }
    return [
      ("fired first", time(fired, "never")),
      ("cleared last", fired == nil ? "–" : time(cleared, "fires still")),
      ("times fired, pages", "\(firings), \(pages)"),
      ("fired in all", Quantity.figure(duration)),
      ("remedies carried out", "\(remedies)"),
      ("failed operations", "\(failed) of \(ended)"),
      ("stale reads", "\(stale) of \(reads)"),
      ("acknowledged writes lost", "\(lost)"),
      ("cost a month, without people", cost.map { "$\(Quantity.figure($0))" } ?? "–"),
    ]
  }

  fileprivate var json: JSONText {
    func time(_ instant: Instant?) -> JSONText { instant.map { .integer($0.microseconds) } ?? .null }
    return .object([
      .init("fired", time(fired)), .init("cleared", time(cleared)), .init("firings", .integer(Int64(firings))),
      .init("pages", .integer(Int64(pages))), .init("duration", .integer(duration.microseconds)),
      .init("remedies", .integer(Int64(remedies))), .init("ended", .integer(Int64(ended))),
      .init("failed", .integer(Int64(failed))), .init("reads", .integer(Int64(reads))),
      .init("stale", .integer(Int64(stale))), .init("lost", .integer(Int64(lost))),
      .init("cost", cost.map { .number($0) } ?? .null),
    ])
  }
}
