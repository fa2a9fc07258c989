import CBuild
import Language
import Workbench

/// What this program is: its version, and of which commit and day if that was known when it was built.
enum Version {
  /// The version; the manual, the package and the formula have it from here.
  static let number = ProgramVersion.number

  /// What git said of the sources, such as `v0.1.0-12-gabc1234` or `abc1234-dirty`; nil if nobody asked.
  static var commit: String? { text(eventually_build_commit()) }

  /// The day of that commit, such as `2026-11-30`; nil if nobody asked.
  static var date: String? { text(eventually_build_date()) }

  /// What `--version` says.
  static var sentence: String {
    ([number]
      + [[commit.map { "commit \($0)" }, date].compactMap { $0 }.joined(separator: ", ")].filter { !$0.isEmpty }.map {
        "(\($0))"
      })
      .joined(separator: " ")
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    let text = pointer.map { String(cString: $0) } ?? ""
    return text.isEmpty ? nil : text
  }
}
