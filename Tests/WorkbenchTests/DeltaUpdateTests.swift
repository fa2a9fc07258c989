import Testing

@testable import Workbench

/// Updates that travel as deltas (Almeida, Shoker and Baquero 2018).
@Suite struct DeltaUpdateTests {
  /// A set of forty elements, and one more.
  private func cost(_ setting: String) throws -> Int {
    let adds = (1...40).map { "add cart element-\($0) at ALL" }.joined(separator: "\n")
    let played = try play("type cart or-set\n\(setting)\n\(adds)\nadd cart milk at ALL")
    return try #require(Int(try played.fact("op(-1).bytes")))
  }

  @Test func aDeltaOfALargeSetIsSmall() throws {
    let (state, delta) = (try cost(""), try cost("set delta-updates on"))
    #expect(delta * 5 < state, "\(delta) bytes against \(state)")
  }

  @Test func aCopyThatLacksTheBaseIsSentTheWholeState() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      type cart or-set
      set hints off
      set delta-updates on
      add cart milk at ALL
      expect op(-1).messages == 4
      crash us3
      run 2s
      add cart eggs at TWO
      restart us3
      run 2s
      expect value(us3, cart) == "{milk}"
      add cart tea at ALL
      expect last.outcome == ok and op(-1).messages == 6 and converged
      expect value(us3, cart) == "{eggs, milk, tea}"
      """)
  }

  @Test func aDeltaThatComesTwiceOrLateChangesNothing() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      type likes counter
      set delta-updates on
      duplicate 100% us-east-1 us-east-1
      increment likes by 3 at ALL
      hold us1 us2
      async increment likes by 4 at TWO
      run 10ms
      increment likes by 5 at TWO via us3
      release us1 us2
      run until converged
      expect value(us2, likes) == 12 and value(us1, likes) == 12
      """)
  }

  @Test func aRemovalTravelsAsTheDotsOfWhatIsGone() throws {
    try check(
      """
      type cart or-set
      set delta-updates on
      add cart milk at ALL
      add cart eggs at ALL
      remove cart milk at ALL
      expect value(ap3, cart) == "{eggs}" and converged
      remove cart milk at ALL
      expect last.outcome == ok and converged
      """)
  }
}
