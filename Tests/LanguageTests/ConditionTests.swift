import Kernel
import Replication
import Testing

@testable import Language

/// Conditions: how they bind, how they compare, and the facts that they are made of.
@Suite struct ConditionTests {
  private func condition(_ text: String) throws -> Condition {
    var reader = CommandReader(text, context: .standard)
    let condition = try reader.condition()
    try reader.end()
    return condition
  }

  /// Whether a condition holds where facts are worth what the table says.
  private func holds(_ text: String, _ values: [String: FactValue] = [:]) throws -> Bool {
    try condition(text).holds { fact in
      if case .named(let name, _) = fact { values[name] ?? .none } else { .none }
    }
  }

  // MARK: Binding

  /// `converged` stands for a, `settled` for b, `last.stale` for c.
  @Test(arguments: [
    ("converged or settled and last.stale", "tff tft ttf ttt ftt"),
    ("(converged or settled) and last.stale", "tft ttt ftt"),
    ("not converged and settled", "ftf ftt"),
    ("not (converged and settled)", "fff fft ftf ftt tff tft"),
    ("not not converged", "tff tft ttf ttt"),
    ("not converged or not settled", "fff fft ftf ftt tff tft"),
    ("converged and settled or last.stale", "ttf ttt fft ftt tft"),
    ("NOT converged AND Settled OR LAST.STALE", "ftf ftt fft tft ttt"),
  ]) func notBindsBeforeAndAndBeforeOr(text: String, truths: String) throws {
    let wanted = Set(truths.split(separator: " ").map(String.init))
    for a in [false, true] {
      for b in [false, true] {
        for c in [false, true] {
          let row = [a, b, c].map { $0 ? "t" : "f" }.joined()
          let values: [String: FactValue] = [
            "converged": .boolean(a), "settled": .boolean(b), "last.stale": .boolean(c),
          ]
          #expect(try holds(text, values) == wanted.contains(row), "\(text) at \(row)")
        }
      }
    }
  }

  @Test func operatorsNeedNoBlanks() throws {
    #expect(try condition("reads.total>=3 and(time<5s)") == condition("reads.total >= 3 and ( time < 5s )"))
    #expect(try condition("value(us1,cart)!=none") == condition("value ( us1 , cart ) != none"))
  }

  // MARK: Comparing

  @Test(arguments: [
    ("reads.stale-rate == 5%", true), ("reads.stale-rate == 0.05", true), ("reads.stale-rate <= 5%", true),
    ("reads.stale-rate < 5%", false), ("reads.stale-rate > 4.9%", true), ("reads.stale-rate != 0.05", false),
    ("reads.stale-rate == \"5%\"", true), ("reads.total == 3", true), ("reads.total == \"3\"", true),
    ("reads.total == 3.0", true), ("reads.total != 4", true), ("reads.total == three", false),
  ]) func numbersAndSharesAreBroughtToOneUnit(text: String, isTrue: Bool) throws {
    guard !text.hasSuffix("three") else {
      #expect(throws: LanguageError.self) { try condition(text) }
      return
    }
    #expect(try holds(text, ["reads.stale-rate": .number(0.05), "reads.total": .number(3)]) == isTrue)
  }

  @Test(arguments: [
    ("time == 1500ms", true), ("time == 1.5s", true), ("time == 1500000us", true), ("time > 1499.999ms", true),
    ("time >= 1.5s", true), ("time < 0.025m", false), ("time == \"1.5s\"", true), ("time != 2s", true),
  ]) func durationsAreBroughtToOneUnit(text: String, isTrue: Bool) throws {
    #expect(try holds(text, ["time": .duration(1_500_000)]) == isTrue)
  }

  @Test(arguments: [
    "last.latency < 1s", "last.latency <= 1s", "last.latency > 1s", "last.latency >= 1s", "reads.stale-rate < 5%",
    "reads.stale-rate >= 0", "lag.p99 < 1s", "last.siblings > 0",
  ]) func whatHasNoValueYetIsNeitherMoreNorLess(text: String) throws {
    #expect(try !holds(text))
    #expect(try holds("not \(text)"))
  }

