/// The field types of the built-in kinds, compactly.
///
/// Made once from the published types of a Kubernetes 1.36 API server. First the kinds (`group/version/Kind type`), then, after
/// an empty line, one type a line: its name, `~` when it is atomic, and its fields. ``SchemaTable`` reads it and documents the
/// letters.
enum BuiltInSchemaText {
  static let text = #"""
    /v1/Binding 0
    /v1/ComponentStatus 1
    /v1/ConfigMap 2
    /v1/Endpoints 3
    /v1/Event 4
    /v1/LimitRange 5
    /v1/Namespace 6
    /v1/Node 7
    /v1/PersistentVolumeClaim 8
    /v1/PersistentVolume 9
    /v1/Pod 10
    /v1/PodTemplate 11
    /v1/ReplicationController 12
    /v1/ResourceQuota 13
    /v1/Secret 14
    /v1/ServiceAccount 15
    /v1/Service 16
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicy 17
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding 18
    admissionregistration.k8s.io/v1/MutatingWebhookConfiguration 19
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy 20
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding 21
    admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration 22
    apiextensions.k8s.io/v1/CustomResourceDefinition 23
    apiregistration.k8s.io/v1/APIService 24
    apps/v1/ControllerRevision 25
    apps/v1/DaemonSet 26
    apps/v1/Deployment 27
    apps/v1/ReplicaSet 28
    apps/v1/StatefulSet 29
    authentication.k8s.io/v1/SelfSubjectReview 30
    authentication.k8s.io/v1/TokenReview 31
    authorization.k8s.io/v1/LocalSubjectAccessReview 32
    authorization.k8s.io/v1/SelfSubjectAccessReview 33
    authorization.k8s.io/v1/SelfSubjectRulesReview 34
    authorization.k8s.io/v1/SubjectAccessReview 35
    autoscaling/v1/HorizontalPodAutoscaler 36
    autoscaling/v2/HorizontalPodAutoscaler 37
    batch/v1/CronJob 38
    batch/v1/Job 39
    certificates.k8s.io/v1/CertificateSigningRequest 40
    coordination.k8s.io/v1/Lease 41
    discovery.k8s.io/v1/EndpointSlice 42
    events.k8s.io/v1/Event 43
    flowcontrol.apiserver.k8s.io/v1/FlowSchema 44
    flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration 45
    networking.k8s.io/v1/IngressClass 46
    networking.k8s.io/v1/Ingress 47
    networking.k8s.io/v1/IPAddress 48
    networking.k8s.io/v1/NetworkPolicy 49
    networking.k8s.io/v1/ServiceCIDR 50
    node.k8s.io/v1/RuntimeClass 51
    policy/v1/PodDisruptionBudget 52
    rbac.authorization.k8s.io/v1/ClusterRoleBinding 53
    rbac.authorization.k8s.io/v1/ClusterRole 54
    rbac.authorization.k8s.io/v1/RoleBinding 55
    rbac.authorization.k8s.io/v1/Role 56
    resource.k8s.io/v1/DeviceClass 57
    resource.k8s.io/v1/ResourceClaim 58
    resource.k8s.io/v1/ResourceClaimTemplate 59
    resource.k8s.io/v1/ResourceSlice 60
    scheduling.k8s.io/v1/PriorityClass 61
    storage.k8s.io/v1/CSIDriver 62
    storage.k8s.io/v1/CSINode 63
    storage.k8s.io/v1/CSIStorageCapacity 64
    storage.k8s.io/v1/StorageClass 65
    storage.k8s.io/v1/VolumeAttachment 66
    storage.k8s.io/v1/VolumeAttributesClass 67
    autoscaling/v1/Scale 68
    policy/v1/Eviction 69
    /v1/DeleteOptions 70
    /v1/Status 71
    authentication.k8s.io/v1/TokenRequest 72

