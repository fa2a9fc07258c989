import Kernel
import Testing

@Suite struct NetworkTests {
  private let a = ReplicaID(0)
  private let b = ReplicaID(1)
  private let c = ReplicaID(2)

  private func network() -> Network {
    var network = Network(size: 3, randomness: Randomness(seed: 3))
    let everyone = ReplicaSet([a, b, c])
    network.setDelay(
      .fixed(.milliseconds(40)), for: MessageClass.allCases,
      on: Network.pairs(from: everyone, to: everyone, bothWays: true))
    return network
  }

  private func one(_ id: ReplicaID) -> ReplicaSet { ReplicaSet([id]) }

  @Test func aMessageArrivesAfterItsLinksDelay() {
    var network = network()
    #expect(network.send(a, b, .write) == .arrives(.milliseconds(40)))
  }

  @Test func aOneWayCutLosesWhatIsSentThatWayOnly() {
    var network = network()
    network.setCut(true, on: Network.pairs(from: one(a), to: one(b), bothWays: false))
    #expect(network.send(a, b, .write) == .cut)
    #expect(network.send(b, a, .ack) == .arrives(.milliseconds(40)))
    network.setCut(false, on: Network.pairs(from: one(a), to: one(b), bothWays: true))
    #expect(network.send(a, b, .write) == .arrives(.milliseconds(40)))
  }

  @Test func slowDownsOfALinkAndOfAReplicaAddUp() {
    var network = network()
    network.setSlowdown(.milliseconds(300), on: Network.pairs(from: one(a), to: one(b), bothWays: false))
    network.setLag(.milliseconds(50), of: one(b))
    #expect(network.send(a, b, .write) == .arrives(.milliseconds(390)))
    #expect(network.send(c, b, .write) == .arrives(.milliseconds(90)))
    #expect(network.send(b, a, .write) == .arrives(.milliseconds(40)))
    network.setLag(.zero, of: one(b))
    #expect(network.send(c, b, .write) == .arrives(.milliseconds(40)))
  }

  @Test func aHeldLinkKeepsItsMessages() {
    var network = network()
    network.setHeld(true, on: Network.pairs(from: one(a), to: one(c), bothWays: true))
    #expect(network.send(a, c, .write) == .held(.milliseconds(40)))
    network.setHeld(false, on: Network.pairs(from: one(a), to: one(c), bothWays: true))
    #expect(network.send(a, c, .write) == .arrives(.milliseconds(40)))
  }

  @Test func messageClassesCanHaveDelaysOfTheirOwn() {
    var network = network()
    network.setDelay(
      .fixed(.milliseconds(7)), for: [.write], on: Network.pairs(from: one(a), to: one(b), bothWays: true))
    #expect(network.send(a, b, .write) == .arrives(.milliseconds(7)))
    #expect(network.send(a, b, .ack) == .arrives(.milliseconds(40)))
    #expect(network.meanDelay(a, b) == (7 + 3 * 40) * 1_000_000 / 4)
  }

  @Test func lossAndDuplicationHappenAtTheirRates() {
    var network = network()
    let pairs = Network.pairs(from: one(a), to: one(b), bothWays: false)
    network.setLoss(Probability(millionths: 50_000), on: pairs)
    network.setDuplication(Probability(millionths: 20_000), on: pairs)
    var lost = 0
    var doubled = 0
    for _ in 0..<100_000 {
      switch network.send(a, b, .write) {
      case .lost: lost += 1
      case .arrivesTwice: doubled += 1
      default: break
      }
    }
    #expect(abs(lost - 5_000) < 300)
    #expect(abs(doubled - 1_900) < 200)
  }

  @Test func aFurtherMessageOnOneLinkDoesNotChangeTheWeatherOnAnother() {
    var network = network()
    let everyone = ReplicaSet([a, b, c])
    network.setDelay(
      .uniform(.milliseconds(1), .milliseconds(9)), for: MessageClass.allCases,
      on: Network.pairs(from: everyone, to: everyone, bothWays: true))
    var probed = network
    _ = probed.send(a, b, .request)
    #expect(network.send(a, c, .write) == probed.send(a, c, .write))
    #expect(network.send(b, a, .write) == probed.send(b, a, .write))
  }

  @Test func pairsLeaveOutAReplicaAndItselfAndNameNoPairTwice() {
    let both = ReplicaSet([a, b])
    let pairs = Network.pairs(from: both, to: both, bothWays: true)
    #expect(Set(pairs).count == pairs.count)
    #expect(pairs.count == 2)
  }
}
