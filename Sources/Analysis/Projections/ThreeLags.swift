import Kernel
import Language
import Replication

/// The three lags of each pair of regions side by side, as of now: what one name would confuse.
///
/// What is delivered looks young as long as anything comes through, and says nothing under a cut; the oldest write that somebody
/// lacks grows then; what waits, over the capacity, tells how long it will take, and is there first under overload.
struct ThreeLags {
  private let facts: FactContext

  init(_ facts: FactContext) { self.facts = facts }

  var lines: [String] {
    let topology = facts.cluster.topology
    let names = ["lag.delivered", "lag.oldest"] + (hasDrain ? ["lag.drain"] : [])
    var rows: [[String]] = []
    for from in topology.regionIDs {
      for to in topology.regionIDs where from != to {
        let ends = [from, to].map { topology.name(of: $0) }
        let values = names.map { name in
          facts.value(.named(name, ends.map { .region(RegionName($0)) }))
        }
        let cells = values.map(Self.text)
        if cells.contains(where: { $0 != "none" && $0 != "0 ms" }) { rows.append(ends + cells) }
      }
    }
    guard !rows.isEmpty else { return [] }
    return ["", "Now, from region to region: none is no value, which isn't 0."]
      + Listing.table([["from", "to"] + names] + rows, right: [2, 3, 4])
  }

  private var hasDrain: Bool {
    FactCatalog.named("lag.drain")?.isMeaningful(under: facts.cluster.scheme) ?? false
  }

  private static func text(_ value: FactValue) -> String {
    guard case .duration(let span) = value else { return value.text }
    return Quantity.figure(TimeSpan(microseconds: span))
  }
}
