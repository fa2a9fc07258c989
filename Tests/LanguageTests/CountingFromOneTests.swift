import Testing

@testable import Language

/// Numbers as people count, looked up in lists.
@Suite struct CountingFromOneTests {
  @Test func theFirstHasOneAndWhatIsOutsideHasNoPlace() {
    let letters = ["a", "b", "c"]
    #expect((1...3).map { letters.index(ofNumber: $0) } == [0, 1, 2])
    #expect(letters[1...].index(ofNumber: 1) == 1, "a slice keeps its places")
    for number in [Int.min, -1, 0, 4, .max] { #expect(letters.index(ofNumber: number) == nil) }
    #expect([String]().index(ofNumber: 1) == nil)
  }

  @Test(arguments: ["20s", "1.5ms", "2h"]) func whoGoesBackByASpanIsToldOfGoto(span: String) throws {
    let error = #expect(throws: LanguageError.self) { _ = try CommandParser.parse("back \(span)", in: .standard) }
    #expect(error.map { "\($0)".contains("goto \(span)") } == true)
    #expect(try CommandParser.parse("back 20", in: .standard) == .back(20))
    #expect(try CommandParser.parse("back", in: .standard) == .back(1))
  }
}
