import Document
import FleetModel
import Git
import Templating

extension GeneratorRunner {
  /// One element for each folder, or for each file (or element of a file that holds a list), that is included and not excluded.
  func git(_ generator: GitGenerator, _ path: [PathComponent]) throws(RenderError) -> GeneratorOutput {
    let key = SourceKey(repoURL: try generator.repoURL.settled(renderer), revision: try generator.revision.settled(renderer))
    guard !generator.directories.isEmpty || !generator.files.isEmpty else {
      return .failed("ApplicationSet is empty", path)
    }
    let usesFolders = !generator.directories.isEmpty
    let tree: any FileTree
    let commit: String
    switch source(key) {
    case .tree(let found, let id): (tree, commit) = (found, id)
    case .missing:
      return .waiting("waiting for \(key.repoURL) at \(key.revision)", path + ["repoURL"])
    case .failed(let reason):
      let what = usesFolders ? "error getting directories from repo: error retrieving Git Directories: " : "error retrieving Git files: "
      return .failed("error generating params from git: \(what)\(reason)", path + ["repoURL"])
    }
    let context = GitContext(
      key: key, tree: tree, commit: commit.isEmpty ? nil : commit, prefix: try generator.pathParamPrefix.settled(renderer),
      values: generator.values, path: path)
    let output = usesFolders ? try directories(generator, context) : try files(generator, context)
    return output.within("error generating params from git: ")
  }

  private func directories(_ generator: GitGenerator, _ context: GitContext) throws(RenderError) -> GeneratorOutput {
    var included: [GlobPattern] = []
    var excluded: [GlobPattern] = []
    var silent: [GeneratorProblem] = []
    for item in generator.directories {
      // To Argo CD a malformed pattern just matches nothing, so that a typing error removes every application. Not here.
      let text = try item.path.settled(renderer)
      guard let pattern = GlobPattern(text, dialect: .goPath) else {
        let message = "malformed pattern \"\(text)\" in directories matches nothing: a bracket or backslash is not closed"
        silent.append(GeneratorProblem(message: message, path: context.path + ["directories"], isSilent: true))
        continue
      }
      if item.exclude { excluded.append(pattern) } else { included.append(pattern) }
    }
    var output = GeneratorOutput(problems: silent)
    do {
      for folder in try listings.directories(context.key, context.tree, hidden: self.context.settings.hiddenDirectories) {
        guard included.contains(where: { $0.matches(folder) }), !excluded.contains(where: { $0.matches(folder) }) else { continue }
        let parameters = ParameterSet(
          TemplateMap(pathEntries(folder, file: nil, context.prefix)), key: "dir=\(folder)", element: "directory \(folder)",
          commit: context.commit)
        do throws(RenderError) {
          output.sets.append(try addingValues(generator.values, to: parameters))
        } catch {
          let message = "error generating params from apps: failed to append templated values: \(error.message)"
          output.problems.append(GeneratorProblem(message: message, element: parameters.key, path: context.path + ["values"]))
        }
      }
    } catch {
      return .failed("error getting directories from repo: \(error.message)", context.path + ["repoURL"])
    }
    return output
  }

  private func files(_ generator: GitGenerator, _ context: GitContext) throws(RenderError) -> GeneratorOutput {
    var included: [FilePattern] = []
    var excluded: [FilePattern] = []
    for item in generator.files {
      let text = try item.path.settled(renderer)
      do {
        let pattern = try FilePattern(text, self.context.settings.fileGlobbing)
        if item.exclude { excluded.append(pattern) } else { included.append(pattern) }
      } catch {
        return .failed(error.message, context.path + ["files"])
      }
    }
    let paths: [String]
    do {
      paths = try listings.files(context.key, context.tree)
    } catch {
      return .failed("error retrieving Git files: \(error.message)", context.path + ["repoURL"])
    }
    var output = GeneratorOutput()
    for path in paths where included.contains(where: { $0.matches(path) }) && !excluded.contains(where: { $0.matches(path) }) {
      addFile(path, context, &output)
    }
    return output
  }

