import Testing

@testable import Workbench

/// Backticks in what the program says are code on its pages.
@Suite struct PageCodeTests {
  @Test(arguments: [
    ("<p>As `why` has them, or `why 2`.</p>", "<p>As <code>why</code> has them, or <code>why 2</code>.</p>"),
    ("<p>`a` b ` c</p>", "<p><code>a</code> b ` c</p>"),
    ("<p>one ` alone</p>", "<p>one ` alone</p>"),
    ("<p>`` and ```</p>", "<p>`` and ```</p>"),
    ("<td>`&lt;b&gt;`</td>", "<td><code>&lt;b&gt;</code></td>"),
    ("<p>`open <em>and` over</em></p>", "<p>`open <em>and` over</em></p>"),
    ("<div aria-label=\"`a`\">`b`</div>", "<div aria-label=\"`a`\"><code>b</code></div>"),
    ("<pre class=\"why\">`a`</pre>`b`", "<pre class=\"why\">`a`</pre><code>b</code>"),
    ("<svg><title>`a`</title><text>`b`</text></svg>`c`", "<svg><title>`a`</title><text>`b`</text></svg><code>c</code>"),
    ("<script>let a = `b` < `c`</script>", "<script>let a = `b` < `c`</script>"),
    ("<p><code>`a`</code> `\u{301}b`</p>", "<p><code>`a`</code> `\u{301}b`</p>"),
    ("no element `a`", "no element <code>a</code>"), ("<pre>`a`", "<pre>`a`"), ("<", "<"), ("", ""),
  ]) func itIsMarkedWhereItIsRead(page: String, marked: String) {
    #expect(PageCode.marked(page) == marked)
  }

  @Test func pagesHaveNoBackticksInTheirText() throws {
    let experiment = try ExperimentReader.read(
      ExperimentByHand.text(
        [
          "{type: network_partition, start: 1s, duration: 4s, targets: [\"us-east-1 <-> eu-west-1\"]}",
          "{type: mixed_load, qps: 40, duration: 8s, keys: 5, level: ONE}",
        ], assertions: ["{metric: stale_read_rate, threshold: \"= 0%\"}"]), file: "a.yaml")
    let page = ReadPage(
      ExperimentPage(experiment, try experiment.run(seed: 1, isPictured: true), file: "a.yaml").text)
    #expect(page.problem == nil && page.all("code").contains { $0.text.hasPrefix("why ") })
    for element in page.all("p") + page.all("figcaption") + page.all("td") {
      #expect(!element.text.contains("`"), "\(element.text)")
    }
  }
}
