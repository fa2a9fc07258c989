import Kernel
import Language
import Replication

/// What an action is done to.
public enum Target: Hashable, Sendable {
  /// A region or a replica.
  case place(String)
  /// The links between two, both ways or one.
  case links(String, String, bothWays: Bool)
  /// Some replicas of a region, drawn from the seed.
  case random(Int, of: String)

  /// As it is written in an experiment.
  public var text: String {
    switch self {
    case .place(let name): name
    case .links(let first, let second, let bothWays): "\(first) \(bothWays ? "<->" : "->") \(second)"
    case .random(let count, let region): "random \(count) of \(region)"
    }
  }

  /// Reads a target.
  ///
  /// - Throws: a ``TargetProblem``.
  static func read(_ text: String, _ form: ActionKind.TargetForm, in names: NameContext) throws(TargetProblem) -> Target
  {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    if let sign = words.firstIndex(where: { ["<->", "->", "<-"].contains($0) }) {
      guard form == .links else { throw TargetProblem("this action is done to places, not to links between two") }
      guard words.count == 3, sign == 1, words[1] != "<-" else {
        throw TargetProblem("links are written `A <-> B`, or `A -> B` for one way")
      }
      let (first, second) = (try place(words[0], in: names), try place(words[2], in: names))
      guard first != second else { throw TargetProblem("a link leads from one place to another; both are \(first)") }
      return .links(first, second, bothWays: words[1] == "<->")
    }
    if words.first == "random" {
      guard form == .places else {
        throw TargetProblem("only replicas can be drawn, for an action that is done to places")
      }
      guard words.count == 4, words[2] == "of", let count = PlainNumber.whole(words[1]), count > 0 else {
        throw TargetProblem("drawn replicas are written `random 1 of REGION`")
      }
      let region = try region(words[3], in: names)
      let size = names.topology.region(named: region).map { names.topology.members(of: $0).count } ?? 0
      guard count <= size else {
        throw TargetProblem("\(region) has \(CountedNoun("replica").text(size)), of which \(count) can't be drawn")
      }
      return .random(count, of: region)
    }
    guard words.count == 1 else {
      throw TargetProblem(
        form == .links ? "links are written `A <-> B`, or `A -> B` for one way" : "this is no place; one stands alone")
    }
    return .place(form == .regions ? try region(words[0], in: names) : try place(words[0], in: names))
  }

  private static func region(_ name: String, in names: NameContext) throws(TargetProblem) -> String {
    guard names.topology.region(named: name) != nil else {
      throw TargetProblem("there is no region `\(name.prefix(60))`", among: names.topology.regions.map(\.name), name)
    }
    return name
  }

  private static func place(_ name: String, in names: NameContext) throws(TargetProblem) -> String {
    if names.topology.region(named: name) != nil || names.topology.replica(named: name) != nil { return name }
    throw TargetProblem(
      "there is no region or replica `\(name.prefix(60))`",
      among: names.topology.regions.map(\.name) + names.topology.replicas.map(\.name), name)
  }
}

/// What is wrong with a target.
struct TargetProblem: Error {
  let sentence: String
  let choice: String?
  let suggestion: String?

  init(_ sentence: String) { (self.sentence, choice, suggestion) = (sentence, nil, nil) }

  init(_ sentence: String, among names: [String], _ word: String) {
    self.sentence = sentence
    choice = names.count <= 12 ? "there are \(MappingReader.list(names))" : nil
    suggestion = NearestWord.to(word, among: names)
  }
}

extension Topology {
  /// The replicas of a region or the replica of a name; nobody for another name.
  func place(named name: String) -> ReplicaSet {
    if let region = region(named: name) { return set(of: region) }
    return replica(named: name).map { ReplicaSet([$0]) } ?? ReplicaSet()
  }
}
