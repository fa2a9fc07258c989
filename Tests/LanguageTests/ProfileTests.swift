import Kernel
import Replication
import Testing

@testable import Language

/// Production systems as commands: `profile NAME`.
@Suite struct ProfileTests {
  private func plan(_ name: String) throws -> ProfilePlan {
    guard case .profile(let plan)? = try CommandParser.parse("profile \(name)", in: .standard) else {
      throw LanguageError(.unknownCommand(name), at: SourceSpan(start: 0, length: 1))
    }
    return plan
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try ProfileCatalog.plan("mine", text)
      return nil
    } catch let error as LanguageError {
      guard case .refused(let reason) = error.problem else { return "\(error.problem)" }
      return reason
    } catch {
      return "\(error)"
    }
  }

  @Test func sevenSystemsAreShipped() {
    #expect(
      ProfileCatalog.names == [
        "amazon-dynamodb", "discord-cassandra", "facebook-tao", "linkedin-kafka", "netflix-cassandra",
        "twitter-timeline",
        "uber-metrics",
      ])
  }

  @Test(arguments: ProfileCatalog.names) func aProfileBeginsItsClusterFirst(name: String) throws {
    let plan = try plan(name)
    guard case .setUp = plan.lines[0].input else {
      Issue.record("\(name) begins with `\(plan.lines[0].text)`")
      return
    }
    #expect(plan.lines.count > 3)
  }

  @Test func allFourSchemesAreAmongThem() throws {
    let schemes = try ProfileCatalog.names.compactMap { name -> SchemeName? in
      if case .setUp(let cluster) = try plan(name).lines[0].input { cluster.scheme } else { nil }
    }
    #expect(Set(schemes) == Set(SchemeName.allCases))
  }

  @Test func whatFollowsAProfileIsReadForItsCluster() throws {
    var names = NameContext.standard
    names.follow(.profile(try plan("facebook-tao")))
    #expect(names.scheme == .primaryCache && names.clients == ["us-west-2", "us-east-1", "eu-west-1"])
    #expect((try? CommandParser.parse("read k at CRITICAL in us-west-2", in: names)) != nil)
    #expect((try? CommandParser.parse("read k at QUORUM in us-west-2", in: names)) == nil)
  }

  @Test func theTypesOfAProfileAreKnown() throws {
    var names = NameContext.standard
    names.follow(.profile(try plan("discord-cassandra")))
    #expect((try? CommandParser.parse("write message.text hi", in: names)) != nil)
    #expect(names.types["message"] == .row)
  }

  @Test(arguments: [
    ("netflix-casandra", "netflix-cassandra"), ("netflx", "netflix-cassandra"), ("tao", "facebook-tao"),
    ("discrod", "discord-cassandra"), ("kafka", "linkedin-kafka"), ("dynamodb", "amazon-dynamodb"),
  ]) func whoMistypesIsToldWhichOneIsMeant(word: String, meant: String) {
    let line = SourceLine.prompt("profile \(word)")
    #expect {
      _ = try CommandParser.parse(line.text, in: .standard)
    } throws: { error in
      let diagnostic = (error as? LanguageError).map { Diagnostic($0, in: line) }
      return diagnostic?.suggestion == meant && diagnostic?.span == SourceSpan(start: 8, length: word.count)
    }
  }

  @Test func aProfileCanBeCompleted() {
    let expectations = CommandParser.expectations(after: "profile ", in: .standard).expectations
    #expect(expectations == [.profile])
    #expect(NameContext.standard.candidates(for: .profile) == ProfileCatalog.names)
  }

  @Test func aFileThatIsNoSetUpIsRefusedWithItsPlace() {
    #expect(refusal("cluster a:3\nset hints off\n# words\n\ntype cart or-set") == nil)
    #expect(refusal("# nothing") == "mine/setup.ev is empty")
    #expect(refusal("set hints off")?.hasPrefix("mine/setup.ev, line 1: a profile begins with `cluster`") == true)
    #expect(refusal("cluster a:3\nrun 1s")?.hasPrefix("mine/setup.ev, line 2: a profile begins with") == true)
    #expect(refusal("cluster a:3\ncluster b:3")?.hasPrefix("mine/setup.ev, line 2: ") == true)
    #expect(refusal("cluster a:3\nset hunts off")?.contains("did you mean hints?") == true)
  }
}
