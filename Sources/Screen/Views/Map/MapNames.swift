import Analysis
import Language
import Workbench

/// Names cut to a width so that each still differs from all others.
enum ShortNames {
  /// The names as they fit: whole where they do, else without their beginning, which names mostly share, else without
  /// their end, else numbered.
  static func fit(_ names: [String], _ width: Int) -> [String] {
    let names = names.map(Printable.escaped)
    if names.allSatisfy({ TextWidth.of($0) <= width }) { return names }
    let ways = [
      names.map { TextWidth.fitEnd($0, width) }, names.map { TextWidth.fit($0, width) },
      names.map { middle($0, width) },
    ]
    if let found = ways.first(where: { Set($0).count == Set(names).count }) { return found }
    return names.enumerated().map { TextWidth.fitEnd("#\($0.offset + 1)", width) }
  }

  /// Both ends of a name.
  private static func middle(_ name: String, _ width: Int) -> String {
    guard TextWidth.of(name) > width else { return name }
    let start = TextWidth.fit(name, (width + 1) / 2)
    return start + TextWidth.fitEnd(name, width - TextWidth.of(start), ellipsis: "")
  }
}

/// What the map calls regions, replicas and parties of them, and how it says what is amiss with links.
struct MapNames {
  private let map: MapReport
  /// The regions' names as far as there is room.
  let regions: [String]
  /// What the replicas of each region are called, without their numbers, such as `us`; its name where that tells no more.
  let prefixes: [String]
  private let replicas: [String]
  private let shortOf: [String: String]

  /// Names of at most that many columns.
  init(_ map: MapReport, width: Int) {
    self.map = map
    regions = ShortNames.fit(map.regions.map(\.name), width)
    replicas = ShortNames.fit(map.regions.flatMap(\.replicas).map(\.name), width)
    let names = map.regions.flatMap(\.replicas).map(\.name)
    shortOf = zip(names, replicas).reduce(into: [:]) { $0[$1.0] = $1.1 }
    let prefixes = map.regions.map { region in
      String((region.replicas.first?.name ?? "").reversed().drop { $0.isNumber }.reversed())
    }
    self.prefixes = Set(prefixes).count == prefixes.count && !prefixes.contains("") ? prefixes : regions
  }

  /// What replicas are called in cells of that many columns, by their names.
  func replicas(in width: Int) -> [String: String] {
    let names = map.regions.flatMap(\.replicas).map(\.name)
    return zip(names, ShortNames.fit(names, width)).reduce(into: [:]) { $0[$1.0] = $1.1 }
  }

  /// What a replica of that name is called.
  func replica(_ name: String) -> String { shortOf[name] ?? name }

  /// A party by the names of its regions and replicas, or how many they are.
  func text(_ party: MapReport.Party) -> String {
    let parts = party.regions.map { regions[$0] } + party.others.map { replicas[$0] }
    if parts.count <= 3 { return parts.joined(separator: " ") }
    if party.replicas.count == replicas.count { return "all" }
    return party.replicas.count == replicas.count - 1
      ? "all others" : CountedNoun("replica").text(party.replicas.count)
  }

  /// A fault of links as a line from one end to the other.
  func drawing(_ fault: MapReport.LinkFault) -> String {
    let line = fault.isCut ? (fault.isBothWays ? "╌✗╌" : "╌✗►") : (fault.isBothWays ? "◄─►" : "──►")
    if fault.from == fault.to { return "inside \(text(fault.from)) \(line) \(fault.words)" }
    return "\(text(fault.from)) \(line) \(text(fault.to)) \(fault.words)"
  }

  /// Who thinks whom dead, in words.
  func text(_ suspicion: MapReport.Suspicion) -> String {
    let suspects = text(suspicion.suspects)
    let thinkers = suspicion.thinkers
    let isOne = thinkers.regions.count + thinkers.others.count == 1
    if suspicion.isGeneral, !isOne { return "all others think \(suspects) dead" }
    return "\(text(thinkers)) \(isOne ? "thinks" : "think") \(suspects) dead"
  }

  /// What is amiss with a link between two regions, fault by fault, and whether that tells it all.
  ///
  /// - Parameter isAcross: whether the first region stands at the left, so that an arrow tells the direction.
  func words(_ link: MapReport.Link, isAcross: Bool) -> (words: [String], isWhole: Bool) {
    var isWhole = true
    let words = link.faults.map { fault -> String in
      let what = fault.isCut ? "CUT" + fault.words.dropFirst(3) : fault.words
      guard let from = fault.from.region, let to = fault.to.region else {
        isWhole = false
        return "\(what) in part"
      }
      if fault.isBothWays { return what }
      if isAcross { return what + (from == link.first ? " →" : " ←") }
      return "\(what) \(prefixes[from])→\(prefixes[to])"
    }
    // Faults of the same kind between some replicas are said once.
    return (words.enumerated().filter { !words[..<$0.offset].contains($0.element) }.map(\.element), isWhole)
  }

  /// The links inside a region in full: its name, and what is amiss.
  func title(inside region: Int) -> String {
    let faults = map.regions[region].faults.map { fault in
      fault.from == fault.to && fault.from.region == region ? fault.words : drawing(fault)
    }
    return (["inside \(regions[region])"] + (faults.isEmpty ? ["nothing amiss"] : faults)).joined(separator: ", ")
  }

  /// A link in full: its ends, its delay, and what is amiss.
  func title(_ link: MapReport.Link) -> String {
    let ends = "\(regions[link.first]) ↔ \(regions[link.second])"
    let faults = link.faults.map { fault -> String in
      guard let from = fault.from.region, let to = fault.to.region else { return drawing(fault) }
      return fault.isBothWays ? fault.words : "\(fault.words) \(prefixes[from])→\(prefixes[to])"
    }
    return ([ends, link.delay] + faults).joined(separator: ", ")
  }
}
