import Foundation
import Testing

@testable import Workbench

/// Files that are written: whole or not at all, and never in place of something that is no file.
@Suite struct OutputFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("eventually-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }
  private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  @Test func aFileHasItsNameOnceItIsWhole() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try OutputFile.write("old\n", to: path("a"))
    let file = try OutputFile(path("a"))
    file.write("new\n".utf8)
    #expect(try text("a") == "old\n")
    try file.close()
    #expect(try text("a") == "new\n")
    #expect(names == ["a"])
  }

  @Test func whatComesToNothingLeavesEverythingAsItWas() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try OutputFile.write("old\n", to: path("a"))
    try "mine\n".write(toFile: path("a.part"), atomically: false, encoding: .utf8)
    do {
      let file = try OutputFile(path("a"))
      file.write("half".utf8)
      #expect(names.count == 3)
    }
    #expect(try text("a") == "old\n" && text("a.part") == "mine\n")
    #expect(names == ["a", "a.part"])
  }

  @Test func linksAreFollowedAndStay() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(atPath: path("sub"), withIntermediateDirectories: true)
    try "old\n".write(toFile: path("sub/real"), atomically: false, encoding: .utf8)
    #expect(symlink("sub/middle", path("link")) == 0 && symlink("real", path("sub/middle")) == 0)
    #expect(symlink("sub/fresh", path("dangling")) == 0)
    try OutputFile.write("new\n", to: path("link"))
    try OutputFile.write("first\n", to: path("dangling"))
    #expect(try text("sub/real") == "new\n" && text("sub/fresh") == "first\n")
    for link in ["link", "dangling", "sub/middle"] {
      #expect(
        try FileManager.default.attributesOfItem(atPath: path(link))[.type] as? FileAttributeType == .typeSymbolicLink)
    }
    #expect(symlink("round", path("round")) == 0)
    #expect(throws: FileProblem.self) { try OutputFile.write("x", to: path("round")) }
  }

  @Test func whatIsNoFileIsRefusedAndStays() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    #expect(symlink("/dev/null", path("null")) == 0)
    try FileManager.default.createDirectory(atPath: path("sub"), withIntermediateDirectories: true)
    for (name, words) in [("pipe", "a named pipe"), ("null", "a device"), ("sub", "a folder")] {
      let problem = #expect(throws: FileProblem.self) { try OutputFile.write("x", to: path(name)) }
      #expect(problem?.sentence.contains(words) == true, "\(name)")
    }
    for name in ["/dev/null", "/dev/full", "", path("no/such/folder")] {
      #expect(throws: FileProblem.self, "\(name)") { try OutputFile.write("x", to: name) }
    }
    #expect(names == ["null", "pipe", "sub"])
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func aFileKeepsItsPermissions() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try OutputFile.write("old\n", to: path("a"))
    #expect(chmod(path("a"), 0o640) == 0)
    try OutputFile.write("new\n", to: path("a"))
    #expect(try FileManager.default.attributesOfItem(atPath: path("a"))[.posixPermissions] as? Int == 0o640)
  }

  @Test func aLongNameIsNoProblem() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = String(repeating: "n", count: 255)
    try OutputFile.write("x", to: path(name))
    #expect(names == [name])
  }
}
