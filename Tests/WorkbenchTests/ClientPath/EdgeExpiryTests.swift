import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What an edge cache serves, and how that is called.
@Suite("What an edge cache serves") struct EdgeExpiryTests {
  @Test("a value that has expired in the store is stale, is counted so and said so") func expired() throws {
    let played = try play(
      """
      set edge-ttl 60s
      write cart milk at ALL ttl 5s
      read cart
      run 10s
      read cart
      expect op(-1).servedBy == edge-cache and op(-1).stale == true and op(-1).value == milk
      expect op(-1).versionsBehind == 0 and reads.stale == 1
      read cart in eu-west-1
      expect op(-1).value == none and op(-1).stale == false
      """)
    #expect(played.expectations.allSatisfy { $0.isHeld })
    let sentence = played[3]?.sentence(in: played.session.world) ?? ""
    #expect(sentence.contains("as the edge cache has it; it had expired 5."), "\(sentence)")
    #expect(played[3]?.staleWords.hasPrefix("it had expired 5.") == true)
    #expect(played.json.contains { $0.contains("\"id\":3,") && $0.contains("\"stale\":true") })
  }

  @Test("what is as new as it can be is called fresh, and what misses a write stale, from the edge, too") func words()
    throws
  {
    let played = try play(
      """
      set edge-ttl 60s
      write cart milk at ALL
      read cart
      read cart
      write cart eggs at ALL
      read cart
      """)
    let world = played.session.world
    #expect(played[3]?.sentence(in: world).contains("milk, fresh, as the edge cache has it") == true)
    #expect(played[5]?.sentence(in: world).contains("milk, as the edge cache has it; it misses eggs") == true)
  }

  @Test("the log names what refused an operation, not nobody") func refused() throws {
    let played = try play(
      """
      set breaker 50% of 1 open 60s trials 1
      crash us1
      crash us2
      crash us3
      set failover local
      read cart
      read cart
      """, keepsTrace: true)
    #expect(played.last.outcome == .rejected && played.last.answeredBy == "breaker")
    #expect(LogReport.lines(5, in: played.session.timeline).contains { $0.place == "breaker" })
  }

  @Test("what isn't available is called by its name") func names() throws {
    let start = "follow bob alice\npost alice hello\n"
    for (line, title) in [("post alice more", "post alice"), ("timeline bob", "timeline bob")] {
      let explained = try play("\(start)why not available \(line)").explained
      #expect(explained.first?.contains("issued now, \(title)") == true, "\(explained)")
    }
  }

  @Test func dataTypesHaveTheirArticle() throws {
    let outcomes = ["or-set", "mv-register", "counter", "2p-set", "g-set"].map(Article.indefinite)
    #expect(outcomes == ["an or-set", "an mv-register", "a counter", "a 2p-set", "a g-set"])
  }
}
