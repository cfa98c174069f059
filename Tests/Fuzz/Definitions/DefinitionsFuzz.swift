import FleetModel
import Generators

/// What libFuzzer calls with one input: a definition file, evaluated with nothing known of the world.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDefinitions(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 0 else { return 0 }
  let file = SourceFile(path: "fuzz.yaml", bytes: Array(UnsafeBufferPointer(start: bytes, count: count)))
  let definitions = Definitions.decode([file])
  var limits = EvaluationLimits(instancesPerSet: 200, combinations: 2000)
  limits.templates.steps = 20_000
  limits.templates.outputBytes = 1 << 16
  _ = Evaluator.evaluate(definitions, inputs: EvaluationInputs(clusters: definitions.clusters), limits: limits)
  return 0
}
