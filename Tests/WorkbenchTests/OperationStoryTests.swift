import Insight
import Testing

@testable import Analysis
@testable import Workbench

/// The messages of one operation, also where the trace no longer holds them.
@Suite struct OperationStoryTests {
  @Test func everyMessageIsToldInItsOrder() throws {
    let session = try play("write cart milk at ALL", keepsTrace: true).session
    let story = try #require(OperationStory(of: 1, in: session.timeline))
    #expect(story.lines[0] == "write cart = milk at ALL: acknowledged in 181 ms by 9 replicas")
    #expect(story.lines[1].hasPrefix("16 messages between replicas"))
    #expect(story.lines.count { $0.contains("us1 → ") && $0.contains("write cart = milk") } == 8)
    #expect(story.lines.count { $0.contains(" → us1") && $0.contains("ack cart = milk") } == 8)
    #expect(story.lines.contains { $0.contains("eu1 → us1  ack cart = milk") && $0.hasSuffix("after 40.0 ms") })
  }

  @Test func whatIsLostOrStillTravelsIsToldToo() throws {
    let session = try play("cut us-east-1 eu-west-1\nwrite cart milk at ONE\nrun 1ms", keepsTrace: true).session
    let lines = try #require(OperationStory(of: 1, in: session.timeline)).lines
    #expect(lines.count { $0.hasSuffix("✗ lost: link cut") } == 3)
    #expect(lines.count { $0.hasSuffix("arrives at 90.5 ms") } == 3)
  }

  @Test func whatTheTraceHasForgottenIsPlayedAgain() throws {
    let busy = "write cart milk at QUORUM\nload 900/s for 1s keys 50 at ALL\nrun 2s"
    let session = try play(busy, keepsTrace: true).session
    #expect(session.world.observer.trace.dropped > 0)
    let fresh = try play("write cart milk at QUORUM\nrun 2s", keepsTrace: true).session
    #expect(OperationStory(of: 1, in: session.timeline) == OperationStory(of: 1, in: fresh.timeline))
  }

  @Test func anOperationThatHasNotEndedHasNoStory() throws {
    let session = try play("async write cart milk at ALL", keepsTrace: true).session
    #expect(OperationStory(of: 1, in: session.timeline) == nil && OperationStory(of: 99, in: session.timeline) == nil)
  }

  @Test func theListsOfOperationsCanBeWalked() throws {
    let script = "write a 1\nload 100/s for 100ms keys 3\nrun 2s\nwrite b 2\nread b"
    let session = try play(script).session
    #expect(session.operations(10).map(\.id) == [1, 12, 13])
    #expect(session.operations(2).map(\.id) == [12, 13] && session.operations(1, upTo: 12).map(\.id) == [12])
    #expect(session.operations(4, upTo: 12, withLoads: true).map(\.id) == [9, 10, 11, 12])
    #expect(session.operation(-1, after: 13, withLoads: false) == 12)
    #expect(session.operation(-1, after: 12, withLoads: true) == 11)
    #expect(session.operation(100, after: 1, withLoads: false) == 13)
    #expect(session.operation(0, after: nil, withLoads: true) == 13)
    #expect(session.operation(5, after: 999, withLoads: true) == 13)
    #expect(try play("").session.operation(1, after: nil, withLoads: true) == nil)
  }
}
