import Workbench

@testable import Language
@testable import Screen

/// One story, seen in every view at every size, in Unicode and in ASCII; and all that can lie over the views.
enum EveryViewScenes {
  private static let sizes = [(39, 9), (40, 10), (80, 24), (120, 40), (200, 60)].map { Size(columns: $0.0, rows: $0.1) }

  /// A write that a region misses, a hint that waits, a stale read, a repair, and a load.
  private static let story = """
    write cart milk at ALL
    load 100/s for 300ms keys 5 at LOCAL_QUORUM
    run 320ms
    cut us-east-1 eu-west-1
    crash ap2
    run 1500ms
    write cart eggs at LOCAL_QUORUM
    read cart at LOCAL_QUORUM in eu-west-1
    heal
    async write cart bread at QUORUM
    run 25ms
    """

  static let all = views + over

  private static let views = ViewName.allCases.flatMap { view in
    [false, true].map { isASCII in
      GoldenFrameTests.Scene(
        name: "view-\(view.rawValue)\(isASCII ? "-ascii" : "")", script: "\(story)\nzoom \(view.rawValue)",
        sizes: sizes,
        isASCII: isASCII)
    }
  }

  private static let usual = [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]

  private static let over: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "form", script: story, sizes: [Size(columns: 40, rows: 12)] + usual,
      keys: [.escape, .character("w")] + "oat milk".map { .character($0) }),
    GoldenFrameTests.Scene(
      name: "faults", script: story, sizes: usual, keys: [.escape, .character("o"), .character("f")]),
    GoldenFrameTests.Scene(
      name: "palette", script: story, sizes: usual,
      keys: [.escape, .control("p")] + "cut".map { .character($0) }),
    GoldenFrameTests.Scene(
      name: "branches", script: "\(story)\nback 20\nwrite cart tea at ALL\nfork other\nwrite cart jam", sizes: usual,
      keys: [.escape, .character("B")]),
    GoldenFrameTests.Scene(
      name: "comparison", script: "\(story)\nback 20\nwrite cart tea at ALL\ndiff main main~1", sizes: usual),
    GoldenFrameTests.Scene(
      name: "search", script: "\(story)\nview log", sizes: usual,
      keys: [.character("/")] + "cart".map { .character($0) }),
    GoldenFrameTests.Scene(
      name: "said", script: "\(story)\nsay \"The link is cut; both sides still accept writes. Who is right?\"",
      sizes: usual),
    GoldenFrameTests.Scene(
      name: "selected-link", script: story, sizes: usual, keys: [.escape, .character("o"), .down]),
  ]
}
