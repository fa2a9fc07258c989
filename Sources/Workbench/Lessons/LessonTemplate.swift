import Language

/// What `eventually lessons new` writes: a small lesson that passes `lessons check`, to begin with.
public enum LessonTemplate {
  /// The lines of the file.
  public static let lines = """
    ---
    title: A title of a few words
    summary: What one knows afterwards, in one sentence.
    chapter: My lessons
    minutes: 5
    prerequisites: []
    sources: ["Somebody, something, section"]
    ideas:
      - a write waits for one replica :: count(write level=ONE) >= 1
      - replicas that missed a write are brought level by reads :: setting(read-repair) != off
    ---
    A concrete story: who wants what, and what could go wrong?

    ```setup
    write cart milk at ALL
    ```

    ## The first step

    Say what to do, and every condition of the goal. The milk is everywhere. Now
    write eggs, and wait for one replica only.

    ```predict
    After how long is the write acknowledged?
    run: write cart eggs at ONE
    - about a millisecond :: last.latency < 10ms
    - as long as a message to Europe and back takes :: last.latency >= 10ms
    ```

    ```goal
    eggs were written and acknowledged :: last.value == eggs and last.outcome == ok
    one answer was enough :: last.level == ONE
    ```

    ```hint
    The prompt opens with `:`. A write is `write KEY VALUE at LEVEL`.
    ```

    ```solution
    write cart eggs at ONE
    ```

    ```wrong waiting for everybody
    write cart eggs at ALL
    ```

    ```also through another replica
    write cart eggs at ONE via us2
    ```

    > It took {last.latency}. In Cassandra this is consistency level ONE.

    ## What a rate needs

    Where a rate or a percentage is the point, the learner chooses settings, and
    the tool plays: type `trial`, and a sealed workload judges the cluster as it
    is, under many seeds. Bring stale copies level, and try it.

    ```setup
    set read-repair off
    ```

    ```trial
    seeds: 5
    share: 80%
    run: load 200/s for 2s write 50% keys 5 at QUORUM
    run: run 1s
    - reads bring stale copies level :: repairs.read >= 1
    ```

    ```hint
    Look at `help read-repair`.
    ```

    ```solution
    set read-repair blocking
    trial
    ```

    ```wrong leaving all as it is
    trial
    ```

    > Under the first seed and under all others the workload is the same for everybody.
    """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

extension Lesson {
  /// The line of `lessons --json`.
  public func json(stepsDone: Int) -> String {
    JSONText.object([
      .init("name", .string(name)), .init("title", .string(title)), .init("chapter", .string(chapter)),
      .init("summary", .string(summary)), .init("minutes", .integer(Int64(minutes))),
      .init("prerequisites", .array(prerequisites.map { .string($0) })), .init("steps", .integer(Int64(steps.count))),
      .init("stepsDone", .integer(Int64(stepsDone))),
    ]).text
  }
}
