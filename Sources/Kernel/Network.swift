/// What a message is, as far as the network can tell them apart.
public enum MessageClass: UInt8, CaseIterable, Sendable {
  /// A version on its way to a replica: a write, a replayed hint, a read repair.
  case write
  /// The acknowledgement of one.
  case ack
  /// A read's question.
  case request
  /// The answer to it.
  case response
}

/// What the network does with one message.
public enum Fate: Hashable, Sendable {
  /// It arrives after that span.
  case arrives(TimeSpan)
  /// It arrives twice.
  case arrivesTwice(TimeSpan, TimeSpan)
  /// It waits on its link until the link is released, and then takes that span.
  case held(TimeSpan)
  /// The link is cut: it is gone.
  case cut
  /// It was lost on the way.
  case lost
}

/// One direction between two replicas.
public struct Link: Sendable {
  /// Which distribution each message class draws its delay from, by position in the network's list.
  var delays: (UInt16, UInt16, UInt16, UInt16) = (0, 0, 0, 0)
  /// Whether what is sent is gone.
  public internal(set) var isCut = false
  /// Whether messages wait on it.
  public internal(set) var isHeld = false
  /// What a slow-down of the link adds to every delay.
  public internal(set) var slowdown = TimeSpan.zero
  /// How likely a message is lost.
  public internal(set) var loss = Probability.zero
  /// How likely a message arrives twice.
  public internal(set) var duplication = Probability.zero
  /// The least delay of every message in microseconds while no fault is on and it is fixed or uniform; otherwise −1.
  @usableFromInline var plainDelay: Int64 = 0
  /// How many delays from the least on are equally likely; 1 if it is fixed.
  @usableFromInline var plainWidth: UInt64 = 1

  /// Whether anything is wrong with it.
  var isFaulty: Bool { isCut || isHeld || slowdown != .zero || loss != .zero || duplication != .zero }

  func delay(_ kind: MessageClass) -> Int {
    switch kind {
    case .write: Int(delays.0)
    case .ack: Int(delays.1)
    case .request: Int(delays.2)
    case .response: Int(delays.3)
    }
  }

  mutating func setDelay(_ index: UInt16, for kind: MessageClass) {
    switch kind {
    case .write: delays.0 = index
    case .ack: delays.1 = index
    case .request: delays.2 = index
    case .response: delays.3 = index
    }
  }
}

/// The links between all replicas, each way, and the fate of what is sent over them.
///
/// The network knows endpoints and message classes, nothing of what the messages carry. A cut loses what is sent while
/// it lasts; the cluster also takes out what was in flight across it when it fell, as a broken cable would.
public struct Network: Sendable {
  /// How many replicas it joins.
  public let size: Int
  @usableFromInline var links: ContiguousArray<Link>
  /// How many messages each link has drawn for; the number of the next draw.
  @usableFromInline var drawn: ContiguousArray<UInt32>
  /// Where each link's draws of delays begin.
  @usableFromInline private(set) var starts: ContiguousArray<UInt64>
  private var distributions: [Delay] = [.none]
  /// How many directed links are cut, held, slow, lossy or duplicating.
  public private(set) var faultyLinks = 0
  /// How much later each replica gets whatever is sent to it (a grey failure of the replica itself).
  public private(set) var lag: [TimeSpan]
  @usableFromInline private(set) var randomness: Randomness

  /// A network whose links have no delay yet.
  public init(size: Int, randomness: Randomness) {
    self.size = size
    self.randomness = randomness
    links = ContiguousArray(repeating: Link(), count: size * size)
    drawn = ContiguousArray(repeating: 0, count: size * size)
    starts = ContiguousArray((0..<size * size).map { randomness.start(.delay, UInt64($0)) })
    lag = Array(repeating: .zero, count: size)
  }

