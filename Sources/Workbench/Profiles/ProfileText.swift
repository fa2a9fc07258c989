import Language
import Profiles

/// Profiles as lists and pages.
extension Profile {
  /// The names of all, tables of figures included.
  public static let names = ShippedProfiles.all.map(\.name)

  /// A line each: first the systems, then the tables of figures that belong to none.
  public static func list(_ profiles: [Profile]) -> [String] {
    // A title is broken where a terminal of 80 columns ends.
    func rows(_ chosen: [Profile]) -> [String] {
      let width = chosen.map { TextWidth.of($0.name) }.max() ?? 0
      return Listing.table(
        chosen.flatMap { profile in
          TextWrap.lines(profile.title, width: 80 - width - 2).enumerated().map { [$0 == 0 ? profile.name : "", $1] }
        })
    }
    return rows(profiles.filter(\.isSystem))
      + ["", "Tables of figures, of no one system:"] + rows(profiles.filter { !$0.isSystem })
      + [
        "", "eventually profiles NAME              what it is, its set-up, what is modelled",
        "eventually profiles NAME --calibrate  its figures: stated, published, measured",
        "eventually profiles --compare         one load and one outage on all of them",
        "eventually --profile NAME             the workbench on it",
        "profile NAME                          the same, at the prompt and in scripts",
      ]
  }

  /// Its name and title.
  var heading: String { "\(name): \(title)" }

  /// Its page, and how it is set up.
  public var lines: [String] {
    let setUp = setUp.map { text in
      ["", "Set-up", ""] + text.split(separator: "\n").map { "    \($0)" }
    }
    return [heading, ""] + page + (setUp ?? [])
  }

  /// It as one JSON object.
  public var json: String {
    JSONText.object([
      .init("profile", .string(name)), .init("title", .string(title)),
      .init("page", .string(page.joined(separator: "\n"))), .init("setUp", .optional(setUp)),
    ]).text
  }
}
