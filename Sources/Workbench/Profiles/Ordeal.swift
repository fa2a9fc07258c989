import Kernel
import Language

/// What all profiles go through: the same load, and the same two regions cut off from each other meanwhile.
public struct Ordeal: Hashable, Sendable {
  /// Two regions that are cut off from each other, for how long.
  public struct Cut: Hashable, Sendable {
    /// The one.
    public let first: String
    /// The other.
    public let second: String
    /// For how long.
    public let span: TimeSpan

    /// A cut between those regions.
    public init(_ first: String, _ second: String, for span: TimeSpan) {
      (self.first, self.second, self.span) = (first, second, span)
    }

    /// The cut that a text such as `us-east-1 eu-west-1 for 30s` names; nil if it names none.
    public init?(_ text: String) {
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 4, words[2].lowercased() == "for", let span = Quantity.duration(words[3]), span > .zero,
        span <= .hours(1)
      else { return nil }
      self.init(words[0], words[1], for: span)
    }

    /// As it is written.
    public var text: String { "\(first) \(second) for \(Quantity.text(span))" }
  }

  /// When the cut falls: by then the load has been under way for a while.
  public static let calm = TimeSpan.seconds(10)
  /// How long is waited for replicas to agree once the cut is healed.
  public static let patience = TimeSpan.seconds(600)
  /// The load where none is named, but for its duration.
  private static let load = "200/s for"

  /// What follows on `load`, without a level.
  public let workload: String
  /// The cut.
  public let cut: Cut
  /// The seed.
  public let seed: UInt64

  /// An ordeal of those parts; the load lasts until the cut is healed unless it is given.
  public init(_ workload: String? = nil, cut: Cut = Cut("us-east-1", "eu-west-1", for: .seconds(30)), seed: UInt64 = 1)
  {
    self.workload =
      workload ?? "\(Self.load) \(Quantity.text(Self.calm + cut.span)) write 10% keys 1000"
    (self.cut, self.seed) = (cut, seed)
  }

  /// The profile's load: at the level at which it is asked, unless the workload has one.
  func load(of profile: Profile) -> String {
    let hasLevel = workload.split(separator: " ").contains { $0.lowercased() == "at" }
    return "load \(workload)\(hasLevel || profile.table.asked.isEmpty ? "" : " \(profile.table.asked)")"
  }

  /// When the cut begins, and when it is healed.
  public var cutRange: Range<Instant> { .start + Self.calm..<(.start + Self.calm + cut.span) }

  /// What comes before the cut is healed, as commands.
  func beginning(_ profile: Profile, isCut: Bool) -> [String] {
    ["profile \(profile.name)", load(of: profile), "run \(Quantity.text(Self.calm))"]
      + (isCut ? ["cut \(cut.first) \(cut.second)"] : ["# it has no such two regions: nothing to cut"])
  }
}
