import Kernel
import Replication

extension SettingCatalog {
  /// Those of what stands between clients and coordinators, under every scheme.
  static let ofClientPath: [SettingSpecification] = [
    SettingSpecification(
      name: .authentication, usage: "DELAY", standard: "0ms",
      summary: "How long a gateway takes to find out who asks.",
      source: "None: 10 ms at the 99th percentile is stated for DynamoDB's set-up, see its profile."
    ) { .path(.authentication(try $0.distribution())) },
    SettingSpecification(
      name: .balancerCheck, usage: "DURATION failures N | off", standard: "off",
      summary: """
        How often a region's load balancer checks its replicas, and how many failures in a row it takes; off: it knows. Where it \
        believes nobody well it asks anybody: it fails open.
        """,
      source: "AWS Application Load Balancer: every 30s."
    ) { .path(.balancerCheck(try $0.healthCheck())) },
    SettingSpecification(
      name: .breaker, usage: "SHARE of N open DURATION trials N | off", standard: "off",
      summary: """
        At which share of failures among the last N calls a region's clients stop asking, for how long, and by how many calls they \
        try then. It is not judged before there are N; what it refuses is rejected, at once.
        """,
      source: "resilience4j: 50% of 100 open 60s trials 10."
    ) { .path(.breaker(try $0.breaker())) },
    SettingSpecification(
      name: .edgeDelay, usage: "DELAY", standard: "0ms",
      summary: "How long an edge cache takes for each request.",
      source: "None: 50 ms for a hit is stated for DynamoDB's set-up, see its profile."
    ) { .path(.edgeDelay(try $0.distribution())) },
    SettingSpecification(
      name: .edgeErrorTTL, usage: "DURATION", standard: "10s",
      summary: "For how long an edge cache serves an error that came by.",
      source: "CloudFront: error caching minimum TTL 10s."
    ) { .path(.edgeErrorTTL(try $0.duration())) },
    SettingSpecification(
      name: .edgeTTL, usage: "DURATION | off", standard: "off",
      summary: """
        For how long an edge cache before each region's clients serves the answer that came by last for a key, whatever the level. \
        Writes pass it by and leave it as it is; reads of a session with guarantees pass it by, too.
        """,
      source: "CloudFront: 24h unless the origin says otherwise."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .path(.edgeTTL(nil)) }
      return .path(.edgeTTL(try reader.positiveDuration()))
    },
    SettingSpecification(
      name: .gatewayDelay, usage: "DELAY", standard: "0ms",
      summary: "How long a region's gateway takes for each request.",
      source: "None: 29 ms at the 99th percentile is stated for DynamoDB's set-up, see its profile."
    ) { .path(.gatewayDelay(try $0.distribution())) },
    SettingSpecification(
      name: .healthCheck, usage: "DURATION failures N | off", standard: "off",
      summary: """
        How often the name server checks regions, and how many checks in a row must fail before it no longer gives one, and pass \
        before it does again; in force while `dns-ttl` is set.
        """,
      source: "Route 53: every 30s (or 10s), failure threshold 3."
    ) { .path(.healthCheck(try $0.healthCheck())) },
    SettingSpecification(
      name: .hedge, usage: "DURATION | Np | off", standard: "off",
      summary: """
        After what time a client asks the next nearest coordinator of the region, too, for a read that isn't answered; 95p is the \
        time within which 95 of the last 100 to 1,000 reads of that region's clients were.
        """,
      source: "Dean and Barroso, The Tail at Scale (2013): the 95th percentile."
    ) { .path(.hedge(try $0.hedge())) },
    SettingSpecification(
      name: .idempotencyKeys, usage: "on | off", standard: "off",
      summary: """
        Whether an update carries a key by which a store knows it again, for 10m: what an attempt before made is not made \
        again. Transactions go without.
        """,
      source: "DynamoDB: ClientRequestToken, 10 minutes."
    ) { .path(.idempotencyKeys(try $0.keyword("on", "off") == "on")) },
    SettingSpecification(
      name: .nameTTL, usage: "DURATION | off", standard: "off",
      summary: """
        For how long resolvers keep what the name server gave them: the nearest region of those that it believes well. Each \
        region's clients ask 1,000 resolvers, whose names are of all ages. A region that is cut off from all others is then cut off \
        from outside, too, where all clients stand, also its own. Off: clients stand in their region, and know whom they can reach.
        """,
      source: "Route 53: 60s for alias records."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .path(.nameTTL(nil)) }
      return .path(.nameTTL(try reader.duration(.milliseconds(1)...(.hours(48)))))
    },
    SettingSpecification(
      name: .queue, usage: "N", standard: "1024",
      summary: "How many requests wait before a replica at most, where serving takes time; see `shed`.",
      source: "None: Cassandra 4.1 has native_transport_max_threads 128, and no bound on its queue."
    ) { .queue(try $0.wholeNumber(1...1_000_000)) },
    SettingSpecification(
      name: .retries,
      usage:
        "none | legacy | standard-2020 | standard-2026 | N base DURATION cap DURATION [jitter full|none] [budget N]",
      standard: "none",
      summary: """
        What a client does when an attempt fails: N retries after waits that double from the base up to the cap, of which full \
        jitter takes an even share; a budget of N tokens of which a retry takes 14, 5 after throttling. The named ones are AWS's \
        SDKs'; legacy is 10 retries from 50ms up to 25s, without a budget. Each attempt has the whole timeout.
        """,
      source: "AWS SDKs: mode standard, 3 attempts; 100ms and 500 tokens before November 2026, 50ms since."
    ) { .path(.retries(try $0.retryPolicy())) },
    SettingSpecification(
      name: .routing, usage: "nearest | sticky | fresh", standard: "nearest",
      summary: """
        Which region a client turns to, of those that names lead to: the nearest; the one it was with before; or, for reads, the \
        nearest where some replica holds the newest that any holds.
        """,
      source: "Route 53: latency and geographic routing."
    ) { .path(.routing(Routing(rawValue: try $0.keyword(Routing.allCases.map(\.rawValue))) ?? .nearest)) },
    SettingSpecification(
      name: .shed, usage: "fifo | lifo | deadline", standard: "fifo",
      summary: """
        What a replica whose queue is long does: it works in order, also for clients that have given up, and refuses what doesn't \
        fit; works on the latest first, and drops the oldest; or drops what it could not answer within the timeout.
        """,
      source: "Cassandra 4.1 drops what is past its timeout (dropped messages)."
    ) { .shed(Shedding(rawValue: try $0.keyword(Shedding.allCases.map(\.rawValue))) ?? .fifo) },
    SettingSpecification(
      name: .throttle, usage: "RATE [burst N] | off", standard: "off",
      summary: """
        How many requests a second each region's gateway lets through; the bucket holds a second's worth unless a burst is named, \
        and is full at the start. What finds no token is throttled.
        """,
      source: "AWS API Gateway: 10000/s, burst 5000."
    ) { .path(.throttle(try $0.throttle())) },
  ]
}
