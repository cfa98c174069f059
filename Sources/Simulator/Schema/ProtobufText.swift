/// The field numbers of the built-in kinds in Kubernetes' protobuf form, compactly.
///
/// Made once from the published message definitions, as far as a 1.36 server knows the fields. First the kinds (`group/version/Kind message`),
/// then, after an empty line, one message a line: its name and its fields as `number=name:type`. ``ProtobufTable`` reads it and documents the
/// letters.
enum ProtobufText {
  static let text = #"""
    /v1/Binding 0
    /v1/ConfigMap 5
    /v1/Endpoints 6
    /v1/Event 10
    /v1/LimitRange 13
    /v1/Namespace 16
    /v1/Node 20
    /v1/PersistentVolume 38
    /v1/PersistentVolumeClaim 69
    /v1/Pod 79
    /v1/ReplicationController 189
    /v1/ResourceQuota 194
    /v1/Secret 199
    /v1/Service 200
    /v1/ServiceAccount 210
    apps/v1/DaemonSet 211
    apps/v1/Deployment 217
    apps/v1/ReplicaSet 223
    apps/v1/StatefulSet 227
    batch/v1/CronJob 235
    batch/v1/Job 246
    networking.k8s.io/v1/Ingress 250
    networking.k8s.io/v1/IngressClass 264
    networking.k8s.io/v1/NetworkPolicy 267
    rbac.authorization.k8s.io/v1/ClusterRole 274
    rbac.authorization.k8s.io/v1/ClusterRoleBinding 277
    rbac.authorization.k8s.io/v1/Role 280
    rbac.authorization.k8s.io/v1/RoleBinding 281
    policy/v1/Eviction 282
    policy/v1/PodDisruptionBudget 285
    authorization.k8s.io/v1/LocalSubjectAccessReview 288
    authorization.k8s.io/v1/SelfSubjectAccessReview 296
    authorization.k8s.io/v1/SelfSubjectRulesReview 298
    authorization.k8s.io/v1/SubjectAccessReview 303
    authentication.k8s.io/v1/SelfSubjectReview 304
    authentication.k8s.io/v1/TokenRequest 307
    authentication.k8s.io/v1/TokenReview 311
    autoscaling/v1/HorizontalPodAutoscaler 314
    autoscaling/v1/Scale 318
    autoscaling/v2/HorizontalPodAutoscaler 321
    scheduling.k8s.io/v1/PriorityClass 344
    storage.k8s.io/v1/StorageClass 345
    coordination.k8s.io/v1/Lease 348
    certificates.k8s.io/v1/CertificateSigningRequest 350
    discovery.k8s.io/v1/EndpointSlice 354
    meta/v1/DeleteOptions 283

