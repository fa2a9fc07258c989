import Foundation
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// A moment that is passed on as a text, and found again.
@Suite struct ShareTests {
  private static let script = """
    seed 7
    write cart milk at QUORUM
    cut us-east-1 eu-west-1
    write cart eggs at ONE   # Europe doesn't hear of it
    note "ask who would notice"
    beat 3s
    run 120ms
    back 4
    write cart jam at ONE in eu-west-1
    expect not converged
    """

  private static func again(_ moment: SharedMoment) throws -> Session {
    var session = Session()
    for line in moment.sourceLines(of: "<shared>") { try session.execute(line, isPrompt: false) { _ in } }
    return session
  }

  @Test func itLeadsToTheSameInstantWithTheSameFingerprint() throws {
    let session = try play(Self.script).session
    let token = try session.share()
    #expect(token.text.utf8.count <= 300, "\(token.text.utf8.count)")
    #expect(token.text.wholeMatch(of: #/A[A-Za-z0-9_-]+/#) != nil)
    let moment = try ShareToken.moment(of: token.text)
    #expect(moment == session.sharedMoment && moment.fingerprint == session.cluster.fingerprint.description)
    let again = try Self.again(moment)
    KeptSession.expectSame(again, session, "shared")
    #expect(try again.share() == token, "who shares it on, shares the same")
  }

  @Test func whatIsForThePresenterAloneStaysThere() throws {
    let moment = try play(Self.script).session.sharedMoment
    for word in ["note", "beat", "#", "notice"] {
      #expect(!moment.lines.joined(separator: "\n").contains(word), "\(word)")
    }
  }

  @Test func aSeedOfTheCommandLineGoesWithIt() throws {
    let session = try play("seed 3\nset processing-time exponential(1ms)\nwrite a 1 at ALL\n", seed: 99).session
    let moment = try ShareToken.moment(of: try session.share().text)
    #expect(try Self.again(moment).cluster.fingerprint == session.cluster.fingerprint)
  }

  @Test func nothingHasBeenDoneYetIsAMoment() throws {
    let token = try Session().share()
    #expect(token.text.utf8.count < 60)
    #expect(try ShareToken.moment(of: token.text).lines.isEmpty)
  }

  @Test(arguments: 1...SoakSeeds.last(12)) func whateverWasDoneComesBack(seed: Int) throws {
    let script = RandomScript(seed: seed, length: 40)
    let session = try play(script.text).session
    let token: ShareToken
    do { token = try session.share() } catch {
      #expect(error.sentence.contains("use `save"), "seed \(seed)")
      return
    }
    #expect(token.text.utf8.count <= ShareToken.longest, "seed \(seed)")
    let moment = try ShareToken.moment(of: token.text)
    #expect(moment.fingerprint == session.cluster.fingerprint.description, "seed \(seed)")
    #expect(try Self.again(moment).cluster.fingerprint == session.cluster.fingerprint, "seed \(seed)")
  }

  @Test func whatDoesntFitIsRefusedWithItsSize() throws {
    var dice = Dice(seed: 5)
    let lines = (0..<600).map { _ in "write k\(dice.roll(0...99_999)) \(dice.roll(0...99_999_999))" }
    let session = try play(lines.joined(separator: "\n")).session
    let refusal = #expect(throws: ShareRefusal.self) { try session.share() }
    let sentence = try #require(refusal?.sentence)
    let size = try #require(sentence.firstMatch(of: #/takes ([0-9]+) bytes/#).flatMap { Int($0.1) })
    #expect(size > ShareToken.longest && size < 8_192 && sentence.contains("use `save"), "\(sentence)")
    #expect(throws: Diagnostic.self) { try play(lines.joined(separator: "\n") + "\nshare") }
  }

  // MARK: What is no link

  @Test func noByteOfItCanBeOtherwise() throws {
    let text = try play(Self.script).session.share().text
    var letters = Array(text)
    for place in letters.indices {
      let before = letters[place]
      letters[place] = before == "A" ? "B" : "A"
      // The last letter's lowest bits may stand for nothing.
      if place < letters.count - 1 {
        #expect(throws: ShareRefusal.self, "letter \(place)") { try ShareToken.moment(of: String(letters)) }
      }
      letters[place] = before
    }
    for length in 0..<text.count {
      #expect(throws: ShareRefusal.self, "the first \(length)") {
        try ShareToken.moment(of: String(text.prefix(length)))
      }
    }
  }

  /// What has all the right letters was meant as a link, and most likely cut off on its way.
  @Test func whatIsCutOffIsToldFromWhatIsNoLink() throws {
    let text = try play(Self.script).session.share().text
    for length in [text.count - 1, text.count - 2, text.count - 3, text.count / 2] {
      let refusal = #expect(throws: ShareRefusal.self) { try ShareToken.moment(of: String(text.prefix(length))) }
      #expect(refusal?.sentence.contains("only a part") == true, "\(length)")
    }
    let refusal = #expect(throws: ShareRefusal.self) { try ShareToken.moment(of: text + "!") }
    #expect(refusal?.sentence.contains("this is no link") == true)
  }

  @Test(arguments: ["", "hello world", "AAAA", "/etc/passwd", "é", String(repeating: "A", count: 2_049), "A=", "Bw"])
  func otherTextIsRefused(text: String) {
    #expect(throws: ShareRefusal.self) { try ShareToken.moment(of: text) }
  }

  @Test func aBombIsNotUnpacked() throws {
    let line = String(repeating: "write a 1\n", count: 104_857)
    let moment = SharedMoment(lines: [line + "write a"], fingerprint: "00000000000000ff")
    #expect(line.utf8.count + 7 > ShareToken.longestScript)
    #expect(throws: ShareRefusal.self) { try ShareToken(moment) }
    // The same by hand: a length of 2 MiB, with the right checksum.
    let body: [UInt8] = Array(repeating: 0, count: 8) + [0, 0x80, 0x80, 0x80, 0x01] + [1, 2, 3]
    let sum = Checksum.of(body)
    let bytes = [ShareToken.format] + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) } + body
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
      "=", with: "")
    let refusal = #expect(throws: ShareRefusal.self) { try ShareToken.moment(of: text) }
    #expect(refusal?.sentence.contains("more than 1 MiB") == true)
  }

  @Test(arguments: 1...SoakSeeds.last(12)) func anyBytesBecomeSomeText(seed: Int) {
    var dice = Dice(seed: seed)
    let bytes = (0..<dice.roll(0...200)).map { _ in UInt8(dice.roll(0...255)) }
    let count = dice.roll(0...300)
    #expect(TextPacker.unpacked(bytes, count: count).count == count, "seed \(seed)")
    if let packed = TextPacker.packed(bytes, atMost: 10_000) {
      #expect(TextPacker.unpacked(packed, count: bytes.count) == bytes, "seed \(seed)")
    }
  }

  @Test func theChecksumIsTheOneOfTheStandard() {
    #expect(Checksum.of("123456789".utf8) == 0xCBF4_3926)
  }

  /// Who has kept a link wants to open it with the next version, too: what this test says changes only with the format.
  @Test func theFormatIsWhatItWas() throws {
    #expect(ShareToken.format == 1)
    #expect(Checksum.of(SharePrimer.text.utf8) == 0x5B7F_5FDB)
    #expect(TextPacker.packed(Array("write cart milk at ALL\nrun 1s".utf8), atMost: 99) == [0, 57, 39, 167, 201])
  }
}
