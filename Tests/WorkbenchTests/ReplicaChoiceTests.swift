import Testing

@testable import Workbench

/// Whom a coordinator asks first (`semantics.md` §1.7; Cassandra's dynamic snitch).
@Suite struct ReplicaChoiceTests {
  @Test func aSlowReplicaIsAskedNoMoreOnceItsLatenciesShow() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      link us1 us2 1ms
      link us1 us3 2ms
      write cart milk at ALL
      set replica-choice dynamic
      slow us2 by 50ms
      load 100/s for 2s write 0% keys 1 at TWO via us1
      run 3s
      read cart at TWO via us1
      expect last.latency == 5ms
      """)
  }

  @Test func theStaticChoiceGoesOnAskingIt() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      link us1 us2 1ms
      link us1 us3 2ms
      write cart milk at ALL
      slow us2 by 50ms
      load 100/s for 2s write 0% keys 1 at TWO via us1
      run 3s
      read cart at TWO via us1
      expect last.latency == 53ms
      """)
  }

  @Test func aReplicaLessThanTwiceAsSlowKeepsItsPlace() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      link us1 us2 1ms
      link us1 us3 3ms
      write cart milk at ALL
      set replica-choice dynamic
      load 100/s for 1s write 0% keys 1 at ALL via us1
      run 2s
      slow us2 by 1ms
      read cart at TWO via us1
      expect last.latency == 4ms
      """)
  }

  @Test func afterTenMinutesASlowReplicaIsTriedAgain() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      link us1 us2 1ms
      link us1 us3 2ms
      write cart milk at ALL
      set replica-choice dynamic
      slow us2 by 50ms
      load 100/s for 2s write 0% keys 1 at TWO via us1
      run 3s
      slow us2 by 0ms
      read cart at TWO via us1
      expect last.latency == 5ms
      run 10m
      read cart at TWO via us1
      expect last.latency == 3ms
      """)
  }
}
