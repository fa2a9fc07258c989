/// The drills that are compiled into the program: incidents to be worked through, a folder each.
public enum ShippedDrills {
  /// The files of one folder.
  public struct Folder: Sendable {
    /// The folder's name, which is the drill's.
    public let name: String
    /// `drill.yaml`: the story, what there is to choose from, and what the original was.
    public let page: String
    /// `scene.ev`: what happens if nobody does anything.
    public let scene: String
    /// `solution.txt`: lines as somebody types them who knows what to do.
    public let solution: String
  }

  /// All folders, in the order of their names.
  public static let all: [Folder] = {
    let files = Dictionary(uniqueKeysWithValues: EmbeddedFiles.all.map { ($0.path, $0.text) })
    let suffix = "/drill.yaml"
    return EmbeddedFiles.all.map(\.path).filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
      .sorted().map { name in
        Folder(
          name: name, page: files["\(name)\(suffix)"] ?? "", scene: files["\(name)/scene.ev"] ?? "",
          solution: files["\(name)/solution.txt"] ?? "")
      }
  }()
}
