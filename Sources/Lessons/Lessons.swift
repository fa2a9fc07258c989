import Foundation

/// The lessons that come with the program.
public enum Lessons {
  /// Where their files are: beside the program where it was built, below its `share` where it was installed; nil if they
  /// were left behind.
  public static var folder: URL? {
    let program = Bundle.main.bundleURL
    let places = ["eventually_Lessons.resources/lessons", "../share/eventually/lessons"]
    return places.map { program.appendingPathComponent($0).standardizedFileURL }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }
}
