import Foundation
import Kernel
import Pages
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The page of an experiment: for people who see it, hear it, print it, and trust nothing in it.
@Suite struct ExperimentPageTests {
  /// A cut under reads and writes at ONE: some reads are stale, so that an assertion fails and has a witness.
  private static let stale = ExperimentByHand.text(
    [
      "{type: network_partition, start: 1s, duration: 4s, targets: [\"us-east-1 <-> eu-west-1\"]}",
      "{type: mixed_load, qps: 40, duration: 8s, keys: 5, level: ONE}",
    ],
    assertions: [
      "{metric: stale_read_rate, threshold: \"= 0%\"}", "{metric: availability, threshold: \"> 0%\"}",
      "{metric: data_loss_rate, threshold: \"= 0%\"}", "{metric: convergence_time_p99, threshold: \"< 60s\"}",
    ],
    spec: [
      "description: a cut under reads",
      "monitoring: {dashboards: [{grafana_url: \"https://grafana.example/d/1\"}]}",
    ],
    scenario: ["description: some reads are stale", "dangers: [stale-read]"])

  private func played(_ text: String, seed: UInt64 = 1) throws -> (Experiment, ExperimentResult, page: String) {
    let experiment = try ExperimentReader.read(text, file: "a.yaml")
    let result = try experiment.run(seed: seed, isPictured: true)
    return (experiment, result, ExperimentPage(experiment, result, file: "a.yaml").text)
  }

  // MARK: What it says

