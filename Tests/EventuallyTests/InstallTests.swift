import Foundation
import Testing

/// `make install` and `make uninstall`, of the program as it is built, into a folder of the test's own.
@Suite struct InstallTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func make(_ goal: String, _ folder: Folder) throws -> BuiltBinary.Result {
    try BuiltBinary.shell(
      "make -s -C '\(Self.root.path)' \(goal) BINARY=\"$0\" DESTDIR='\(folder.path("dest"))' PREFIX=/opt/it 2>&1")
  }

  private func files(_ folder: Folder) -> Set<String> {
    let all = FileManager.default.enumerator(atPath: folder.path("dest/opt/it"))?.compactMap { $0 as? String } ?? []
    return Set(all)
  }

  @Test func whatIsInstalledRunsAndUninstallLeavesNothing() throws {
    let folder = try Folder()
    let installed = try make("install", folder)
    #expect(installed.status == 0, "\(installed.output)")
    let files = files(folder)
    for file in [
      "bin/eventually", "share/man/man1/eventually.1", "share/man/man1/eventually-run.1",
      "share/man/man5/eventually-script.5", "share/man/man7/eventually-facts.7",
      "share/bash-completion/completions/eventually", "share/zsh/site-functions/_eventually",
      "share/fish/vendor_completions.d/eventually.fish",
    ] {
      #expect(files.contains(file), "\(file)")
    }
    let program = folder.url.appendingPathComponent("dest/opt/it/bin/eventually")
    let played = try BuiltBinary.run(program, ["run", "zombie"], in: folder.url)
    #expect(played.status == 0 && played.lines.last?.contains("expectations held") == true, "\(played.errors)")

    // What belongs to somebody else stays, and so does its folder.
    try folder.write("dest/opt/it/share/man/man1/else.1", ".TH ELSE 1\n")
    #expect(try make("uninstall", folder).status == 0)
    #expect(self.files(folder) == ["share", "share/man", "share/man/man1", "share/man/man1/else.1"])
    try FileManager.default.removeItem(atPath: folder.path("dest/opt/it/share/man/man1/else.1"))
    #expect(try make("uninstall", folder).status == 0)
    #expect(self.files(folder).isEmpty)
  }

  @Test func demosAreListedAndKnownByName() throws {
    let list = try BuiltBinary.run(["demos"])
    for demo in [
      "dirty-quorum", "shopping-cart", "monotonic-reads", "zombie", "hint-overflow", "clock-skew", "counters",
      "local-quorum", "retry-storm", "the-incident",
    ] {
      #expect(list.lines.contains { $0.hasPrefix("\(demo) ") }, "\(demo)")
      let text = try BuiltBinary.run(["demos", demo]).output
      for word in ["say ", "beat", "mark ", "view ", "note ", "expect "] {
        #expect(text.contains("\n\(word)"), "\(demo) has no `\(word)`")
      }
    }
    let near = try BuiltBinary.run(["demos", "zombi"])
    #expect(near.status == 66 && near.errors.contains("did you mean `zombie`?"))
    #expect(try BuiltBinary.run(["run", "no-such-demo"]).status == 66)
  }

  @Test func otherLessonsTakeThePlaceOfThoseThatCameAlong() throws {
    let folder = try Folder()
    #expect(try BuiltBinary.run(["lessons", "new", "42-mine"], in: folder.url).status == 0)
    let list = try BuiltBinary.run(["lessons", "--lessons", folder.url.path, "--json"])
    #expect(list.lines.count == 1 && list.output.contains("42-mine"), "\(list.errors)")
    let played = try BuiltBinary.run(["learn", "--plain", "--lessons", folder.url.path], input: "quit\n")
    #expect(played.status == 0, "\(played.errors)")
  }
}
