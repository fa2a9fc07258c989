import Testing

@testable import Analysis
@testable import Workbench

/// Siblings and their contexts: `semantics.md` §10.9 (Riak's `dvvset.erl`, Dynamo §4.4).
@Suite struct SiblingVectorTests {
  /// Two replicas that hear of each other only by `sync`.
  private func apart(_ conflict: String, _ steps: String) throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set hints off
      cut us1 us2
      cut us1 us3
      cut us2 us3
      set conflict \(conflict)
      \(steps)
      """)
  }

  @Test("I01 · two blind writes at one server stand side by side") func twoBlind() throws {
    try apart(
      "siblings",
      """
      write k v1 via us1 blind
      write k v2 via us1 blind
      expect value(us1, k) == "[v1 | v2]" and clock(us1, k) == "us1:2"
      """)
  }

  @Test("I02, I03 · a write replaces what its context includes, and nothing else") func contexts() throws {
    try apart(
      "siblings",
      """
      write k v1 via us1 blind
      write k v2 via us1 blind
      write k v3 via us1 context 1
      expect value(us1, k) == "[v2 | v3]" and clock(us1, k) == "us1:3"
      write k v4 via us1 context 3
      expect value(us1, k) == v4 and clock(us1, k) == "us1:4"
      """)
  }

  @Test("I04 · blind writes at two servers are merged, and one with their context replaces both") func twoServers()
    throws
  {
    try apart(
      "siblings",
      """
      write k v1 via us1 blind
      write k v2 via us2 blind
      sync us1 us2
      expect value(us1, k) == "[v1 | v2]" and value(us2, k) == "[v1 | v2]"
      read k via us1
      write k v3 via us1
      expect value(us1, k) == v3 and clock(us1, k) == "us1:2 us2:1"
      sync us1 -> us2
      expect value(us2, k) == v3
      """)
  }

  @Test("I05 · with one plain vector what was read can't be told from what was not: a false conflict")
  func falseConflict() throws {
    try apart(
      "plain-vectors",
      """
      write k v1 via us1 blind
      write k v2 via us1 blind
      write k v3 via us1 context 1
      expect value(us1, k) == "[v1 | v2 | v3]"
      """)
  }

  @Test("I06 · a reader and a blind writer in turn: three siblings at most with dots, 102 without")
  func explosion() throws {
    /// How many siblings somebody else reads after each of 102 writes.
    func siblings(_ conflict: String) throws -> [Int] {
      let setUp = [
        "cluster us-east-1:1 rf=1", "set conflict \(conflict)", "client c1 in us-east-1", "client x in us-east-1",
        "client eye in us-east-1",
      ]
      let turns = (1...51).flatMap { turn in
        ["write k c\(turn) as c1", "read k as eye", "write k x\(turn) as x blind", "read k as eye"]
      }
      return try play((setUp + turns).joined(separator: "\n")).operations.compactMap(\.siblings)
    }
    #expect(try siblings("siblings").max() == 3)
    #expect(try siblings("plain-vectors").max() == 102)
  }

  @Test("I07 · merging a state with itself, or with what it includes, changes nothing") func ancestor() throws {
    try apart(
      "siblings",
      """
      write k v1 via us1 blind
      sync us1 -> us2
      write k v2 via us1 blind
      sync us2 -> us1
      expect value(us1, k) == "[v1 | v2]"
      sync us1 us2
      sync us1 us2
      expect value(us1, k) == "[v1 | v2]" and relation(us1, us2, k) == equal
      """)
  }

  @Test("I09 · a write without context over a value makes a sibling; under last writer wins it replaces it")
  func withoutContext() throws {
    for (conflict, value) in [("siblings", "[v1 | v2]"), ("lww", "v2")] {
      try check(
        """
        set conflict \(conflict)
        write k v1 at ALL
        write k v2 at ALL in eu-west-1
        expect value(us1, k) == "\(value)"
        """)
    }
  }

  @Test("I11 · a cart as siblings: what one branch removed comes back with the other") func cart() throws {
    try apart(
      "siblings",
      """
      write cart "milk eggs" via us1 blind
      sync us1 -> us2
      read cart via us1
      write cart "milk" via us1
      client other in us-east-1
      read cart via us2 as other
      write cart "milk eggs bread" via us2 as other
      sync us1 us2
      # Whoever unites the two has eggs again.
      expect value(us1, cart) == "[milk | milk eggs bread]"
      """)
  }

  @Test("I12 · whoever reconciles two branches supersedes both: Dynamo's figure 3") func dynamo() throws {
    try apart(
      "siblings",
      """
      write k d1 via us1
      write k d2 via us1
      sync us1 -> us2
      sync us1 -> us3
      expect clock(us1, k) == "us1:2"
      write k d3 via us2 context 2
      write k d4 via us3 context 2
      expect clock(us2, k) == "us1:2 us2:1" and clock(us3, k) == "us1:2 us3:1"
      sync us2 us1
      sync us3 us1
      expect value(us1, k) == "[d3 | d4]"
      read k via us1
      write k d5 via us1
      expect value(us1, k) == d5 and clock(us1, k) == "us1:3 us2:1 us3:1"
      """)
  }
}
