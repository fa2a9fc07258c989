import Testing

/// Every vector of the rules (`semantics.md` §10.1 to §10.10) is a test that bears its name, or stands here with the reason
/// why this model has no place for it.
@Suite struct VectorCoverageTests {
  /// How many vectors each section has.
  private static let sections: [(letter: String, count: Int)] = [
    ("A", 20), ("B", 17), ("C", 8), ("D", 10), ("E", 12), ("F", 14), ("G", 9), ("H", 15), ("I", 12), ("J", 15),
  ]

  private static let outside: [(ids: [String], reason: String)] = [
    (["A16", "A20"], "No replica ever joins or leaves a cluster, so none is pending."),
    (
      ["B05", "B06", "B07", "B08"],
      "A replica that can't serve a request sheds it in silence; none answers with an error."
    ),
    (["B12"], "There are no batches."),
    (["C07", "C08"], "Replicas stand in regions; there are no racks."),
    (["D10", "H09"], "A key has one value, not columns."),
    (["E09"], "There are no schemas."),
    (
      ["E11", "E12", "F13", "H13", "I10"],
      "Riak's sloppy quorums, key exchange and R=1 are not modelled."
    ),
    (["F05", "F06", "F12"], "There are no data files, and so no compaction and no incremental repair."),
    (["F10"], "A delete is one version, with one time of deletion, wherever it is."),
    (["H07"], "Scylla's rule for equal expiries is not Cassandra's."),
    (["H12"], "A counter can't be deleted."),
    (["J10", "J12", "J13"], "There is no LWW element set, no map and no text among the data types."),
  ]

  private static let ids = sections.flatMap { section in
    (1...section.count).map { section.letter + ($0 < 10 ? "0" : "") + String($0) }
  }

  /// The ids in the names of all tests.
  private static let tested: Set<String> = {
    var found: Set<String> = []
    for file in SourceFile.all(in: "Tests") where !file.path.hasSuffix("VectorCoverageTests.swift") {
      // A long name stands on a line of its own.
      let names = file.lines.filter {
        $0.contains("@Test") || $0.contains("func ") || $0.drop { $0 == " " }.first == "\""
      }
      for line in names {
        let words = line.split { !($0.isLetter || $0.isNumber) }.map(String.init)
        found.formUnion(words.filter(ids.contains))
      }
    }
    return found
  }()

  @Test func everyVectorIsATestOrIsLeftOutForAReason() {
    let outside = Set(Self.outside.flatMap(\.ids))
    #expect(outside.isSubset(of: Self.ids))
    let missing = Self.ids.filter { !Self.tested.contains($0) && !outside.contains($0) }
    #expect(missing.isEmpty, "neither tested nor listed: \(missing.joined(separator: " "))")
    let both = outside.intersection(Self.tested).sorted()
    #expect(both.isEmpty, "tested, and yet listed as outside: \(both.joined(separator: " "))")
  }
}
