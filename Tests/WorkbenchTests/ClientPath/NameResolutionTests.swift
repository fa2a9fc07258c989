import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// A region is lost, and its clients go elsewhere: as fast as health checks notice, and names are forgotten.
@Suite("Clients whose region is lost") struct NameResolutionTests {
  private static let losses = ["isolate us-east-1", "crash us-east-1", "destroy us-east-1"]

  @Test("ask in vain until their names have run out, and are served elsewhere then", arguments: losses)
  func moveAway(_ loss: String) throws {
    try check(
      """
      set dns-ttl 60s
      set health-check 30s failures 1
      write cart milk at LOCAL_QUORUM
      expect op(-1).coordinator == us1
      \(loss)
      expect failover.p50 == none
      read cart at LOCAL_ONE
      expect last.outcome == timeout
      run 100s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == eu1 and last.latency == 81ms
      expect failover.p99 > failover.p50 and failover.p50 > 30s and failover.p99 < 90s
      """)
  }

  @Test("come back when checks have passed as often as they had to fail")
  func comeBack() throws {
    try check(
      """
      set dns-ttl 10s
      set health-check 10s failures 3
      crash us-east-1
      run 50s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == eu1
      restart us-east-1
      run 50s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == us1
      """)
  }

  @Test("move also where checks were changed, or only begun, after their region was lost")
  func changedChecks() throws {
    try check(
      """
      set dns-ttl 1s
      crash us-east-1
      run 30s
      expect failover.p99 == none
      set health-check 10s failures 3
      run 11s
      set health-check off
      run 60s
      expect failover.p99 == none
      set health-check 1s failures 2
      run 5s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == eu1
      # Since the region was lost, not since anybody looked.
      expect failover.p50 > 101s and failover.p99 < 106s
      """)
  }

  @Test("are told anything rather than nothing: where no region is well, names lead to the nearest")
  func failsOpen() throws {
    try check(
      """
      set dns-ttl 1s
      set health-check 1s failures 1
      crash us-east-1
      crash eu-west-1
      crash ap-south-1
      run 5s
      restart us-east-1
      read cart at LOCAL_ONE
      expect last.outcome == ok and op(-1).coordinator == us1
      """)
  }

  @Test("are given a dead replica until the load balancer has noticed")
  func balancer() throws {
    try check(
      """
      set balancer-check 15s failures 2
      set read-timeout 100ms
      crash us1
      read cart at LOCAL_ONE
      expect last.outcome == timeout
      run 30s
      read cart at LOCAL_ONE
      expect last.outcome == ok and op(-1).coordinator == us2
      """)
  }

  @Test("stay where they were, or read where the newest is, if routing says so")
  func routing() throws {
    try check(
      """
      set dns-ttl 1s
      set health-check 1s failures 1
      set routing sticky
      crash us-east-1
      run 5s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == eu1
      restart us-east-1
      run 5s
      read cart at LOCAL_ONE
      expect op(-1).coordinator == eu1
      set routing fresh
      cut us-east-1 eu-west-1
      write cart new at LOCAL_QUORUM in eu-west-1
      run 100ms
      read cart at LOCAL_ONE
      # The nearest that can be reached and has it.
      expect op(-1).coordinator == ap1 and last.value == new
      set routing nearest
      read cart at LOCAL_ONE
      expect op(-1).coordinator == us1 and last.stale
      """)
  }
}
