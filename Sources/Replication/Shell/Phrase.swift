import Kernel

/// What a message or a timer says: words, and between them what they are about, which whoever prints it names.
///
/// It is written as an interpolated string: `"asks \(replica) for \(key)"`.
public struct Phrase: ExpressibleByStringInterpolation, Sendable {
  /// A stretch of it.
  public enum Part: Hashable, Sendable {
    case text(String)
    case replica(ReplicaID)
    case operation(OperationID)
    case key(KeyID)
    case region(RegionID)
    /// A version with its key, such as `cart = milk`.
    case version(VersionID)
    /// The ballot of a transaction's round, with its key.
    case ballot(RoundID)
    /// What a round of a transaction proposes: a version, or nothing and its ballot.
    case proposal(RoundID)
  }

  /// Its parts in order.
  public let parts: [Part]

  /// Words alone.
  public init(stringLiteral text: String) { parts = [.text(text)] }
  /// Words, and what they are about.
  public init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

  /// Collects the parts.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Nothing so far.
    public init(literalCapacity: Int, interpolationCount: Int) {}
    /// Words.
    public mutating func appendLiteral(_ text: String) { if !text.isEmpty { parts.append(.text(text)) } }
    /// A replica.
    public mutating func appendInterpolation(_ replica: ReplicaID) { parts.append(.replica(replica)) }
    /// An operation.
    public mutating func appendInterpolation(_ operation: OperationID) { parts.append(.operation(operation)) }
    /// A key.
    public mutating func appendInterpolation(_ key: KeyID) { parts.append(.key(key)) }
    /// A region.
    public mutating func appendInterpolation(_ region: RegionID) { parts.append(.region(region)) }
    /// A version with its key.
    public mutating func appendInterpolation(_ version: VersionID) { parts.append(.version(version)) }
    /// A round's ballot.
    public mutating func appendInterpolation(ballotOf round: RoundID) { parts.append(.ballot(round)) }
    /// What a round proposes.
    public mutating func appendInterpolation(proposalOf round: RoundID) { parts.append(.proposal(round)) }
    /// A number.
    public mutating func appendInterpolation(_ number: Int) { parts.append(.text("\(number)")) }
  }
}
