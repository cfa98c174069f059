import Document

extension Health {
  /// An autoscaler is Degraded when it cannot read or set the scale, Healthy once it is able to.
  static func horizontalPodAutoscaler(_ object: Value) -> Health {
    let conditions = object.conditions
    if conditions.isEmpty {
      // autoscaling/v1 keeps its conditions in an annotation; having a status at all means that the controller works on it.
      return object.count("status", "currentReplicas") > 0 || object.count("status", "desiredReplicas") > 0
        ? Health(.healthy) : Health(.progressing, "waiting to autoscale")
    }
    for condition in conditions where condition.status == "False" {
      let failures = [
        "FailedGetScale", "FailedUpdateScale", "FailedGetResourceMetric", "FailedGetObjectMetric", "FailedGetExternalMetric",
        "FailedGetPodsMetric", "FailedGetContainerResourceMetric", "InvalidSelector", "InvalidMetricSourceType",
      ]
      if failures.contains(condition.reason) { return Health(.degraded, condition.text) }
    }
    for condition in conditions where condition.status == "True" {
      if condition.type == "AbleToScale" || condition.type == "ScalingLimited" { return Health(.healthy, condition.message) }
    }
    return Health(.progressing, "waiting to autoscale")
  }
}
