import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What nobody asks for every day: nobody alive, nothing known, one region, second questions.
@Suite("In odd cases the path") struct PathOddityTests {
  @Test("says of an operation between two attempts that its client waits, whoever was asked or wasn't")
  func waiting() throws {
    let alone = "cluster us-east-1:1\ncrash us1\nset retries standard-2026\nasync read x"
    #expect(refusal(of: "why", after: alone)?.contains("its client waits before attempt 2") ?? false)
    let throttled =
      "cluster us-east-1:1\nset throttle 1/s burst 1\nset retries standard-2026\nread k\nasync read x\nrun 10ms"
    #expect(refusal(of: "why 2", after: throttled)?.contains("its client waits before attempt") ?? false)
  }

  @Test("has no failover time where there is no region to go to")
  func nowhere() throws {
    try check(
      """
      cluster us-east-1:1
      set dns-ttl 1s
      set health-check 1s failures 1
      run 1s
      crash us-east-1
      run 1m
      expect failover.p50 == none and failover.p99 == none
      """)
  }

  @Test("of two regions that are cut from each other leaves each to its own clients")
  func twoRegions() throws {
    try check(
      """
      cluster us-east-1:1 eu-west-1:1
      set dns-ttl 1s
      set health-check 1s failures 1
      cut us-east-1 eu-west-1
      run 10s
      write x 1 in us-east-1
      expect last.outcome == ok and op(-1).coordinator == us1
      write x 2 in eu-west-1
      expect last.outcome == ok and op(-1).coordinator == eu1
      """)
  }

  @Test("answers from the edge though everybody behind it is dead")
  func deadBehindTheEdge() throws {
    try check(
      """
      cluster us-east-1:3
      set edge-ttl 10s
      write x 1 at ALL
      read x
      crash us-east-1
      read x
      expect last.outcome == ok and last.value == 1 and op(-1).servedBy == edge-cache and op(-1).coordinator == none
      read y
      expect last.outcome == unavailable
      """)
  }

  @Test("says why a name leads where nobody is: unchecked, unnoticed, or remembered")
  func misleading() throws {
    func why(_ settings: String, after span: String) throws -> String {
      let played = try play(
        "set dns-ttl 60s\n\(settings)\nset read-timeout 100ms\ncrash us-east-1\nrun \(span)\nread cart at LOCAL_ONE",
        seed: 3)
      let explanation = try #require(Explanation(of: 1, in: played.session.timeline))
      return explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    }
    #expect(try why("", after: "300s").contains("nothing checks whether it can (`health-check off`)"))
    #expect(try why("set health-check 30s failures 3", after: "31s").contains("of 3 checks in a row have failed"))
  }

  @Test("of a second question says that it was one, and that the first went to the nearest")
  func secondQuestion() throws {
    let played = try play("cluster us-east-1:3\nset hedge 1ms\nslow us1 by 100ms\nwrite x 1\nread x")
    let explanation = try #require(Explanation(of: 2, in: played.session.timeline))
    let text = explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(text.contains("us-east-1 asks us1, the nearest replica that it can reach, to coordinate."), "\(text)")
    #expect(text.contains("us-east-1 asks us2, too, and takes the first answer."), "\(text)")
  }

  @Test(
    "and what a consumer asks for are explained where regions have more replicas than copies, or differ in size",
    arguments: [
      "cluster us-east-1:5 rf=3 scheme=log\nconsumer c in us-east-1\nconsume c\nwhy\nwhy not available consume c",
      "cluster us-east-1:5 eu-west-1:3 scheme=log\nconsumer c in us-east-1\nwhy not available consume c",
      "cluster us-east-1:2 eu-west-1:1 scheme=log\nwhatif load 5/s for 1s",
      "cluster us-east-1:3 eu-west-1:1 scheme=log\nwhatif load 5/s for 1s",
    ])
  func consumers(_ script: String) throws {
    #expect(throws: Never.self) { _ = try play(script) }
  }
}
