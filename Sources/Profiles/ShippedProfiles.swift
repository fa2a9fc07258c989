/// The profiles that are compiled into the program: production systems as data, a folder each.
///
/// A folder without a `setup.ev` holds figures that belong to no one system: those of consistency levels, for one.
public enum ShippedProfiles {
  /// The files of one folder.
  public struct Folder: Sendable {
    /// The folder's name, which is the profile's.
    public let name: String
    /// `setup.ev`: commands that begin its cluster and choose its settings; nil where there is no cluster.
    public let setUp: String?
    /// `page.md`: what it is, in words.
    public let page: String
    /// `calibration.yaml`: its figures, and the workloads that measure them.
    public let calibration: String
  }

  /// The file of prices, `prices.yaml`.
  public static let prices = EmbeddedFiles.all.first { $0.path == "prices.yaml" }?.text ?? ""

  /// All folders, in the order of their names.
  public static let all: [Folder] = {
    let files = Dictionary(uniqueKeysWithValues: EmbeddedFiles.all.map { ($0.path, $0.text) })
    let names = Set(
      EmbeddedFiles.all.map(\.path).filter { $0.hasSuffix("/page.md") }.map { $0.dropLast("/page.md".count) })
    return names.sorted().map { name in
      Folder(
        name: String(name), setUp: files["\(name)/setup.ev"], page: files["\(name)/page.md"] ?? "",
        calibration: files["\(name)/calibration.yaml"] ?? "")
    }
  }()
}
