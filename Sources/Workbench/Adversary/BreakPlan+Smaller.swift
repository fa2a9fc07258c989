import Kernel
import Language
import Replication

/// Scripts that ask for less than another one does.
extension BreakPlan {
  /// The script with one key less, for each key that the claim says nothing of: another one stands in its place.
  var withFewerKeys: [BreakPlan] {
    var keys: [String] = []
    for line in lines {
      guard let key = line.key, !keys.contains(key) else { continue }
      keys.append(key)
    }
    guard keys.count > 1 else { return [] }
    let named = Set(claim.text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }.map(String.init))
    return keys.reversed().filter { !named.contains($0) }.compactMap { key in
      keys.first { $0 != key }.map { replacing(key, by: $0) }
    }
  }

  private func replacing(_ key: String, by other: String) -> BreakPlan {
    var smaller = self
    smaller.lines = lines.map { line in
      guard line.key == key else { return line }
      var isReplaced = false
      let words = line.command.split(separator: " ").map { word in
        guard word == key, !isReplaced else { return String(word) }
        isReplaced = true
        return other
      }
      return SourceLine(file: line.file, number: line.number, text: words.joined(separator: " "))
    }
    return smaller
  }

  /// The script with less time for one of its commands, the least first: round spans, and none that is as long.
  func withShorterSpans(at place: Int) -> [BreakPlan] {
    let line = lines[place]
    guard case .run(let span)? = try? CommandParser.parse(line.text, in: .standard) else { return [] }
    let units = [1, 10, 100, 1_000, 10_000].map { TimeSpan.milliseconds($0) }
    return units.filter { $0 < span }.map { unit in
      var smaller = self
      smaller.lines[place] = SourceLine(
        file: line.file, number: line.number, text: "run \(Quantity.text(unit))")
      return smaller
    }
  }
}

extension SourceLine {
  /// The key of the operation that it asks for; nil for any other command.
  fileprivate var key: String? {
    guard case .operate(let operation, _)? = try? CommandParser.parse(text, in: .standard), operation.kind.hasKey else {
      return nil
    }
    return operation.key
  }
}
