{{- define "name" }}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{ end }}
{{- define "labels" }}
app.kubernetes.io/name: {{ template "name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-{{ template "name" . }}
  namespace: {{ .Release.Namespace | default "default" }}
  labels:
    {{- include "labels" . | nindent 4 }}
  {{- with .Values.annotations }}
  annotations:
    {{- range $key, $value := . }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}
  {{- end }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ template "name" . }}
  template:
    metadata:
      labels:
        {{- include "labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ if .Values.serviceAccount.create }}{{ .Release.Name }}{{ else }}default{{ end }}
      containers:
        {{- range $index, $container := .Values.containers }}
        - name: {{ $container.name }}
          image: "{{ $container.image.repository }}:{{ $container.image.tag | default $.Chart.AppVersion }}"
          imagePullPolicy: {{ $container.image.pullPolicy | default "IfNotPresent" }}
          {{- if or $container.command (eq $index 0) }}
          command: [{{ range $i, $part := $container.command }}{{ if $i }}, {{ end }}{{ $part | quote }}{{ end }}]
          {{- end }}
          ports:
            {{- range $container.ports }}
            - name: {{ .name | lower }}
              containerPort: {{ .port }}
              protocol: {{ .protocol | default "TCP" }}
            {{- end }}
          env:
            {{- range $key, $value := $container.env }}
            - name: {{ $key | upper | replace "-" "_" }}
              value: {{ $value | quote }}
            {{- end }}
          resources:
            limits:
              cpu: {{ $container.resources.limits.cpu }}
              memory: {{ printf "%s" $container.resources.limits.memory }}
        {{- end }}
      {{- if and .Values.nodeSelector (gt (len .Values.nodeSelector) 0) }}
      nodeSelector:
        {{- range $key, $value := .Values.nodeSelector }}
        {{ $key }}: {{ $value }}
        {{- end }}
      {{- end }}
