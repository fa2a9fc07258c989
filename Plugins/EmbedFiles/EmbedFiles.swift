import Foundation
import PackagePlugin

/// Compiles the text files of a target's folder `Files` into it, so that the program runs wherever it is copied alone.
///
/// The target gets an `EmbeddedFiles.all`: their paths within the folder, and their texts.
@main struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL.appending(path: "Files").resolvingSymlinksInPath()
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let files = names.map { folder.appending(path: $0) }.filter { !$0.hasDirectoryPath && !isFolder($0) }
    return [
      .buildCommand(
        displayName: "Embedding the files of \(target.name)", executable: try context.tool(named: "embed-files").url,
        arguments: [folder.path, output.path], inputFiles: files, outputFiles: [output])
    ]
  }

  private func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
