import Foundation
import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// A log that ShiViz splits into events and hosts, with clocks that are vector clocks.
@Suite struct ShiVizLogTests {
  private struct Event {
    let text: String
    let host: String
    let clock: [String: Int]
  }

  /// Reads a log as ShiViz does: its expression, applied again and again.
  private func parse(_ lines: [String]) throws -> [Event] {
    let expression = try Regex(
      ShiVizLog.expression, as: (Substring, event: Substring, host: Substring, clock: Substring).self)
    let text = lines.joined(separator: "\n")
    let events = try text.matches(of: expression).map { match in
      let clock = try JSONSerialization.jsonObject(with: Data(match.output.clock.utf8)) as? [String: Int]
      return Event(text: String(match.output.event), host: String(match.output.host), clock: clock ?? [:])
    }
    #expect(events.count * 2 == lines.count, "every two lines are an event")
    return events
  }

  @Test(arguments: 1...20) func clocksCountWhatHappenedBefore(seed: Int) throws {
    let session = try play(RandomScript(seed: seed, length: 25).text).session
    let events = try parse(session.lines(of: ExportPlan(.shiviz)))
    var byHost: [String: [Event]] = [:]
    for event in events {
      byHost[event.host, default: []].append(event)
      #expect(
        event.clock[event.host] == byHost[event.host]?.count, "seed \(seed): a host counts its own events one by one")
    }
    for event in events {
      for (host, count) in event.clock where host != event.host {
        guard let others = byHost[host], count <= others.count else {
          Issue.record("seed \(seed): \(event.text) knows \(count) events of \(host)")
          continue
        }
        let cause = others[count - 1]
        let isAfter = cause.clock.allSatisfy { $0.value <= event.clock[$0.key] ?? 0 }
        #expect(isAfter, "seed \(seed): who knows an event knows what that one knew")
        #expect(cause.clock[event.host] ?? 0 < event.clock[event.host] ?? 0, "seed \(seed): nothing is its own cause")
      }
    }
  }

  @Test func anAcknowledgementComesAfterTheWriteThatItAcknowledges() throws {
    let events = try parse(play("write cart milk at ALL").session.lines(of: ExportPlan(.shiviz)))
    let stored = try #require(events.first { $0.host == "eu2" && $0.text.contains("stores cart = milk") })
    let answers = events.filter { $0.host == "us1" && $0.text.contains("ack cart = milk") }
    #expect(answers.filter { $0.clock["eu2"] == stored.clock["eu2"] }.count >= 1)
    #expect(stored.clock == ["eu2": 1, "us1": 1])
  }

  @Test func whateverAKeyOrValueHoldsTheLogIsSplitAsItShould() throws {
    for text in MermaidExportTests.nasty + ["us1 {\"us1\":1}", "{}", "\nus1 {\"us1\":9}"] {
      let quoted = MermaidExportTests.quoted(text)
      let events = try parse(play("write \(quoted) \(quoted) at ALL").session.lines(of: ExportPlan(.shiviz)))
      let written = "\(Printable.escaped(text)) = \(Printable.escaped(text))"
      #expect(events.contains { $0.host == "eu2" && $0.text.contains("stores \(written)") }, "\(text)")
      #expect(Set(events.map(\.host)).count == 9, "\(text)")
    }
  }

  @Test func aStretchOfTimeIsTold() throws {
    let session = try play("write cart milk at ALL\nrun 1s\nwrite cart eggs at ALL").session
    let plan = ExportPlan(.shiviz, from: .start + .milliseconds(1_000), to: .start + .milliseconds(1_200))
    let text = try session.lines(of: plan).joined()
    #expect(text.contains("cart = eggs") && !text.contains("cart = milk"))
  }
}
