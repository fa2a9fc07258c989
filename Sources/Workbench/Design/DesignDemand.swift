import Analysis
import Insight
import Kernel
import Language
import Replication

/// What is asked of a design.
public struct DesignDemand: Hashable, Sendable {
  /// What it has to live on without.
  public enum Loss: String, CaseIterable, Sendable {
    /// Nothing is lost.
    case none
    /// A replica of any region, for good.
    case replica
    /// Any region, with all of its disks.
    case region
  }

  /// How long 99 of 100 operations take at most, at their clients.
  public var p99: TimeSpan?
  /// The share of answered reads that may be stale, from 0 to 1.
  public var stale: Double?
  /// After what loss it has to go on.
  public var survives: Loss
  /// What it may cost a month without people, in dollars.
  public var price: Double?

  /// What share of operations is answered after a loss where one is asked for.
  public static let leastAvailability = 0.99

  /// Demands; those that are nil ask for nothing.
  public init(p99: TimeSpan? = nil, stale: Double? = nil, survives: Loss = .region, price: Double? = nil) {
    (self.p99, self.stale, self.survives, self.price) = (p99, stale, survives, price)
  }

  /// One of the things that are asked.
  public enum Kind: String, CaseIterable, Sendable {
    case price, p99, stale, availability

    /// What it is, in words.
    var words: String {
      switch self {
      case .price: "a month"
      case .p99: "for 99 of 100 operations"
      case .stale: "of reads stale"
      case .availability: "of operations answered after the loss"
      }
    }

    /// A value of it in words.
    func text(_ value: Double) -> String {
      switch self {
      case .price: Quantity.dollars(value)
      case .p99: value.isFinite ? Quantity.figure(TimeSpan(microseconds: Int64(value))) : "no answer at all"
      case .stale, .availability: Quantity.figure(share: value)
      }
    }
  }

  /// How much of something it asks for at most (at least, of availability); nil if it doesn't ask.
  func limit(_ kind: Kind) -> Double? {
    switch kind {
    case .price: price
    case .p99: p99.map { Double($0.microseconds) }
    case .stale: stale
    case .availability: survives == .none ? nil : Self.leastAvailability
    }
  }

  /// By how much figures miss a demand, as a share of it; 0 where they meet it or it isn't asked.
  func excess(_ kind: Kind, of figures: DesignFigures) -> Double {
    guard let limit = limit(kind), let value = figures.value(kind) else { return 0 }
    let over = kind == .availability ? limit - value : value - limit
    return over <= 0 ? 0 : limit == 0 ? over : over / limit
  }

  /// Whether figures, as far as they are known, meet all that is asked.
  func isMet(by figures: DesignFigures) -> Bool { Kind.allCases.allSatisfy { excess($0, of: figures) == 0 } }
}

/// What a design comes to.
public struct DesignFigures: Hashable, Sendable {
  /// Dollars a month, without people.
  public let price: Double
  /// How long 99 of 100 operations took no longer than, in microseconds; infinite where none was answered.
  public let p99: Double
  /// The share of answered reads that were stale; 0 where there were none.
  public let stale: Double
  /// The share of operations that were answered after the worst loss, once it had been noticed; nil: nothing was lost, or nobody
  /// looked.
  public internal(set) var availability: Double?
  /// What was lost then, such as `us-east-1`.
  public internal(set) var worst: String?
  /// How many acknowledged writes of before were gone with the worst of them.
  public internal(set) var lost: Int?
  /// How many reads were answered: of fewer than three for each stale one that is allowed, none says little.
  public internal(set) var reads = 0

  func value(_ kind: DesignDemand.Kind) -> Double? {
    switch kind {
    case .price: price
    case .p99: p99
    case .stale: stale
    case .availability: availability
    }
  }

  /// Whether these are no worse in anything than others, and better in something.
  func dominates(_ others: DesignFigures) -> Bool {
    let pairs = DesignDemand.Kind.allCases.map { kind -> (Double, Double) in
      let (own, other) = (value(kind) ?? 0, others.value(kind) ?? 0)
      return kind == .availability ? (-own, -other) : (own, other)
    }
    return pairs.allSatisfy { $0.0 <= $0.1 } && pairs.contains { $0.0 < $0.1 }
  }

  /// Whether nothing that counts tells them from others.
  func equals(_ others: DesignFigures) -> Bool {
    DesignDemand.Kind.allCases.allSatisfy { value($0) == others.value($0) }
  }
}
