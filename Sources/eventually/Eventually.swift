import ArgumentParser

/// The command line: one file a subcommand.
@main struct Eventually: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eventually",
    abstract: "A workbench for eventual consistency: a live cluster of replicas in virtual time.",
    version: "0.1.0",
    subcommands: [
      WorkbenchCommand.self, RunCommand.self, PlayCommand.self, RecordCommand.self, ResumeCommand.self,
      FrameCommand.self, ExportCommand.self, VerifyCommand.self, PredictCommand.self,
      LearnCommand.self, LessonsCommand.self, FactsCommand.self, CommandsCommand.self,
    ],
    defaultSubcommand: WorkbenchCommand.self)
}