    Binding apiVersion=s kind=s metadata=@73 target=!@74
    ComponentStatus apiVersion=s conditions=+type;<type>@75 kind=s metadata=@73
    ConfigMap apiVersion=s binaryData=*y data=*s immutable=b kind=s metadata=@73
    Endpoints apiVersion=s kind=s metadata=@73 subsets=[@76
    Event action=s apiVersion=s count=i eventTime=m firstTimestamp=t involvedObject=!@74 kind=s lastTimestamp=t message=s metadata=!@73 reason=s related=@74 reportingComponent=s reportingInstance=s series=@77 source=@78 type=s
    LimitRange apiVersion=s kind=s metadata=@73 spec=@79
    Namespace apiVersion=s kind=s metadata=@73 spec=@80 status=@81
    Node apiVersion=s kind=s metadata=@73 spec=@82 status=@83
    PersistentVolumeClaim apiVersion=s kind=s metadata=@73 spec=@84 status=@85
    PersistentVolume apiVersion=s kind=s metadata=@73 spec=@86 status=@87
    Pod apiVersion=s kind=s metadata=@73 spec=@88 status=@89
    PodTemplate apiVersion=s kind=s metadata=@73 template=@90
    ReplicationController apiVersion=s kind=s metadata=@73 spec=@91 status=@92
    ResourceQuota apiVersion=s kind=s metadata=@73 spec=@93 status=@94
    Secret apiVersion=s data=*y immutable=b kind=s metadata=@73 stringData=*s type=s
    ServiceAccount apiVersion=s automountServiceAccountToken=b imagePullSecrets=[@95 kind=s metadata=@73 secrets=+name;<name>@74
    Service apiVersion=s kind=s metadata=@73 spec=@96 status=@97
    MutatingAdmissionPolicy apiVersion=s kind=s metadata=@73 spec=@98
    MutatingAdmissionPolicyBinding apiVersion=s kind=s metadata=@73 spec=@99
    MutatingWebhookConfiguration apiVersion=s kind=s metadata=@73 webhooks=+name;<name>@100
    ValidatingAdmissionPolicy apiVersion=s kind=s metadata=@73 spec=@101 status=@102
    ValidatingAdmissionPolicyBinding apiVersion=s kind=s metadata=@73 spec=!@103
    ValidatingWebhookConfiguration apiVersion=s kind=s metadata=@73 webhooks=+name;<name>@104
    CustomResourceDefinition apiVersion=s kind=s metadata=@73 spec=!@105 status=@106
    APIService apiVersion=s kind=s metadata=@73 spec=@107 status=@108
    ControllerRevision apiVersion=s data=j kind=s metadata=@73 revision=!l
    DaemonSet apiVersion=s kind=s metadata=@73 spec=@109 status=@110
    Deployment apiVersion=s kind=s metadata=@73 spec=@111 status=@112
    ReplicaSet apiVersion=s kind=s metadata=@73 spec=@113 status=@114
    StatefulSet apiVersion=s kind=s metadata=@73 spec=@115 status=@116
    SelfSubjectReview apiVersion=s kind=s metadata=@73 status=@117
    TokenReview apiVersion=s kind=s metadata=@73 spec=!@118 status=@119
    LocalSubjectAccessReview apiVersion=s kind=s metadata=@73 spec=!@120 status=@121
    SelfSubjectAccessReview apiVersion=s kind=s metadata=@73 spec=!@122 status=@121
    SelfSubjectRulesReview apiVersion=s kind=s metadata=@73 spec=!@123 status=@124
    SubjectAccessReview apiVersion=s kind=s metadata=@73 spec=!@120 status=@121
    HorizontalPodAutoscaler apiVersion=s kind=s metadata=@73 spec=!@125 status=@126
    HorizontalPodAutoscaler apiVersion=s kind=s metadata=@73 spec=!@127 status=@128
    CronJob apiVersion=s kind=s metadata=@73 spec=!@129 status=@130
    Job apiVersion=s kind=s metadata=@73 spec=@131 status=@132
    CertificateSigningRequest apiVersion=s kind=s metadata=@73 spec=!@133 status=@134
    Lease apiVersion=s kind=s metadata=@73 spec=@135
    EndpointSlice addressType=!s apiVersion=s endpoints=[@136 kind=s metadata=@73 ports=[@137
    Event action=s apiVersion=s deprecatedCount=i deprecatedFirstTimestamp=t deprecatedLastTimestamp=t deprecatedSource=@78 eventTime=!m kind=s metadata=@73 note=s reason=s regarding=@74 related=@74 reportingController=s reportingInstance=s series=@138 type=s
    FlowSchema apiVersion=s kind=s metadata=@73 spec=@139 status=@140
    PriorityLevelConfiguration apiVersion=s kind=s metadata=@73 spec=@141 status=@142
    IngressClass apiVersion=s kind=s metadata=@73 spec=@143
    Ingress apiVersion=s kind=s metadata=@73 spec=@144 status=@145
    IPAddress apiVersion=s kind=s metadata=@73 spec=!@146
    NetworkPolicy apiVersion=s kind=s metadata=@73 spec=@147
    ServiceCIDR apiVersion=s kind=s metadata=@73 spec=@148 status=@149
    RuntimeClass apiVersion=s handler=!s kind=s metadata=@73 overhead=@150 scheduling=@151
    PodDisruptionBudget apiVersion=s kind=s metadata=@73 spec=@152 status=@153
    ClusterRoleBinding apiVersion=s kind=s metadata=@73 roleRef=!@154 subjects=[@155
    ClusterRole aggregationRule=@156 apiVersion=s kind=s metadata=@73 rules=[@157
    RoleBinding apiVersion=s kind=s metadata=@73 roleRef=!@154 subjects=[@155
    Role apiVersion=s kind=s metadata=@73 rules=[@157
    DeviceClass apiVersion=s kind=s metadata=@73 spec=!@158
    ResourceClaim apiVersion=s kind=s metadata=@73 spec=!@159 status=@160
    ResourceClaimTemplate apiVersion=s kind=s metadata=@73 spec=!@161
    ResourceSlice apiVersion=s kind=s metadata=@73 spec=!@162
    PriorityClass apiVersion=s description=s globalDefault=b kind=s metadata=@73 preemptionPolicy=s value=i
    CSIDriver apiVersion=s kind=s metadata=@73 spec=!@163
    CSINode apiVersion=s kind=s metadata=@73 spec=!@164
    CSIStorageCapacity apiVersion=s capacity=q kind=s maximumVolumeSize=q metadata=@73 nodeTopology=@165 storageClassName=!s
    StorageClass allowVolumeExpansion=b allowedTopologies=[@166 apiVersion=s kind=s metadata=@73 mountOptions=[s parameters=*s provisioner=!s reclaimPolicy=s volumeBindingMode=s
    VolumeAttachment apiVersion=s kind=s metadata=@73 spec=!@167 status=@168
    VolumeAttributesClass apiVersion=s driverName=!s kind=s metadata=@73 parameters=*s
    Scale apiVersion=s kind=s metadata=@73 spec=@169 status=@170
    Eviction apiVersion=s deleteOptions=@70 kind=s metadata=@73
    DeleteOptions apiVersion=s dryRun=[s gracePeriodSeconds=l ignoreStoreReadErrorWithClusterBreakingPotential=b kind=s orphanDependents=b preconditions=@171 propagationPolicy=s
    Status apiVersion=s code=i details=@172 kind=s message=s metadata=@173 reason=s status=s
    TokenRequest apiVersion=s kind=s metadata=@73 spec=@174 status=@175
    ObjectMeta annotations=*s creationTimestamp=t deletionGracePeriodSeconds=l deletionTimestamp=t finalizers=+;{s generateName=s generation=l labels=*s managedFields=[@176 name=s namespace=s ownerReferences=+uid;<uid>@177 resourceVersion=s selfLink=s uid=s
    ObjectReference~ apiVersion=s fieldPath=s kind=s name=s namespace=s resourceVersion=s uid=s
    ComponentCondition error=s message=s status=!s type=!s
    EndpointSubset addresses=[@178 notReadyAddresses=[@178 ports=[@179
    EventSeries count=i lastObservedTime=m
    EventSource component=s host=s
    LimitRangeSpec limits=![@180
    NamespaceSpec finalizers=[s
    NamespaceStatus conditions=+type;<type>@181 phase=s
    NodeSpec configSource=@182 externalID=s podCIDR=s podCIDRs=+;{s providerID=s taints=[@183 unschedulable=b
    NodeStatus addresses=+type;<type>@184 allocatable=*q capacity=*q conditions=+type;<type>@185 config=@186 daemonEndpoints=@187 declaredFeatures=[s features=@188 images=[@189 nodeInfo=@190 phase=s runtimeHandlers=[@191 volumesAttached=[@192 volumesInUse=[s
    PersistentVolumeClaimSpec accessModes=[s dataSource=@193 dataSourceRef=@194 resources=@195 selector=@165 storageClassName=s volumeAttributesClassName=s volumeMode=s volumeName=s
    PersistentVolumeClaimStatus accessModes=[s allocatedResourceStatuses=*s allocatedResources=*q capacity=*q conditions=+type;<type>@196 currentVolumeAttributesClassName=s modifyVolumeStatus=@197 phase=s
    PersistentVolumeSpec accessModes=[s awsElasticBlockStore=@198 azureDisk=@199 azureFile=@200 capacity=*q cephfs=@201 cinder=@202 claimRef=@74 csi=@203 fc=@204 flexVolume=@205 flocker=@206 gcePersistentDisk=@207 glusterfs=@208 hostPath=@209 iscsi=@210 local=@211 mountOptions=[s nfs=@212 nodeAffinity=@213 persistentVolumeReclaimPolicy=s photonPersistentDisk=@214 portworxVolume=@215 quobyte=@216 rbd=@217 scaleIO=@218 storageClassName=s storageos=@219 volumeAttributesClassName=s volumeMode=s vsphereVolume=@220
    PersistentVolumeStatus lastPhaseTransitionTime=t message=s phase=s reason=s
    PodSpec activeDeadlineSeconds=l affinity=@221 automountServiceAccountToken=b containers=!+name;<name>@222 dnsConfig=@223 dnsPolicy=s enableServiceLinks=b ephemeralContainers=+name;<name>@224 hostAliases=+ip;<ip>@225 hostIPC=b hostNetwork=b hostPID=b hostUsers=b hostname=s hostnameOverride=s imagePullSecrets=+name;<name>@95 initContainers=+name;<name>@222 nodeName=s nodeSelector=~*s os=@226 overhead=*q preemptionPolicy=s priority=i priorityClassName=s readinessGates=[@227 resourceClaims=+name;^<name>@228 resources=@229 restartPolicy=s runtimeClassName=s schedulerName=s schedulingGates=+name;<name>@230 schedulingGroup=@231 securityContext=@232 serviceAccount=s serviceAccountName=s setHostnameAsFQDN=b shareProcessNamespace=b subdomain=s terminationGracePeriodSeconds=l tolerations=[@233 topologySpreadConstraints=+topologyKey;<topologyKey,whenUnsatisfiable>@234 volumes=+name;^<name>@235
    PodStatus allocatedResources=*q conditions=+type;<type>@236 containerStatuses=[@237 ephemeralContainerStatuses=[@237 extendedResourceClaimStatus=@238 hostIP=s hostIPs=+ip;[@239 initContainerStatuses=[@237 message=s nodeAllocatableResourceClaimStatuses=[@240 nominatedNodeName=s observedGeneration=l phase=s podIP=s podIPs=+ip;<ip>@241 qosClass=s reason=s resize=s resourceClaimStatuses=+name;^<name>@242 resources=@229 startTime=t
    PodTemplateSpec metadata=@73 spec=@88
    ReplicationControllerSpec minReadySeconds=i replicas=i selector=~*s template=@90
    ReplicationControllerStatus availableReplicas=i conditions=+type;<type>@243 fullyLabeledReplicas=i observedGeneration=l readyReplicas=i replicas=!i
    ResourceQuotaSpec hard=*q scopeSelector=@244 scopes=[s
    ResourceQuotaStatus hard=*q used=*q
    LocalObjectReference~ name=s
    ServiceSpec allocateLoadBalancerNodePorts=b clusterIP=s clusterIPs=[s externalIPs=[s externalName=s externalTrafficPolicy=s healthCheckNodePort=i internalTrafficPolicy=s ipFamilies=[s ipFamilyPolicy=s loadBalancerClass=s loadBalancerIP=s loadBalancerSourceRanges=[s ports=+port;<port,protocol>@245 publishNotReadyAddresses=b selector=~*s sessionAffinity=s sessionAffinityConfig=@246 trafficDistribution=s type=s
    ServiceStatus conditions=+type;<type>@247 loadBalancer=@248
    MutatingAdmissionPolicySpec failurePolicy=s matchConditions=+name;<name>@249 matchConstraints=@250 mutations=[@251 paramKind=@252 reinvocationPolicy=s variables=[@253
    MutatingAdmissionPolicyBindingSpec matchResources=@250 paramRef=@254 policyName=s
    MutatingWebhook admissionReviewVersions=![s clientConfig=!@255 failurePolicy=s matchConditions=+name;<name>@249 matchPolicy=s name=!s namespaceSelector=@165 objectSelector=@165 reinvocationPolicy=s rules=[@256 sideEffects=!s timeoutSeconds=i
    ValidatingAdmissionPolicySpec auditAnnotations=[@257 failurePolicy=s matchConditions=+name;<name>@249 matchConstraints=@250 paramKind=@252 validations=[@258 variables=+name;<name>@253
    ValidatingAdmissionPolicyStatus conditions=<type>@247 observedGeneration=l typeChecking=@259
    ValidatingAdmissionPolicyBindingSpec matchResources=@250 paramRef=@254 policyName=!s validationActions=!{s
    ValidatingWebhook admissionReviewVersions=![s clientConfig=!@255 failurePolicy=s matchConditions=+name;<name>@249 matchPolicy=s name=!s namespaceSelector=@165 objectSelector=@165 rules=[@256 sideEffects=!s timeoutSeconds=i
    CustomResourceDefinitionSpec conversion=@260 group=!s names=!@261 preserveUnknownFields=b scope=!s versions=![@262
    CustomResourceDefinitionStatus acceptedNames=@261 conditions=<type>@263 observedGeneration=l storedVersions=[s
    APIServiceSpec caBundle=y group=s groupPriorityMinimum=!i insecureSkipTLSVerify=b service=@264 version=s versionPriority=!i
    APIServiceStatus conditions=+type;<type>@265
    DaemonSetSpec minReadySeconds=i revisionHistoryLimit=i selector=!@165 template=!@90 updateStrategy=@266
    DaemonSetStatus collisionCount=i conditions=+type;<type>@267 currentNumberScheduled=!i desiredNumberScheduled=!i numberAvailable=i numberMisscheduled=!i numberReady=!i numberUnavailable=i observedGeneration=l updatedNumberScheduled=i
    DeploymentSpec minReadySeconds=i paused=b progressDeadlineSeconds=i replicas=i revisionHistoryLimit=i selector=!@165 strategy=^@268 template=!@90
    DeploymentStatus availableReplicas=i collisionCount=i conditions=+type;<type>@269 observedGeneration=l readyReplicas=i replicas=i terminatingReplicas=i unavailableReplicas=i updatedReplicas=i
    ReplicaSetSpec minReadySeconds=i replicas=i selector=!@165 template=@90
    ReplicaSetStatus availableReplicas=i conditions=+type;<type>@270 fullyLabeledReplicas=i observedGeneration=l readyReplicas=i replicas=!i terminatingReplicas=i
    StatefulSetSpec minReadySeconds=i ordinals=@271 persistentVolumeClaimRetentionPolicy=@272 podManagementPolicy=s replicas=i revisionHistoryLimit=i selector=!@165 serviceName=s template=!@90 updateStrategy=@273 volumeClaimTemplates=[@8
    StatefulSetStatus availableReplicas=i collisionCount=i conditions=+type;<type>@274 currentReplicas=i currentRevision=s observedGeneration=l readyReplicas=i replicas=!i updateRevision=s updatedReplicas=i
    SelfSubjectReviewStatus userInfo=@275
    TokenReviewSpec audiences=[s token=!s
    TokenReviewStatus audiences=[s authenticated=b error=s user=@275
    SubjectAccessReviewSpec extra=*[s groups=[s nonResourceAttributes=@276 resourceAttributes=@277 uid=s user=s
    SubjectAccessReviewStatus allowed=!b denied=b evaluationError=s reason=s
    SelfSubjectAccessReviewSpec nonResourceAttributes=@276 resourceAttributes=@277
    SelfSubjectRulesReviewSpec namespace=s
    SubjectRulesReviewStatus evaluationError=s incomplete=!b nonResourceRules=![@278 resourceRules=![@279
    HorizontalPodAutoscalerSpec maxReplicas=!i minReplicas=i scaleTargetRef=!@280 targetCPUUtilizationPercentage=i
    HorizontalPodAutoscalerStatus currentCPUUtilizationPercentage=i currentReplicas=!i desiredReplicas=!i lastScaleTime=t observedGeneration=l
    HorizontalPodAutoscalerSpec behavior=@281 maxReplicas=!i metrics=[@282 minReplicas=i scaleTargetRef=!@283
    HorizontalPodAutoscalerStatus conditions=+type;<type>@284 currentMetrics=[@285 currentReplicas=i desiredReplicas=!i lastScaleTime=t observedGeneration=l
    CronJobSpec concurrencyPolicy=s failedJobsHistoryLimit=i jobTemplate=!@286 schedule=!s startingDeadlineSeconds=l successfulJobsHistoryLimit=i suspend=b timeZone=s
    CronJobStatus active=[@74 lastScheduleTime=t lastSuccessfulTime=t
    JobSpec activeDeadlineSeconds=l backoffLimit=i backoffLimitPerIndex=i completionMode=s completions=i managedBy=s manualSelector=b maxFailedIndexes=i parallelism=i podFailurePolicy=@287 podReplacementPolicy=s selector=@165 successPolicy=@288 suspend=b template=!@90 ttlSecondsAfterFinished=i
    JobStatus active=i completedIndexes=s completionTime=t conditions=+type;[@289 failed=i failedIndexes=s ready=i startTime=t succeeded=i terminating=i uncountedTerminatedPods=@290
    CertificateSigningRequestSpec expirationSeconds=i extra=*[s groups=[s request=!y signerName=!s uid=s usages=[s username=s
    CertificateSigningRequestStatus certificate=y conditions=<type>@291
    LeaseSpec acquireTime=m holderIdentity=s leaseDurationSeconds=i leaseTransitions=i preferredHolder=s renewTime=m strategy=s
    Endpoint addresses=!{s conditions=@292 deprecatedTopology=*s hints=@293 hostname=s nodeName=s targetRef=@74 zone=s
    EndpointPort~ appProtocol=s name=s port=i protocol=s
    EventSeries count=!i lastObservedTime=!m
    FlowSchemaSpec distinguisherMethod=@294 matchingPrecedence=i priorityLevelConfiguration=!@295 rules=[@296
    FlowSchemaStatus conditions=+type;<type>@297
    PriorityLevelConfigurationSpec exempt=@298 limited=@299 type=!s
    PriorityLevelConfigurationStatus conditions=+type;<type>@300
    IngressClassSpec controller=s parameters=@301
    IngressSpec defaultBackend=@302 ingressClassName=s rules=[@303 tls=[@304
    IngressStatus loadBalancer=@305
    IPAddressSpec parentRef=!@306
    NetworkPolicySpec egress=[@307 ingress=[@308 podSelector=@165 policyTypes=[s
    ServiceCIDRSpec cidrs=[s
    ServiceCIDRStatus conditions=+type;<type>@247
    Overhead podFixed=*q
    Scheduling nodeSelector=~*s tolerations=[@233
    PodDisruptionBudgetSpec maxUnavailable=o minAvailable=o selector=@165 unhealthyPodEvictionPolicy=s
    PodDisruptionBudgetStatus conditions=+type;<type>@247 currentHealthy=i desiredHealthy=i disruptedPods=*t disruptionsAllowed=i expectedPods=i observedGeneration=l
    RoleRef~ apiGroup=s kind=!s name=!s
    Subject~ apiGroup=s kind=!s name=!s namespace=s
    AggregationRule clusterRoleSelectors=[@165
    PolicyRule apiGroups=[s nonResourceURLs=[s resourceNames=[s resources=[s verbs=![s
    DeviceClassSpec config=[@309 extendedResourceName=s selectors=[@310
    ResourceClaimSpec devices=@311
    ResourceClaimStatus allocation=@312 devices=<driver,device,pool,shareID>@313 reservedFor=+uid;<uid>@314
    ResourceClaimTemplateSpec metadata=@73 spec=!@159
    ResourceSliceSpec allNodes=b devices=[@315 driver=!s nodeName=s nodeSelector=@316 perDeviceNodeSelection=b pool=!@317 sharedCounters=[@318
    CSIDriverSpec attachRequired=b fsGroupPolicy=s nodeAllocatableUpdatePeriodSeconds=l podInfoOnMount=b preventPodSchedulingIfMissing=b requiresRepublish=b seLinuxMount=b serviceAccountTokenInSecrets=b storageCapacity=b tokenRequests=[@319 volumeLifecycleModes={s
    CSINodeSpec drivers=!+name;<name>@320
    LabelSelector~ matchExpressions=[@321 matchLabels=*s
    TopologySelectorTerm~ matchLabelExpressions=[@322
    VolumeAttachmentSpec attacher=!s nodeName=!s source=!@323
    VolumeAttachmentStatus attachError=@324 attached=!b attachmentMetadata=*s detachError=@324
    ScaleSpec replicas=i
    ScaleStatus replicas=!i selector=s
    Preconditions resourceVersion=s uid=s
    StatusDetails causes=[@325 group=s kind=s name=s retryAfterSeconds=i uid=s
    ListMeta continue=s remainingItemCount=l resourceVersion=s selfLink=s shardInfo=@326
    TokenRequestSpec audiences=[s boundObjectRef=@327 expirationSeconds=l
    TokenRequestStatus expirationTimestamp=t token=s
    ManagedFieldsEntry apiVersion=s fieldsType=s fieldsV1=j manager=s operation=s subresource=s time=t
    OwnerReference~ apiVersion=!s blockOwnerDeletion=b controller=b kind=!s name=!s uid=!s
    EndpointAddress~ hostname=s ip=!s nodeName=s targetRef=@74
    EndpointPort~ appProtocol=s name=s port=!i protocol=s
    LimitRangeItem default=*q defaultRequest=*q max=*q maxLimitRequestRatio=*q min=*q type=!s
    NamespaceCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    NodeConfigSource configMap=@328
    Taint effect=!s key=!s timeAdded=t value=s
    NodeAddress address=!s type=!s
    NodeCondition lastHeartbeatTime=t lastTransitionTime=t message=s reason=s status=!s type=!s
    NodeConfigStatus active=@182 assigned=@182 error=s lastKnownGood=@182
    NodeDaemonEndpoints kubeletEndpoint=@329
    NodeFeatures supplementalGroupsPolicy=b
    ContainerImage names=[s sizeBytes=l
    NodeSystemInfo architecture=!s bootID=!s containerRuntimeVersion=!s kernelVersion=!s kubeProxyVersion=!s kubeletVersion=!s machineID=!s operatingSystem=!s osImage=!s swap=@330 systemUUID=!s
    NodeRuntimeHandler features=@331 name=s
    AttachedVolume devicePath=!s name=!s
    TypedLocalObjectReference~ apiGroup=s kind=!s name=!s
    TypedObjectReference apiGroup=s kind=!s name=!s namespace=s
    VolumeResourceRequirements limits=*q requests=*q
    PersistentVolumeClaimCondition lastProbeTime=t lastTransitionTime=t message=s reason=s status=!s type=!s
    ModifyVolumeStatus status=!s targetVolumeAttributesClassName=s
    AWSElasticBlockStoreVolumeSource fsType=s partition=i readOnly=b volumeID=!s
    AzureDiskVolumeSource cachingMode=s diskName=!s diskURI=!s fsType=s kind=s readOnly=b
    AzureFilePersistentVolumeSource readOnly=b secretName=!s secretNamespace=s shareName=!s
    CephFSPersistentVolumeSource monitors=![s path=s readOnly=b secretFile=s secretRef=@332 user=s
    CinderPersistentVolumeSource fsType=s readOnly=b secretRef=@332 volumeID=!s
    CSIPersistentVolumeSource controllerExpandSecretRef=@332 controllerPublishSecretRef=@332 driver=!s fsType=s nodeExpandSecretRef=@332 nodePublishSecretRef=@332 nodeStageSecretRef=@332 readOnly=b volumeAttributes=*s volumeHandle=!s
    FCVolumeSource fsType=s lun=i readOnly=b targetWWNs=[s wwids=[s
    FlexPersistentVolumeSource driver=!s fsType=s options=*s readOnly=b secretRef=@332
    FlockerVolumeSource datasetName=s datasetUUID=s
    GCEPersistentDiskVolumeSource fsType=s partition=i pdName=!s readOnly=b
    GlusterfsPersistentVolumeSource endpoints=!s endpointsNamespace=s path=!s readOnly=b
    HostPathVolumeSource path=!s type=s
    ISCSIPersistentVolumeSource chapAuthDiscovery=b chapAuthSession=b fsType=s initiatorName=s iqn=!s iscsiInterface=s lun=!i portals=[s readOnly=b secretRef=@332 targetPortal=!s
    LocalVolumeSource fsType=s path=!s
    NFSVolumeSource path=!s readOnly=b server=!s
    VolumeNodeAffinity required=@316
    PhotonPersistentDiskVolumeSource fsType=s pdID=!s
    PortworxVolumeSource fsType=s readOnly=b volumeID=!s
    QuobyteVolumeSource group=s readOnly=b registry=!s tenant=s user=s volume=!s
    RBDPersistentVolumeSource fsType=s image=!s keyring=s monitors=![s pool=s readOnly=b secretRef=@332 user=s
    ScaleIOPersistentVolumeSource fsType=s gateway=!s protectionDomain=s readOnly=b secretRef=!@332 sslEnabled=b storageMode=s storagePool=s system=!s volumeName=s
    StorageOSPersistentVolumeSource fsType=s readOnly=b secretRef=@74 volumeName=s volumeNamespace=s
    VsphereVirtualDiskVolumeSource fsType=s storagePolicyID=s storagePolicyName=s volumePath=!s
    Affinity nodeAffinity=@333 podAffinity=@334 podAntiAffinity=@335
    Container args=[s command=[s env=+name;<name>@336 envFrom=[@337 image=s imagePullPolicy=s lifecycle=@338 livenessProbe=@339 name=!s ports=+containerPort;<containerPort,protocol>@340 readinessProbe=@339 resizePolicy=[@341 resources=@229 restartPolicy=s restartPolicyRules=[@342 securityContext=@343 startupProbe=@339 stdin=b stdinOnce=b terminationMessagePath=s terminationMessagePolicy=s tty=b volumeDevices=+devicePath;<devicePath>@344 volumeMounts=+mountPath;<mountPath>@345 workingDir=s
    PodDNSConfig nameservers=[s options=[@346 searches=[s
    EphemeralContainer args=[s command=[s env=+name;<name>@336 envFrom=[@337 image=s imagePullPolicy=s lifecycle=@338 livenessProbe=@339 name=!s ports=+containerPort;<containerPort,protocol>@340 readinessProbe=@339 resizePolicy=[@341 resources=@229 restartPolicy=s restartPolicyRules=[@342 securityContext=@343 startupProbe=@339 stdin=b stdinOnce=b targetContainerName=s terminationMessagePath=s terminationMessagePolicy=s tty=b volumeDevices=+devicePath;<devicePath>@344 volumeMounts=+mountPath;<mountPath>@345 workingDir=s
    HostAlias hostnames=[s ip=!s
    PodOS name=!s
    PodReadinessGate conditionType=!s
    PodResourceClaim name=!s resourceClaimName=s resourceClaimTemplateName=s
    ResourceRequirements claims=<name>@347 limits=*q requests=*q
    PodSchedulingGate name=!s
    PodSchedulingGroup podGroupName=s
    PodSecurityContext appArmorProfile=@348 fsGroup=l fsGroupChangePolicy=s runAsGroup=l runAsNonRoot=b runAsUser=l seLinuxChangePolicy=s seLinuxOptions=@349 seccompProfile=@350 supplementalGroups=[l supplementalGroupsPolicy=s sysctls=[@351 windowsOptions=@352
    Toleration effect=s key=s operator=s tolerationSeconds=l value=s
    TopologySpreadConstraint labelSelector=@165 matchLabelKeys=[s maxSkew=!i minDomains=i nodeAffinityPolicy=s nodeTaintsPolicy=s topologyKey=!s whenUnsatisfiable=!s
    Volume awsElasticBlockStore=@198 azureDisk=@199 azureFile=@353 cephfs=@354 cinder=@355 configMap=@356 csi=@357 downwardAPI=@358 emptyDir=@359 ephemeral=@360 fc=@204 flexVolume=@361 flocker=@206 gcePersistentDisk=@207 gitRepo=@362 glusterfs=@363 hostPath=@209 image=@364 iscsi=@365 name=!s nfs=@212 persistentVolumeClaim=@366 photonPersistentDisk=@214 portworxVolume=@215 projected=@367 quobyte=@216 rbd=@368 scaleIO=@369 secret=@370 storageos=@371 vsphereVolume=@220
    PodCondition lastProbeTime=t lastTransitionTime=t message=s observedGeneration=l reason=s status=!s type=!s
    ContainerStatus allocatedResources=*q allocatedResourcesStatus=+name;<name>@372 containerID=s image=!s imageID=!s lastState=@373 name=!s ready=!b resources=@229 restartCount=!i started=b state=@373 stopSignal=s user=@374 volumeMounts=+mountPath;<mountPath>@375
    PodExtendedResourceClaimStatus requestMappings=![@376 resourceClaimName=!s
    HostIP ip=!s
    NodeAllocatableResourceClaimStatus containers={s resourceClaimName=!s resources=!*q
    PodIP ip=!s
    PodResourceClaimStatus name=!s resourceClaimName=s
    ReplicationControllerCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    ScopeSelector~ matchExpressions=[@377
    ServicePort appProtocol=s name=s nodePort=i port=!i protocol=s targetPort=o
    SessionAffinityConfig clientIP=@378
    Condition lastTransitionTime=!t message=!s observedGeneration=l reason=!s status=!s type=!s
    LoadBalancerStatus ingress=[@379
    MatchCondition expression=!s name=!s
    MatchResources~ excludeResourceRules=[@380 matchPolicy=s namespaceSelector=@165 objectSelector=@165 resourceRules=[@380
    Mutation applyConfiguration=@381 jsonPatch=@382 patchType=!s
    ParamKind~ apiVersion=s kind=s
    Variable~ expression=!s name=!s
    ParamRef~ name=s namespace=s parameterNotFoundAction=s selector=@165
    WebhookClientConfig caBundle=y service=@383 url=s
    RuleWithOperations apiGroups=[s apiVersions=[s operations=[s resources=[s scope=s
    AuditAnnotation key=!s valueExpression=!s
    Validation expression=!s message=s messageExpression=s reason=s
    TypeChecking expressionWarnings=[@384
    CustomResourceConversion strategy=!s webhook=@385
    CustomResourceDefinitionNames categories=[s kind=!s listKind=s plural=!s shortNames=[s singular=s
    CustomResourceDefinitionVersion additionalPrinterColumns=[@386 deprecated=b deprecationWarning=s name=!s schema=@387 selectableFields=[@388 served=!b storage=!b subresources=@389
    CustomResourceDefinitionCondition lastTransitionTime=t message=s observedGeneration=l reason=s status=!s type=!s
    ServiceReference name=s namespace=s port=i
    APIServiceCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    DaemonSetUpdateStrategy rollingUpdate=@390 type=s
    DaemonSetCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    DeploymentStrategy rollingUpdate=@391 type=s
    DeploymentCondition lastTransitionTime=t lastUpdateTime=t message=s reason=s status=!s type=!s
    ReplicaSetCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    StatefulSetOrdinals start=i
    StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted=s whenScaled=s
    StatefulSetUpdateStrategy rollingUpdate=@392 type=s
    StatefulSetCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    UserInfo extra=*[s groups=[s uid=s username=s
    NonResourceAttributes path=s verb=s
    ResourceAttributes fieldSelector=@393 group=s labelSelector=@394 name=s namespace=s resource=s subresource=s verb=s version=s
    NonResourceRule nonResourceURLs=[s verbs=![s
    ResourceRule apiGroups=[s resourceNames=[s resources=[s verbs=![s
    CrossVersionObjectReference~ apiVersion=s kind=!s name=!s
    HorizontalPodAutoscalerBehavior scaleDown=@395 scaleUp=@395
    MetricSpec containerResource=@396 external=@397 object=@398 pods=@399 resource=@400 type=!s
    CrossVersionObjectReference apiVersion=s kind=!s name=!s
    HorizontalPodAutoscalerCondition lastTransitionTime=t message=s reason=s status=!s type=!s
    MetricStatus containerResource=@401 external=@402 object=@403 pods=@404 resource=@405 type=!s
    JobTemplateSpec metadata=@73 spec=@131
    PodFailurePolicy rules=![@406
    SuccessPolicy rules=![@407
    JobCondition lastProbeTime=t lastTransitionTime=t message=s reason=s status=!s type=!s
    UncountedTerminatedPods failed={s succeeded={s
    CertificateSigningRequestCondition lastTransitionTime=t lastUpdateTime=t message=s reason=s status=!s type=!s
    EndpointConditions ready=b serving=b terminating=b
    EndpointHints forNodes=[@408 forZones=[@409
    FlowDistinguisherMethod type=!s
    PriorityLevelConfigurationReference name=!s
    PolicyRulesWithSubjects nonResourceRules=[@410 resourceRules=[@411 subjects=![@412
    FlowSchemaCondition lastTransitionTime=t message=s reason=s status=s type=s
    ExemptPriorityLevelConfiguration lendablePercent=i nominalConcurrencyShares=i
    LimitedPriorityLevelConfiguration borrowingLimitPercent=i lendablePercent=i limitResponse=@413 nominalConcurrencyShares=i
    PriorityLevelConfigurationCondition lastTransitionTime=t message=s reason=s status=s type=s
    IngressClassParametersReference apiGroup=s kind=!s name=!s namespace=s scope=s
    IngressBackend resource=@193 service=@414
    IngressRule host=s http=@415
    IngressTLS hosts=[s secretName=s
    IngressLoadBalancerStatus ingress=[@416
    ParentReference group=s name=!s namespace=s resource=!s
    NetworkPolicyEgressRule ports=[@417 to=[@418
    NetworkPolicyIngressRule from=[@418 ports=[@417
    DeviceClassConfiguration opaque=@419
    DeviceSelector cel=@420
    DeviceClaim config=[@421 constraints=[@422 requests=[@423
    AllocationResult allocationTimestamp=t devices=@424 nodeSelector=@316
    AllocatedDeviceStatus conditions=<type>@247 data=j device=!s driver=!s networkData=@425 pool=!s shareID=s
    ResourceClaimConsumerReference apiGroup=s name=!s resource=!s uid=!s
    Device allNodes=b allowMultipleAllocations=b attributes=*@426 bindingConditions=[s bindingFailureConditions=[s bindsToNode=b capacity=*@427 consumesCounters=[@428 name=!s nodeAllocatableResourceMappings=*@429 nodeName=s nodeSelector=@316 taints=[@430
    NodeSelector~ nodeSelectorTerms=![@431
    ResourcePool generation=!l name=!s resourceSliceCount=!l
    CounterSet counters=!*@432 name=!s
    TokenRequest audience=!s expirationSeconds=l
    CSINodeDriver allocatable=@433 name=!s nodeID=!s topologyKeys=[s
    LabelSelectorRequirement key=!s operator=!s values=[s
    TopologySelectorLabelRequirement key=!s values=![s
    VolumeAttachmentSource inlineVolumeSpec=@86 persistentVolumeName=s
    VolumeError errorCode=i message=s time=t
    StatusCause field=s message=s reason=s
    ShardInfo selector=!s
    BoundObjectReference apiVersion=s kind=s name=s uid=s
    ConfigMapNodeConfigSource kubeletConfigKey=!s name=!s namespace=!s resourceVersion=s uid=s
    DaemonEndpoint Port=!i
    NodeSwapStatus capacity=l
    NodeRuntimeHandlerFeatures recursiveReadOnlyMounts=b userNamespaces=b
    SecretReference~ name=s namespace=s
    NodeAffinity preferredDuringSchedulingIgnoredDuringExecution=[@434 requiredDuringSchedulingIgnoredDuringExecution=@316
    PodAffinity preferredDuringSchedulingIgnoredDuringExecution=[@435 requiredDuringSchedulingIgnoredDuringExecution=[@436
    PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution=[@435 requiredDuringSchedulingIgnoredDuringExecution=[@436
    EnvVar name=!s value=s valueFrom=@437
    EnvFromSource configMapRef=@438 prefix=s secretRef=@439
    Lifecycle postStart=@440 preStop=@440 stopSignal=s
    Probe exec=@441 failureThreshold=i grpc=@442 httpGet=@443 initialDelaySeconds=i periodSeconds=i successThreshold=i tcpSocket=@444 terminationGracePeriodSeconds=l timeoutSeconds=i
    ContainerPort containerPort=!i hostIP=s hostPort=i name=s protocol=s
    ContainerResizePolicy resourceName=!s restartPolicy=!s
    ContainerRestartRule action=!s exitCodes=@445
    SecurityContext allowPrivilegeEscalation=b appArmorProfile=@348 capabilities=@446 privileged=b procMount=s readOnlyRootFilesystem=b runAsGroup=l runAsNonRoot=b runAsUser=l seLinuxOptions=@349 seccompProfile=@350 windowsOptions=@352
    VolumeDevice devicePath=!s name=!s
    VolumeMount mountPath=!s mountPropagation=s name=!s readOnly=b recursiveReadOnly=s subPath=s subPathExpr=s
    PodDNSConfigOption name=s value=s
    ResourceClaim name=!s request=s
    AppArmorProfile localhostProfile=s type=!s
    SELinuxOptions level=s role=s type=s user=s
    SeccompProfile localhostProfile=s type=!s
    Sysctl name=!s value=!s
    WindowsSecurityContextOptions gmsaCredentialSpec=s gmsaCredentialSpecName=s hostProcess=b runAsUserName=s
    AzureFileVolumeSource readOnly=b secretName=!s shareName=!s
    CephFSVolumeSource monitors=![s path=s readOnly=b secretFile=s secretRef=@95 user=s
    CinderVolumeSource fsType=s readOnly=b secretRef=@95 volumeID=!s
    ConfigMapVolumeSource defaultMode=i items=[@447 name=s optional=b
    CSIVolumeSource driver=!s fsType=s nodePublishSecretRef=@95 readOnly=b volumeAttributes=*s
    DownwardAPIVolumeSource defaultMode=i items=[@448
    EmptyDirVolumeSource medium=s sizeLimit=q
    EphemeralVolumeSource volumeClaimTemplate=@449
    FlexVolumeSource driver=!s fsType=s options=*s readOnly=b secretRef=@95
    GitRepoVolumeSource directory=s repository=!s revision=s
    GlusterfsVolumeSource endpoints=!s path=!s readOnly=b
    ImageVolumeSource pullPolicy=s reference=s
    ISCSIVolumeSource chapAuthDiscovery=b chapAuthSession=b fsType=s initiatorName=s iqn=!s iscsiInterface=s lun=!i portals=[s readOnly=b secretRef=@95 targetPortal=!s
    PersistentVolumeClaimVolumeSource claimName=!s readOnly=b
    ProjectedVolumeSource defaultMode=i sources=[@450
    RBDVolumeSource fsType=s image=!s keyring=s monitors=![s pool=s readOnly=b secretRef=@95 user=s
    ScaleIOVolumeSource fsType=s gateway=!s protectionDomain=s readOnly=b secretRef=!@95 sslEnabled=b storageMode=s storagePool=s system=!s volumeName=s
    SecretVolumeSource defaultMode=i items=[@447 optional=b secretName=s
    StorageOSVolumeSource fsType=s readOnly=b secretRef=@95 volumeName=s volumeNamespace=s
    ResourceStatus name=!s resources=<resourceID>@451
    ContainerState running=@452 terminated=@453 waiting=@454
    ContainerUser linux=@455
    VolumeMountStatus mountPath=!s name=!s readOnly=b recursiveReadOnly=s volumeStatus=@456
    ContainerExtendedResourceRequest containerName=!s requestName=!s resourceName=!s
    ScopedResourceSelectorRequirement operator=!s scopeName=!s values=[s
    ClientIPConfig timeoutSeconds=i
    LoadBalancerIngress hostname=s ip=s ipMode=s ports=[@457
    NamedRuleWithOperations~ apiGroups=[s apiVersions=[s operations=[s resourceNames=[s resources=[s scope=s
    ApplyConfiguration expression=s
    JSONPatch expression=s
    ServiceReference name=!s namespace=!s path=s port=i
    ExpressionWarning fieldRef=!s warning=!s
    WebhookConversion clientConfig=@458 conversionReviewVersions=![s
    CustomResourceColumnDefinition description=s format=s jsonPath=!s name=!s priority=i type=!s
    CustomResourceValidation openAPIV3Schema=@459
    SelectableField jsonPath=!s
    CustomResourceSubresources scale=@460 status=j
    RollingUpdateDaemonSet maxSurge=o maxUnavailable=o
    RollingUpdateDeployment maxSurge=o maxUnavailable=o
    RollingUpdateStatefulSetStrategy maxUnavailable=o partition=i
    FieldSelectorAttributes rawSelector=s requirements=[@461
    LabelSelectorAttributes rawSelector=s requirements=[@321
    HPAScalingRules policies=[@462 selectPolicy=s stabilizationWindowSeconds=i tolerance=q
    ContainerResourceMetricSource container=!s name=!s target=!@463
    ExternalMetricSource metric=!@464 target=!@463
    ObjectMetricSource describedObject=!@283 metric=!@464 target=!@463
    PodsMetricSource metric=!@464 target=!@463
    ResourceMetricSource name=!s target=!@463
    ContainerResourceMetricStatus container=!s current=!@465 name=!s
    ExternalMetricStatus current=!@465 metric=!@464
    ObjectMetricStatus current=!@465 describedObject=!@283 metric=!@464
    PodsMetricStatus current=!@465 metric=!@464
    ResourceMetricStatus current=!@465 name=!s
    PodFailurePolicyRule action=!s onExitCodes=@466 onPodConditions=[@467
    SuccessPolicyRule succeededCount=i succeededIndexes=s
    ForNode name=!s
    ForZone name=!s
    NonResourcePolicyRule nonResourceURLs=!{s verbs=!{s
    ResourcePolicyRule apiGroups=!{s clusterScope=b namespaces={s resources=!{s verbs=!{s
    Subject group=@468 kind=!s serviceAccount=@469 user=@470
    LimitResponse queuing=@471 type=!s
    IngressServiceBackend name=!s port=@472
    HTTPIngressRuleValue paths=![@473
    IngressLoadBalancerIngress hostname=s ip=s ports=[@474
    NetworkPolicyPort endPort=i port=o protocol=s
    NetworkPolicyPeer ipBlock=@475 namespaceSelector=@165 podSelector=@165
    OpaqueDeviceConfiguration driver=!s parameters=!j
    CELDeviceSelector expression=!s
    DeviceClaimConfiguration opaque=@419 requests=[s
    DeviceConstraint distinctAttribute=s matchAttribute=s requests=[s
    DeviceRequest exactly=@476 firstAvailable=[@477 name=!s
    DeviceAllocationResult config=[@478 results=[@479
    NetworkDeviceData hardwareAddress=s interfaceName=s ips=[s
    DeviceAttribute bool=b bools=[b int=l ints=[l string=s strings=[s version=s versions=[s
    DeviceCapacity requestPolicy=@480 value=!q
    DeviceCounterConsumption counterSet=!s counters=!*@432
    NodeAllocatableResourceMapping allocationMultiplier=q capacityKey=s
    DeviceTaint effect=!s key=!s timeAdded=t value=s
    NodeSelectorTerm~ matchExpressions=[@481 matchFields=[@481
    Counter value=!q
    VolumeNodeResources count=i
    PreferredSchedulingTerm preference=!@431 weight=!i
    WeightedPodAffinityTerm podAffinityTerm=!@436 weight=!i
    PodAffinityTerm labelSelector=@165 matchLabelKeys=[s mismatchLabelKeys=[s namespaceSelector=@165 namespaces=[s topologyKey=!s
    EnvVarSource configMapKeyRef=@482 fieldRef=@483 fileKeyRef=@484 resourceFieldRef=@485 secretKeyRef=@486
    ConfigMapEnvSource name=s optional=b
    SecretEnvSource name=s optional=b
    LifecycleHandler exec=@441 httpGet=@443 sleep=@487 tcpSocket=@444
    ExecAction command=[s
    GRPCAction port=!i service=s
    HTTPGetAction host=s httpHeaders=[@488 path=s port=!o scheme=s
    TCPSocketAction host=s port=!o
    ContainerRestartRuleOnExitCodes operator=!s values={i
    Capabilities add=[s drop=[s
    KeyToPath key=!s mode=i path=!s
    DownwardAPIVolumeFile fieldRef=@483 mode=i path=!s resourceFieldRef=@485
    PersistentVolumeClaimTemplate metadata=@73 spec=!@84
    VolumeProjection clusterTrustBundle=@489 configMap=@490 downwardAPI=@491 podCertificate=@492 secret=@493 serviceAccountToken=@494
    ResourceHealth health=s message=s resourceID=!s
    ContainerStateRunning startedAt=t
    ContainerStateTerminated containerID=s exitCode=!i finishedAt=t message=s reason=s signal=i startedAt=t
    ContainerStateWaiting message=s reason=s
    LinuxContainerUser gid=!l supplementalGroups=[l uid=!l
    VolumeStatus image=@495
    PortStatus error=s port=!i protocol=!s
    WebhookClientConfig caBundle=y service=@496 url=s
    JSONSchemaProps $ref=s $schema=s additionalItems=j additionalProperties=j allOf=[@459 anyOf=[@459 default=j definitions=*@459 dependencies=*j description=s enum=[j example=j exclusiveMaximum=b exclusiveMinimum=b externalDocs=@497 format=s id=s items=j maxItems=l maxLength=l maxProperties=l maximum=d minItems=l minLength=l minProperties=l minimum=d multipleOf=d not=@459 nullable=b oneOf=[@459 pattern=s patternProperties=*@459 properties=*@459 required=[s title=s type=s uniqueItems=b x-kubernetes-embedded-resource=b x-kubernetes-int-or-string=b x-kubernetes-list-map-keys=[s x-kubernetes-list-type=s x-kubernetes-map-type=s x-kubernetes-preserve-unknown-fields=b x-kubernetes-validations=+rule;<rule>@498
    CustomResourceSubresourceScale labelSelectorPath=s specReplicasPath=!s statusReplicasPath=!s
    FieldSelectorRequirement key=!s operator=!s values=[s
    HPAScalingPolicy periodSeconds=!i type=!s value=!i
    MetricTarget averageUtilization=i averageValue=q type=!s value=q
    MetricIdentifier name=!s selector=@165
    MetricValueStatus averageUtilization=i averageValue=q value=q
    PodFailurePolicyOnExitCodesRequirement containerName=s operator=!s values=!{i
    PodFailurePolicyOnPodConditionsPattern status=s type=!s
    GroupSubject name=!s
    ServiceAccountSubject name=!s namespace=!s
    UserSubject name=!s
    QueuingConfiguration handSize=i queueLengthLimit=i queues=i
    ServiceBackendPort~ name=s number=i
    HTTPIngressPath backend=!@302 path=s pathType=!s
    IngressPortStatus error=s port=!i protocol=!s
    IPBlock cidr=!s except=[s
    ExactDeviceRequest adminAccess=b allocationMode=s capacity=@499 count=l deviceClassName=!s selectors=[@310 tolerations=[@500
    DeviceSubRequest allocationMode=s capacity=@499 count=l deviceClassName=!s name=!s selectors=[@310 tolerations=[@500
    DeviceAllocationConfiguration opaque=@419 requests=[s source=!s
    DeviceRequestAllocationResult adminAccess=b bindingConditions=[s bindingFailureConditions=[s consumedCapacity=*q device=!s driver=!s pool=!s request=!s shareID=s tolerations=[@500
    CapacityRequestPolicy default=q validRange=@501 validValues=[q
    NodeSelectorRequirement key=!s operator=!s values=[s
    ConfigMapKeySelector~ key=!s name=s optional=b
    ObjectFieldSelector~ apiVersion=s fieldPath=!s
    FileKeySelector~ key=!s optional=b path=!s volumeName=!s
    ResourceFieldSelector~ containerName=s divisor=q resource=!s
    SecretKeySelector~ key=!s name=s optional=b
    SleepAction seconds=!l
    HTTPHeader name=!s value=!s
    ClusterTrustBundleProjection labelSelector=@165 name=s optional=b path=!s signerName=s
    ConfigMapProjection items=[@447 name=s optional=b
    DownwardAPIProjection items=[@448
    PodCertificateProjection certificateChainPath=s credentialBundlePath=s keyPath=s keyType=!s maxExpirationSeconds=i signerName=!s userAnnotations=*s
    SecretProjection items=[@447 name=s optional=b
    ServiceAccountTokenProjection audience=s expirationSeconds=l path=!s
    ImageVolumeStatus imageRef=!s
    ServiceReference name=!s namespace=!s path=s port=i
    ExternalDocumentation description=s url=s
    ValidationRule fieldPath=s message=s messageExpression=s optionalOldSelf=b reason=s rule=!s
    CapacityRequirements requests=*q
    DeviceToleration effect=s key=s operator=s tolerationSeconds=l value=s
    CapacityRequestPolicyRange max=q min=!q step=q
    """#
}
