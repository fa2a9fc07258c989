import Insight
import Kernel
import Language
import Replication

/// Which operations `count` and `latency` are about, in the cluster at hand.
struct OperationFilter {
  /// What an operation must be.
  private let isAsWanted: [(HistoryEntry) -> Bool]

  /// The filters of a fact; nil if they ask for a client or a replica that isn't there.
  ///
  /// A key that no operation has touched is no reason: it has no operations, and that is known.
  init?(_ filters: [Fact.Filter], in cluster: Cluster) {
    var isAsWanted: [(HistoryEntry) -> Bool] = []
    for filter in filters {
      switch filter {
      case .kind(let kind): isAsWanted.append { $0.operation.kind == kind }
      case .level(let level): isAsWanted.append { $0.operation.level == level }
      case .outcome(let outcome): isAsWanted.append { $0.operation.outcome == outcome }
      case .load(let isLoad): isAsWanted.append { $0.operation.isLoad == isLoad }
      case .stale(let isStale):
        isAsWanted.append { $0.operation.kind == .read && $0.operation.outcome == .ok && $0.isStale == isStale }
      case .key(let name):
        let key = cluster.identity(of: name)
        isAsWanted.append { $0.operation.key == key }
      case .client(let name):
        guard let client = cluster.identity(of: name) else { return nil }
        isAsWanted.append { $0.operation.client == client }
      case .coordinator(let name):
        guard let replica = cluster.identity(of: name) else { return nil }
        isAsWanted.append { $0.operation.coordinator == replica }
      }
    }
    self.isAsWanted = isAsWanted
  }

  /// Whether an operation is as wanted.
  func includes(_ entry: HistoryEntry) -> Bool { isAsWanted.allSatisfy { $0(entry) } }
}
