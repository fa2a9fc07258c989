import Analysis
import Kernel
import Language

/// A design task: a scene, a sealed course of loads and faults, and what has to come true in it under seeds that nobody sees.
public struct ExamTask: Hashable, Sendable {
  /// Something that has to be so at the end.
  public struct Demand: Hashable, Sendable {
    /// In words.
    public let words: String
    /// As a condition, such as `expect` takes.
    public let condition: String
  }

  /// What can be decided besides commands.
  public enum Level: String, CaseIterable, Hashable, Sendable {
    case writes, reads
  }

  /// In how many of a hundred seeds all demands have to hold.
  public static let share = 95
  /// How many lines an answer has at most.
  public static let longest = 12

  /// What kind of task it is.
  public let kind: ExamTaskKind
  /// What it is about.
  public let story: String
  /// The commands of its scene.
  public let scene: [String]
  /// What is played after the answer; `{writes}` and `{reads}` stand for the levels that the answer names, ONE if it names none.
  public let sealed: [String]
  /// The levels that an answer may name.
  public let levels: [Level]
  /// How the commands begin that an answer may hold.
  public let commands: [String]
  /// What has to be so.
  public let demands: [Demand]

  /// What an answer may hold, in words.
  public var choices: [String] {
    levels.map { "\($0.rawValue) at LEVEL" } + commands.map { "\($0) …" }
  }

  // MARK: An answer

  /// What is wrong with an answer: the position of its line, and why; nil if it can be played.
  public func problem(in answer: [String]) -> (line: Int, reason: String)? {
    guard answer.count <= Self.longest else { return (Self.longest, "an answer has at most \(Self.longest) lines") }
    guard var session = try? CardScene(scene).session else { return nil }
    for (index, line) in answer.enumerated() {
      if let (level, name) = Self.level(in: line) {
        guard levels.contains(level) else { return (index, "the level of \(level.rawValue) is given here") }
        let trial = level == .writes ? "write k v at \(name)" : "read k at \(name)"
        if let reason = Self.refusal(of: trial, in: session) { return (index, reason) }
        continue
      }
      let words = line.split(separator: " ").joined(separator: " ")
      guard commands.contains(where: { words == $0 || words.hasPrefix($0 + " ") }) else {
        return (index, "an answer here holds \(choices.joined(separator: ", ")), and not `\(Printable.escaped(line))`")
      }
      do {
        try session.execute(SourceLine(file: "answer", number: index + 1, text: line), isPrompt: false) { _ in }
      } catch {
        return (index, (error as? Diagnostic)?.sentence ?? "\(error)")
      }
    }
    return nil
  }

  private static func refusal(of text: String, in session: Session) -> String? {
    do {
      _ = try CommandParser.parse(text, in: session.names(isPrompt: false))
      return nil
    } catch let error as LanguageError {
      return Diagnostic(error, in: .prompt(text)).sentence
    } catch {
      return "\(error)"
    }
  }

  /// The level that a line such as `writes at QUORUM` names; nil for any other line.
  private static func level(in line: String) -> (Level, String)? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 3, words[1] == "at", let level = Level(rawValue: words[0]) else { return nil }
    return (level, words[2])
  }

  /// The script that an answer makes, as it is played under each seed.
  public func script(with answer: [String]) -> [String] {
    var names: [Level: String] = [:]
    for (level, name) in answer.compactMap(Self.level) { names[level] = name }
    let course = sealed.map { line in
      Level.allCases.reduce(line) { $0.replacing("{\($1.rawValue)}", with: names[$1] ?? "ONE") }
    }
    return scene + answer.filter { Self.level(in: $0) == nil } + course
  }

  /// Which demands hold at the end of an answer's run under a seed.
  func play(_ answer: [String], seed: UInt64) -> [Bool] {
    var session = Session(seed: seed)
    do {
      try session.carryOut(SourceLine.lines(of: script(with: answer).joined(separator: "\n"), in: "task"))
    } catch {
      return demands.map { _ in false }
    }
    return demands.map { demand in
      let names = session.names(isPrompt: false)
      guard case .expect(let condition, _)? = try? CommandParser.parse("expect \(demand.condition)", in: names) else {
        return false
      }
      return session.facts(for: condition).holds(condition)
    }
  }
}

/// What became of an answer to a design task under all its seeds.
public struct ExamTaskMark: Hashable, Sendable {
  /// How many seeds it was played under.
  public let seeds: Int
  /// In how many of them all demands held.
  public let held: Int
  /// In how many each demand held.
  public let each: [Int]
  /// The first seed under which something didn't hold; nil if there is none.
  public let failed: UInt64?
  /// Why it wasn't played at all, such as for want of an answer; nil if it was.
  public let problem: String?

  /// Whether it counts as solved.
  public var isSolved: Bool { seeds > 0 && held * 100 >= ExamTask.share * seeds }

  /// Plays an answer under seeds, on as many processors as there are.
  init(_ task: ExamTask, _ answer: [String], seeds: [UInt64]) {
    // Where nothing was answered nothing is played: as it stands no task is solved.
    if let problem = answer.isEmpty ? "no answer" : task.problem(in: answer)?.reason {
      (self.seeds, held, failed) = (seeds.count, 0, nil)
      each = task.demands.map { _ in 0 }
      self.problem = problem
      return
    }
    let results = Concurrently.map(seeds) { task.play(answer, seed: $0) }
    problem = nil
    self.seeds = seeds.count
    held = results.count { !$0.contains(false) }
    each = task.demands.indices.map { index in results.count { $0[index] } }
    failed = zip(seeds, results).first { $0.1.contains(false) }?.0
  }
}
