import Analysis
import Insight
import Kernel
import Language
import Replication

/// Finding words in what the views list, whatever their case.
extension Session {
  /// How many operations and lines of the log are looked through, at most: the latest.
  public static let searched = 20_000

  /// The positions of the keys whose names contain a text.
  public func keys(containing text: String) -> [Int] {
    let keys = keys
    return keys.indices.filter { keys[$0].contains(ignoringCase: text) }
  }

  /// The numbers of the operations of commands that say a text in any column.
  public func operations(containing text: String) -> [Int] {
    operations(Self.searched).filter { operation in
      [operation.action, operation.client, operation.answeredBy, operation.levelName, operation.result]
        .contains { $0.contains(ignoringCase: text) }
    }.map(\.id)
  }

  /// The positions of the numeric facts whose names or meanings contain a text.
  public func numbers(containing text: String) -> [Int] {
    let numeric = FactCatalog.numeric(in: cluster)
    return numeric.indices.filter { position in
      let fact = numeric[position]
      return fact.name.contains(ignoringCase: text) || fact.summary(under: cluster.scheme).contains(ignoringCase: text)
    }
  }

  /// The numbers of the lines of the log that contain a text, oldest first.
  public func logLines(containing text: String) -> [Int] {
    LogReport.lines(Self.searched, in: timeline).filter { line in
      [line.place, line.text, line.outcome].contains { $0.contains(ignoringCase: text) }
    }.map(\.number)
  }
}

extension String {
  /// Whether a text stands in it, whatever the case of both.
  public func contains(ignoringCase text: String) -> Bool { lowercased().contains(text.lowercased()) }
}
