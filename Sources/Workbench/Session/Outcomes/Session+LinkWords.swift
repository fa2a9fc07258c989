import Kernel
import Language
import Replication

/// How outcomes name links: by the regions that they join, or by replicas where it isn't all of a region.
extension Session {
  /// Such as `9 directed links from us-east-1 to eu-west-1`.
  func count(of links: Fault.Links) -> String {
    let count = directed(pairs(links))
    guard links.from != links.to else { return "\(count) inside \(place(links.from))" }
    let (from, to) = (place(links.from), place(links.to, beside: links.from))
    return links.bothWays ? "\(count) between \(from) and \(to)" : "\(count) from \(from) to \(to)"
  }

  /// Who does so to whom, such as `us-east-1 and eu-west-1 no longer reach each other`.
  func reach(_ links: [Fault.Links], _ verb: String, _ adverb: String = "") -> String {
    guard let only = links.first, links.count == 1 else { return "\(places(of: links)) \(verb) each other\(adverb)" }
    guard only.from != only.to else { return "the replicas of \(place(only.from)) \(verb) each other\(adverb)" }
    let (from, to) = (place(only.from), place(only.to, beside: only.from))
    return only.bothWays
      ? "\(from) and \(to) \(verb) each other\(adverb)" : "messages of \(from) \(verb) \(to)\(adverb)"
  }

  /// Such as `us-east-1, eu-west-1 and ap-south-1`.
  private func places(of links: [Fault.Links]) -> String {
    var places: [String] = []
    for side in links.flatMap({ [$0.from, $0.to] }).map({ place($0) }) where !places.contains(side) {
      places.append(side)
    }
    return places.count > 4
      ? "\(places.prefix(3).joined(separator: ", ")) and \(places.count - 3) more"
      : "\(places.dropLast().joined(separator: ", ")) and \(places.last ?? "")"
  }

  /// A region's name where all of it is meant, else names of replicas.
  private func place(_ set: ReplicaSet, beside other: ReplicaSet = ReplicaSet()) -> String {
    let topology = cluster.topology
    if let region = topology.regionIDs.first(where: { topology.set(of: $0) == set }) {
      return topology.name(of: region)
    }
    if set == topology.everyone { return "everybody" }
    return set == topology.everyone.subtracting(other) ? "everybody else" : names(of: set)
  }
}
