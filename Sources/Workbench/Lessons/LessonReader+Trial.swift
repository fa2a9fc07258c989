import Language

extension LessonReader {
  /// What a `trial` block holds: `seeds:`, `share:`, commands behind `run:`, and conditions behind `- `.
  mutating func trial(in block: Block) throws -> LessonTrial {
    var (seeds, share) = (LessonTrial.standardSeeds, 1_000_000)
    var played: [SourceLine] = []
    var clauses: [LessonClause] = []
    let before = names
    defer { names = before }
    for (offset, text) in block.lines.enumerated() {
      let line = block.start + offset + 1
      if text.hasPrefix("seeds:") {
        guard let count = Int(text.dropFirst(6).trimmedBlanks), (1...LessonTrial.mostSeeds).contains(count) else {
          throw error("`seeds` is a whole number from 1 to \(LessonTrial.mostSeeds)", line: line)
        }
        seeds = count
      } else if text.hasPrefix("share:") {
        let word = text.dropFirst(6).trimmedBlanks
        let millionths = word.hasSuffix("%") ? Quantity.scaled(String(word.dropLast()), by: 10_000) : nil
        guard let millionths, (1...1_000_000).contains(millionths) else {
          throw error("`share` is a percentage above 0% and up to 100%, such as `share: 95%`", line: line)
        }
        share = Int(millionths)
      } else if text.hasPrefix("run: ") {
        let source = SourceLine(file: file, number: line + 1, text: String(text.dropFirst(5)))
        guard let command = try parse(source) else { continue }
        guard command != .trial else { throw error("a trial can't ask for itself", line: line) }
        names.follow(command)
        played.append(source)
      } else if text.hasPrefix("- ") {
        let (words, condition, rest) = try condition(in: String(text.dropFirst(2)), at: line)
        clauses.append(LessonClause(words: words, condition: condition, text: rest))
      } else if !text.trimmedBlanks.isEmpty {
        throw error("a trial has lines with `seeds:`, `share:`, `run:` and `- words :: CONDITION`", line: line)
      }
    }
    guard !played.isEmpty else { throw error("this trial plays nothing: it needs a `run:` line", line: block.start) }
    guard !clauses.isEmpty else {
      throw error("this trial judges nothing: it needs a line `- words :: CONDITION`", line: block.start)
    }
    return LessonTrial(seeds: seeds, share: share, lines: played, clauses: clauses)
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmedBlanks: String { String(self).trimmedBlanks }
}
