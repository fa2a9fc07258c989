import Foundation

/// The lessons that come with the program.
public enum LessonFolder {
  /// Where their files are: beside the program where it was built, below its `share` where it was installed; nil if they
  /// were left behind.
  public static var url: URL? {
    let program = Bundle.main.bundleURL
    let places = ["eventually_Lessons.resources/lessons", "../share/eventually/lessons"]
    return places.map { program.appendingPathComponent($0).standardizedFileURL }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }
}
