import Kernel
import Replication
import TestSupport
import Testing

@testable import Language
@testable import Workbench

/// What is put together as text reads back as the same command, whatever its keys and values are.
@Suite struct CommandTextTests {
  private static let nasty = [
    "cart", "two words", "a\"b", "\\", "\\n", "a\\\"b", "#no comment", "", "at", "via us1", "line\nbreak", "\r\n",
    "tab\t",
    "us1", "us-east-1", "naïve", "購物車", "🛒", "->", "'", "$(x)", "if absent", "{a, b}", "50%", "-1",
  ]

  @Test(arguments: 1...200) func anOperationReadsBackAsItself(seed: Int) throws {
    var dice = Dice(seed: seed)
    var session = try play("client alice in eu-west-1").session
    var plan = OperationPlan(
      kind: dice.pick([.read, .write, .delete]), key: word(&dice), level: .quorum,
      client: ClientID(dice.roll(0...3)), coordinator: dice.chance(50) ? ReplicaID(dice.roll(0...8)) : nil)
    if plan.kind == .write {
      plan.value = word(&dice)
      if dice.chance(30) { plan.lifetime = .milliseconds(Int64(dice.roll(1...5_000))) }
      if dice.chance(30) {
        plan.condition = dice.chance(50) ? .absent : .equals(word(&dice))
        plan.level = dice.pick([.serial, .localSerial])
      }
    }
    if plan.kind != .read, plan.condition == nil, dice.chance(30) { plan.timestamp = Int64(dice.roll(-999...999)) }
    if plan.kind != .read, plan.condition == nil, dice.chance(30) { plan.context = .blind }
    let text = CommandText(session.cluster).text(of: plan)
    let read = try CommandParser.parse(text, in: session.names(isPrompt: true))
    #expect(read == .operate(plan, isAsync: false), "seed \(seed): \(text)")
    #expect(!text.contains("\n"), "it is one line")
    _ = try? session.execute(.prompt(text), isPrompt: true) { _ in }
  }

  private func word(_ dice: inout Dice) -> String {
    dice.pick(Self.nasty) + (dice.chance(50) ? dice.pick(Self.nasty) : "")
  }

  @Test(arguments: nasty.filter { !$0.isEmpty }) func whatWouldStillBeAvailableIsTheSameForEveryKey(key: String) throws
  {
    let word = CommandText.quoted(key)
    let lines = try play("write \(word) x at ALL\nwhatif cut us-east-1 eu-west-1").shown
    let plain = try play("write cart x at ALL\nwhatif cut us-east-1 eu-west-1").shown
    #expect(lines == plain)
    #expect(lines.last?.hasPrefix("0 of") == false)
  }

  @Test func aKeyWithATypeIsTriedWithAnUpdateThatItHas() throws {
    let lines = try play("type likes counter\nincrement likes at ALL\nwhatif cut us-east-1 eu-west-1").shown
    #expect(lines.last?.hasPrefix("0 of") == false && lines.contains { $0.hasPrefix("ONE") && !$0.contains("?") })
  }
}