    Binding 1=metadata:@1 2=target:@4
    ObjectMeta 1=name:s 2=generateName:s 3=namespace:s 4=selfLink:s 5=uid:s 6=resourceVersion:s 7=generation:i 8=creationTimestamp:t 9=deletionTimestamp:t 10=deletionGracePeriodSeconds:i 11=labels:*s 12=annotations:*s 13=ownerReferences:[@2 14=finalizers:[s 17=managedFields:[@3
    OwnerReference 1=kind:s 3=name:s 4=uid:s 5=apiVersion:s 6=controller:b 7=blockOwnerDeletion:b
    ManagedFieldsEntry 1=manager:s 2=operation:s 3=apiVersion:s 4=time:t 6=fieldsType:s 7=fieldsV1:j 8=subresource:s
    ObjectReference 1=kind:s 2=namespace:s 3=name:s 4=uid:s 5=apiVersion:s 6=resourceVersion:s 7=fieldPath:s
    ConfigMap 1=metadata:@1 2=data:*s 3=binaryData:*y 4=immutable:b
    Endpoints 1=metadata:@1 2=subsets:[@7
    EndpointSubset 1=addresses:[@8 2=notReadyAddresses:[@8 3=ports:[@9
    EndpointAddress 1=ip:s 2=targetRef:@4 3=hostname:s 4=nodeName:s
    EndpointPort 1=name:s 2=port:i 3=protocol:s 4=appProtocol:s
    Event 1=metadata:@1 2=involvedObject:@4 3=reason:s 4=message:s 5=source:@11 6=firstTimestamp:t 7=lastTimestamp:t 8=count:i 9=type:s 10=eventTime:m 11=series:@12 12=action:s 13=related:@4 14=reportingComponent:s 15=reportingInstance:s
    EventSource 1=component:s 2=host:s
    EventSeries 1=count:i 2=lastObservedTime:m
    LimitRange 1=metadata:@1 2=spec:@14
    LimitRangeSpec 1=limits:[@15
    LimitRangeItem 1=type:s 2=max:*q 3=min:*q 4=default:*q 5=defaultRequest:*q 6=maxLimitRequestRatio:*q
    Namespace 1=metadata:@1 2=spec:@17 3=status:@18
    NamespaceSpec 1=finalizers:[s
    NamespaceStatus 1=phase:s 2=conditions:[@19
    NamespaceCondition 1=type:s 2=status:s 4=lastTransitionTime:t 5=reason:s 6=message:s
    Node 1=metadata:@1 2=spec:@21 3=status:@25
    NodeSpec 1=podCIDR:s 2=externalID:s 3=providerID:s 4=unschedulable:b 5=taints:[@22 6=configSource:@23 7=podCIDRs:[s
    Taint 1=key:s 2=value:s 3=effect:s 4=timeAdded:t
    NodeConfigSource 2=configMap:@24
    ConfigMapNodeConfigSource 1=namespace:s 2=name:s 3=uid:s 4=resourceVersion:s 5=kubeletConfigKey:s
    NodeStatus 1=capacity:*q 2=allocatable:*q 3=phase:s 4=conditions:[@26 5=addresses:[@27 6=daemonEndpoints:@28 7=nodeInfo:@30 8=images:[@32 9=volumesInUse:[s 10=volumesAttached:[@33 11=config:@34 12=runtimeHandlers:[@35 13=features:@37 14=declaredFeatures:[s
    NodeCondition 1=type:s 2=status:s 3=lastHeartbeatTime:t 4=lastTransitionTime:t 5=reason:s 6=message:s
    NodeAddress 1=type:s 2=address:s
    NodeDaemonEndpoints 1=kubeletEndpoint:@29
    DaemonEndpoint 1=Port:i
    NodeSystemInfo 1=machineID:s 2=systemUUID:s 3=bootID:s 4=kernelVersion:s 5=osImage:s 6=containerRuntimeVersion:s 7=kubeletVersion:s 8=kubeProxyVersion:s 9=operatingSystem:s 10=architecture:s 11=swap:@31
    NodeSwapStatus 1=capacity:i
    ContainerImage 1=names:[s 2=sizeBytes:i
    AttachedVolume 1=name:s 2=devicePath:s
    NodeConfigStatus 1=assigned:@23 2=active:@23 3=lastKnownGood:@23 4=error:s
    NodeRuntimeHandler 1=name:s 2=features:@36
    NodeRuntimeHandlerFeatures 1=recursiveReadOnlyMounts:b 2=userNamespaces:b
    NodeFeatures 1=supplementalGroupsPolicy:b
    PersistentVolume 1=metadata:@1 2=spec:@39 3=status:@68
    PersistentVolumeSpec 1=capacity:*q 2=persistentVolumeSource:~@40 3=accessModes:[s 4=claimRef:@4 5=persistentVolumeReclaimPolicy:s 6=storageClassName:s 7=mountOptions:[s 8=volumeMode:s 9=nodeAffinity:@64 10=volumeAttributesClassName:s
    PersistentVolumeSource 1=gcePersistentDisk:@41 2=awsElasticBlockStore:@42 3=hostPath:@43 4=glusterfs:@44 5=nfs:@45 6=rbd:@46 7=iscsi:@48 8=cinder:@49 9=cephfs:@50 10=fc:@51 11=flocker:@52 12=flexVolume:@53 13=azureFile:@54 14=vsphereVolume:@55 15=quobyte:@56 16=azureDisk:@57 17=photonPersistentDisk:@58 18=portworxVolume:@59 19=scaleIO:@60 20=local:@61 21=storageos:@62 22=csi:@63
    GCEPersistentDiskVolumeSource 1=pdName:s 2=fsType:s 3=partition:i 4=readOnly:b
    AWSElasticBlockStoreVolumeSource 1=volumeID:s 2=fsType:s 3=partition:i 4=readOnly:b
    HostPathVolumeSource 1=path:s 2=type:s
    GlusterfsPersistentVolumeSource 1=endpoints:s 2=path:s 3=readOnly:b 4=endpointsNamespace:s
    NFSVolumeSource 1=server:s 2=path:s 3=readOnly:b
    RBDPersistentVolumeSource 1=monitors:[s 2=image:s 3=fsType:s 4=pool:s 5=user:s 6=keyring:s 7=secretRef:@47 8=readOnly:b
    SecretReference 1=name:s 2=namespace:s
    ISCSIPersistentVolumeSource 1=targetPortal:s 2=iqn:s 3=lun:i 4=iscsiInterface:s 5=fsType:s 6=readOnly:b 7=portals:[s 8=chapAuthDiscovery:b 10=secretRef:@47 11=chapAuthSession:b 12=initiatorName:s
    CinderPersistentVolumeSource 1=volumeID:s 2=fsType:s 3=readOnly:b 4=secretRef:@47
    CephFSPersistentVolumeSource 1=monitors:[s 2=path:s 3=user:s 4=secretFile:s 5=secretRef:@47 6=readOnly:b
    FCVolumeSource 1=targetWWNs:[s 2=lun:i 3=fsType:s 4=readOnly:b 5=wwids:[s
    FlockerVolumeSource 1=datasetName:s 2=datasetUUID:s
    FlexPersistentVolumeSource 1=driver:s 2=fsType:s 3=secretRef:@47 4=readOnly:b 5=options:*s
    AzureFilePersistentVolumeSource 1=secretName:s 2=shareName:s 3=readOnly:b 4=secretNamespace:s
    VsphereVirtualDiskVolumeSource 1=volumePath:s 2=fsType:s 3=storagePolicyName:s 4=storagePolicyID:s
    QuobyteVolumeSource 1=registry:s 2=volume:s 3=readOnly:b 4=user:s 5=group:s 6=tenant:s
    AzureDiskVolumeSource 1=diskName:s 2=diskURI:s 3=cachingMode:s 4=fsType:s 5=readOnly:b 6=kind:s
    PhotonPersistentDiskVolumeSource 1=pdID:s 2=fsType:s
    PortworxVolumeSource 1=volumeID:s 2=fsType:s 3=readOnly:b
    ScaleIOPersistentVolumeSource 1=gateway:s 2=system:s 3=secretRef:@47 4=sslEnabled:b 5=protectionDomain:s 6=storagePool:s 7=storageMode:s 8=volumeName:s 9=fsType:s 10=readOnly:b
    LocalVolumeSource 1=path:s 2=fsType:s
    StorageOSPersistentVolumeSource 1=volumeName:s 2=volumeNamespace:s 3=fsType:s 4=readOnly:b 5=secretRef:@4
    CSIPersistentVolumeSource 1=driver:s 2=volumeHandle:s 3=readOnly:b 4=fsType:s 5=volumeAttributes:*s 6=controllerPublishSecretRef:@47 7=nodeStageSecretRef:@47 8=nodePublishSecretRef:@47 9=controllerExpandSecretRef:@47 10=nodeExpandSecretRef:@47
    VolumeNodeAffinity 1=required:@65
    NodeSelector 1=nodeSelectorTerms:[@66
    NodeSelectorTerm 1=matchExpressions:[@67 2=matchFields:[@67
    NodeSelectorRequirement 1=key:s 2=operator:s 3=values:[s
    PersistentVolumeStatus 1=phase:s 2=message:s 3=reason:s 4=lastPhaseTransitionTime:t
    PersistentVolumeClaim 1=metadata:@1 2=spec:@70 3=status:@76
    PersistentVolumeClaimSpec 1=accessModes:[s 2=resources:@71 3=volumeName:s 4=selector:@72 5=storageClassName:s 6=volumeMode:s 7=dataSource:@74 8=dataSourceRef:@75 9=volumeAttributesClassName:s
    VolumeResourceRequirements 1=limits:*q 2=requests:*q
    LabelSelector 1=matchLabels:*s 2=matchExpressions:[@73
    LabelSelectorRequirement 1=key:s 2=operator:s 3=values:[s
    TypedLocalObjectReference 1=apiGroup:s 2=kind:s 3=name:s
    TypedObjectReference 1=apiGroup:s 2=kind:s 3=name:s 4=namespace:s
    PersistentVolumeClaimStatus 1=phase:s 2=accessModes:[s 3=capacity:*q 4=conditions:[@77 5=allocatedResources:*q 7=allocatedResourceStatuses:*s 8=currentVolumeAttributesClassName:s 9=modifyVolumeStatus:@78
    PersistentVolumeClaimCondition 1=type:s 2=status:s 3=lastProbeTime:t 4=lastTransitionTime:t 5=reason:s 6=message:s
    ModifyVolumeStatus 1=targetVolumeAttributesClassName:s 2=status:s
    Pod 1=metadata:@1 2=spec:@80 3=status:@169
    PodSpec 1=volumes:[@81 2=containers:[@115 3=restartPolicy:s 4=terminationGracePeriodSeconds:i 5=activeDeadlineSeconds:i 6=dnsPolicy:s 7=nodeSelector:*s 8=serviceAccountName:s 9=serviceAccount:s 10=nodeName:s 11=hostNetwork:b 12=hostPID:b 13=hostIPC:b 14=securityContext:@148 15=imagePullSecrets:[@88 16=hostname:s 17=subdomain:s 18=affinity:@150 19=schedulerName:s 20=initContainers:[@115 21=automountServiceAccountToken:b 22=tolerations:[@157 23=hostAliases:[@158 24=priorityClassName:s 25=priority:i 26=dnsConfig:@159 27=shareProcessNamespace:b 28=readinessGates:[@161 29=runtimeClassName:s 30=enableServiceLinks:b 31=preemptionPolicy:s 32=overhead:*q 33=topologySpreadConstraints:[@162 34=ephemeralContainers:[@163 35=setHostnameAsFQDN:b 36=os:@165 37=hostUsers:b 38=schedulingGates:[@166 39=resourceClaims:[@167 40=resources:@122 41=hostnameOverride:s 43=schedulingGroup:@168
    Volume 1=name:s 2=volumeSource:~@82
    VolumeSource 1=hostPath:@43 2=emptyDir:@83 3=gcePersistentDisk:@41 4=awsElasticBlockStore:@42 5=gitRepo:@84 6=secret:@85 7=nfs:@45 8=iscsi:@87 9=glusterfs:@89 10=persistentVolumeClaim:@90 11=rbd:@91 12=flexVolume:@92 13=cinder:@93 14=cephfs:@94 15=flocker:@52 16=downwardAPI:@95 17=fc:@51 18=azureFile:@99 19=configMap:@100 20=vsphereVolume:@55 21=quobyte:@56 22=azureDisk:@57 23=photonPersistentDisk:@58 24=portworxVolume:@59 25=scaleIO:@101 26=projected:@102 27=storageos:@110 28=csi:@111 29=ephemeral:@112 30=image:@114
    EmptyDirVolumeSource 1=medium:s 2=sizeLimit:q
    GitRepoVolumeSource 1=repository:s 2=revision:s 3=directory:s
    SecretVolumeSource 1=secretName:s 2=items:[@86 3=defaultMode:i 4=optional:b
    KeyToPath 1=key:s 2=path:s 3=mode:i
    ISCSIVolumeSource 1=targetPortal:s 2=iqn:s 3=lun:i 4=iscsiInterface:s 5=fsType:s 6=readOnly:b 7=portals:[s 8=chapAuthDiscovery:b 10=secretRef:@88 11=chapAuthSession:b 12=initiatorName:s
    LocalObjectReference 1=name:s
    GlusterfsVolumeSource 1=endpoints:s 2=path:s 3=readOnly:b
    PersistentVolumeClaimVolumeSource 1=claimName:s 2=readOnly:b
    RBDVolumeSource 1=monitors:[s 2=image:s 3=fsType:s 4=pool:s 5=user:s 6=keyring:s 7=secretRef:@88 8=readOnly:b
    FlexVolumeSource 1=driver:s 2=fsType:s 3=secretRef:@88 4=readOnly:b 5=options:*s
    CinderVolumeSource 1=volumeID:s 2=fsType:s 3=readOnly:b 4=secretRef:@88
    CephFSVolumeSource 1=monitors:[s 2=path:s 3=user:s 4=secretFile:s 5=secretRef:@88 6=readOnly:b
    DownwardAPIVolumeSource 1=items:[@96 2=defaultMode:i
    DownwardAPIVolumeFile 1=path:s 2=fieldRef:@97 3=resourceFieldRef:@98 4=mode:i
    ObjectFieldSelector 1=apiVersion:s 2=fieldPath:s
    ResourceFieldSelector 1=containerName:s 2=resource:s 3=divisor:q
    AzureFileVolumeSource 1=secretName:s 2=shareName:s 3=readOnly:b
    ConfigMapVolumeSource 1=localObjectReference:~@88 2=items:[@86 3=defaultMode:i 4=optional:b
    ScaleIOVolumeSource 1=gateway:s 2=system:s 3=secretRef:@88 4=sslEnabled:b 5=protectionDomain:s 6=storagePool:s 7=storageMode:s 8=volumeName:s 9=fsType:s 10=readOnly:b
    ProjectedVolumeSource 1=sources:[@103 2=defaultMode:i
    VolumeProjection 1=secret:@104 2=downwardAPI:@105 3=configMap:@106 4=serviceAccountToken:@107 5=clusterTrustBundle:@108 6=podCertificate:@109
    SecretProjection 1=localObjectReference:~@88 2=items:[@86 4=optional:b
    DownwardAPIProjection 1=items:[@96
    ConfigMapProjection 1=localObjectReference:~@88 2=items:[@86 4=optional:b
    ServiceAccountTokenProjection 1=audience:s 2=expirationSeconds:i 3=path:s
    ClusterTrustBundleProjection 1=name:s 2=signerName:s 3=labelSelector:@72 4=path:s 5=optional:b
    PodCertificateProjection 1=signerName:s 2=keyType:s 3=maxExpirationSeconds:i 4=credentialBundlePath:s 5=keyPath:s 6=certificateChainPath:s 7=userAnnotations:*s
    StorageOSVolumeSource 1=volumeName:s 2=volumeNamespace:s 3=fsType:s 4=readOnly:b 5=secretRef:@88
    CSIVolumeSource 1=driver:s 2=readOnly:b 3=fsType:s 4=volumeAttributes:*s 5=nodePublishSecretRef:@88
    EphemeralVolumeSource 1=volumeClaimTemplate:@113
    PersistentVolumeClaimTemplate 1=metadata:@1 2=spec:@70
    ImageVolumeSource 1=reference:s 2=pullPolicy:s
    Container 1=name:s 2=image:s 3=command:[s 4=args:[s 5=workingDir:s 6=ports:[@116 7=env:[@117 8=resources:@122 9=volumeMounts:[@124 10=livenessProbe:@125 11=readinessProbe:@125 12=lifecycle:@132 13=terminationMessagePath:s 14=imagePullPolicy:s 15=securityContext:@135 16=stdin:b 17=stdinOnce:b 18=tty:b 19=envFrom:[@141 20=terminationMessagePolicy:s 21=volumeDevices:[@144 22=startupProbe:@125 23=resizePolicy:[@145 24=restartPolicy:s 25=restartPolicyRules:[@146
    ContainerPort 1=name:s 2=hostPort:i 3=containerPort:i 4=protocol:s 5=hostIP:s
    EnvVar 1=name:s 2=value:s 3=valueFrom:@118
    EnvVarSource 1=fieldRef:@97 2=resourceFieldRef:@98 3=configMapKeyRef:@119 4=secretKeyRef:@120 5=fileKeyRef:@121
    ConfigMapKeySelector 1=localObjectReference:~@88 2=key:s 3=optional:b
    SecretKeySelector 1=localObjectReference:~@88 2=key:s 3=optional:b
    FileKeySelector 1=volumeName:s 2=path:s 3=key:s 4=optional:b
    ResourceRequirements 1=limits:*q 2=requests:*q 3=claims:[@123
    ResourceClaim 1=name:s 2=request:s
    VolumeMount 1=name:s 2=readOnly:b 3=mountPath:s 4=subPath:s 5=mountPropagation:s 6=subPathExpr:s 7=recursiveReadOnly:s
    Probe 1=handler:~@126 2=initialDelaySeconds:i 3=timeoutSeconds:i 4=periodSeconds:i 5=successThreshold:i 6=failureThreshold:i 7=terminationGracePeriodSeconds:i
    ProbeHandler 1=exec:@127 2=httpGet:@128 3=tcpSocket:@130 4=grpc:@131
    ExecAction 1=command:[s
    HTTPGetAction 1=path:s 2=port:o 3=host:s 4=scheme:s 5=httpHeaders:[@129
    HTTPHeader 1=name:s 2=value:s
    TCPSocketAction 1=port:o 2=host:s
    GRPCAction 1=port:i 2=service:s
    Lifecycle 1=postStart:@133 2=preStop:@133 3=stopSignal:s
    LifecycleHandler 1=exec:@127 2=httpGet:@128 3=tcpSocket:@130 4=sleep:@134
    SleepAction 1=seconds:i
    SecurityContext 1=capabilities:@136 2=privileged:b 3=seLinuxOptions:@137 4=runAsUser:i 5=runAsNonRoot:b 6=readOnlyRootFilesystem:b 7=allowPrivilegeEscalation:b 8=runAsGroup:i 9=procMount:s 10=windowsOptions:@138 11=seccompProfile:@139 12=appArmorProfile:@140
    Capabilities 1=add:[s 2=drop:[s
    SELinuxOptions 1=user:s 2=role:s 3=type:s 4=level:s
    WindowsSecurityContextOptions 1=gmsaCredentialSpecName:s 2=gmsaCredentialSpec:s 3=runAsUserName:s 4=hostProcess:b
    SeccompProfile 1=type:s 2=localhostProfile:s
    AppArmorProfile 1=type:s 2=localhostProfile:s
    EnvFromSource 1=prefix:s 2=configMapRef:@142 3=secretRef:@143
    ConfigMapEnvSource 1=localObjectReference:~@88 2=optional:b
    SecretEnvSource 1=localObjectReference:~@88 2=optional:b
    VolumeDevice 1=name:s 2=devicePath:s
    ContainerResizePolicy 1=resourceName:s 2=restartPolicy:s
    ContainerRestartRule 1=action:s 2=exitCodes:@147
    ContainerRestartRuleOnExitCodes 1=operator:s 2=values:[i
    PodSecurityContext 1=seLinuxOptions:@137 2=runAsUser:i 3=runAsNonRoot:b 4=supplementalGroups:[i 5=fsGroup:i 6=runAsGroup:i 7=sysctls:[@149 8=windowsOptions:@138 9=fsGroupChangePolicy:s 10=seccompProfile:@139 11=appArmorProfile:@140 12=supplementalGroupsPolicy:s 13=seLinuxChangePolicy:s
    Sysctl 1=name:s 2=value:s
    Affinity 1=nodeAffinity:@151 2=podAffinity:@153 3=podAntiAffinity:@156
    NodeAffinity 1=requiredDuringSchedulingIgnoredDuringExecution:@65 2=preferredDuringSchedulingIgnoredDuringExecution:[@152
    PreferredSchedulingTerm 1=weight:i 2=preference:@66
    PodAffinity 1=requiredDuringSchedulingIgnoredDuringExecution:[@154 2=preferredDuringSchedulingIgnoredDuringExecution:[@155
    PodAffinityTerm 1=labelSelector:@72 2=namespaces:[s 3=topologyKey:s 4=namespaceSelector:@72 5=matchLabelKeys:[s 6=mismatchLabelKeys:[s
    WeightedPodAffinityTerm 1=weight:i 2=podAffinityTerm:@154
    PodAntiAffinity 1=requiredDuringSchedulingIgnoredDuringExecution:[@154 2=preferredDuringSchedulingIgnoredDuringExecution:[@155
    Toleration 1=key:s 2=operator:s 3=value:s 4=effect:s 5=tolerationSeconds:i
    HostAlias 1=ip:s 2=hostnames:[s
    PodDNSConfig 1=nameservers:[s 2=searches:[s 3=options:[@160
    PodDNSConfigOption 1=name:s 2=value:s
    PodReadinessGate 1=conditionType:s
    TopologySpreadConstraint 1=maxSkew:i 2=topologyKey:s 3=whenUnsatisfiable:s 4=labelSelector:@72 5=minDomains:i 6=nodeAffinityPolicy:s 7=nodeTaintsPolicy:s 8=matchLabelKeys:[s
    EphemeralContainer 1=ephemeralContainerCommon:~@164 2=targetContainerName:s
    EphemeralContainerCommon 1=name:s 2=image:s 3=command:[s 4=args:[s 5=workingDir:s 6=ports:[@116 7=env:[@117 8=resources:@122 9=volumeMounts:[@124 10=livenessProbe:@125 11=readinessProbe:@125 12=lifecycle:@132 13=terminationMessagePath:s 14=imagePullPolicy:s 15=securityContext:@135 16=stdin:b 17=stdinOnce:b 18=tty:b 19=envFrom:[@141 20=terminationMessagePolicy:s 21=volumeDevices:[@144 22=startupProbe:@125 23=resizePolicy:[@145 24=restartPolicy:s 25=restartPolicyRules:[@146
    PodOS 1=name:s
    PodSchedulingGate 1=name:s
    PodResourceClaim 1=name:s 3=resourceClaimName:s 4=resourceClaimTemplateName:s
    PodSchedulingGroup 1=podGroupName:s
    PodStatus 1=phase:s 2=conditions:[@170 3=message:s 4=reason:s 5=hostIP:s 6=podIP:s 7=startTime:t 8=containerStatuses:[@171 9=qosClass:s 10=initContainerStatuses:[@171 11=nominatedNodeName:s 12=podIPs:[@183 13=ephemeralContainerStatuses:[@171 14=resize:s 15=resourceClaimStatuses:[@184 16=hostIPs:[@185 17=observedGeneration:i 18=extendedResourceClaimStatus:@186 19=allocatedResources:*q 20=resources:@122 21=nodeAllocatableResourceClaimStatuses:[@188
    PodCondition 1=type:s 2=status:s 3=lastProbeTime:t 4=lastTransitionTime:t 5=reason:s 6=message:s 7=observedGeneration:i
    ContainerStatus 1=name:s 2=state:@172 3=lastState:@172 4=ready:b 5=restartCount:i 6=image:s 7=imageID:s 8=containerID:s 9=started:b 10=allocatedResources:*q 11=resources:@122 12=volumeMounts:[@176 13=user:@179 14=allocatedResourcesStatus:[@181 15=stopSignal:s
    ContainerState 1=waiting:@173 2=running:@174 3=terminated:@175
    ContainerStateWaiting 1=reason:s 2=message:s
    ContainerStateRunning 1=startedAt:t
    ContainerStateTerminated 1=exitCode:i 2=signal:i 3=reason:s 4=message:s 5=startedAt:t 6=finishedAt:t 7=containerID:s
    VolumeMountStatus 1=name:s 2=mountPath:s 3=readOnly:b 4=recursiveReadOnly:s 5=volumeStatus:@177
    VolumeStatus 1=image:@178
    ImageVolumeStatus 1=imageRef:s
    ContainerUser 1=linux:@180
    LinuxContainerUser 1=uid:i 2=gid:i 3=supplementalGroups:[i
    ResourceStatus 1=name:s 2=resources:[@182
    ResourceHealth 1=resourceID:s 2=health:s 6=message:s
    PodIP 1=ip:s
    PodResourceClaimStatus 1=name:s 2=resourceClaimName:s
    HostIP 1=ip:s
    PodExtendedResourceClaimStatus 1=requestMappings:[@187 2=resourceClaimName:s
    ContainerExtendedResourceRequest 1=containerName:s 2=resourceName:s 3=requestName:s
    NodeAllocatableResourceClaimStatus 1=resourceClaimName:s 2=containers:[s
    ReplicationController 1=metadata:@1 2=spec:@190 3=status:@192
    ReplicationControllerSpec 1=replicas:i 2=selector:*s 3=template:@191 4=minReadySeconds:i
    PodTemplateSpec 1=metadata:@1 2=spec:@80
    ReplicationControllerStatus 1=replicas:i 2=fullyLabeledReplicas:i 3=observedGeneration:i 4=readyReplicas:i 5=availableReplicas:i 6=conditions:[@193
    ReplicationControllerCondition 1=type:s 2=status:s 3=lastTransitionTime:t 4=reason:s 5=message:s
    ResourceQuota 1=metadata:@1 2=spec:@195 3=status:@198
    ResourceQuotaSpec 1=hard:*q 2=scopes:[s 3=scopeSelector:@196
    ScopeSelector 1=matchExpressions:[@197
    ScopedResourceSelectorRequirement 1=scopeName:s 2=operator:s 3=values:[s
    ResourceQuotaStatus 1=hard:*q 2=used:*q
    Secret 1=metadata:@1 2=data:*y 3=type:s 4=stringData:*s 5=immutable:b
    Service 1=metadata:@1 2=spec:@201 3=status:@205
    ServiceSpec 1=ports:[@202 2=selector:*s 3=clusterIP:s 4=type:s 5=externalIPs:[s 7=sessionAffinity:s 8=loadBalancerIP:s 9=loadBalancerSourceRanges:[s 10=externalName:s 11=externalTrafficPolicy:s 12=healthCheckNodePort:i 13=publishNotReadyAddresses:b 14=sessionAffinityConfig:@203 17=ipFamilyPolicy:s 18=clusterIPs:[s 19=ipFamilies:[s 20=allocateLoadBalancerNodePorts:b 21=loadBalancerClass:s 22=internalTrafficPolicy:s 23=trafficDistribution:s
    ServicePort 1=name:s 2=protocol:s 3=port:i 4=targetPort:o 5=nodePort:i 6=appProtocol:s
    SessionAffinityConfig 1=clientIP:@204
    ClientIPConfig 1=timeoutSeconds:i
    ServiceStatus 1=loadBalancer:@206 2=conditions:[@209
    LoadBalancerStatus 1=ingress:[@207
    LoadBalancerIngress 1=ip:s 2=hostname:s 3=ipMode:s 4=ports:[@208
    PortStatus 1=port:i 2=protocol:s 3=error:s
    Condition 1=type:s 2=status:s 3=observedGeneration:i 4=lastTransitionTime:t 5=reason:s 6=message:s
    ServiceAccount 1=metadata:@1 2=secrets:[@4 3=imagePullSecrets:[@88 4=automountServiceAccountToken:b
    DaemonSet 1=metadata:@1 2=spec:@212 3=status:@215
    DaemonSetSpec 1=selector:@72 2=template:@191 3=updateStrategy:@213 4=minReadySeconds:i 6=revisionHistoryLimit:i
    DaemonSetUpdateStrategy 1=type:s 2=rollingUpdate:@214
    RollingUpdateDaemonSet 1=maxUnavailable:o 2=maxSurge:o
    DaemonSetStatus 1=currentNumberScheduled:i 2=numberMisscheduled:i 3=desiredNumberScheduled:i 4=numberReady:i 5=observedGeneration:i 6=updatedNumberScheduled:i 7=numberAvailable:i 8=numberUnavailable:i 9=collisionCount:i 10=conditions:[@216
    DaemonSetCondition 1=type:s 2=status:s 3=lastTransitionTime:t 4=reason:s 5=message:s
    Deployment 1=metadata:@1 2=spec:@218 3=status:@221
    DeploymentSpec 1=replicas:i 2=selector:@72 3=template:@191 4=strategy:@219 5=minReadySeconds:i 6=revisionHistoryLimit:i 7=paused:b 9=progressDeadlineSeconds:i
    DeploymentStrategy 1=type:s 2=rollingUpdate:@220
    RollingUpdateDeployment 1=maxUnavailable:o 2=maxSurge:o
    DeploymentStatus 1=observedGeneration:i 2=replicas:i 3=updatedReplicas:i 4=availableReplicas:i 5=unavailableReplicas:i 6=conditions:[@222 7=readyReplicas:i 8=collisionCount:i 9=terminatingReplicas:i
    DeploymentCondition 1=type:s 2=status:s 4=reason:s 5=message:s 6=lastUpdateTime:t 7=lastTransitionTime:t
    ReplicaSet 1=metadata:@1 2=spec:@224 3=status:@225
    ReplicaSetSpec 1=replicas:i 2=selector:@72 3=template:@191 4=minReadySeconds:i
    ReplicaSetStatus 1=replicas:i 2=fullyLabeledReplicas:i 3=observedGeneration:i 4=readyReplicas:i 5=availableReplicas:i 6=conditions:[@226 7=terminatingReplicas:i
    ReplicaSetCondition 1=type:s 2=status:s 3=lastTransitionTime:t 4=reason:s 5=message:s
    StatefulSet 1=metadata:@1 2=spec:@228 3=status:@233
    StatefulSetSpec 1=replicas:i 2=selector:@72 3=template:@191 4=volumeClaimTemplates:[@69 5=serviceName:s 6=podManagementPolicy:s 7=updateStrategy:@229 8=revisionHistoryLimit:i 9=minReadySeconds:i 10=persistentVolumeClaimRetentionPolicy:@231 11=ordinals:@232
    StatefulSetUpdateStrategy 1=type:s 2=rollingUpdate:@230
    RollingUpdateStatefulSetStrategy 1=partition:i 2=maxUnavailable:o
    StatefulSetPersistentVolumeClaimRetentionPolicy 1=whenDeleted:s 2=whenScaled:s
    StatefulSetOrdinals 1=start:i
    StatefulSetStatus 1=observedGeneration:i 2=replicas:i 3=readyReplicas:i 4=currentReplicas:i 5=updatedReplicas:i 6=currentRevision:s 7=updateRevision:s 9=collisionCount:i 10=conditions:[@234 11=availableReplicas:i
    StatefulSetCondition 1=type:s 2=status:s 3=lastTransitionTime:t 4=reason:s 5=message:s
    CronJob 1=metadata:@1 2=spec:@236 3=status:@245
    CronJobSpec 1=schedule:s 2=startingDeadlineSeconds:i 3=concurrencyPolicy:s 4=suspend:b 5=jobTemplate:@237 6=successfulJobsHistoryLimit:i 7=failedJobsHistoryLimit:i 8=timeZone:s
    JobTemplateSpec 1=metadata:@1 2=spec:@238
    JobSpec 1=parallelism:i 2=completions:i 3=activeDeadlineSeconds:i 4=selector:@72 5=manualSelector:b 6=template:@191 7=backoffLimit:i 8=ttlSecondsAfterFinished:i 9=completionMode:s 10=suspend:b 11=podFailurePolicy:@239 12=backoffLimitPerIndex:i 13=maxFailedIndexes:i 14=podReplacementPolicy:s 15=managedBy:s 16=successPolicy:@243
    PodFailurePolicy 1=rules:[@240
    PodFailurePolicyRule 1=action:s 2=onExitCodes:@241 3=onPodConditions:[@242
    PodFailurePolicyOnExitCodesRequirement 1=containerName:s 2=operator:s 3=values:[i
    PodFailurePolicyOnPodConditionsPattern 1=type:s 2=status:s
    SuccessPolicy 1=rules:[@244
    SuccessPolicyRule 1=succeededIndexes:s 2=succeededCount:i
    CronJobStatus 1=active:[@4 4=lastScheduleTime:t 5=lastSuccessfulTime:t
    Job 1=metadata:@1 2=spec:@238 3=status:@247
    JobStatus 1=conditions:[@248 2=startTime:t 3=completionTime:t 4=active:i 5=succeeded:i 6=failed:i 7=completedIndexes:s 8=uncountedTerminatedPods:@249 9=ready:i 10=failedIndexes:s 11=terminating:i
    JobCondition 1=type:s 2=status:s 3=lastProbeTime:t 4=lastTransitionTime:t 5=reason:s 6=message:s
    UncountedTerminatedPods 1=succeeded:[s 2=failed:[s
    Ingress 1=metadata:@1 2=spec:@251 3=status:@260
    IngressSpec 1=defaultBackend:@252 2=tls:[@255 3=rules:[@256 4=ingressClassName:s
    IngressBackend 3=resource:@74 4=service:@253
    IngressServiceBackend 1=name:s 2=port:@254
    ServiceBackendPort 1=name:s 2=number:i
    IngressTLS 1=hosts:[s 2=secretName:s
    IngressRule 1=host:s 2=ingressRuleValue:~@257
    IngressRuleValue 1=http:@258
    HTTPIngressRuleValue 1=paths:[@259
    HTTPIngressPath 1=path:s 2=backend:@252 3=pathType:s
    IngressStatus 1=loadBalancer:@261
    IngressLoadBalancerStatus 1=ingress:[@262
    IngressLoadBalancerIngress 1=ip:s 2=hostname:s 4=ports:[@263
    IngressPortStatus 1=port:i 2=protocol:s 3=error:s
    IngressClass 1=metadata:@1 2=spec:@265
    IngressClassSpec 1=controller:s 2=parameters:@266
    IngressClassParametersReference 1=apiGroup:s 2=kind:s 3=name:s 4=scope:s 5=namespace:s
    NetworkPolicy 1=metadata:@1 2=spec:@268
    NetworkPolicySpec 1=podSelector:@72 2=ingress:[@269 3=egress:[@273 4=policyTypes:[s
    NetworkPolicyIngressRule 1=ports:[@270 2=from:[@271
    NetworkPolicyPort 1=protocol:s 2=port:o 3=endPort:i
    NetworkPolicyPeer 1=podSelector:@72 2=namespaceSelector:@72 3=ipBlock:@272
    IPBlock 1=cidr:s 2=except:[s
    NetworkPolicyEgressRule 1=ports:[@270 2=to:[@271
    ClusterRole 1=metadata:@1 2=rules:[@275 3=aggregationRule:@276
    PolicyRule 1=verbs:[s 2=apiGroups:[s 3=resources:[s 4=resourceNames:[s 5=nonResourceURLs:[s
    AggregationRule 1=clusterRoleSelectors:[@72
    ClusterRoleBinding 1=metadata:@1 2=subjects:[@278 3=roleRef:@279
    Subject 1=kind:s 2=apiGroup:s 3=name:s 4=namespace:s
    RoleRef 1=apiGroup:s 2=kind:s 3=name:s
    Role 1=metadata:@1 2=rules:[@275
    RoleBinding 1=metadata:@1 2=subjects:[@278 3=roleRef:@279
    Eviction 1=metadata:@1 2=deleteOptions:@283
    DeleteOptions 1=gracePeriodSeconds:i 2=preconditions:@284 3=orphanDependents:b 4=propagationPolicy:s 5=dryRun:[s 6=ignoreStoreReadErrorWithClusterBreakingPotential:b
    Preconditions 1=uid:s 2=resourceVersion:s
    PodDisruptionBudget 1=metadata:@1 2=spec:@286 3=status:@287
    PodDisruptionBudgetSpec 1=minAvailable:o 2=selector:@72 3=maxUnavailable:o 4=unhealthyPodEvictionPolicy:s
    PodDisruptionBudgetStatus 1=observedGeneration:i 2=disruptedPods:*t 3=disruptionsAllowed:i 4=currentHealthy:i 5=desiredHealthy:i 6=expectedPods:i 7=conditions:[@209
    LocalSubjectAccessReview 1=metadata:@1 2=spec:@289 3=status:@295
    SubjectAccessReviewSpec 1=resourceAttributes:@290 2=nonResourceAttributes:@294 3=user:s 4=groups:[s 5=extra:*w 6=uid:s
    ResourceAttributes 1=namespace:s 2=verb:s 3=group:s 4=version:s 5=resource:s 6=subresource:s 7=name:s 8=fieldSelector:@291 9=labelSelector:@293
    FieldSelectorAttributes 1=rawSelector:s 2=requirements:[@292
    FieldSelectorRequirement 1=key:s 2=operator:s 3=values:[s
    LabelSelectorAttributes 1=rawSelector:s 2=requirements:[@73
    NonResourceAttributes 1=path:s 2=verb:s
    SubjectAccessReviewStatus 1=allowed:b 2=reason:s 3=evaluationError:s 4=denied:b
    SelfSubjectAccessReview 1=metadata:@1 2=spec:@297 3=status:@295
    SelfSubjectAccessReviewSpec 1=resourceAttributes:@290 2=nonResourceAttributes:@294
    SelfSubjectRulesReview 1=metadata:@1 2=spec:@299 3=status:@300
    SelfSubjectRulesReviewSpec 1=namespace:s
    SubjectRulesReviewStatus 1=resourceRules:[@301 2=nonResourceRules:[@302 3=incomplete:b 4=evaluationError:s
    ResourceRule 1=verbs:[s 2=apiGroups:[s 3=resources:[s 4=resourceNames:[s
    NonResourceRule 1=verbs:[s 2=nonResourceURLs:[s
    SubjectAccessReview 1=metadata:@1 2=spec:@289 3=status:@295
    SelfSubjectReview 1=metadata:@1 2=status:@305
    SelfSubjectReviewStatus 1=userInfo:@306
    UserInfo 1=username:s 2=uid:s 3=groups:[s 4=extra:*w
    TokenRequest 1=metadata:@1 2=spec:@308 3=status:@310
    TokenRequestSpec 1=audiences:[s 3=boundObjectRef:@309 4=expirationSeconds:i
    BoundObjectReference 1=kind:s 2=apiVersion:s 3=name:s 4=uid:s
    TokenRequestStatus 1=token:s 2=expirationTimestamp:t
    TokenReview 1=metadata:@1 2=spec:@312 3=status:@313
    TokenReviewSpec 1=token:s 2=audiences:[s
    TokenReviewStatus 1=authenticated:b 2=user:@306 3=error:s 4=audiences:[s
    HorizontalPodAutoscaler 1=metadata:@1 2=spec:@315 3=status:@317
    HorizontalPodAutoscalerSpec 1=scaleTargetRef:@316 2=minReplicas:i 3=maxReplicas:i 4=targetCPUUtilizationPercentage:i
    CrossVersionObjectReference 1=kind:s 2=name:s 3=apiVersion:s
    HorizontalPodAutoscalerStatus 1=observedGeneration:i 2=lastScaleTime:t 3=currentReplicas:i 4=desiredReplicas:i 5=currentCPUUtilizationPercentage:i
    Scale 1=metadata:@1 2=spec:@319 3=status:@320
    ScaleSpec 1=replicas:i
    ScaleStatus 1=replicas:i 2=selector:s
    HorizontalPodAutoscaler 1=metadata:@1 2=spec:@322 3=status:@335
    HorizontalPodAutoscalerSpec 1=scaleTargetRef:@323 2=minReplicas:i 3=maxReplicas:i 4=metrics:[@324 5=behavior:@332
    CrossVersionObjectReference 1=kind:s 2=name:s 3=apiVersion:s
    MetricSpec 1=type:s 2=object:@325 3=pods:@328 4=resource:@329 5=external:@330 7=containerResource:@331
    ObjectMetricSource 1=describedObject:@323 2=target:@326 3=metric:@327
    MetricTarget 1=type:s 2=value:q 3=averageValue:q 4=averageUtilization:i
    MetricIdentifier 1=name:s 2=selector:@72
    PodsMetricSource 1=metric:@327 2=target:@326
    ResourceMetricSource 1=name:s 2=target:@326
    ExternalMetricSource 1=metric:@327 2=target:@326
    ContainerResourceMetricSource 1=name:s 2=target:@326 3=container:s
    HorizontalPodAutoscalerBehavior 1=scaleUp:@333 2=scaleDown:@333
    HPAScalingRules 1=selectPolicy:s 2=policies:[@334 3=stabilizationWindowSeconds:i 4=tolerance:q
    HPAScalingPolicy 1=type:s 2=value:i 3=periodSeconds:i
    HorizontalPodAutoscalerStatus 1=observedGeneration:i 2=lastScaleTime:t 3=currentReplicas:i 4=desiredReplicas:i 5=currentMetrics:[@336 6=conditions:[@343
    MetricStatus 1=type:s 2=object:@337 3=pods:@339 4=resource:@340 5=external:@341 7=containerResource:@342
    ObjectMetricStatus 1=metric:@327 2=current:@338 3=describedObject:@323
    MetricValueStatus 1=value:q 2=averageValue:q 3=averageUtilization:i
    PodsMetricStatus 1=metric:@327 2=current:@338
    ResourceMetricStatus 1=name:s 2=current:@338
    ExternalMetricStatus 1=metric:@327 2=current:@338
    ContainerResourceMetricStatus 1=name:s 2=current:@338 3=container:s
    HorizontalPodAutoscalerCondition 1=type:s 2=status:s 3=lastTransitionTime:t 4=reason:s 5=message:s
    PriorityClass 1=metadata:@1 2=value:i 3=globalDefault:b 4=description:s 5=preemptionPolicy:s
    StorageClass 1=metadata:@1 2=provisioner:s 3=parameters:*s 4=reclaimPolicy:s 5=mountOptions:[s 6=allowVolumeExpansion:b 7=volumeBindingMode:s 8=allowedTopologies:[@346
    TopologySelectorTerm 1=matchLabelExpressions:[@347
    TopologySelectorLabelRequirement 1=key:s 2=values:[s
    Lease 1=metadata:@1 2=spec:@349
    LeaseSpec 1=holderIdentity:s 2=leaseDurationSeconds:i 3=acquireTime:m 4=renewTime:m 5=leaseTransitions:i 6=strategy:s 7=preferredHolder:s
    CertificateSigningRequest 1=metadata:@1 2=spec:@351 3=status:@352
    CertificateSigningRequestSpec 1=request:y 2=username:s 3=uid:s 4=groups:[s 5=usages:[s 6=extra:*w 7=signerName:s 8=expirationSeconds:i
    CertificateSigningRequestStatus 1=conditions:[@353 2=certificate:y
    CertificateSigningRequestCondition 1=type:s 2=reason:s 3=message:s 4=lastUpdateTime:t 5=lastTransitionTime:t 6=status:s
    EndpointSlice 1=metadata:@1 2=endpoints:[@355 3=ports:[@360 4=addressType:s
    Endpoint 1=addresses:[s 2=conditions:@356 3=hostname:s 4=targetRef:@4 5=deprecatedTopology:*s 6=nodeName:s 7=zone:s 8=hints:@357
    EndpointConditions 1=ready:b 2=serving:b 3=terminating:b
    EndpointHints 1=forZones:[@358 2=forNodes:[@359
    ForZone 1=name:s
    ForNode 1=name:s
    EndpointPort 1=name:s 2=protocol:s 3=port:i 4=appProtocol:s
    """#
}
