/// The experiments that are compiled into the program.
public enum ShippedExperiments {
  /// The files of `experiments/` that hold one: their names, in order, and their texts.
  public static var all: [(name: String, text: String)] {
    EmbeddedFiles.all.filter { $0.path.hasSuffix(".yaml") }
      .map { (String($0.path.dropLast(".yaml".count)), $0.text) }
  }
}
