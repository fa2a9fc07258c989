import Foundation

/// Folders that only their owner can look into: others on the machine need not see what was tried here.
enum PrivateFolder {
  /// Makes the folder in which a file is to lie, and those above it, where they aren't there yet.
  ///
  /// - Throws: a ``FileProblem`` that names the file if one can't be made.
  static func make(for path: String) throws(FileProblem) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FileProblem(path, "its folder can't be made")
    }
  }
}
