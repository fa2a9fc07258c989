import Foundation
import Testing

/// The history that `run --history` writes: `contract.md` §4, Histories.
@Suite struct HistoryTests {
  private struct Line {
    let text: String
    let fields: [String: any Sendable]

    func string(_ name: String) -> String? { fields[name] as? String }
    var type: String { string("type") ?? "" }
    var process: String { string("process") ?? "" }
    var time: Int? { fields["time"] as? Int }
    /// The process, type and value in short, such as `alice ok milk`.
    var short: String {
      [process, type, string("f") ?? "", string("value") ?? "-"].joined(separator: " ")
    }
  }

  private func history(of script: String, status: Int32 = 0) throws -> [Line] {
    let folder = try Folder()
    let result = try BuiltBinary.run(["run", "-", "--json", "--history", folder.path("out")], input: script)
    #expect(result.status == status, "\(result.errors)")
    return try folder.lines("out").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return Line(text: line, fields: try #require(object as? [String: any Sendable]))
    }
  }

  @Test func aLineIsOfTheShapeOfJepsens() throws {
    let lines = try history(of: "write x 1 at QUORUM\nread x in eu-west-1\ndelete x\nread x\n").map(\.text)
    #expect(
      lines == [
        #"{"process":"us-east-1","type":"invoke","f":"write","key":"x","value":"1","time":0}"#,
        #"{"process":"us-east-1","type":"ok","f":"write","key":"x","value":"1","time":81000}"#,
        #"{"process":"eu-west-1","type":"invoke","f":"read","key":"x","value":null,"time":81001}"#,
        #"{"process":"eu-west-1","type":"ok","f":"read","key":"x","value":"1","time":82001}"#,
        #"{"process":"us-east-1","type":"invoke","f":"write","key":"x","value":null,"time":82002}"#,
        #"{"process":"us-east-1","type":"ok","f":"write","key":"x","value":null,"time":83002}"#,
        #"{"process":"us-east-1","type":"invoke","f":"read","key":"x","value":null,"time":83003}"#,
        #"{"process":"us-east-1","type":"ok","f":"read","key":"x","value":null,"time":84003}"#,
        #"{"type":"order","key":"x","values":["1",null]}"#,
      ])
  }

  @Test func aTimeoutIsAnInfoAndARefusalAFail() throws {
    let lines = try history(
      of: """
        cluster us-east-1:3 rf=3
        cut us1 us2
        cut us1 us3
        write x 1 at QUORUM
        read x at QUORUM
        run 10s
        write x 2 at QUORUM
        read x at ALL
        """)
    #expect(
      lines.filter { $0.type != "invoke" && $0.type != "order" }.map(\.short) == [
        "us-east-1 info write 1", "us-east-1 fail read -", "us-east-1 fail write 2", "us-east-1 fail read -",
      ])
    #expect(lines.last?.text == #"{"type":"order","key":"x","values":["1"]}"#, "what was refused never came into being")
  }

  @Test func aClientWithSeveralOperationsInFlightIsSeveralProcesses() throws {
    let lines = try history(
      of: """
        client alice in us-east-1
        async write x 1 at ALL as alice
        async write y 2 at ONE as alice
        async read x at QUORUM as alice
        run 10ms
        read y as alice
        await
        read x as alice
        """)
    #expect(
      lines.filter { $0.type != "order" }.map(\.short) == [
        "alice invoke write 1", "alice/2 invoke write 2", "alice/3 invoke read -", "alice/2 ok write 2",
        "alice/2 invoke read -", "alice/2 ok read 2", "alice/3 ok read 1", "alice ok write 1", "alice invoke read -",
        "alice ok read 1",
      ])
  }

  @Test func aProcessHasOneOperationInFlightAndTimesNeverDecrease() throws {
    let lines = try history(
      of:
        "link us-east-1 us-east-1 exponential(9ms)\nload 300/s for 2s keys 3 at QUORUM/ONE poisson\nrun 1s\ncrash us1\n"
    )
    var busy: Set<String> = []
    var last = 0
    for line in lines where line.type != "order" {
      if line.type == "invoke" {
        #expect(busy.insert(line.process).inserted, "\(line.text)")
      } else {
        #expect(busy.remove(line.process) != nil, "\(line.text)")
      }
      let time = try #require(line.time)
      #expect(time >= last, "\(line.text)")
      last = time
    }
    #expect(busy.isEmpty, "the run's end waits for every operation")
    #expect(lines.count { $0.type == "invoke" } > 500)
    #expect(lines.contains { $0.process.contains("/2") })
  }

  @Test func writtenValuesAreUniqueForTheirKey() throws {
    let lines = try history(
      of: "write x 1\nwrite y 1\nwrite x 2\nwrite x 1 in eu-west-1\nread x in eu-west-1\nread y\n")
    let writes = lines.filter { $0.type == "invoke" && $0.string("f") == "write" }
    #expect(writes.map { $0.string("value") } == ["1#1", "1", "2", "1#4"])
    #expect(lines.filter { $0.type == "ok" && $0.string("f") == "read" }.map { $0.string("value") } == ["1#4", "1"])
    #expect(
      lines.suffix(2).map(\.text) == [
        #"{"type":"order","key":"x","values":["1#1","2","1#4"]}"#, #"{"type":"order","key":"y","values":["1"]}"#,
      ])
  }

  @Test func aValueThatALoadWroteTooIsToldApartFromIt() throws {
    let lines = try history(
      of: "load 2/s for 1s write 100% keys 1 at ONE via us1\nrun 1s\nwrite k0 v2 at ONE\nwrite k0 v9 at ONE\n")
    let values = lines.filter { $0.type == "ok" }.map { $0.string("value") }
    #expect(values == ["v1", "v2#2", "v2#3", "v9"])
    #expect(lines.last?.text == #"{"type":"order","key":"k0","values":["v1","v2#2","v2#3","v9"]}"#)
  }

  @Test func theOrderIsTheStoresNotThatOfTheClock() throws {
    let lines = try history(
      of: "write x a at ALL timestamp 30\nwrite x b at ALL timestamp 10\ndelete x at ALL timestamp 20\nread x at ALL\n")
    #expect(lines.last?.text == #"{"type":"order","key":"x","values":["b",null,"a"]}"#)
    #expect(lines[lines.count - 2].string("value") == "a")
  }

  @Test func aReadThatFollowsAWriteInAScriptBeganAfterIt() throws {
    let lines = try history(of: "write x 1 at LOCAL_QUORUM\nread x in ap-south-1\n")
    let (ok, invoke) = (try #require(lines[1].time), try #require(lines[2].time))
    #expect(lines[1].type == "ok" && lines[2].type == "invoke" && invoke == ok + 1)
    #expect(lines[3].string("value") == nil, "it missed the write")
  }

  @Test func aRunThatStopsHalfWayStillLeavesItsHistory() throws {
    let lines = try history(of: "write x 1\nasync write x 2 at ALL\nundo\nundo\nundo\n", status: 65)
    #expect(lines.isEmpty, "everything was undone before")
    let half = try history(of: "write x 1\nasync write x 2 at ALL\nswitch nowhere\n", status: 65)
    #expect(
      half.filter { $0.type != "order" }.map(\.short) == [
        "us-east-1 invoke write 1", "us-east-1 ok write 1", "us-east-1 invoke write 2",
      ])
  }

  @Test func keysAndValuesAreEscapedAsJSON() throws {
    let lines = try history(of: #"write "a \"key\"" "two\nlines \\ é 🎉""# + "\n")
    #expect(lines[0].string("key") == "a \"key\"" && lines[0].string("value") == "two\nlines \\ é 🎉")
    #expect(lines.count == 3)
  }
}
