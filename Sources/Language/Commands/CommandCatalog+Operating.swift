extension CommandCatalog {
  /// What is decided about watching the cluster.
  static let operating: [CommandSpecification] = [
    CommandSpecification(
      "alert", .looking,
      usage: [
        "alert NAME when CONDITION [for DURATION] [severity page|ticket]",
        "  … [escalate after DURATION to WHOM]",
        "alert NAME escalate after DURATION to WHOM",
        "alert NAME off | acknowledged",
      ],
      "Makes an alert, which fires once a condition has held for a while without a break, and clears when it doesn't.",
      details: """
        It is judged at each event, and where a clock alone decides, at that very instant; only what looks at the whole history, or \
        compares all copies (`phi-consistency`), is judged once a second. Pending from the first moment on at which \
        the condition holds, firing after the duration, none when unsaid; a page when unsaid. Each indicator has three alerts from the \
        start, NAME-page, NAME-slow and NAME-ticket: its budget of bad events burns more than 14.4, 6 or 1 times too fast, over a long \
        and a short window at once. What fires again before it has been quiet for its long window is the same page. `show alerts` tells of all. Whoever is named is told when an alert has fired for so long and \
        nobody has acknowledged it. A new cluster has none but those that each has.
        """,
      examples: [
        "alert slow when lag.oldest > 5s for 10s severity ticket",
        "alert lag-page escalate after 15m to secondary", "alert lag-ticket off",
      ]
    ) { try $0.alert() },
    CommandSpecification(
      "when", .looking, usage: ["when ALERT [after DURATION] do COMMAND", "when ALERT off"],
      "Has a command carried out whenever an alert fires, at that instant or so much later if it fires still.",
      details: """
        What is done stands in the history with the alert as its cause. Any command will do that changes the cluster: a setting, a fault \
        or its end, a load's end, an operation, a repair. One alert can have several. What can't be carried out then is left out, \
        and said. After 100 times a remedy is left alone: what makes its own alert fire again would never end.
        """,
      examples: ["when availability-page after 30s do heal", "when lag-page do set read-repair off"]
    ) { try $0.remedy() },
  ]
}
