/// The templates and the style sheet that are compiled into the program: all pages that it writes are made of them.
public enum PageFiles {
  /// The templates of `pages/`: their names, in order, and their texts.
  public static var templates: [(name: String, text: String)] { files(endingIn: ".mustache") }

  /// The style sheets of `pages/`: their names, in order, and their texts.
  public static var styles: [(name: String, text: String)] { files(endingIn: ".css") }

  /// The scripts of `pages/`, for pages that play: their names, in order, and their texts.
  public static var scripts: [(name: String, text: String)] { files(endingIn: ".js") }

  private static func files(endingIn ending: String) -> [(name: String, text: String)] {
    EmbeddedFiles.all.filter { $0.path.hasSuffix(ending) }.map { (String($0.path.dropLast(ending.count)), $0.text) }
  }
}
