/// A thing that is counted, in words: `1 event`, `2 events`.
public struct CountedNoun: Hashable, Sendable {
  private let one: String
  private let many: String

  /// A noun and its plural; with an `s` if unsaid.
  public init(_ one: String, _ many: String? = nil) {
    self.one = one
    self.many = many ?? one + "s"
  }

  /// Bytes.
  public static let bytes = CountedNoun("byte")
  /// Copies of a key.
  public static let copies = CountedNoun("copy", "copies")
  /// Answers of replicas.
  public static let answers = CountedNoun("answer")

  /// The number with the noun.
  public func text(_ number: some BinaryInteger) -> String { "\(number) \(form(number))" }

  /// The noun alone, as that many of it are called.
  public func form(_ number: some BinaryInteger) -> String { number == 1 ? one : many }
}
