import Testing

@testable import Workbench

/// A replica whose disk is new must not make others forget: it knows nothing, and has to say so.
@Suite struct LostDiskTests {
  /// us1 coordinates an update that everybody has, loses its disk, and comes back before the next update.
  private func script(_ type: String, _ first: String, _ second: String) -> String {
    """
    cluster us-east-1:3 rf=3
    \(type)
    \(first) at ALL via us1
    wipe us1
    restart us1
    run 2s
    \(second) at ONE via us1
    run 15s
    repair

    """
  }

  @Test(arguments: [
    ("type cart or-set", "add cart milk", "add cart eggs", "{eggs, milk}"),
    ("type cart g-set", "add cart milk", "add cart eggs", "{eggs, milk}"),
    ("type cart counter", "increment cart by 5", "increment cart by 2", "7"),
    ("type cart g-counter", "increment cart by 5", "increment cart by 2", "7"),
    ("type cart counter", "decrement cart by 5", "increment cart by 2", "-3"),
    ("type cart mv-register", "write cart milk", "write cart eggs", "[eggs | milk]"),
    ("set conflict siblings", "write cart milk", "write cart eggs blind", "[eggs | milk]"),
    ("set conflict plain-vectors", "write cart milk", "write cart eggs blind", "[eggs | milk]"),
  ]) func anUpdateOnANewDiskUndoesNoEarlierOne(type: String, first: String, second: String, value: String) throws {
    try check(
      script(type, first, second) + """
        expect converged and writes.lost == 0
        expect value(us1, cart) == "\(value)" and value(us2, cart) == "\(value)"
        """)
  }

  @Test func whatAClientHadSeenIsReplacedOnANewDiskToo() throws {
    try check(
      script("set conflict siblings", "write cart milk", "write cart eggs") + """
        expect converged and value(us1, cart) == eggs and value(us3, cart) == eggs
        """)
  }

  @Test func theClockTellsTheDisksApart() throws {
    let played = try play(script("type cart or-set", "add cart milk", "add cart eggs") + "show clocks cart")
    #expect(try played.fact("clock(us2, cart)") == "us1:1 us1~2:1")
    #expect(played.shown[0].contains("us1  us1~2"), "\(played.shown[0])")
  }

  @Test func aWriteThatOnlyTheOldDiskHeldIsLostAndCounted() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set hints off
      isolate us1
      write cart milk at ONE via us1
      wipe us1
      restart us1
      heal
      run 2s
      write cart eggs at ALL via us1 timestamp -5
      expect writes.lost == 1
      """)
  }
}