  /// The same links under other randomness, without any faults.
  public func renewed(randomness: Randomness) -> Network {
    var fresh = Network(size: size, randomness: randomness)
    fresh.distributions = distributions
    for index in links.indices {
      fresh.links[index].delays = links[index].delays
      fresh.updatePlainDelay(index)
    }
    return fresh
  }

  /// Draws from other randomness from now on; what was drawn before stays as it is.
  public mutating func redraw(from randomness: Randomness) {
    self.randomness = randomness
    starts = ContiguousArray((0..<size * size).map { randomness.start(.delay, UInt64($0)) })
  }

  /// The state of one link.
  public func link(_ from: ReplicaID, _ to: ReplicaID) -> Link { links[from.index * size + to.index] }

  /// Whether what one sends to the other is gone.
  @inlinable public func isCut(_ from: ReplicaID, _ to: ReplicaID) -> Bool {
    links[from.index * size + to.index].isCut
  }

  /// The delay distribution of one class of messages on a link, slow-downs left aside.
  public func delay(_ from: ReplicaID, _ to: ReplicaID, _ kind: MessageClass) -> Delay {
    distributions[link(from, to).delay(kind)]
  }

  /// The mean delay of a link in nanoseconds over its classes, slow-downs left aside: what "near" means.
  public func meanDelay(_ from: ReplicaID, _ to: ReplicaID) -> Int64 {
    MessageClass.allCases.reduce(0) { $0 + delay(from, to, $1).meanNanoseconds / 4 }
  }

  /// How many microseconds a message takes that is sent now, where no fault is on and delays are fixed or uniform; −1
  /// elsewhere, where ``send(_:_:_:)`` decides.
  @inline(__always) @inlinable public mutating func plainSpan(_ from: ReplicaID, _ to: ReplicaID) -> Int64 {
    let index = from.index &* size &+ to.index
    let (least, width) = (links[index].plainDelay, links[index].plainWidth)
    guard least >= 0, width > 1 else { return least }
    let number = drawn[index]
    drawn[index] = number &+ 1
    let word = Randomness.output(start: starts[index], number: 2 &* UInt64(number))
    return least &+ Int64(bitPattern: word.multipliedFullWidth(by: width).high)
  }

  /// Decides what happens to a message that is sent now.
  public mutating func send(_ from: ReplicaID, _ to: ReplicaID, _ kind: MessageClass) -> Fate {
    let span = plainSpan(from, to)
    return span >= 0 ? .arrives(TimeSpan(microseconds: span)) : drawFate(from, to, kind, ignoringCut: false)
  }

  /// The same for a client's message, which shares the delays of a link but finds other ways around its cut.
  public mutating func sendIgnoringCut(_ from: ReplicaID, _ to: ReplicaID, _ kind: MessageClass) -> Fate {
    drawFate(from, to, kind, ignoringCut: true)
  }

  @usableFromInline mutating func drawFate(
    _ from: ReplicaID, _ to: ReplicaID, _ kind: MessageClass, ignoringCut: Bool
  ) -> Fate {
    let index = from.index * size + to.index
    let link = links[index]
    let number = UInt64(drawn[index])
    drawn[index] &+= 1
    if link.isCut, !ignoringCut { return .cut }
    let owner = UInt64(index)
    if link.loss != .zero, randomness.draw(.loss, owner: owner, number: number).happens(link.loss) { return .lost }
    let span = self.span(link, to, kind, .delay, owner: owner, number: number)
    if link.isHeld { return .held(span) }
    if link.duplication != .zero,
      randomness.draw(.duplication, owner: owner, number: number).happens(link.duplication)
    {
      return .arrivesTwice(span, self.span(link, to, kind, .duplicateDelay, owner: owner, number: number))
    }
    return .arrives(span)
  }

  private func span(
    _ link: Link, _ to: ReplicaID, _ kind: MessageClass, _ stream: Randomness.Stream, owner: UInt64, number: UInt64
  ) -> TimeSpan {
    let delay = distributions[link.delay(kind)]
    let drawn = delay.constant ?? delay.sample(randomness.draw(stream, owner: owner, number: number))
    return drawn + link.slowdown + lag[to.index]
  }
}

