import Foundation
import Testing

/// `eventually predict`, run as a user would: `contract.md` §4.
@Suite struct PredictCommandTests {
  @Test func printsATableACurveAndUnits() throws {
    let result = try BuiltBinary.run(["predict", "--fit", "lnkd-disk", "--trials", "1000"])
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.lines[0] == "N = 3, R = 1, W = 1  ·  lnkd-disk")
    #expect(result.output.contains("write    1st of 3 answers  1.505 ms  4.044 ms  6.735 ms  10.934 ms"))
    #expect(result.output.contains("99.9 % of reads consistent") && result.output.contains("█"))
  }

  @Test func printsOneObjectAndTheSameOneAgain() throws {
    let arguments = [
      "predict", "--n", "3", "--r", "1", "--w", "1", "--write", "exponential(10ms)", "--ack", "1ms", "--request",
      "1ms~0.1ms", "--response", "uniform(0.5ms, 1.5ms)", "--trials", "1000", "--seed", "4", "--json",
    ]
    let result = try BuiltBinary.run(arguments)
    #expect(result.status == 0 && result.lines.count == 1)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(object?["consistentAtZero"] is Double && object?["trials"] as? Int == 1_000)
    #expect(try BuiltBinary.run(arguments).output == result.output)
  }

  @Test(arguments: [
    ["--n", "0"], ["--r", "4"], ["--w", "0"], ["--fit", "none"], ["--write", "5"], ["--far", "soon"],
    ["--trials", "1"],
    ["--n", "x"], ["--seed", "-1"],
  ]) func wrongUsageIsSixtyFour(arguments: [String]) throws {
    let fit = arguments[0] == "--fit" ? [] : ["--fit", "lnkd-ssd"]
    let result = try BuiltBinary.run(["predict"] + fit + arguments)
    #expect(result.status == 64, "\(arguments)")
    #expect(result.output.isEmpty && result.errors.hasPrefix("Error: "), "\(result.errors)")
  }

  @Test func delaysAreMissing() throws {
    let result = try BuiltBinary.run(["predict"])
    #expect(result.status == 64 && result.errors.contains("state --write, --ack, --request, --response"))
  }
}