  private func addFile(_ path: String, _ context: GitContext, _ output: inout GeneratorOutput) {
    let prefix = "unable to process file '\(path)' from repository '\(context.key.repoURL)': "
    let elements: [Value]
    let isList: Bool
    do {
      let content = try listings.content(path, context.key, context.tree, maximumBytes: limits.fileBytes)
      isList = content.arrayValue != nil
      elements = content.objectValue != nil || content.isNull ? [content] : try SourceElements.list(content)
    } catch {
      output.problems.append(GeneratorProblem(message: prefix + error.message, element: "file=\(path)", path: context.path + ["files"]))
      return
    }
    let keys = isList ? ElementKeys.keys(elements) : [("", "")]
    let generated = pathEntries(TreePaths.parent(path).isEmpty ? "." : TreePaths.parent(path), file: path, context.prefix)
    for (index, element) in elements.enumerated() {
      let key = isList ? "file=\(path)[\(keys[index].0)]" : "file=\(path)"
      let text = isList ? "file \(path), \(keys[index].1)" : "file \(path)"
      var entries: [(String, TemplateValue)] = []
      if case .map(let map) = TemplateValue(element) {
        if renderer.goTemplate {
          entries = map.entries.map { ($0.key, $0.value) }
        } else {
          entries = Flatten.entries(map).map { ($0.0, .string(GoText.text($0.1))) }
        }
      }
      let parameters = ParameterSet(
        TemplateMap(entries + generated), key: key, element: text, files: [path], commit: context.commit)
      do {
        output.sets.append(try addingValues(context.values, to: parameters))
      } catch {
        let message = prefix + "failed to append templated values: \(error.message)"
        output.problems.append(GeneratorProblem(message: message, element: key, path: context.path + ["values"]))
      }
    }
  }

  /// The parameters that say where an element was found.
  private func pathEntries(_ folder: String, file: String?, _ prefix: String) -> [(String, TemplateValue)] {
    let basename = TreePaths.basename(folder)
    let filename = file.map(TreePaths.basename)
    let segments = folder.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard renderer.goTemplate else {
      let name = prefix.isEmpty ? "path" : "\(prefix).path"
      var entries: [(String, TemplateValue)] = [
        (name, .string(folder)), ("\(name).basename", .string(basename)),
        ("\(name).basenameNormalized", .string(Names.normalize(basename))),
      ]
      if let filename {
        entries.append(("\(name).filename", .string(filename)))
        entries.append(("\(name).filenameNormalized", .string(Names.normalize(filename))))
      }
      for (index, segment) in segments.enumerated() where !segment.isEmpty {
        entries.append(("\(name)[\(index)]", .string(segment)))
      }
      return entries
    }
    var path: [(String, TemplateValue)] = [
      ("basename", .string(basename)), ("basenameNormalized", .string(Names.normalize(basename))), ("path", .string(folder)),
      ("segments", .strings(segments)),
    ]
    if let filename {
      path.append(("filename", .string(filename)))
      path.append(("filenameNormalized", .string(Names.normalize(filename))))
    }
    let map = TemplateValue.dictionary(path)
    return prefix.isEmpty ? [("path", map)] : [(prefix, .dictionary([("path", map)]))]
  }
}

/// A pattern of `files`, in the mode that the fleet is set to.
enum FilePattern {
  case pathspec(Pathspec)
  case glob(GlobPattern)

  init(_ text: String, _ mode: Fleet.GeneratorSettings.FileGlobbing) throws(GitError) {
    switch mode {
    case .pathspec: self = .pathspec(try Pathspec(text))
    case .doublestar:
      guard let pattern = GlobPattern(text, dialect: .doublestar) else {
        throw GitError(.invalid, "malformed pattern \"\(text)\" in files: a bracket, brace or backslash is not closed")
      }
      self = .glob(pattern)
    }
  }

  func matches(_ path: String) -> Bool {
    switch self {
    case .pathspec(let pattern): pattern.matches(path)
    case .glob(let pattern): pattern.matches(path)
    }
  }
}

/// What all elements of one git generator share.
struct GitContext {
  var key: SourceKey
  var tree: any FileTree
  var commit: String?
  var prefix: String
  var values: [ValueText]
  var path: [PathComponent]
}

/// The elements of a file that is no single object.
private enum SourceElements {
  static func list(_ content: Value) throws(RenderError) -> [Value] {
    do {
      return try GoJSON.objects(content)
    } catch {
      throw error.within("unable to parse file: error unmarshaling JSON: while decoding JSON: ")
    }
  }
}
