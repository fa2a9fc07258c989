import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// Faults that meet on one target are counted, and add up.
@Suite struct FaultLedgerTests {
  private func ledger() -> FaultLedger {
    FaultLedger(Session(seed: 1).cluster.topology, openGateway: "set throttle off")
  }

  private func action(_ text: String) throws -> Action {
    let text = ExperimentByHand.text([text])
    return try ExperimentReader.read(text, file: "a.yaml").scenarios[0].actions[0]
  }

  private func begin(_ id: Int, _ text: String, _ ledger: inout FaultLedger) throws -> [String] {
    let action = try action(text)
    return ledger.begin(id, action, at: action.targets)
  }

  @Test func theLastHealHeals() throws {
    var ledger = ledger()
    let begun1 = try begin(1, "{type: network_partition, targets: [\"us-east-1 <-> eu-west-1\"]}", &ledger)
    #expect(begun1 == ["cut us-east-1 eu-west-1"])
    let begun2 = try begin(2, "{type: network_partition, targets: [\"us1 -> eu1\"]}", &ledger)
    #expect(begun2 == [])
    let healed = ledger.end(1)
    #expect(healed.count == 17 && !healed.contains("heal us1 -> eu1") && healed.contains("heal eu1 -> us1"))
    #expect(ledger.end(2) == ["heal us1 -> eu1"])
    #expect(ledger.isIdle)
    #expect(ledger.end(2) == [])
  }

  @Test func twoOfAKindOnOnePlaceAreOneUntilBothEnd() throws {
    var ledger = ledger()
    let begun3 = try begin(1, "{type: node_crash, targets: [us-east-1]}", &ledger)
    #expect(begun3 == ["crash us-east-1"])
    let begun4 = try begin(2, "{type: region_outage, targets: [us-east-1]}", &ledger)
    #expect(begun4 == [])
    #expect(ledger.end(1) == [])
    #expect(ledger.end(2) == ["restart us-east-1"])
  }

  @Test func slowDownsAndClocksAddUp() throws {
    var ledger = ledger()
    _ = try begin(1, "{type: latency_injection, latency: 100ms, targets: [\"us-east-1 <-> eu-west-1\"]}", &ledger)
    let begun5 = try begin(
      2, "{type: latency_injection, latency: 50ms, targets: [\"us-east-1 <-> eu-west-1\"]}", &ledger)
    #expect(begun5 == ["slow us-east-1 eu-west-1 by 150ms"])
    #expect(ledger.end(1) == ["slow us-east-1 eu-west-1 by 50ms"])
    #expect(ledger.end(2) == ["slow us-east-1 eu-west-1 by 0ms"])
    _ = try begin(3, "{type: clock_skew, skew: 2s, targets: [us1]}", &ledger)
    let begun6 = try begin(4, "{type: clock_skew, skew: -500ms, targets: [us1]}", &ledger)
    #expect(begun6 == ["skew us1 by 1.5s"])
    #expect(ledger.end(3) == ["skew us1 by -500ms"])
    #expect(ledger.end(4) == ["skew us1 by 0ms"])
  }

  @Test func lossesSpareTogetherWhatEachSpares() throws {
    var ledger = ledger()
    _ = try begin(1, "{type: packet_loss, loss: 50%, targets: [\"us1 -> eu1\"]}", &ledger)
    let begun7 = try begin(2, "{type: packet_loss, loss: 20%, targets: [\"us1 -> eu1\"]}", &ledger)
    #expect(begun7 == ["lose 60% us1 -> eu1"])
  }

  @Test func theTightestGatewayHolds() throws {
    var ledger = ledger()
    let begun8 = try begin(1, "{type: throttle, rate: 100}", &ledger)
    #expect(begun8 == ["set throttle 100/s"])
    let begun9 = try begin(2, "{type: throttle, rate: 500}", &ledger)
    #expect(begun9 == ["set throttle 100/s"])
    #expect(ledger.end(1) == ["set throttle 500/s"])
    #expect(ledger.end(2) == ["set throttle off"])
  }

  @Test func aPlaceIsHealedAloneWhereAnotherCutStands() throws {
    var ledger = ledger()
    _ = try begin(1, "{type: network_partition, targets: [eu-west-1]}", &ledger)
    _ = try begin(2, "{type: network_partition, targets: [\"eu1 <-> eu2\"]}", &ledger)
    let healed = ledger.end(1)
    #expect(healed.count == 36 && !healed.contains { $0.contains("eu1 -> eu2") })
  }
}
