/// The lessons that are compiled into the program.
public enum ShippedLessons {
  /// The files of `lessons/` that hold one: their names, in order, and their texts.
  public static var all: [(name: String, text: String)] {
    EmbeddedFiles.all.filter { $0.path.hasSuffix(".md") && $0.path != "README.md" }
      .map { (String($0.path.dropLast(".md".count)), $0.text) }
  }

  /// `lessons/README.md`: how a lesson is written.
  public static var guide: String { EmbeddedFiles.all.first { $0.path == "README.md" }?.text ?? "" }

  /// The demos in `lessons/demos`, by their names.
  public static var demos: [(name: String, text: String)] {
    EmbeddedFiles.all.filter { $0.path.hasPrefix("demos/") && $0.path.hasSuffix(".ev") }
      .map { (String($0.path.dropFirst("demos/".count).dropLast(".ev".count)), $0.text) }
  }

  /// The demo that a word means: `zombie`, `zombie.ev`, or its path in the sources; nil if there is none.
  public static func demo(_ word: String) -> String? {
    let folder = "lessons/demos/"
    let name = word.hasPrefix(folder) ? word.dropFirst(folder.count) : word[...]
    return demos.first { $0.name == name || "\($0.name).ev" == name }?.text
  }

  /// The scripts with open numbers in `lessons/maps`, by their names.
  public static var maps: [(name: String, text: String)] {
    EmbeddedFiles.all.filter { $0.path.hasPrefix("maps/") && $0.path.hasSuffix(".ev") }
      .map { (String($0.path.dropFirst("maps/".count).dropLast(".ev".count)), $0.text) }
  }
}
