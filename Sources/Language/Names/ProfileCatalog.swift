import Kernel
import Profiles
import Replication

/// A profile's set-up, read: what begins its cluster and chooses its settings.
public struct ProfilePlan: Hashable, Sendable {
  /// One command of it.
  public struct Line: Hashable, Sendable {
    /// The command as it is written.
    public let text: String
    /// What it gives the cluster.
    public let input: Input
  }

  /// The profile's name.
  public let name: String
  /// Its commands; the first begins the cluster.
  public let lines: [Line]
}

/// The profiles that `profile` knows. Each is a file of commands that change the cluster at its first instant, and
/// nothing else: it is taken in at once, and undone at once.
public enum ProfileCatalog {
  /// A profile's name and the file that sets it up.
  private static let files: [(name: String, text: String)] = ShippedProfiles.all.compactMap { folder in
    folder.setUp.map { (folder.name, $0) }
  }

  /// The names of all profiles, in order.
  public static let names = files.map(\.name)

  /// How wide prose is where a page lies over a screen of 80 columns.
  private static let width = 74

  /// A profile's page in lines of at most 74 columns, drawings aside; nil if there is none of that name.
  static func page(of name: String) -> [String]? {
    guard let folder = ShippedProfiles.all.first(where: { $0.name == name && $0.setUp != nil }) else { return nil }
    var (lines, paragraph): ([String], [Substring]) = ([], [])
    // Drawings and commands are indented by four and stay as they are; prose is broken anew.
    for line in "\(folder.page)\n".split(separator: "\n", omittingEmptySubsequences: false) {
      let isProse = line.hasPrefix("  ") && !line.hasPrefix("    ")
      if isProse { paragraph.append(line.dropFirst(2)) }
      guard !isProse else { continue }
      lines += TextWrap.lines(paragraph.joined(separator: " "), width: width - 2).map { "  \($0)" }
      paragraph = []
      lines.append(String(line.drop { $0 == "#" }.drop { lines.isEmpty && $0 == " " }))
    }
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  /// The profile that somebody means who mistyped its name, or wrote a part of it.
  package static func nearest(to word: String, among names: [String] = names) -> String? {
    NearestWord.to(word, among: names)
      ?? names.first { name in
        name.contains(word.lowercased()) && word.count > 2
          || NearestWord.to(word, among: name.split(separator: "-").map(String.init)) != nil
      }
  }

  /// The commands of a profile; nil if there is none of that name.
  ///
  /// - Throws: a ``LanguageError`` where its file is wrong, which says where.
  static func plan(named name: String) throws -> ProfilePlan? {
    guard let file = files.first(where: { $0.name == name }) else { return nil }
    return try plan(name, file.text)
  }

  /// The set-up that a text is.
  ///
  /// - Throws: a ``LanguageError`` where it is wrong, or holds what is no set-up.
  static func plan(_ name: String, _ text: String) throws -> ProfilePlan {
    var names = NameContext.standard
    var lines: [ProfilePlan.Line] = []
    for line in SourceLine.lines(of: text, in: "\(name)/setup.ev") {
      func refuse(_ reason: String) -> LanguageError {
        LanguageError(.refused("\(line.file), line \(line.number): \(reason)"), at: SourceSpan(start: 0, length: 1))
      }
      do {
        guard let command = try CommandParser.parse(line.text, in: names) else { continue }
        guard case .input(let input) = command, command.beginsCluster == lines.isEmpty else {
          throw refuse("a profile begins with `cluster`; settings, links, types and clients follow, and nothing else")
        }
        names.follow(command)
        lines.append(ProfilePlan.Line(text: line.command, input: input))
      } catch let error as LanguageError {
        if case .refused(let reason) = error.problem, reason.hasPrefix(line.file) { throw error }
        throw refuse(Diagnostic(error, in: line).sentence)
      }
    }
    guard !lines.isEmpty else {
      throw LanguageError(.refused("\(name)/setup.ev is empty"), at: SourceSpan(start: 0, length: 1))
    }
    return ProfilePlan(name: name, lines: lines)
  }
}

extension CommandReader {
  /// Takes the name of a profile.
  mutating func profile() throws -> ProfilePlan {
    let word = try take(.profile)
    guard !word.isQuoted, let plan = try ProfileCatalog.plan(named: word.text) else {
      throw LanguageError(
        .unknownName(.profile, word.text), at: word.span, candidates: context.candidates(for: .profile))
    }
    return plan
  }
}
