@testable import Screen

/// Golden frames of the views that have a whole screen for themselves.
enum ViewScenes {
  private static let cut = """
    write cart milk at ALL
    cut us-east-1 eu-west-1
    async write cart tea at ONE
    async write cart jam at ONE in eu-west-1
    run 50ms
    zoom space-time
    """

  static let all = map + spaceTime + clocks + repair + metrics + key + operations + schemes + timelines + path

  private static let inside = """
    write cart milk at ALL
    cut us1 us2
    cut us3 -> eu1
    hold eu-west-1 ap-south-1
    skew us3 by 250ms
    crash ap2
    run 3s
    """

  private static let map: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "map-faults-among-replicas", script: inside,
      sizes: [
        Size(columns: 40, rows: 10), Size(columns: 60, rows: 18), Size(columns: 80, rows: 24),
        Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
      ]),
    GoldenFrameTests.Scene(
      name: "map-faults-ascii", script: inside, sizes: [Size(columns: 80, rows: 24)], isASCII: true),
    GoldenFrameTests.Scene(
      name: "map-5x10",
      script: """
        cluster us-east-1:10 us-west-2:10 eu-west-1:10 ap-south-1:10 sa-east-1:10 rf=2
        write cart milk at QUORUM
        cut us-east-1 -> eu-west-1
        slow us-west-2 sa-east-1 by 200ms
        isolate use3
        crash ap9
        run 3s
        zoom map
        """, sizes: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
      keys: [.escape] + Array(repeating: .character("j"), count: 8)),
    GoldenFrameTests.Scene(
      name: "map-12x3",
      script: """
        cluster us-east-1:3 us-east-2:3 us-west-1:3 us-west-2:3 eu-west-1:3 eu-central-1:3 ap-southeast-1:3 \
        ap-southeast-2:3 ap-northeast-1:3 sa-east-1:3 af-south-1:3 me-south-1:3 rf=1
        write cart milk at ONE
        partition us-east-1 us-east-2 | eu-west-1
        run 3s
        """, sizes: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]),
  ]

  /// What stands between clients and coordinators, as the map has it: in words where there is room, and as signs.
  private static let path: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "map-client-path",
      script: """
        set edge-ttl 60s
        set dns-ttl 10s
        set health-check 1s failures 1
        set balancer-check 1s failures 1
        set throttle 10/s burst 3
        set breaker 50% of 1 open 60s trials 1
        crash us-east-1
        crash ap1
        run 5s
        read cart in eu-west-1
        read tea in eu-west-1
        set failover local
        read cart in us-east-1
        """, sizes: [Size(columns: 60, rows: 18), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  ]

  /// A reply before its post, a daemon that stands still, and a merge that went backwards.
  private static let timelines: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "timelines",
      script: """
        follow bob alice in us-east-1
        followers alice 1000000
        follow carol alice in eu-west-1
        follow carol bob
        post alice hello
        run 1s
        timeline bob
        post bob indeed
        run 1s
        timeline carol
        set pull-above 1000
        cut us-east-1 -> eu2
        cut ap-south-1 -> eu2
        post alice again at LOCAL_QUORUM
        run 1s
        timeline carol
        crash eu1
        timeline carol
        zoom timelines
        """, sizes: [Size(columns: 60, rows: 18), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  ]

  /// Replicas that aren't all alike, with a follower or a cache behind.
  private static let schemes: [GoldenFrameTests.Scene] = [
    (
      "streams",
      "cluster us-east-1:3 eu-west-1:3 scheme=streams\nset follower-delay 475ms\nwrite cart milk\nrun 100ms\ncrash eu1"
    ),
    (
      "log",
      "cluster us-east-1:3 eu-west-1:3 scheme=log\nwrite cart milk at ACKS_ALL\ncut us1 us3\nrun 20s\nwrite cart eggs at ACKS_1"
    ),
    (
      "primary-cache",
      "cluster us-east-1:4 eu-west-1:4 scheme=primary-cache\nwrite cart milk\nrun 1s\nread cart in eu-west-1\nwrite cart eggs"
    ),
  ].map { name, script in
    GoldenFrameTests.Scene(
      name: "scheme-\(name)", script: script,
      sizes: [Size(columns: 60, rows: 18), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
      keys: [.escape, .character("2"), .character("j")])
  }

  private static let spaceTime: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "space-time", script: cut,
      sizes: [
        Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40),
        Size(columns: 200, rows: 60),
      ]),
    GoldenFrameTests.Scene(
      name: "light-cone", script: cut, sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
      keys: Array(repeating: .up, count: 6)),
    GoldenFrameTests.Scene(
      name: "space-time-by-region",
      script: """
        cluster us-east-1:4 us-west-2:4 eu-west-1:4 ap-south-1:4 sa-east-1:4 rf=3
        async write cart eggs at QUORUM
        async write list tea at ONE in eu-west-1
        run 100ms
        zoom space-time
        """, sizes: [Size(columns: 80, rows: 24)], keys: [.character("a")]),
    GoldenFrameTests.Scene(
      name: "space-time-ascii", script: cut, sizes: [Size(columns: 80, rows: 24)], isASCII: true, keys: [.up]),
  ]

  private static let clocks: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "clocks", script: cut + "\nzoom clocks",
      sizes: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]),
    GoldenFrameTests.Scene(
      name: "clocks-siblings",
      script: """
        set conflict siblings
        write cart milk at ALL
        cut us-east-1 eu-west-1
        write cart eggs in eu-west-1
        write cart "\\t{豆腐}"
        delete cart in ap-south-1
        run 3s
        zoom clocks
        """, sizes: [Size(columns: 80, rows: 24)], keys: [.enter, .down, .down]),
  ]

  private static let differing = """
    load 200/s for 2s keys 40 write 100% at LOCAL_QUORUM
    cut us-east-1 eu-west-1
    set hints off
    run 3s
    set hints on
    crash ap2
    write k1 x at LOCAL_QUORUM in ap-south-1
    run 3s
    write k1 y at LOCAL_QUORUM in ap-south-1
    zoom repair
    """

  private static let repair: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "repair-before", script: differing,
      sizes: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24)], keys: [.down]),
    GoldenFrameTests.Scene(
      name: "repair-streaming", script: differing + "\nheal\nset anti-entropy 30s\nrun 30120ms",
      sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]),
    GoldenFrameTests.Scene(
      name: "repair-level", script: "write cart milk at ALL\nzoom repair", sizes: [Size(columns: 80, rows: 24)]),
  ]

  private static let busy = """
    load 200/s for 10s keys 50 write 50% at LOCAL_QUORUM
    run 3s
    cut us-east-1 eu-west-1
    run 3s
    heal
    run 1s
    zoom metrics
    """

  private static let metrics: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "metrics", script: busy,
      sizes: [
        Size(columns: 40, rows: 10), Size(columns: 60, rows: 20), Size(columns: 80, rows: 24),
        Size(columns: 120, rows: 40),
      ]),
    GoldenFrameTests.Scene(
      name: "metrics-selected", script: busy, sizes: [Size(columns: 80, rows: 24)], keys: [.down, .down]),
    GoldenFrameTests.Scene(
      name: "metrics-ascii", script: busy, sizes: [Size(columns: 80, rows: 24)], isASCII: true),
  ]

  private static let apart = """
    cut us-east-1 eu-west-1
    add cart eggs in eu-west-1
    remove cart milk
    increment likes by 2 in eu-west-1
    decrement likes
    run 1s
    """

  private static let key: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "key-set", script: "type cart or-set\ntype likes counter\nadd cart milk at ALL\n\(apart)\nselect cart",
      sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)], keys: [.character("2"), .down]),
    GoldenFrameTests.Scene(
      name: "key-counter", script: "type cart or-set\ntype likes counter\nadd cart milk at ALL\n\(apart)\nzoom key",
      sizes: [Size(columns: 80, rows: 24)]),
    GoldenFrameTests.Scene(
      name: "key-siblings",
      script: """
        set conflict siblings
        write cart milk at ALL
        cut us-east-1 eu-west-1
        write cart "eggs\u{202E}x" in eu-west-1
        write cart "é\u{301} 豆腐"
        delete cart in ap-south-1
        run 1s
        crash eu2
        zoom key
        """, sizes: [Size(columns: 40, rows: 14), Size(columns: 80, rows: 24)], keys: [.down, .down, .down, .down]),
    GoldenFrameTests.Scene(
      name: "key-tombstone",
      script:
        "write cart milk at ALL\nwrite cart eggs ttl 10s\nrun 1s\ndelete cart at ONE in eu-west-1\nrun 30ms\nzoom key",
      sizes: [Size(columns: 80, rows: 24)], keys: [.down, .down, .down, .down]),
  ]

  private static let outcomes = """
    write cart milk at ALL
    write cart eggs at ONE
    read cart at ONE in eu-west-1
    read cart at QUORUM in eu-west-1
    cut us-east-1 eu-west-1
    write cart tea at ALL
    run 1s
    write cart tea at ALL
    read "買い物" at ONE
    zoom operations
    """

  private static let operations: [GoldenFrameTests.Scene] = [
    GoldenFrameTests.Scene(
      name: "operations", script: outcomes,
      sizes: [Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
      keys: [.up, .up]),
    GoldenFrameTests.Scene(
      name: "operation-messages", script: outcomes, sizes: [Size(columns: 80, rows: 24)],
      keys: [.up, .up, .up, .up, .up, .enter]),
    GoldenFrameTests.Scene(
      name: "why", script: "write cart milk\nread cart in eu-west-1",
      sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
      keys: [.escape, .character("y"), .character("j"), .character("j")]),
  ]
}
