import Kernel
import Testing

@testable import Replication

/// The vectors of Kafka's rules, by their numbers.
@Suite struct LogVectorTests {
  @Test("M01 · with all in sync, ACKS_ALL is answered once all three have the record") func allInSync() {
    var cluster = Cluster.ofLogs(3)
    cluster.hold(from: 0, to: 2)
    let operation = cluster.write("v", at: .acksAll, via: 0)
    cluster.pass(.milliseconds(500))
    #expect(cluster.ends() == [1, 1, 0])
    #expect(cluster.outcome(operation) == nil)
    cluster.release(from: 0, to: 2)
    cluster.pass(.milliseconds(5))
    #expect(cluster.outcome(operation) == .ok)
    #expect(cluster.ends() == [1, 1, 1])
  }

  @Test("M02 · with one of two in sync, ACKS_ALL is refused and ACKS_1 accepted, and nobody sees it") func tooFew() {
    var cluster = Cluster.ofLogs(3)
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    #expect(cluster.inSync() == [0])
    #expect(cluster.append("all") == .unavailable)
    #expect(cluster.ends()[0] == 0, "it isn't even appended")
    #expect(cluster.append("one", at: .acks1) == .ok)
    #expect(cluster.ends()[0] == 1 && cluster.watermarks()[0] == 0)
    let look = cluster.look()
    #expect(look.outcome == .ok && look.value == nil)
  }

  private func aloneWithOne(_ settings: [Setting]) -> Cluster {
    var cluster = Cluster.ofLogs(3, with: [.minInSync(1)] + settings)
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    return cluster
  }

  @Test("M03 · with min-insync 1 one copy suffices; when it dies nobody may lead") func oneIsEnough() {
    var cluster = aloneWithOne([])
    #expect(cluster.append("v") == .ok)
    cluster.crash(0)
    cluster.restart(1, 2)
    cluster.pass(.seconds(900))
    #expect(cluster.leader() == nil)
    #expect(cluster.append("w", via: 1) == .unavailable)
    #expect(cluster.lostValues.isEmpty, "a disk has it yet")
    cluster.restart(0)
    cluster.pass(.seconds(2))
    #expect(cluster.leader() == 0 && cluster.look().value == "v")
  }

