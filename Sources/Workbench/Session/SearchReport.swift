import Analysis
import Insight
import Kernel
import Language
import Replication

/// Finding words in what the panes list.
extension Session {
  /// How many lines are looked through, at most: the latest.
  private static let searched = 20_000

  /// Where a text stands in a view, whatever its case: in the log how many lines lie below, the oldest first; of operations
  /// their numbers; of numbers their rows; on the map and of keys the positions of keys.
  public func matches(of text: String, in view: ViewName, key: String?) -> [Int] {
    let wanted = text.lowercased()
    func contains(_ texts: String...) -> Bool { texts.contains { $0.lowercased().contains(wanted) } }
    switch view {
    case .log:
      let lines = LogReport.lines(Self.searched, in: timeline)
      return lines.indices.filter { contains(lines[$0].place, lines[$0].text, lines[$0].outcome) }
        .map { lines.count - 1 - $0 }
    case .operations:
      return operations(Self.searched).filter {
        contains($0.action, $0.client, $0.coordinator ?? "", $0.levelName, $0.result)
      }.map(\.id)
    case .metrics:
      let numeric = FactCatalog.numeric(under: cluster.scheme)
      return numeric.indices.filter { contains(numeric[$0].name, numeric[$0].summary) }
    case .map, .key: return keys.indices.filter { contains(keys[$0]) }
    default: return []
    }
  }
}
