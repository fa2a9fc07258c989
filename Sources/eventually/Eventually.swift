import ArgumentParser
import Foundation
import Language
import Workbench

/// The command line: one file a subcommand.
struct Eventually: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eventually",
    abstract: "A workbench for eventual consistency: a live cluster of replicas in virtual time.",
    version: Version.sentence,
    subcommands: [
      WorkbenchCommand.self, RunCommand.self, PlayCommand.self, RecordCommand.self, ResumeCommand.self,
      OpenCommand.self, ReportCommand.self,
      FrameCommand.self, ExportCommand.self, ChaosCommand.self, BreakCommand.self, MapCommand.self, VerifyCommand.self,
      PredictCommand.self, CostCommand.self, DesignCommand.self, LearnCommand.self, LessonsCommand.self,
      DrillCommand.self, DemosCommand.self, ReviewCommand.self, ExamCommand.self, GradeCommand.self, StudyCommand.self,
      ProfilesCommand.self, FactsCommand.self, CommandsCommand.self,
      ConfigCommand.self,
      ReferenceCommand.self, CompleteCommand.self,
    ],
    defaultSubcommand: WorkbenchCommand.self)
}

/// The program. What ArgumentParser would print by itself is printed here: errors repeat what was typed, and help that
/// can't be written is an error, too.
@main enum Program {
  static func main() {
    StandardStreams.prepare()
    do {
      // ArgumentParser's own scripts know neither lessons nor settings.
      if let shell = Self.shell { return try CompleteCommand.parse(["--script", shell]).run() }
      var command = try Eventually.parseAsRoot()
      try command.run()
    } catch {
      leave(for: Failure.exit(for: error))
    }
  }

  /// The shell whose completions are asked for in ArgumentParser's words; nil if none are.
  private static var shell: String? {
    let words = CommandLine.arguments.dropFirst()
    return words.first == "--generate-completion-script" ? words.dropFirst().first ?? "" : nil
  }

  private static func leave(for error: any Error) -> Never {
    let status = Eventually.exitCode(for: error)
    let message = Eventually.fullMessage(for: error)
    guard !message.isEmpty else { exit(status.rawValue) }
    guard status.isSuccess else {
      Complaint.tell(message)
      exit(status.rawValue)
    }
    let output = LineWriter.standardOutput
    PrintableLine.lines(message).forEach { output.write($0) }
    do { try output.close() } catch { exit(Eventually.exitCode(for: error).rawValue) }
    exit(0)
  }
}
