import Testing

@testable import Language
@testable import Workbench

/// Files that nobody means well with: refused, with the place of what is wrong.
@Suite struct HostileExperimentTests {
  private static let whole = ExperimentByHand.text(
    ["{type: write_load, qps: 5, duration: 2s, keys: 5}"], assertions: ["{metric: availability, threshold: \"> 50%\"}"])

  private func problem(_ bytes: [UInt8]) -> Diagnostic? {
    do {
      _ = try ExperimentReader.read(bytes, file: "a.yaml")
      return nil
    } catch ScriptError.wrong(let problems) {
      return problems.first
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test func whatIsWellMeantIsRead() {
    #expect(problem(Array(Self.whole.utf8)) == nil)
    #expect(problem([0xEF, 0xBB, 0xBF] + Array(Self.whole.utf8)) == nil)
  }

  @Test func bytesThatAreNoTextAreToldWithTheirPlace() {
    let text = Array("kind: x\nname: ä".utf8)
    for (bytes, line, column) in [
      (text + [0xFF], 2, 8), ([0xFF, 0xFE, 0x61, 0x00], 1, 1), (text + [0xC3], 2, 8), (Array(0...255), 1, 1),
    ] {
      let flaw = TextFlaw.first(in: bytes)
      #expect(flaw?.line == line && flaw?.column == column, "\(String(describing: flaw))")
    }
  }

  @Test func controlCharactersAreToldWithTheirPlace() {
    for (scalar, name) in [("\u{0}", "U+0000"), ("\u{1B}", "U+001B"), ("\u{9F}", "U+009F")] {
      let text = Self.whole.replacing("kind:", with: "# a\(scalar)b\nkind:")
      let found = problem(Array(text.utf8))
      #expect(found?.line.number == 2 && found?.span.start == 3, "\(String(describing: found))")
      #expect(found?.message.contains(name) == true)
    }
  }

  @Test func ofWhatIsTooLongTheBeginningIsLookedAt() {
    let lines = Array(repeating: "# nothing\n", count: 200_000).joined()
    let found = problem(Array(Array(lines.utf8).prefix(ExperimentReader.longest)))
    #expect(found?.message.contains("at most 1 MiB") == true)
    #expect((found?.line.number ?? 0) > 100_000)
  }

  @Test(arguments: [
    ("qps: 5", "qps: 1e3"), ("qps: 5", "qps: &a 5"), ("qps: 5", "<<: {qps: 5}"), ("qps: 5", "qps: 5, qps: 6"),
    ("qps: 5", "qps: !!binary aGFsbG8="), ("duration: 2s", "duration: -2s"),
    ("duration: 2s", "duration: 2s, start: -1s"),
    ("duration: 2s", "duration: 2s, name: one, after: one"),
  ]) func whatReadersTakeDifferentlyIsRefused(_ change: (from: String, to: String)) {
    let found = problem(Array(Self.whole.replacing(change.from, with: change.to).utf8))
    #expect((found?.line.number ?? 0) > 1, "\(change)")
  }
}

extension String {
  /// With the first occurrence of a text replaced.
  fileprivate func replacing(_ text: String, with other: String) -> String {
    guard let found = firstRange(of: text) else { return self }
    return replacingCharacters(in: found, with: other)
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
