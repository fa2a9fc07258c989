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
      - ALL needs every copy :: alive(us3)
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

    Where a rate or a percentage is the point, the learner sets things up, and the
    tool plays: `trial` has a sealed workload judge the cluster as it is, under
    many seeds. One machine is down. Have 99 of 100 requests at ALL answered.

    ```setup
    crash us3
    run 2s
    ```

    ```trial
    seeds: 5
    share: 80%
    run: load 50/s for 2s write 50% keys 5 at ALL
    run: run 3s
    - 99 of 100 requests are answered :: availability >= 99%
    ```

    ```hint
    ALL waits for every copy.
    ```

    ```solution
    restart us3
    run 2s
    trial
    ```

    ```wrong leaving all as it is
    trial
    ```

    > In Cassandra a write at ALL fails as soon as one replica is down.
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
