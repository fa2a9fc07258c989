import Insight
import Kernel
import Language

/// What a prediction is asked about in words, as the command line gives them.
public struct PredictionRequest: Sendable {
  /// How many copies there are.
  public var n = 3
  /// How many answers a read waits for.
  public var r = 1
  /// How many acknowledgements a write waits for.
  public var w = 1
  /// The name of a published fit, for the legs that aren't stated.
  public var fit: String?
  /// The distribution of the write's way to a copy, as `link` takes it.
  public var write: String?
  /// That of its acknowledgement.
  public var ack: String?
  /// That of the read's request.
  public var request: String?
  /// That of its response.
  public var response: String?
  /// How much longer each message to or from a copy takes that isn't local to the coordinator.
  public var far: String?
  /// How many trials are made.
  public var trials = Prediction.standardTrials
  /// What the trials are drawn from.
  public var seed: UInt64 = 1

  /// Three copies, and one answer to a write or a read.
  public init() {}

  /// Why something can't be predicted, in words.
  public struct Refusal: Error, Hashable, Sendable {
    /// What is wrong, and what would be right.
    public let sentence: String
  }

  /// The quorum that it is about.
  ///
  /// - Throws: a ``Refusal`` of what makes no sense.
  public func quorum() throws -> PartialQuorum {
    try Self.check("--n", n, PartialQuorum.copies)
    try Self.check("--r", r, 1...n, because: "of \(n) copies")
    try Self.check("--w", w, 1...n, because: "of \(n) copies")
    try Self.check("--trials", trials, Prediction.trialRange)
    if r + w <= n {
      try Self.check(
        "--trials", trials, 1_000...(Prediction.mostAnswers / r),
        because: "whose reads use \(CountedNoun.answers.text(r)) each")
    }
    return PartialQuorum(n: n, r: r, w: w, legs: try legs(), far: try distance())
  }

  private static func check(
    _ option: String, _ value: Int, _ range: ClosedRange<Int>, because reason: String = ""
  ) throws {
    guard !range.contains(value) else { return }
    let bounds = "from \(range.lowerBound) to \(range.upperBound)"
    throw Refusal(sentence: "\(option) \(value) is out of range: \(bounds)\(reason.isEmpty ? "" : " \(reason)")")
  }

  private func legs() throws -> PartialQuorum.Legs {
    var published: PartialQuorum.Legs?
    if let fit {
      guard let known = PublishedFit(rawValue: fit.lowercased()) else {
        let names = PublishedFit.allCases.map(\.rawValue)
        let nearest = NearestWord.to(fit, among: names).map { "; did you mean \($0)?" } ?? ""
        throw Refusal(
          sentence: "there is no fit `\(Printable.escaped(fit))`; there are \(names.joined(separator: ", "))\(nearest)")
      }
      published = PartialQuorum.Legs(known)
    }
    let options = [("--write", write), ("--ack", ack), ("--request", request), ("--response", response)]
    let missing = options.filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty || published != nil else {
      throw Refusal(
        sentence: "how long messages take is missing: state \(missing.joined(separator: ", ")), or a published --fit")
    }
    func delay(_ index: Int, _ standard: Delay?) throws -> Delay {
      let (option, text) = options[index]
      guard let text else { return standard ?? .none }
      return try Self.read(text, of: option) { try $0.distribution() }
    }
    return PartialQuorum.Legs(
      write: try delay(0, published?.write), ack: try delay(1, published?.ack),
      request: try delay(2, published?.request), response: try delay(3, published?.response))
  }

  private func distance() throws -> TimeSpan? {
    guard let far else { return nil }
    let span = try Self.read(far, of: "--far") { try $0.duration() }
    guard span <= Delay.longestParameter else {
      throw Refusal(sentence: "--far is from 0ms to \(Quantity.text(Delay.longestParameter))")
    }
    return span
  }

  /// Reads an option's text as the command language would.
  private static func read<Value>(
    _ text: String, of option: String, _ read: (inout CommandReader) throws -> Value
  ) throws -> Value {
    do {
      var reader = CommandReader(text, context: .standard)
      let value = try read(&reader)
      try reader.end()
      return value
    } catch let error as LanguageError {
      let diagnostic = Diagnostic(error, in: SourceLine(file: option, number: 1, text: text))
      let choice = diagnostic.choice.map { "; \($0)" } ?? ""
      let hint = diagnostic.suggestion.map { "\n  did you mean \($0)?" } ?? ""
      throw Refusal(
        sentence:
          "\(option): \(diagnostic.message)\(choice)\n  \(Printable.escaped(text))\n  \(diagnostic.caret)\(hint)")
    }
  }

  /// What the delays are, in words for a title.
  var origin: String {
    let stated = [("write", write), ("ack", ack), ("request", request), ("response", response)].filter { $0.1 != nil }
    var words = fit.map { [$0.lowercased()] } ?? []
    if !stated.isEmpty { words.append("\(fit == nil ? "stated" : "with stated") delays") }
    if let far { words.append("\(Printable.escaped(far)) to distant copies") }
    return words.joined(separator: ", ")
  }
}