extension Network {
  /// A directed pair of different replicas.
  public struct Pair: Hashable, Sendable {
    /// The sender.
    public let from: ReplicaID
    /// The receiver.
    public let to: ReplicaID

    /// The pair of those two.
    public init(from: ReplicaID, to: ReplicaID) {
      self.from = from
      self.to = to
    }
  }

  /// The directed pairs from one group of replicas to another; with `bothWays`, also back.
  public static func pairs(from: ReplicaSet, to: ReplicaSet, bothWays: Bool) -> [Pair] {
    var result: [Pair] = []
    for sender in from {
      for receiver in to where receiver != sender {
        result.append(Pair(from: sender, to: receiver))
        if bothWays, !(from.contains(receiver) && to.contains(sender)) {
          result.append(Pair(from: receiver, to: sender))
        }
      }
    }
    return result
  }

  /// Gives links a delay, for some classes of messages.
  public mutating func setDelay(_ delay: Delay, for kinds: [MessageClass], on pairs: [Pair]) {
    let index = distributions.firstIndex(of: delay) ?? distributions.count
    if index == distributions.count { distributions.append(delay) }
    change(pairs) { link in kinds.forEach { link.setDelay(UInt16(index), for: $0) } }
  }

  /// Cuts links, or joins them again.
  public mutating func setCut(_ isCut: Bool, on pairs: [Pair]) { change(pairs) { $0.isCut = isCut } }

  /// Makes messages wait on links, or lets them go on.
  public mutating func setHeld(_ isHeld: Bool, on pairs: [Pair]) { change(pairs) { $0.isHeld = isHeld } }

  /// Makes links slower by that span; zero ends it.
  public mutating func setSlowdown(_ span: TimeSpan, on pairs: [Pair]) { change(pairs) { $0.slowdown = span } }

  /// Makes links lose messages with that probability.
  public mutating func setLoss(_ loss: Probability, on pairs: [Pair]) { change(pairs) { $0.loss = loss } }

  /// Makes links deliver messages twice with that probability.
  public mutating func setDuplication(_ probability: Probability, on pairs: [Pair]) {
    change(pairs) { $0.duplication = probability }
  }

  /// Makes replicas get everything later by that span; zero ends it.
  public mutating func setLag(_ span: TimeSpan, of replicas: ReplicaSet) {
    for replica in replicas { lag[replica.index] = span }
    for index in links.indices { updatePlainDelay(index) }
  }

  private mutating func change(_ pairs: [Pair], _ body: (inout Link) -> Void) {
    for pair in pairs {
      let index = pair.from.index * size + pair.to.index
      let before = links[index].isFaulty
      body(&links[index])
      faultyLinks += (links[index].isFaulty ? 1 : 0) - (before ? 1 : 0)
      updatePlainDelay(index)
    }
  }

  private mutating func updatePlainDelay(_ index: Int) {
    let link = links[index]
    let isFaultless = !link.isCut && !link.isHeld && link.loss == .zero && link.duplication == .zero
    let isSame = MessageClass.allCases.allSatisfy { link.delay($0) == link.delay(.write) }
    let extra = link.slowdown.microseconds + lag[index % size].microseconds
    links[index].plainDelay = -1
    links[index].plainWidth = 1
    guard isFaultless, isSame else { return }
    switch distributions[link.delay(.write)] {
    case .fixed(let span):
      links[index].plainDelay = span.microseconds + extra
    case .uniform(let low, let high):
      links[index].plainDelay = low.microseconds + extra
      links[index].plainWidth = UInt64(high.microseconds - low.microseconds + 1)
    case .normal, .exponential, .pareto, .mixture, .empirical:
      break
    }
  }
}
