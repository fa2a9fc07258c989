import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Loads that several clients of a region issue in turn.
@Suite("A load of several clients a region") struct CrowdTests {
  private func askers(_ script: String) throws -> [String] {
    try play(script, reportsLoads: true).operations.filter { $0.key.hasPrefix("k") }.sorted { $0.id < $1.id }
      .map(\.client)
  }

  @Test("they take turns, region by region") func turns() throws {
    let clients = try askers("load 10/s for 800ms clients 2\nrun 2s")
    #expect(
      clients == [
        "us-east-1", "eu-west-1", "ap-south-1", "us-east-1~2", "eu-west-1~2", "ap-south-1~2", "us-east-1", "eu-west-1",
      ])
    #expect(
      try askers("load 10/s for 400ms clients 2 in eu-west-1\nrun 2s") == [
        "eu-west-1", "eu-west-1~2", "eu-west-1", "eu-west-1~2",
      ])
  }

  @Test("one a region is what there is without the word") func one() throws {
    let plain = try play("load 100/s for 1s\nrun 2s"), one = try play("load 100/s for 1s clients 1\nrun 2s")
    #expect(try plain.fact("writes.acked") == one.fact("writes.acked"))
    #expect(one.session.cluster.clients.elements.count == 3)
  }

  @Test("each has a bucket of retries of its own: more of them try again, and a second load finds the same clients")
  func budgets() throws {
    func retries(_ clients: Int) throws -> Int {
      let played = try play(
        """
        cluster us-east-1:3
        set retries 1 base 1ms cap 1ms budget 28
        set failure-detector oracle
        crash us1
        crash us2
        load 100/s for 1s at QUORUM clients \(clients)
        run 2s
        load 1/s for 2s clients \(clients)
        run 2s
        """)
      #expect(played.session.cluster.clients.elements.count == clients)
      return played.session.cluster.path.tally.retries
    }
    #expect(try retries(1) == 2)
    #expect(try retries(10) == 20)
  }

  @Test("they are promised what their region's client is") func sessions() throws {
    let played = try play("guarantee us-east-1 read-your-writes\nload 10/s for 1s clients 3\nrun 2s")
    let promised = played.session.cluster.clients.elements.filter { $0.guarantees == [.readYourWrites] }.map(\.name)
    #expect(promised == ["us-east-1", "us-east-1~2", "us-east-1~3"])
  }

  @Test(arguments: [
    "load 1/s for 1s clients 0", "load 1/s for 1s clients 2 as us-east-1", "load 1/s for 1s clients 9999",
  ])
  func nonsenseIsRefused(_ line: String) { #expect(refusal(of: line, after: "") != nil) }
}
