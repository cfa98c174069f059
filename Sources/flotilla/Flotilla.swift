import ArgumentParser

/// The command line. Each command stands in a file of its own; what they do is in the libraries below.
@main
struct Flotilla: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flotilla",
    abstract: "A fleet manager for Kubernetes: what Argo CD's ApplicationSets describe, on many clusters, in dependency order.",
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(
        name: "Without a hub:",
        subcommands: [Validate.self, Generate.self, TemplateCommand.self, Render.self, Plan.self, Demo.self, Simulate.self]),
      CommandGroup(name: "Clusters:", subcommands: [ClusterCommand.self]),
      CommandGroup(name: "The hub:", subcommands: [HubCommand.self]),
      CommandGroup(
        name: "With a hub:",
        subcommands: [Get.self, Describe.self, Why.self, Diff.self, Sync.self, Orphans.self, Events.self, Holds.self, Approve.self]),
    ])
}
