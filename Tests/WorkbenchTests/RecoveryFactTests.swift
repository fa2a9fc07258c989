import Testing

@testable import Language
@testable import Workbench

/// What comes after the end of a fault: counted from there, and of what was missing then.
@Suite struct RecoveryFactTests {
  @Test func itCountsFromTheEndOfTheLastFault() throws {
    // 500 ms later a client asks (0.5 ms). Its read at ALL asks ap-south-1 for a digest, then for all (180 ms each), and writes
    // to the one that lacked it, 40 ms away.
    let played = try play(
      """
      set hints off
      set failure-detector oracle
      cut us1 eu1
      slow us1 us2 by 1ms
      write cart milk at ONE
      run 2s
      heal
      expect recovery.p99 == none and recovery.missing == none
      slow us1 us2 by 0ms
      expect recovery.missing == 1 and recovery.p99 == none
      run 500ms
      read cart at ALL
      run 1s
      expect recovery.p50 == 900.5ms and recovery.p99 == 900.5ms and recovery.missing == 1
      expect recovery.wait == none
      """)
    for expectation in played.expectations {
      #expect(expectation.isHeld, "\(expectation.condition) \(expectation.facts)")
    }
    #expect(played.expectations.count == 4)
  }

  @Test func whoComesBackWithoutAHintLacksWhatItMissed() throws {
    let played = try play(
      """
      set hints off
      crash eu1
      write cart milk at ONE
      write cart eggs at ONE
      run 2s
      restart eu1
      expect recovery.missing == 2
      repair
      expect recovery.p99 < 2s
      """)
    for expectation in played.expectations {
      #expect(expectation.isHeld, "\(expectation.condition) \(expectation.facts)")
    }
  }

  @Test func nothingMissingIsNothingToWaitFor() throws {
    let played = try play("slow us1 eu1 by 5ms\nrun 1s\nslow us1 eu1 by 0ms\n")
    #expect(try played.holds("recovery.missing == 0 and recovery.p99 == none"))
  }
}