  @Test("M03 · an unclean election comes after 5 minutes, and loses what was committed") func unclean() {
    var cluster = aloneWithOne([.uncleanElection(true)])
    #expect(cluster.append("v") == .ok)
    cluster.crash(0)
    cluster.restart(1, 2)
    cluster.pass(.seconds(300))
    #expect(cluster.leader() == nil)
    cluster.pass(.seconds(2))
    #expect(cluster.leader() == 1)
    #expect(cluster.lostValues == ["v"])
    cluster.restart(0)
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [0, 0, 0], "the old leader cuts it off")
    #expect(cluster.inSync() == [0, 1, 2])
  }

  @Test("M04 · what ACKS_1 has acknowledged dies with its leader, and nobody says so") func leaderDies() {
    var cluster = Cluster.ofLogs(3)
    cluster.hold(from: 0, to: 1)
    cluster.hold(from: 0, to: 2)
    #expect(cluster.append("v", at: .acks1) == .ok)
    cluster.crash(0)
    cluster.pass(.seconds(2))
    #expect(cluster.leader() == 1)
    #expect(cluster.lostValues == ["v"])
    let look = cluster.look(via: 1)
    #expect(look.outcome == .ok && look.value == nil)
  }

  @Test("M05 · with a follower in sync at 7 of 10, readers see up to offset 6") func watermark() {
    var cluster = Cluster.ofLogs(3)
    for number in 0..<7 { cluster.append("v", to: "k\(number)") }
    cluster.hold(from: 0, to: 2)
    for number in 7..<10 { #expect(cluster.append("v", to: "k\(number)", at: .acks1) == .ok) }
    #expect(cluster.ends() == [10, 10, 7])
    #expect(cluster.watermarks()[0] == 7)
    #expect(cluster.look(at: "k6").value == "v")
    #expect(cluster.look(at: "k7").value == nil)
  }

  @Test("M06 · compaction leaves the null record, a later one nothing; offsets stay") func compaction() {
    var cluster = Cluster.ofLogs(3, with: [.segment(3), .compaction(.hours(1))])
    for value in ["1", "2"] { cluster.append(value) }
    let null = cluster.ask(.delete, at: .acksAll, via: 0)
    cluster.step { $0.end(of: null) != nil }
    for key in ["a", "b"] { cluster.append("v", to: key) }
    func offsets(_ replica: Int) -> [Int] {
      let log = cluster.replicas.log.elements[replica].copies[0].log
      return (0..<log.end).filter { log[$0].version != .none }
    }
    #expect(offsets(0) == [0, 1, 2, 3, 4])
    cluster.pass(.hours(2))
    for replica in 0..<3 { #expect(offsets(replica) == [2, 3, 4], "only the null record is left of k") }
    #expect(cluster.look().value == nil)
    cluster.pass(.hours(26))
    for replica in 0..<3 { #expect(offsets(replica) == [3, 4]) }
    #expect(cluster.ends() == [5, 5, 5] && cluster.look(at: "a").value == "v")
    #expect(cluster.lostValues.isEmpty, "compaction loses nothing")
  }

  @Test func whoComesBackFetchesACompactedLog() {
    var cluster = Cluster.ofLogs(3, with: [.segment(2), .compaction(.hours(1))])
    cluster.wipe(2)
    for number in 0..<9 { cluster.append("v\(number)") }
    cluster.pass(.seconds(2))
    for number in 9..<12 { cluster.append("v\(number)") }
    cluster.pass(.hours(2))
    cluster.restart(2)
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [12, 12, 12] && cluster.inSync() == [0, 1, 2] && cluster.isConverged)
    #expect(cluster.held() == ["v11", "v11", "v11"])
  }

  /// A follower restarts when its leader has committed a record and it hasn't heard so yet; then the leader dies.
  private func restartAndDie(_ truncation: LogTruncation) -> Cluster {
    var cluster = Cluster.ofLogs(2, with: [.minInSync(1), .truncation(truncation)])
    cluster.append("first")
    cluster.pass(.milliseconds(5))
    let operation = cluster.write("second", at: .acksAll, via: 0)
    cluster.step { $0.watermarks()[0] == 2 }
    #expect(cluster.watermarks() == [2, 1], "it is a fetch behind")
    cluster.crash(1)
    cluster.restart(1)
    cluster.crash(0)
    cluster.pass(.seconds(2))
    #expect(cluster.outcome(operation) == .ok)
    #expect(cluster.leader() == 1)
    return cluster
  }

  @Test("M19 · cut off by the watermark, a committed record is lost; by epochs it is kept") func truncation() {
    let old = restartAndDie(.watermark)
    #expect(old.ends()[1] == 1 && old.lostValues == ["second"])
    var new = restartAndDie(.epoch)
    #expect(new.ends()[1] == 2 && new.lostValues.isEmpty)
    #expect(new.look(via: 1).value == "second")
  }

  private func oneAfterTheOther(_ settings: [Setting]) -> Cluster {
    var cluster = Cluster.ofLogs(3, with: settings)
    cluster.append("v")
    cluster.crash(2)
    cluster.pass(.seconds(2))
    #expect(cluster.inSync() == [0, 1] && cluster.eligible().isEmpty)
    cluster.crash(1)
    cluster.pass(.seconds(2))
    cluster.append("alone", at: .acks1)
    cluster.crash(0)
    cluster.restart(1, 2)
    cluster.pass(.seconds(5))
    return cluster
  }

  @Test("M20 · who left a set that became too small leads without loss; before KIP-966 nobody does") func eligible() {
    let new = oneAfterTheOther([])
    #expect(new.leader() == 1)
    #expect(new.lostValues == ["alone"], "what was committed is there; ACKS_1 alone is not")
    let old = oneAfterTheOther([.eligibleReplicas(false)])
    #expect(old.leader() == nil)
  }

  @Test("M21 · ACKS_1 while one of two is in sync: acknowledged, and seen once two are") func frozen() {
    var cluster = Cluster.ofLogs(3)
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    #expect(cluster.append("v", at: .acks1) == .ok)
    cluster.pass(.seconds(60))
    #expect(cluster.look().value == nil)
    cluster.restart(1)
    cluster.pass(.seconds(2))
    #expect(cluster.inSync() == [0, 1])
    #expect(cluster.look().value == "v")
  }
}