  @Test func noneIsEqualToNoneAndToNothingElse() throws {
    #expect(try holds("last.value == none"))
    #expect(try holds("last.value == \"none\""))
    #expect(try holds("last.latency == none"))
    #expect(try !holds("last.value != none"))
    #expect(try holds("last.value != milk"))
    #expect(try holds("last.value == milk", ["last.value": .text("milk")]))
    #expect(try holds("last.value == \"milk\"", ["last.value": .text("milk")]))
    #expect(try !holds("last.value == Milk", ["last.value": .text("milk")]))
  }

  @Test(arguments: [
    ("{eggs, milk}", "milk", true), ("{eggs, milk}", "mil", false), ("{eggs, milk}", "bread", false), ("{}", "", false),
    ("[a | b]", "a", true), ("[a | b]", "a | b", false), ("milkshake", "milk", true), ("milkshake", "shake!", false),
  ]) func containsMeansAnElementOrElseAPieceOfText(value: String, part: String, isTrue: Bool) throws {
    #expect(try holds("last.value contains \"\(part)\"", ["last.value": .text(value)]) == isTrue)
  }

  @Test func aFactCanBeComparedWithAFact() throws {
    let values: [String: FactValue] = [
      "reads.stale": .number(2), "reads.total": .number(5), "convergence.p50": .duration(7),
      "convergence.p99": .duration(9),
    ]
    #expect(try holds("reads.stale < reads.total", values))
    #expect(try holds("convergence.p50 < convergence.p99", values))
    #expect(try !holds("reads.stale == reads.total", values))
    guard case .comparison(_, .equal, .fact(.named("value", _))) = try condition("value(us1, a) == value(eu1, a)")
    else {
      Issue.record("not a fact on the right")
      return
    }
  }

  @Test(arguments: [
    "reads.total", "last.latency", "last.value", "reads.total == nan", "reads.total < inf", "reads.total > -inf",
    "reads.stale-rate < nan%", "time < 5", "time == soon", "converged > 3", "converged < true", "reads.total < 5s",
    "last.stale >= false", "time ==", "== 3", "reads.total = 3", "reads.total === 3", "(converged", "converged)", "()",
    "not", "converged and", "and converged", "converged or or settled", "\"converged\"", "value(us1)", "value(us1, a",
    "value us1 a == 1", "value(us1, a, b) == 1", "converged(us1)", "alive()", "alive(us-east-1)", "op() == 1",
    "op(0).id == 1",
    "op(1)", "op(1).nothing == 1", "op(1)id == 1", "op(99999999999999999999).id == 1", "holds(us1, 3)",
    "holds(us1, op)",
    "count(", "count(level)", "count(level=SOME) > 1", "count(client=nobody) > 1", "count(outcome=fine) > 1", "ever()",
    "ever(reads.total)", "reads.total contains 3)", "last.outcome == ok ok", "reads.total > 3 within 5s",
  ]) func otherConditionsAreRefused(text: String) {
    #expect(throws: LanguageError.self) { try condition(text) }
  }

  @Test func theNestingAndTheLengthOfConditionsHaveBounds() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "(", count: count) + "converged" + String(repeating: ")", count: count)
    }
    #expect(try condition(nested(50)) == condition("converged"))
    for deep in [
      nested(100_000), String(repeating: "not ", count: 100_000) + "converged", String(repeating: "(", count: 100_000),
      String(repeating: "ever(", count: 50_000) + "converged" + String(repeating: ")", count: 50_000),
      String(repeating: "converged and ", count: 50_000) + "converged",
      String(repeating: "converged or ", count: 50_000) + "converged",
      "time == " + String(repeating: "ever(time == ", count: 50_000) + "1s",
    ] {
      #expect(throws: LanguageError.self, "\(deep.prefix(20))…") { try condition(deep) }
    }
    #expect(try condition((1...200).map { "time > \($0)s" }.joined(separator: " and ")).facts.count == 200)
  }

  @Test func aRunUntilTakesItsBoundAfterTheCondition() throws {
    guard
      case .runUntil(let until, let bound, let text) = try CommandParser.parse(
        "run until reads.stale > 0 and  converged within 10s # soon", in: .standard)
    else {
      Issue.record("no run until")
      return
    }
    #expect(until == (try condition("reads.stale > 0 and converged")))
    #expect(bound == .seconds(10))
    #expect(text == "reads.stale > 0 and converged")
  }
}
