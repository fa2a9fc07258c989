import Analysis
import Profiles

/// A production system as the program knows it: how it is set up, what it is, and its figures. Or figures alone, of no one
/// system.
public struct Profile: Sendable {
  /// Its name.
  public let name: String
  /// What it is, in a few words: the heading of its page.
  public let title: String
  /// Its page, in lines without the heading.
  public let page: [String]
  /// The commands that set it up, as a script; nil where it is figures alone.
  public let setUp: String?
  /// Its figures.
  public let table: FigureTable

  /// The profile in a folder.
  ///
  /// - Throws: a ``ScriptError`` if its figures can't be read.
  init(_ folder: ShippedProfiles.Folder) throws {
    name = folder.name
    let lines = folder.page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    title = lines.first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? name
    page = Array(lines.dropFirst().drop { $0.isEmpty })
    setUp = folder.setUp
    do {
      table = try FigureReader.read(folder.calibration)
    } catch {
      throw ScriptError.unreadable(
        "\(folder.name)/calibration.yaml", reason: "line \(error.line), column \(error.column): \(error.message)")
    }
  }

  /// All profiles and tables that are compiled in, in the order of their names.
  ///
  /// - Throws: a ``ScriptError`` if one can't be read.
  public static func all() throws -> [Profile] { try ShippedProfiles.all.map(Profile.init) }

  /// The one of that name; nil if there is none.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read.
  static func named(_ name: String) throws -> Profile? {
    try ShippedProfiles.all.first { $0.name == name }.map(Profile.init)
  }

  /// Whether it sets a cluster up.
  public var isSystem: Bool { setUp != nil }

  /// The script that sets it up and plays a workload.
  func script(playing workload: FigureTable.Workload) -> String {
    (isSystem ? "profile \(name)\n" : "") + workload.script
  }
}

/// A script in memory, which runs without files.
public struct HeldScript: ScriptSource {
  /// What it is called.
  let name: String
  /// Its lines.
  let text: String

  /// A script of that name.
  public init(name: String, text: String) { (self.name, self.text) = (name, text) }

  /// Its text.
  public func text(of file: String) throws -> String {
    guard file == name else { throw ScriptError.missing(file, reason: "this script sources nothing") }
    return text
  }

  /// The name itself.
  public func resolve(_ name: String, from file: String) -> String { name }

  /// Plays it on a new session and returns that.
  ///
  /// - Throws: a ``ScriptError`` if it is wrong.
  func play(seed: UInt64) throws -> Session {
    // Nobody goes back in it: one keyframe will do.
    var runner = ScriptRunner(Session(seed: seed, keyframeSpacing: .max / 2)) { _ in }
    try runner.run([name], from: self)
    return runner.session
  }
}
