import Foundation
import Testing

@testable import Workbench

/// Traces over three replicas that hear of each other only by `sync`, as the test data describes them.
private func island(_ setUp: String) -> String {
  """
  cluster us-east-1:3 rf=3
  set hints off
  cut us1 us2
  cut us1 us3
  cut us2 us3
  \(setUp)

  """
}

private func replica(_ letter: String) -> String { ["A": "us1", "B": "us2", "C": "us3"][letter] ?? "us1" }

/// The traces of `crdt.json`: updates, one-way merges, and the value that each replica has after each step.
@Suite struct DataTypeVectorTests {
  struct File: Decodable, Sendable { let traces: [Trace] }

  struct Trace: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let type: String
    let steps: [Step]

    var testDescription: String { "\(id) \(type)" }
  }

  struct Step: Decodable, Sendable {
    let op: String
    let replica: String?
    let from: String?
    let to: String?
    let n: Int?
    let value: String?
    let ts: Int?
    let expect: Expected

    enum CodingKeys: String, CodingKey { case op, replica, from, to, n, value, ts, expect }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      op = try fields.decode(String.self, forKey: .op)
      replica = try fields.decodeIfPresent(String.self, forKey: .replica)
      from = try fields.decodeIfPresent(String.self, forKey: .from)
      to = try fields.decodeIfPresent(String.self, forKey: .to)
      n = try fields.decodeIfPresent(Int.self, forKey: .n)
      value = try fields.decodeIfPresent(String.self, forKey: .value)
      ts = try fields.decodeIfPresent(Int.self, forKey: .ts)
      expect = try fields.decode(Expected.self, forKey: .expect)
    }
  }

  /// A number, a text, a list of texts, or nothing.
  enum Expected: Decodable, Sendable {
    case number(Int)
    case text(String)
    case list([String])
    case nothing

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .nothing
      } else if let number = try? value.decode(Int.self) {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else {
        self = .list(try value.decode([String].self))
      }
    }

    /// The value as `eventually` prints it for a key of that type.
    func text(for type: String) -> String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      case .nothing: "none"
      case .list(let list) where type.hasSuffix("Set"): "{\(list.joined(separator: ", "))}"
      case .list(let list):
        list.isEmpty ? "none" : list.count == 1 ? list[0] : "[\(list.joined(separator: " | "))]"
      }
    }
  }

  static let traces: [Trace] = {
    guard let url = Bundle.module.url(forResource: "Fixtures/crdt", withExtension: "json"),
      let data = try? Data(contentsOf: url), let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.traces
  }()

  static let types = [
    "G-Counter": "g-counter", "PN-Counter": "counter", "G-Set": "g-set", "2P-Set": "2p-set", "OR-Set": "or-set",
    "LWW-Register": "register", "MV-Register": "mv-register",
  ]

  @Test func thereAreTraces() { #expect(Self.traces.count == 56) }

  @Test(arguments: traces) func aTraceGivesItsValues(_ trace: Trace) throws {
    let type = try #require(Self.types[trace.type])
    var script = island("type k \(type)")
    for step in trace.steps {
      let place = replica(step.op == "merge" ? step.to ?? "" : step.replica ?? "")
      switch step.op {
      case "merge": script += "sync \(replica(step.from ?? "")) -> \(place)\n"
      case "increment": script += "increment k by \(step.n ?? 1) via \(place)\n"
      case "decrement": script += "decrement k by \(step.n ?? 1) via \(place)\n"
      case "add", "remove": script += "\(step.op) k \(step.value ?? "") via \(place)\n"
      case "write", "assign":
        script += "write k \(step.value ?? "") via \(place)\(step.ts.map { " timestamp \($0)" } ?? "")\n"
      case "read": break
      default: Issue.record("an unknown step \(step.op)")
      }
      script += "expect value(\(place), k) == \"\(step.expect.text(for: trace.type))\"\n"
    }
    try check(script)
  }
}

/// The scenarios of `versions.json`: clients with contexts write to three servers under dotted version vectors.
@Suite struct DottedVersionVectorTests {
  struct File: Decodable, Sendable {
    let scenarios: [Scenario]
    enum CodingKeys: String, CodingKey { case scenarios = "dvv_scenarios" }
  }

  struct Scenario: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let name: String
    let steps: [Step]

    var testDescription: String { "\(id) \(name)" }
  }

  struct Step: Decodable, Sendable {
    let op: String
    let client: String?
    let server: String?
    let value: String?
    let contextFrom: Int?
    let from: String?
    let to: String?
    let expect: [String]

    enum CodingKeys: String, CodingKey {
      case op, client, server, value, from, to, expect
      case contextFrom = "context_from"
    }
  }

  static let scenarios: [Scenario] = {
    guard let url = Bundle.module.url(forResource: "Fixtures/versions", withExtension: "json"),
      let data = try? Data(contentsOf: url), let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.scenarios
  }()

  @Test func thereAreScenarios() { #expect(Self.scenarios.count == 30) }

  @Test(arguments: scenarios) func aScenarioLeavesItsSiblings(_ scenario: Scenario) throws {
    var script = island("set conflict siblings")
    var operations: [Int: Int] = [:]
    for (index, step) in scenario.steps.enumerated() {
      let place = replica(step.server ?? step.to ?? "")
      switch step.op {
      case "sync": script += "sync \(replica(step.from ?? "")) -> \(place)\n"
      case "get":
        script += "read k via \(place)\n"
        operations[index] = operations.count + 1
      default:
        let context = step.contextFrom.flatMap { operations[$0] }.map { "context \($0)" } ?? "blind"
        script += "write k \(step.value ?? "") via \(place) \(context)\n"
        operations[index] = operations.count + 1
      }
      let values = step.expect
      let expected = values.isEmpty ? "none" : values.count == 1 ? values[0] : "[\(values.joined(separator: " | "))]"
      script += "expect value(\(place), k) == \"\(expected)\"\n"
    }
    try check(script)
  }
}
