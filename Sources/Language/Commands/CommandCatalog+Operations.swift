import Kernel
import Replication

extension CommandCatalog {
  static let operations: [CommandSpecification] = [
    CommandSpecification(
      "write", aliases: ["put"], .operations,
      usage: [
        "write KEY VALUE [at LEVEL] [in REGION | as CLIENT] [via REPLICA] [timestamp N]",
        "write KEY VALUE … [ttl DURATION] [blind | context N]",
        "write KEY VALUE if absent | if value == VALUE [at SERIAL | at LOCAL_SERIAL] …",
      ],
      "Writes a value; virtual time runs until the answer.",
      details: """
        A write goes to all owners of the key, whatever the level, which says how many must acknowledge it before the \
        client is answered; ONE when unsaid. It is issued by the first region's client, or by the one of a region, or \
        by a client; its coordinator is the nearest replica that the client can reach, or the one after via. A timestamp \
        in microseconds takes the place of the clock that gives it (see `set timestamps`). Where a key keeps siblings a write replaces what its \
        client had seen with its latest answer for the key; blind: nothing; context N: what operation N's answer carried. \
        With ttl the value expires, and is a tombstone from then on: its end is set by its coordinator's clock, and judged by that of \
        each replica that looks at its copy, and of the coordinator of a read. A write with a condition is a lightweight \
        transaction (Paxos in four round trips): it is carried out only if the condition holds, which a majority \
        decides, of all owners at SERIAL, of the coordinator's region at LOCAL_SERIAL; SERIAL when unsaid.
        """,
      examples: [
        "write cart milk at QUORUM", "put cart \"two eggs\" at ONE in eu-west-1", "write lock alice if absent",
      ]
    ) { .operate(try $0.operation(.write), isAsync: false) },
    CommandSpecification(
      "read", aliases: ["get"], .operations, usage: ["read KEY [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Reads a key; virtual time runs until the answer.",
      details: """
        A read asks as many of the nearest owners as the level says: the first for data, the others for digests. Where \
        they differ it asks again for data, answers with the newest, and repairs the stale ones (set read-repair). At \
        SERIAL or LOCAL_SERIAL it first finishes what a transaction has left half done.
        """,
      examples: ["read cart at ONE in eu-west-1", "get cart at QUORUM via eu2"]
    ) { .operate(try $0.operation(.read), isAsync: false) },
    CommandSpecification(
      "delete", .operations, usage: ["delete KEY [at LEVEL] [in REGION | as CLIENT] [via REPLICA] [timestamp N]"],
      "Deletes a key, or a column of a row, by writing a tombstone.", examples: ["delete cart at QUORUM"]
    ) { .operate(try $0.operation(.delete), isAsync: false) },
    CommandSpecification(
      "add", .operations, usage: ["add KEY ELEMENT [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Adds an element to a set.",
      details: "The key needs a set's type: `type cart or-set`.", examples: []
    ) { .operate(try $0.operation(.add), isAsync: false) },
    CommandSpecification(
      "remove", .operations, usage: ["remove KEY ELEMENT [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Removes an element from a set; to remove what isn't there is ok and changes nothing.",
      details: "The key needs a set's type: `type cart or-set`.", examples: []
    ) { .operate(try $0.operation(.remove), isAsync: false) },
    CommandSpecification(
      "increment", .operations, usage: ["increment KEY [by N] [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Adds to a counter, 1 when unsaid.",
      details: "The key needs a counter's type: `type likes counter`.", examples: []
    ) { .operate(try $0.operation(.increment), isAsync: false) },
    CommandSpecification(
      "decrement", .operations, usage: ["decrement KEY [by N] [at LEVEL] [in REGION | as CLIENT] [via REPLICA]"],
      "Subtracts from a counter, 1 when unsaid.",
      details: "The key needs the type counter; a g-counter only grows.", examples: []
    ) { .operate(try $0.operation(.increment, isNegative: true), isAsync: false) },
    CommandSpecification(
      "async", .operations,
      usage: [
        "async write …", "async read …", "async delete …", "async add …", "async repair …",
        "async consume …", "async post …", "async timeline …",
      ],
      "Issues an operation, or begins a round of repair, and goes on at once.",
      examples: ["async write cart milk at ALL"]
    ) { reader in
      let word = try reader.keyword(
        ["write", "put", "read", "get", "delete", "add", "remove", "increment", "decrement", "repair"]
          + (reader.context.has(.logs) ? ["consume"] : [])
          + (reader.context.has(.timelines) ? ["post", "timeline"] : []))
      if word == "post" { return .operate(try reader.post(), isAsync: true) }
      if word == "timeline" { return .operate(try reader.timelineQuestion(), isAsync: true) }
      if word == "consume" { return .operate(try reader.consumption(), isAsync: true) }
      if word == "repair", case .repair(let pairs, let key, _) = try reader.repair() {
        return .repair(pairs: pairs, key: key, isAsync: true)
      }
      let kind: OperationKind =
        switch word {
        case "put": .write
        case "get": .read
        case "decrement": .increment
        default: OperationKind(rawValue: word) ?? .read
        }
      return .operate(try reader.operation(kind, isNegative: word == "decrement"), isAsync: true)
    },
    CommandSpecification(
      "await", .operations, usage: ["await"],
      "Runs until every operation in flight has been answered; loads don't count.",
      examples: ["await"]
    ) { _ in .await },
    CommandSpecification(
      "load", .operations,
      usage: [
        "load RATE [to RATE] for DURATION [write SHARE] [keys N] [zipf S] [at LEVEL | at WRITES/READS] [poisson] [size BYTES]",
        "     [clients N] [in REGION | as CLIENT [hop REGION …]] [via REPLICA]", "load stop",
      ],
      "Issues operations in the background while time runs; it does not run time itself.",
      details: """
        The regions' clients in turn read and write the keys k0, k1 …; 50% writes, 100 keys and ONE when unsaid. \
        A rate that goes to another one does so evenly. Arrivals are evenly spaced unless poisson; keys are chosen evenly \
        unless zipf. Each written value is unique. With clients N so many of each region ask in turn, REGION, REGION~2, REGION~3 …, each \
        with a session and a bucket of retries of its own; a region's circuit breaker is theirs together. With hop a client asks from \
        one region after another. `load stop` ends all loads.
        """,
      examples: [
        "load 1000/s for 60s write 90% keys 500 zipf 1.1 at LOCAL_QUORUM", "load 10/s to 100/s for 15m",
        "load 100/s for 10s clients 20", "load stop",
      ]
    ) { reader in
      if try reader.optionalKeyword("stop") != nil { return .input(.stopLoads) }
      return .input(.load(try reader.workload()))
    },
  ]
}
