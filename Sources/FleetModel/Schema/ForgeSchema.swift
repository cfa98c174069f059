/// The fields of the generators that ask a forge: pullRequest and scmProvider.
enum ForgeSchema {
  static let secretReference = ObjectSchema(
    "v1alpha1.SecretRef", [FieldSchema("secretName", .string, .always), FieldSchema("key", .string, .always)])

  static let configMapKey = ObjectSchema(
    "v1alpha1.ConfigMapKeyRef", [FieldSchema("configMapName", .string, .always), FieldSchema("key", .string, .always)])

  static let basicAuth = ObjectSchema(
    "v1alpha1.BasicAuthBitbucketServer",
    [FieldSchema("username", .string, .always), FieldSchema("passwordRef", .object(secretReference), .always)])

  static let bearerToken = ObjectSchema(
    "v1alpha1.BearerTokenBitbucket", [FieldSchema("tokenRef", .object(secretReference), .always)])

  /// The fields that differ by provider, all of them text unless listed as something else.
  private static func provider(_ goName: String, _ texts: [String], flags: [String] = [], others: [FieldSchema] = []) -> FieldType {
    .object(ObjectSchema(goName, texts.map { FieldSchema($0, .string) } + flags.map { FieldSchema($0, .bool) } + others))
  }

  private static let tokenRef = FieldSchema("tokenRef", .object(secretReference), .whenGiven)
  private static let caRef = FieldSchema("caRef", .object(configMapKey), .whenGiven)
  private static let labels = FieldSchema("labels", .list(.string))
  private static let bitbucketAuth = [
    FieldSchema("basicAuth", .object(basicAuth), .whenGiven), FieldSchema("bearerToken", .object(bearerToken), .whenGiven),
  ]

  static let scmProvider = ObjectSchema(
    "v1alpha1.SCMProviderGenerator",
    [
      FieldSchema(
        "github",
        provider(
          "v1alpha1.SCMProviderGeneratorGithub", ["organization", "api", "appSecretName"],
          flags: ["allBranches", "excludeArchivedRepos"], others: [tokenRef]), .whenGiven),
      FieldSchema(
        "gitlab",
        provider(
          "v1alpha1.SCMProviderGeneratorGitlab", ["group", "api", "topic"],
          flags: ["includeSubgroups", "allBranches", "insecure", "includeSharedProjects", "includeArchivedRepos"],
          others: [tokenRef, caRef]), .whenGiven),
      FieldSchema(
        "bitbucket",
        provider(
          "v1alpha1.SCMProviderGeneratorBitbucket", ["owner", "user"], flags: ["allBranches"],
          others: [FieldSchema("appPasswordRef", .object(secretReference), .whenGiven)]), .whenGiven),
      FieldSchema(
        "bitbucketServer",
        provider(
          "v1alpha1.SCMProviderGeneratorBitbucketServer", ["project", "api"], flags: ["allBranches", "insecure"],
          others: bitbucketAuth + [caRef]), .whenGiven),
      FieldSchema(
        "gitea",
        provider(
          "v1alpha1.SCMProviderGeneratorGitea", ["owner", "api"], flags: ["allBranches", "insecure", "excludeArchivedRepos"],
          others: [tokenRef]), .whenGiven),
      FieldSchema(
        "azureDevOps",
        provider(
          "v1alpha1.SCMProviderGeneratorAzureDevOps", ["organization", "api", "teamProject"], flags: ["allBranches"],
          others: [FieldSchema("accessTokenRef", .object(secretReference), .whenGiven)]), .whenGiven),
      FieldSchema("filters", .list(.object(scmFilter))),
      FieldSchema("cloneProtocol", .string),
      FieldSchema("requeueAfterSeconds", .integer, .whenGiven),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("values", .stringMap),
      FieldSchema(
        "awsCodeCommit",
        provider(
          "v1alpha1.SCMProviderGeneratorAWSCodeCommit", ["role", "region"], flags: ["allBranches"],
          others: [FieldSchema("tagFilters", .list(.object(tagFilter)))]), .whenGiven),
    ])

  static let tagFilter = ObjectSchema("v1alpha1.TagFilter", [FieldSchema("key", .string, .always), FieldSchema("value", .string)])

  static let scmFilter = ObjectSchema(
    "v1alpha1.SCMProviderGeneratorFilter",
    [
      FieldSchema("repositoryMatch", .string, .whenGiven),
      FieldSchema("pathsExist", .list(.string)),
      FieldSchema("pathsDoNotExist", .list(.string)),
      FieldSchema("labelMatch", .string, .whenGiven),
      FieldSchema("branchMatch", .string, .whenGiven),
    ])

  static let pullRequest = ObjectSchema(
    "v1alpha1.PullRequestGenerator",
    [
      FieldSchema(
        "github",
        provider("v1alpha1.PullRequestGeneratorGithub", ["owner", "repo", "api", "appSecretName"], others: [tokenRef, labels]), .whenGiven),
      FieldSchema(
        "gitlab",
        provider(
          "v1alpha1.PullRequestGeneratorGitLab", ["project", "api", "pullRequestState"], flags: ["insecure"],
          others: [tokenRef, labels, caRef]), .whenGiven),
      FieldSchema(
        "gitea",
        provider(
          "v1alpha1.PullRequestGeneratorGitea", ["owner", "repo", "api"], flags: ["insecure"], others: [tokenRef, labels]), .whenGiven),
      FieldSchema(
        "bitbucketServer",
        provider(
          "v1alpha1.PullRequestGeneratorBitbucketServer", ["project", "repo", "api"], flags: ["insecure"],
          others: bitbucketAuth + [caRef]), .whenGiven),
      FieldSchema("filters", .list(.object(pullRequestFilter))),
      FieldSchema("requeueAfterSeconds", .integer, .whenGiven),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema(
        "bitbucket",
        provider("v1alpha1.PullRequestGeneratorBitbucket", ["owner", "repo", "api"], others: bitbucketAuth), .whenGiven),
      FieldSchema(
        "azuredevops",
        provider(
          "v1alpha1.PullRequestGeneratorAzureDevOps", ["organization", "project", "repo", "api"], others: [tokenRef, labels]),
        .whenGiven),
      FieldSchema("values", .stringMap),
      FieldSchema("continueOnRepoNotFoundError", .bool),
    ])

  static let pullRequestFilter = ObjectSchema(
    "v1alpha1.PullRequestGeneratorFilter",
    [
      FieldSchema("branchMatch", .string, .whenGiven),
      FieldSchema("targetBranchMatch", .string, .whenGiven),
      FieldSchema("titleMatch", .string, .whenGiven),
    ])
}
