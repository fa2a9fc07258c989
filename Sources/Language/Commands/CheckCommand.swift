import Kernel
import Replication

extension CommandCatalog {
  static let check = CommandSpecification(
    "check", .looking, usage: ["check [GUARANTEE]", "check bounded-staleness [k=N] [t=DURATION]"],
    "Judges which guarantees the history so far has kept; each no comes with the operations that show it.",
    details: """
      There are \(Guarantee.allCases.map(\.rawValue).joined(separator: ", ")). A session is a client, and its order that of real \
      time among all its operations. Not judged is what nothing was seen of, and what keys were left out of that hold a \
      data type, siblings, or a value that expires; a delete is a write of nothing, a conditional write a compare-and-set.
      """,
    examples: ["check", "check linearizable", "check bounded-staleness k=1 t=100ms"]
  ) { reader in
    reader.note(.lineEnd)
    guard try !reader.isAtEnd() else { return .check(nil, StalenessBound()) }
    let guarantee = try reader.guaranteeName()
    return .check(guarantee, guarantee == .boundedStaleness ? try reader.stalenessBound() : StalenessBound())
  }
}

extension CommandReader {
  /// Takes a guarantee by its name.
  fileprivate mutating func guaranteeName() throws -> Guarantee {
    let names = Guarantee.allCases.map(\.rawValue)
    if let name = try optionalKeyword(names), let guarantee = Guarantee(rawValue: name) { return guarantee }
    let word = try take(.other("a guarantee"))
    throw LanguageError(.unknownName(.other("a guarantee"), word.text), at: word.span, candidates: names)
  }

  /// Takes `k=N` and `t=DURATION`, in any order, each at most once.
  fileprivate mutating func stalenessBound() throws -> StalenessBound {
    var bound = StalenessBound()
    while try !isAtEnd() {
      let word = try take(.other("k=N or t=DURATION"))
      let parts = word.text.split(separator: "=", maxSplits: 1).map(String.init)
      switch parts.first {
      case "k" where parts.count == 2 && bound.versions == nil:
        guard let count = Int(parts[1]), count >= 0 else { throw refused("k is a whole number, 0 or more", word.span) }
        bound.versions = count
      case "t" where parts.count == 2 && bound.time == nil:
        guard let span = Quantity.duration(parts[1]) else {
          throw refused("t is a duration, such as t=100ms", word.span)
        }
        bound.time = span
      default: throw LanguageError(.expected([.other("k=N or t=DURATION")], found: word.text), at: word.span)
      }
    }
    return bound
  }
}
