import Foundation
import Testing

/// What a shell offers where a command line is to be completed.
@Suite struct CompletionTests {
  private func words(_ line: [String]) throws -> [String] {
    let result = try BuiltBinary.run(["complete", "--"] + line)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return result.lines.map { $0.hasPrefix("+") ? $0 : String($0.prefix { $0 != " " }) }
  }

  @Test(arguments: [
    (["verif"], ["verify"]), (["frame", "--view", "met"], ["metrics"]), (["frame", "--view=met"], ["--view=metrics"]),
    (["frame", "--view", "=", "met"], ["metrics"]), (["predict", "--fit", "lnkd-s"], ["lnkd-ssd"]),
    (["commands", "hint-t"], ["hint-throttle"]), (["commands", "LOCAL_S"], ["LOCAL_SERIAL"]),
    (["commands", "bytes.rep"], ["bytes.repair"]), (["profiles", "facebook"], ["facebook-tao"]),
    (["--profile", "netf"], ["netflix-cassandra"]), (["workbench", "--profile", "netf"], ["netflix-cassandra"]),
    (["chaos", "rolling"], ["rolling-restart", "+files yaml yml"]),
    (["chaos", "run", "rolling"], ["rolling-restart", "+files yaml yml"]),
    (["lessons", "check", ""], ["+folders"]), (["run", "--history", ""], ["+files"]), (["verify", ""], ["+files"]),
    (["run", "zomb"], ["zombie", "+files ev"]), (["run", "a.ev", "zomb"], ["zombie", "+files ev"]),
    (["verify", "a", ""], []), (["drill", "older"], ["older-plan"]),
    (["run", "--", "--zo"], ["+files ev"]), (["frame", "--format", "s"], ["svg"]),
  ]) func completes(line: [String], offers: [String]) throws {
    let found = try words(line)
    #expect(found == offers)
  }

  @Test func lessonsAreOfferedByName() throws {
    #expect(try words(["learn", "01"]).first == "01-three-copies")
  }

  @Test func theOptionsOfTheDefaultSubcommandStandAtTheTop() throws {
    #expect(try words(["--pl"]) == ["--plain"])
    #expect(try words(["--"]).contains("--version"))
    #expect(try !words([""]).contains("complete"), "what is for scripts isn't offered")
  }

  // MARK: In the shells themselves

  private static func has(_ shell: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)") }
  }

  /// A folder with the program, the completions of a shell, a script and another file.
  private func stage(_ shell: String) throws -> Folder {
    let folder = try Folder()
    try folder.write("demo.ev", "write cart milk\n")
    try folder.write("other.txt", "")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appendingPathComponent("eventually"), withDestinationURL: try BuiltBinary.url)
    try folder.write("completion", try BuiltBinary.run(["complete", "--script", shell]).output)
    return folder
  }

  @Test func bashCompletes() throws {
    let folder = try stage("bash")
    let result = try BuiltBinary.shell(
      """
      cd '\(folder.url.path)' && PATH=.:$PATH && source ./completion
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _eventually; echo "${COMPREPLY[*]}"; }
      try eventually verif; try eventually run de; try eventually verify ot; try eventually frame --view = met
      """)
    #expect(result.lines == ["verify", "demo.ev", "other.txt", "metrics"], "\(result.errors)")
  }

  @Test(.enabled(if: has("fish"), "fish isn't here")) func fishCompletes() throws {
    let folder = try stage("fish")
    let result = try BuiltBinary.shell(
      """
      cd '\(folder.url.path)' && PATH=.:$PATH HOME=$PWD fish --no-config -c 'source completion
      for line in "eventually verif" "eventually run de" "eventually frame --view met"; complete -C $line; end'
      """)
    let words = result.lines.map { String($0.prefix { $0 != "\t" }) }
    #expect(words == ["verify", "demo.ev", "metrics"], "\(result.output)\(result.errors)")
  }

  @Test(.enabled(if: has("zsh"), "zsh isn't here")) func zshCompletes() throws {
    let folder = try stage("zsh")
    // What zsh would show is what it is told to describe.
    let result = try BuiltBinary.shell(
      """
      cd '\(folder.url.path)' && PATH=.:$PATH zsh -f -c '
      compdef() { :; }; _describe() { print -r -- ${(P)3}; }; _files() { print -r -- files "$@"; }
      source ./completion
      words=(eventually verif) CURRENT=2; _eventually
      words=(eventually run de) CURRENT=3; _eventually
      words=(eventually frame --view met) CURRENT=4; _eventually'
      """)
    #expect(result.lines.count == 3 && result.lines[0].hasPrefix("verify:"), "\(result.output)\(result.errors)")
    #expect(result.lines.dropFirst().first == "files -g *.(ev)(-.)" && result.lines.last == "metrics")
  }

  @Test func argumentParsersOwnWordsGiveTheseScripts() throws {
    let ours = try BuiltBinary.run(["complete", "--script", "zsh"])
    #expect(ours.output.hasPrefix("#compdef eventually\n"))
    #expect(try BuiltBinary.run(["--generate-completion-script", "zsh"]).output == ours.output)
    #expect(try BuiltBinary.run(["--generate-completion-script", "csh"]).status == 64)
  }
}
