import Kernel
import TestSupport
import Testing

@testable import Replication

/// What tombstones cost reads, and beyond how many a read fails: Cassandra's `tombstone_failure_threshold`.
@Suite struct TombstoneScanTests {
  /// Three that own everything, and a row of which so many columns were deleted and one was not.
  private func row(deleted: Int, _ settings: Setting...) -> Cluster {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle)])
    cluster.apply(.type("k", .row))
    for number in 0..<deleted { cluster.ask(.delete, of: "k.c\(number)", at: .all, via: 0) }
    cluster.write("v", to: "k.live", at: .all, via: 0)
    cluster.pass(.seconds(1))
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// How a read ends, and after how many microseconds.
  private func end(_ cluster: inout Cluster, _ level: ConsistencyLevel) throws -> String {
    let read = cluster.read(at: level, via: 0)
    cluster.pass(.seconds(6))
    let end = try #require(cluster.end(of: read))
    return "\(end.outcome?.rawValue ?? "none") \(end.latency.microseconds)"
  }

  @Test(arguments: [0, 1, 7]) func eachTombstoneCostsItsTime(deleted: Int) throws {
    var cluster = row(deleted: deleted)
    let end1 = try end(&cluster, .one)
    #expect(end1 == "ok \(1_000)")
    cluster.apply(.set(.tombstoneScan(.milliseconds(2))))
    // The own copy: half a millisecond there and back, and what it takes to go over them.
    let end2 = try end(&cluster, .one)
    #expect(end2 == "ok \(1_000 + 2_000 * Int64(deleted))")
    // Digests are worked out the same way, a millisecond away.
    let end3 = try end(&cluster, .quorum)
    #expect(end3 == "ok \(2_000 + 2_000 * Int64(deleted))")
  }

  @Test func othersWaitMeanwhile() throws {
    var cluster = row(deleted: 5, .tombstoneScan(.milliseconds(10)))
    let first = cluster.read(at: .one, via: 0)
    let second = cluster.write("v", to: "other", at: .one, via: 0)
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: first)).latency == .milliseconds(51))
    #expect(try #require(cluster.end(of: second)).latency > .milliseconds(1))
  }

  @Test func aDeletedKeyIsOneTombstoneUntilItIsPurged() throws {
    var cluster = Cluster.ofRegions(
      3, with: [.detector(.oracle), .tombstoneScan(.milliseconds(2)), .tombstoneGrace(.seconds(20))])
    cluster.write("v", at: .all, via: 0)
    cluster.pass(.seconds(1))
    let end4 = try end(&cluster, .one)
    #expect(end4 == "ok \(1_000)")
    cluster.ask(.delete, at: .all, via: 0)
    cluster.pass(.seconds(1))
    let end5 = try end(&cluster, .one)
    #expect(end5 == "ok \(3_000)")
    cluster.pass(.seconds(20))
    let end6 = try end(&cluster, .one)
    #expect(end6 == "ok \(1_000)")
  }

  @Test func beyondTheLimitAReadFails() throws {
    var cluster = row(deleted: 3, .tombstoneLimit(3))
    let end7 = try end(&cluster, .quorum)
    #expect(end7.hasPrefix("ok"))
    cluster.apply(.set(.tombstoneLimit(2)))
    let end8 = try end(&cluster, .quorum)
    #expect(end8 == "failure \(1_000)")
    let end9 = try end(&cluster, .one)
    #expect(end9 == "failure \(1_000)")
    #expect(cluster.broken == nil)
  }

  @Test func oneThatGivesUpIsMadeUpForByOneThatWasAskedBesides() throws {
    var cluster = Cluster.ofRegions(
      3, with: [.detector(.oracle), .hints(false), .speculation(.always), .tombstoneLimit(2)])
    cluster.apply(.type("k", .row))
    cluster.write("v", to: "k.live", at: .all, via: 0)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.cut([Cluster.links(from: 0, to: 1, 2, bothWays: true)])))
    for number in 0..<3 { cluster.ask(.delete, of: "k.c\(number)", at: .one, via: 0) }
    cluster.pass(.seconds(3))
    cluster.apply(.fault(.healAll))
    let end10 = try end(&cluster, .one)
    #expect(end10.hasPrefix("ok"))
    let end11 = try end(&cluster, .all)
    #expect(end11.hasPrefix("failure"))
  }
}

/// Reads that wait for another's answer.
@Suite struct CoalescingTests {
  @Test func identicalReadsAreAskedForOnce() throws {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle), .coalesce(true)])
    cluster.write("v", at: .all, via: 0)
    cluster.pass(.seconds(1))
    let before = cluster.traffic.messages
    let reads = (0..<10).map { _ in cluster.read(at: .quorum, via: 0) }
    let other = cluster.read(at: .all, via: 0)
    cluster.pass(.seconds(1))
    for read in reads {
      let end = try #require(cluster.end(of: read))
      #expect(end.outcome == .ok && cluster.text(of: end.version) == "v" && end.latency == .milliseconds(2))
    }
    #expect(try #require(cluster.end(of: other)).outcome == .ok)
    // One question and its answer at QUORUM; two at ALL.
    #expect(cluster.traffic.messages - before == 2 + 4)
    #expect(cluster.coalescedReads(at: ReplicaID(0)) == 9 && cluster.broken == nil)
  }

  @Test func whoComesLaterMayMissWhatWasAcknowledgedInBetween() throws {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle), .coalesce(true), .readRepair(.off)])
    cluster.write("old", at: .all, via: 0)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.slow(Cluster.links(from: 2, to: 0), by: .seconds(1))))
    let first = cluster.read(at: .all, via: 0)
    cluster.pass(.milliseconds(100))
    let write = cluster.write("new", at: .quorum, via: 0)
    cluster.pass(.milliseconds(100))
    #expect(try #require(cluster.end(of: write)).outcome == .ok)
    let second = cluster.read(at: .all, via: 0)
    cluster.pass(.seconds(5))
    for read in [first, second] {
      let end = try #require(cluster.end(of: read))
      #expect(cluster.text(of: end.version) == "old")
    }
  }

  @Test func offTheyAreAskedForOneByOne() {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle)])
    for _ in 0..<10 { cluster.read(at: .quorum, via: 0) }
    cluster.pass(.seconds(1))
    #expect(cluster.traffic.messages == 20 && cluster.coalescedReads(at: ReplicaID(0)) == 0)
  }

  @Test func whoWaitsForAnAnswerThatNeverComesTimesOut() throws {
    var cluster = Cluster.ofRegions(3, with: [.coalesce(true)])
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 1, 2))))
    let first = cluster.read(at: .quorum, via: 0)
    cluster.pass(.seconds(1))
    let second = cluster.read(at: .quorum, via: 0)
    cluster.pass(.seconds(10))
    for read in [first, second] { #expect(try #require(cluster.end(of: read)).outcome == .timeout) }
    #expect(cluster.broken == nil)
  }
}
