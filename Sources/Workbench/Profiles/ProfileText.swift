import Language
import Profiles

/// Profiles as lists and pages.
extension Profile {
  /// The names of all, tables of figures included.
  public static let names = ShippedProfiles.all.map(\.name)

  /// A line each: first the systems, then the tables of figures that belong to none.
  public static func list(_ profiles: [Profile]) -> [String] {
    func rows(_ chosen: [Profile]) -> [String] { Listing.table(chosen.map { [$0.name, $0.title] }) }
    return rows(profiles.filter(\.isSystem))
      + ["", "Tables of figures, of no one system:"] + rows(profiles.filter { !$0.isSystem })
      + [
        "", "eventually profiles NAME              what it is, and what of it is modelled",
        "eventually profiles NAME --calibrate  its figures: stated, published, measured here",
        "eventually profiles --compare         one load and one outage on all of them",
        "eventually --profile NAME             the workbench on it",
        "profile NAME                          the same at the prompt, and in scripts",
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