  @Test func itHoldsEveryFigureOfTheReport() throws {
    let (experiment, result, text) = try played(Self.stale)
    let page = ReadPage(text)
    #expect(page.problem == nil, "\(page.problem ?? "")")
    let scenario = result.scenarios[0]
    #expect(!scenario.isHeld && scenario.verdicts.contains { !$0.isHeld && $0.issue != nil })
    for verdict in scenario.verdicts {
      let words =
        [verdict.assertion.metric.name, verdict.reading.value.text, verdict.assertion.threshold.text]
        + [verdict.reading.remark, verdict.issue].compactMap { $0 }
      for word in words { #expect(page.text.contains(word), "\(word)") }
    }
    let agreement = try #require(scenario.agreement)
    let rest =
      [experiment.name, experiment.description, scenario.name, scenario.description, Quantity.figure(agreement)]
      + scenario.notes + scenario.figures + scenario.reached.filter { $0.times > 0 }.map(\.state.rawValue)
      + experiment.monitoring + scenario.script
      + ["eventually chaos a.yaml --seed 1", "1 scenario failed: review only", "us-east-1 <-> eu-west-1"]
    for word in rest { #expect(page.text.contains(word), "\(word)") }
  }

  @Test func itShowsTheOperationBehindTheFirstFailedAssertion() throws {
    let (_, result, text) = try played(Self.stale)
    let witness = try #require(result.scenarios[0].witness)
    #expect(witness.kind == .staleRead && witness.metric == "stale_read_rate")
    let page = ReadPage(text)
    let diagram = try #require(page.all("svg").first { $0.attributes["aria-labelledby"]?.contains("witness") ?? false })
    for lane in witness.spaceTime.lanes { #expect(diagram.text.contains(lane.name)) }
    #expect(!witness.spaceTime.events.isEmpty)
    #expect(page.all("pre").contains { $0.text.contains("op \(witness.number) ") })
  }

  @Test func theCourseAddsUpToWhatWasCounted() throws {
    let (_, result, _) = try played(Self.stale)
    let course = try #require(result.scenarios[0].course)
    let looks = try #require(result.scenarios[0].looks.last)
    #expect(course.stretches.reduce(0) { $0 + $1.ended } >= looks.ended)
    #expect(course.stretches.reduce(0) { $0 + $1.stale } >= looks.stale && looks.stale > 0)
    #expect(course.stretches.contains { $0.staleness > .zero } && course.samples.contains { $0.oldest > .zero })
    #expect(zip(course.samples, course.samples.dropFirst()).allSatisfy { $0.at < $1.at })
    #expect(course.undone == .seconds(8) && course.end >= course.undone)
  }

  @Test func picturesChangeNoFigure() throws {
    let (experiment, result, text) = try played(Self.stale, seed: 7)
    let plain = try experiment.run(seed: 7)
    #expect(ExperimentText(experiment, plain).lines == ExperimentText(experiment, result).lines)
    #expect(ExperimentJSON.lines(experiment, plain) == ExperimentJSON.lines(experiment, result))
    #expect(plain.scenarios[0].script == result.scenarios[0].script && plain.scenarios[0].course == nil)
    #expect(try played(Self.stale, seed: 7).page == text)
  }

  @Test func whereNothingWasTestedItSaysSo() throws {
    let steady = "steady_state: {duration: 1s, qps: 10, assertions: [{metric: availability, threshold: \"< 1%\"}]}"
    let (_, _, text) = try played(
      ExperimentByHand.text(["{type: write_load, qps: 10, duration: 1s}"], spec: [steady]))
    let page = ReadPage(text)
    #expect(page.problem == nil && page.text.contains("nothing was tested") && page.all("svg").isEmpty)
  }

  @Test func ordinaryFontsHaveItsSigns() throws {
    let (experiment, result, text) = try played(Self.stale)
    let told = ExperimentText(experiment, result).lines + (try experiment.told(seed: 1))
    for line in told + [text] {
      let emoji = line.unicodeScalars.filter { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }
      #expect(emoji.isEmpty, "\(line)")
    }
    #expect(told.contains { $0.contains("✗ fails  stale_read_rate") })
    #expect(told.contains { $0.contains("✓ holds  availability") })
  }

  @Test func itsSignsAreLeftOutWhereTheyAreHeard() throws {
    let text = try played(Self.stale).page
    for sign in ["✓", "✗", "▲"] {
      #expect(text.ranges(of: sign).count == text.ranges(of: "aria-hidden=\"true\">\(sign)</span> ").count)
    }
    #expect(text.contains("<span aria-hidden=\"true\">✗</span> fails") && text.contains("</span> failed:"))
  }

  // MARK: Whom it trusts

  private static let hostile = "</style><script>alert('1')</script>\" onload=\"x' & <\u{301}b> ]]>"

  @Test func nothingFromOutsideIsMarkup() throws {
    let quoted = Self.hostile.replacing("'", with: "''")
    let text = Self.stale.replacing("by-hand", with: "'\(quoted)'").replacing("name: only", with: "name: '\(quoted)'")
      .replacing("a cut under reads", with: "'\(quoted)'").replacing("some reads are stale", with: "'\(quoted)'")
      .replacing("https://grafana.example/d/1", with: "javascript:alert(1)")
    let experiment = try ExperimentReader.read(text, file: "a.yaml")
    let result = try experiment.run(seed: 1, isPictured: true)
    let written = ExperimentPage(experiment, result, file: "'; rm -rf $HOME <b>.yaml").text
    let page = ReadPage(written)
    #expect(page.problem == nil, "\(page.problem ?? "")")
    #expect(page.all("script").isEmpty && page.all("b").isEmpty && !written.contains("<script"))
    #expect(page.all("h1").first?.text == Printable.escaped(Self.hostile))
    #expect(page.text.contains("eventually chaos ''\\''; rm -rf $HOME <b>.yaml' --seed 1"))
    for element in page.elements {
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") }, "\(element.attributes)")
    }
  }

  @Test func itAsksForNothingFromElsewhere() throws {
    let (_, _, text) = try played(Self.stale)
    #expect(text.ranges(of: "://").count == 1 && text.contains("https://grafana.example/d/1"))
    let page = ReadPage(text)
    for element in page.elements {
      #expect(!["script", "link", "img", "iframe", "object", "base", "form"].contains(element.name))
      for (name, value) in element.attributes where ["href", "src", "xlink:href", "action"].contains(name) {
        #expect(value.hasPrefix("#"), "\(element.name) \(value)")
      }
    }
    #expect(!text.contains("@import") && !text.contains("url("))
  }

  // MARK: Who reads it

  @Test func aScreenReaderFindsItsWay() throws {
    let page = ReadPage(try played(Self.stale).page)
    #expect(page.all("html").first?.attributes["lang"] == "en")
    for landmark in ["header", "main", "footer", "h1", "title"] {
      #expect(page.all(landmark).filter { !$0.path.contains("svg") }.count == 1, "\(landmark)")
    }
    let levels = page.elements.compactMap { $0.name.wholeMatch(of: #/h([1-6])/#).flatMap { Int($0.1) } }
    #expect(levels.first == 1 && zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(levels)")
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for element in page.elements {
      for id in (element.attributes["aria-labelledby"] ?? "").split(separator: " ") {
        #expect(ids.contains(String(id)), "\(id)")
      }
    }
    let captions = page.all("caption").map(\.text)
    #expect(captions.count == page.all("table").count && Set(captions).count == captions.count)
    #expect(page.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) && !$0.text.isEmpty })
    #expect(page.all("svg").count == 2)
    for picture in page.all("svg") {
      #expect(picture.attributes["role"] == "img" && picture.attributes["aria-labelledby"] != nil)
    }
    #expect(page.all("desc").count == 2 && page.all("desc").allSatisfy { $0.text.count > 40 })
  }

  @Test func itsColoursCanBeTold() throws {
    let style = try #require(PageFiles.styles.first { $0.name == "style" }?.text)
    var colours: [[String: String]] = []
    for match in style.matches(of: #/:root \{([^}]*)\}/#) {
      let pairs = match.1.matches(of: #/--(\w+): (#[0-9a-f]{6})/#).map { (String($0.1), String($0.2)) }
      colours.append(Dictionary(uniqueKeysWithValues: pairs))
    }
    #expect(colours.count == 3)
    for set in colours {
      for ground in ["paper", "raised"] {
        for ink in ["ink", "muted", "good", "bad", "warn", "ok", "doubt", "down", "focus", "flight", "repair"] {
          let contrast = try Self.contrast(#require(set[ink]), #require(set[ground]))
          #expect(contrast >= 4.5, "\(ink) on \(ground): \(contrast)")
        }
      }
    }
  }

  /// The contrast of two colours (WCAG 2.2, relative luminance and contrast ratio).
  private static func contrast(_ first: String, _ second: String) throws -> Double {
    func luminance(_ colour: String) throws -> Double {
      let value = try #require(Int(colour.dropFirst(), radix: 16))
      let parts = [value >> 16 & 255, value >> 8 & 255, value & 255].map { part -> Double in
        let share = Double(part) / 255
        return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let pair = try [luminance(first), luminance(second)].sorted()
    return (pair[1] + 0.05) / (pair[0] + 0.05)
  }
}
