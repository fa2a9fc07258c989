import Kernel
import TestSupport
import Testing

@Suite struct EventQueueTests {
  private func instant(_ microseconds: Int64) -> Instant { Instant(microseconds: microseconds) }

  @Test func eventsComeInTheOrderOfTheirInstants() {
    var queue = EventQueue<String>()
    queue.push("late", at: instant(90_000))
    queue.push("early", at: instant(500))
    queue.push("middle", at: instant(40_000))
    var order: [String] = []
    while let entry = queue.pop(notAfter: .end) { order.append(entry.payload) }
    #expect(order == ["early", "middle", "late"])
  }

  @Test func equalInstantsAreFirstInFirstOutAlsoAcrossLevelsOfTheWheel() {
    var queue = EventQueue<Int>()
    queue.push(1, at: instant(300_000))  // far away: a coarse level
    queue.push(0, at: instant(299_990))
    queue.push(2, at: instant(300_000))
    #expect(queue.pop(notAfter: .end)?.payload == 0)
    queue.push(3, at: instant(300_000))  // near by now: the finest level
    #expect(queue.pop(notAfter: .end)?.payload == 1)
    queue.push(4, at: instant(300_000))  // at the very instant that is being played
    #expect(queue.pop(notAfter: .end)?.payload == 2)
    #expect(queue.pop(notAfter: .end)?.payload == 3)
    #expect(queue.pop(notAfter: .end)?.payload == 4)
    #expect(queue.pop(notAfter: .end) == nil)
  }

  @Test func nothingComesBeforeItsTime() {
    var queue = EventQueue<Int>()
    queue.push(7, at: instant(1_000))
    #expect(queue.pop(notAfter: instant(999)) == nil)
    #expect(queue.firstInstant == instant(1_000))
    queue.push(6, at: instant(999))
    #expect(queue.pop(notAfter: instant(1_000))?.payload == 6)
    #expect(queue.pop(notAfter: instant(1_000))?.payload == 7)
  }

  @Test func anEventCanBePushedBeforeOneThatWasLookedAtAndPassedOver() {
    var queue = EventQueue<Int>()
    queue.push(9, at: instant(2_000_000))
    #expect(queue.pop(notAfter: .end)?.payload == 9)  // a stale timer: time itself didn't move
    queue.push(1, at: instant(10))
    #expect(queue.pop(notAfter: .end)?.payload == 1)
  }

  @Test func extractedEventsKeepTheirOrderAndNumbersAndTheRestGoesOn() {
    var queue = EventQueue<Int>()
    let numbers = (0..<10).map { queue.push($0, at: instant(Int64($0 % 3) * 1_000)) }
    let even = queue.extract { $0 % 2 == 0 }
    #expect(even.map(\.payload) == [0, 6, 4, 2, 8])
    #expect(even.map(\.number) == [0, 6, 4, 2, 8].map { numbers[$0] })
    #expect(queue.entries.map(\.payload) == [3, 9, 1, 7, 5])
    #expect(queue.count == 5)
  }

  /// Against a sorted list that does the same the slow way.
  @Test(arguments: 1...12) func behavesLikeASortedList(seed: Int) {
    var dice = Dice(seed: seed)
    var queue = EventQueue<Int>()
    var model: [(at: Int64, order: Int)] = []
    var now: Int64 = 0
    for order in 0..<1_500 {
      if dice.roll(below: 5) < 3 {
        let scale = dice.pick([3, 60, 5_000, 300_000, 40_000_000, 10_000_000_000_000])
        let at = now + dice.roll(below: Int64(scale))
        queue.push(order, at: instant(at))
        model.append((at, order))
      } else {
        let limit = now + dice.roll(below: 200_000)
        let expected = model.enumerated().min { ($0.element.at, $0.element.order) < ($1.element.at, $1.element.order) }
        #expect(queue.firstInstant?.microseconds == expected?.element.at, "seed \(seed)")
        let entry = queue.pop(notAfter: instant(limit))
        if let expected, expected.element.at <= limit {
          #expect(entry?.payload == expected.element.order, "seed \(seed)")
          now = expected.element.at
          model.remove(at: expected.offset)
        } else {
          #expect(entry == nil, "seed \(seed)")
          now = limit
        }
      }
      #expect(queue.count == model.count, "seed \(seed)")
    }
    #expect(queue.entries.map(\.payload) == model.sorted { ($0.at, $0.order) < ($1.at, $1.order) }.map(\.order))
  }

  @Test func aCopySharesNoFate() {
    var queue = EventQueue<Int>()
    queue.push(1, at: instant(10))
    var copy = queue
    copy.push(2, at: instant(5))
    #expect(queue.pop(notAfter: .end)?.payload == 1)
    #expect(copy.pop(notAfter: .end)?.payload == 2)
    #expect(copy.pop(notAfter: .end)?.payload == 1)
  }
}
