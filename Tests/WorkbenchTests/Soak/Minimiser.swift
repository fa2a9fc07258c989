/// Makes a failing script as short and plain as it can be while it still fails.
///
/// Delta debugging (Zeller and Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, IEEE TSE 2002, `ddmin`) over
/// the lines, and then over pairs of them, since a crash and its restart may only go together; then each line is made
/// plainer, word by word. All is repeated until nothing helps any more, so that the result is 1-minimal: without any one
/// of its lines it no longer fails.
struct Minimiser {
  /// Whether a script fails in the way that is looked into; one that can't be carried out doesn't.
  let isFailing: ([String]) -> Bool
  /// How many scripts were tried.
  private(set) var tries = 0

  init(_ isFailing: @escaping ([String]) -> Bool) { self.isFailing = isFailing }

  /// The shortest script that it finds; `lines` must fail.
  mutating func minimal(_ lines: [String]) -> [String] {
    var lines = lines
    while true {
      let before = lines
      lines = withoutPairs(withFewerLines(lines))
      lines = withPlainerLines(lines)
      if lines == before { return lines }
    }
  }

  private mutating func fails(_ lines: [String]) -> Bool {
    tries += 1
    return isFailing(lines)
  }

  // MARK: Lines

  /// Drops stretches of lines, long ones first; 1-minimal at the end.
  private mutating func withFewerLines(_ lines: [String]) -> [String] {
    var lines = lines
    var size = max(1, lines.count / 2)
    while true {
      var hasChanged = false
      // From the end, since what comes late depends on what comes early.
      var end = lines.count
      while end > 0 {
        let start = max(0, end - size)
        let rest = Array(lines[..<start] + lines[end...])
        if fails(rest) {
          lines = rest
          hasChanged = true
        }
        end = start
      }
      if size == 1, !hasChanged { return lines }
      size = max(1, size / 2)
    }
  }

  /// Drops two lines at a time, wherever they stand.
  private mutating func withoutPairs(_ lines: [String]) -> [String] {
    var lines = lines
    var first = 0
    while first < lines.count {
      let second = (first + 1..<lines.count).first { second in
        var rest = lines
        rest.remove(at: second)
        rest.remove(at: first)
        return fails(rest)
      }
      if let second {
        lines.remove(at: second)
        lines.remove(at: first)
      } else {
        first += 1
      }
    }
    return lines
  }

  // MARK: Words

  private mutating func withPlainerLines(_ lines: [String]) -> [String] {
    var lines = lines
    for index in lines.indices {
      var choices = Self.plainer(lines[index])
      while let choice = choices.popLast() {
        var candidate = lines
        candidate[index] = choice
        guard fails(candidate) else { continue }
        lines = candidate
        choices = Self.plainer(choice)
      }
    }
    return lines
  }

  /// Lines that are plainer than this one, the plainest last: with fewer words, or with a plainer word. Each is shorter,
  /// or has a word that ranks lower, so that this can't go on for ever.
  static func plainer(_ line: String) -> [String] {
    let words = line.split(separator: " ").map(String.init)
    var result: [String] = []
    for (index, word) in words.enumerated() {
      for plain in plainer(word: word) {
        result.append((words[..<index] + [plain] + words[(index + 1)...]).joined(separator: " "))
      }
    }
    for count in 1...max(1, min(3, words.count - 1)) where words.count > 1 {
      for start in 0...(words.count - count) {
        result.append((words[..<start] + words[(start + count)...]).joined(separator: " "))
      }
    }
    return result
  }

  /// Words of one kind, the plainest first.
  private static let ranks: [[String]] = [
    ["ONE", "TWO", "THREE", "LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL", "ANY"],
    [
      "1s", "1ms", "10ms", "100ms", "10s", "1m", "200us", "7ms", "45ms", "130ms", "400ms", "1500ms", "2500ms", "4s",
      "12s",
    ],
    ["100%", "50%", "40%", "20%", "5%"],
    [
      "us1", "us2", "us3", "us4", "us5", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3", "us-east-1", "eu-west-1",
      "ap-south-1",
    ],
    [
      "us-east-1:2", "us-east-1:3", "us-east-1:5", "us-east-1:4", "eu-west-1:1", "eu-west-1:2", "eu-west-1:3",
      "ap-south-1:2", "ap-south-1:3",
    ],
    ["rf=2", "rf=3"], ["cut", "isolate", "partition", "hold", "crash", "pause"], ["write", "delete"],
    ["5", "4", "3", "2", "1"].reversed() + ["6", "7", "8", "9"],
  ]

  private static func plainer(word: String) -> [String] {
    guard let rank = ranks.first(where: { $0.contains(word) }), let place = rank.firstIndex(of: word) else { return [] }
    return rank[..<place].reversed()
  }
}
