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
