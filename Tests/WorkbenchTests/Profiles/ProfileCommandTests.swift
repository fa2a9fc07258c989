import Kernel
import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// `profile NAME` is a new cluster and its settings, all at once.
@Suite struct ProfileCommandTests {
  @Test(arguments: ProfileCatalog.names) func aProfileIsWhatItsFileSays(name: String) throws {
    let profile = try #require(try Profile.all().first { $0.name == name })
    let load = "load 100/s for 2s write 20% keys 50\nrun 3s"
    let whole = try play("seed 7\nprofile \(name)\n\(load)")
    let lines = try play("seed 7\n\(try #require(profile.setUp))\n\(load)")
    #expect(whole.session.cluster.plan == lines.session.cluster.plan)
    // All but the count of commands is the same.
    #expect(whole.session.timeline.position == lines.session.timeline.position)
    #expect(try whole.fact("convergence.p99") == lines.fact("convergence.p99"))
    #expect(try whole.fact("bytes.cross-region") == lines.fact("bytes.cross-region"))
  }

  @Test(arguments: ProfileCatalog.names) func itsLoadIsAnsweredAndItsCopiesAgree(name: String) throws {
    let played = try play("profile \(name)\nload 20/s for 2s write 20% keys 50\nrun 2s\nrun until converged within 2m")
    for (fact, value) in [
      ("availability", "1"), ("converged", "true"), ("writes.lost", "0"), ("phi-consistency", "1"),
    ] {
      #expect(try played.fact(fact) == value, "\(fact)")
    }
  }

  @Test func theSeedStaysAndNothingElseDoes() throws {
    let played = try play("seed 9\nwrite a 1\nclient alice in eu-west-1\nprofile linkedin-kafka")
    #expect(played.session.seed == 9 && played.session.now == .start)
    #expect(played.session.keys.isEmpty && !played.session.cluster.clients.elements.contains { $0.name == "alice" })
  }

  @Test func undoTakesAllOfItBack() throws {
    let played = try play("write a 1\nprofile facebook-tao\nundo")
    #expect(played.session.cluster.plan.scheme == .leaderless && played.session.keys == ["a"])
    #expect(try play("write a 1\nprofile facebook-tao\nundo\nredo").session.cluster.plan.scheme == .primaryCache)
  }

  @Test func aKeptSessionHasItAsOneLine() throws {
    let session = try play("profile discord-cassandra\nwrite message.text hi at QUORUM").session
    #expect(session.recipe.lines == ["profile discord-cassandra", "write message.text hi at QUORUM"])
    let again = try play(session.kept().lines.joined(separator: "\n")).session
    #expect(again.timeline.position == session.timeline.position && again.now == session.now)
  }

  @Test func eachSettingStandsInTheLogByItself() throws {
    let session = try play("profile uber-metrics").session
    let texts = (1...session.timeline.position).compactMap { session.timeline.text(ofInputAt: $0) }
    #expect(texts.first == "cluster us-east-1:4 eu-west-1:4 scheme=primary-cache")
    #expect(texts.contains("set cache-ttl 24h"))
  }

  @Test func itSaysWhatItHasSetUp() throws {
    var session = Session()
    var said: [String] = []
    try session.execute(.prompt("profile facebook-tao"), isPrompt: true) { event in
      if case .outcome(let outcome) = event { said.append(outcome.sentence) }
    }
    #expect(said.count == 1 && said[0].hasPrefix("facebook-tao: 12 replicas in 3 regions, rf 1+1+1, primary-cache"))
  }
}
