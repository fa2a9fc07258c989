import Analysis
import ArgumentParser
import Foundation
import Language
import Workbench

extension NilReads: ExpressibleByArgument {}

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Judges a history, whoever made it: is it linearizable, and which session guarantees does it keep?",
    discussion: """
      A history is in the shape of Jepsen's: JSON Lines, as `eventually run --history` writes it, a JSON array, or EDN. Each \
      operation has a line where it begins and one where it ends:

        {"process":0,"type":"invoke","f":"write","key":"x","value":1,"time":0}
        {"process":0,"type":"ok","f":"write","key":"x","value":1,"time":1000}
        {:process 1, :type :invoke, :f :cas, :value [1 2], :time 2000}

      type: invoke, then ok (it happened), fail (it certainly did not) or info (nobody knows). f: read (r), write (w), cas \
      with [from, to] as its value, delete. A cas that fails without an "error" has found another value. A value [k v] without a key is split; without any key there is one register. \
      Lines of a nemesis are passed over. alice/2 is the session alice if it only begins something while alice is busy.

      Linearizability asks for one order of all operations. A session guarantee is judged by itself: false if no order of \
      the writes could keep it, or by the order that a line states, oldest first:

        {"type":"order","key":"x","values":[1,2]}

      Exit status: 0 something was judged and all of it is kept, or the history tells of faults alone, 1 something is \
      broken, impossible or undecided, 65 the history can't be understood or there is nothing to judge, 66 the file is \
      missing.
      """)

  @Argument(help: "The history; - is standard input.")
  var history: String

  @Option(help: "What a read of nil means: the key is missing, or the answer isn't known.")
  var nilReads = NilReads.missing

  @Flag(help: "Print one JSON object and nothing else.")
  var json = false

  func run() throws {
    let name = history == "-" ? FileScripts.standardInput : history
    let verdicts: HistoryVerdicts
    do {
      let data = Data(try FileScripts(longest: 1 << 30).bytes(of: name))
      verdicts = HistoryVerdicts(try HistoryFile(data, file: name, nilReads: nilReads))
    } catch let diagnostic as Diagnostic {
      throw Failure.exit(for: ScriptError.wrong([diagnostic]))
    } catch {
      throw Failure.exit(for: error)
    }
    let output = LineWriter.standardOutput
    for line in json ? [verdicts.json] : verdicts.lines { output.write(line) }
    try output.close()
    switch verdicts.outcome {
    case .kept: break
    case .broken: throw ExitCode(1)
    case .nothing:
      throw Failure.exit(
        for: ScriptError.unreadable(
          name, reason: "there is nothing to judge; `eventually verify --help` shows what a line looks like"))
    }
  }
}
