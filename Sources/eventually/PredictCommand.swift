import Analysis
import ArgumentParser
import Workbench

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts how fast a partial quorum is, and how likely its reads are stale, without a cluster.",
    discussion: """
      Probabilistically bounded staleness (Bailis et al., VLDB 2012): a write and, t after its acknowledgement, a read are \
      sent to all N copies; the first W and R answers count. Latencies are computed, consistency is drawn from trials. \
      A delay is one that `link` takes: 40ms, 40ms~5ms (mean and deviation), uniform(1ms, 2ms), exponential(5ms), \
      exponential(rate=0.183/ms), pareto(1.05ms, 1.51), mix(0.38 DELAY, 0.62 DELAY) or empirical(1ms, 2ms, 5ms).
      """)

  @Option(help: "How many copies there are.")
  var n = 3

  @Option(help: "How many answers a read waits for.")
  var r = 1

  @Option(help: "How many acknowledgements a write waits for.")
  var w = 1

  @Option(help: ArgumentHelp("Delays of the paper: lnkd-ssd, lnkd-disk or ymmr.", valueName: "name"))
  var fit: String?

  @Option(help: ArgumentHelp("How long the write takes to a copy.", valueName: "delay"))
  var write: String?

  @Option(help: ArgumentHelp("How long its acknowledgement takes.", valueName: "delay"))
  var ack: String?

  @Option(help: ArgumentHelp("How long a read's request takes to a copy.", valueName: "delay"))
  var request: String?

  @Option(help: ArgumentHelp("How long its response takes.", valueName: "delay"))
  var response: String?

  @Option(
    help: ArgumentHelp(
      "One copy is local to the coordinator (drawn anew for write and read); each message to or from another takes that much longer.",
      valueName: "duration"))
  var far: String?

  @Option(help: "How many trials are made, from 1000 to 10000000.")
  var trials = PredictionRequest().trials

  @Option(help: "What the trials are drawn from.")
  var seed: UInt64 = 1

  @Flag(help: "Print one JSON object and nothing else.")
  var json = false

  private var asked: PredictionRequest {
    var asked = PredictionRequest()
    (asked.n, asked.r, asked.w) = (n, r, w)
    (asked.fit, asked.far) = (fit, far)
    (asked.write, asked.ack, asked.request, asked.response) = (write, ack, request, response)
    (asked.trials, asked.seed) = (trials, seed)
    return asked
  }

  func validate() throws {
    do {
      _ = try asked.quorum()
    } catch let refusal as PredictionRequest.Refusal {
      throw ValidationError(refusal.sentence)
    }
  }

  func run() throws {
    let report = try PredictionReport(asked)
    let output = LineWriter.standardOutput
    for line in json ? [report.json] : report.lines { output.write(line) }
    try output.close()
  }
}
