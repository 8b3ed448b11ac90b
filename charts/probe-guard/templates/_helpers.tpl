{{- define "probe-guard.name" -}}
{{- if contains "probe-guard" .Release.Name }}{{ .Release.Name | trunc 52 }}{{ else }}{{ printf "%s-probe-guard" .Release.Name | trunc 52 }}{{ end }}
{{- end }}

{{- define "probe-guard.selector" -}}
app.kubernetes.io/name: probe-guard
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* For pods that are not behind the Service. */}}
{{- define "probe-guard.inspect.selector" -}}
app.kubernetes.io/name: probe-guard-inspect
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "probe-guard.canary.selector" -}}
app.kubernetes.io/name: probe-guard-canary
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Before 1.14 the label for the operating system has another name. */}}
{{- define "probe-guard.nodeSelector" -}}
{{- with .Values.nodeSelector }}
{{- if or (include "probe-guard.since" (list $ "1.14")) (not (hasKey . "kubernetes.io/os")) }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- else }}
nodeSelector:
  {{- range $key, $value := . }}
  {{ if eq $key "kubernetes.io/os" }}beta.{{ end }}{{ $key }}: {{ $value }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "probe-guard.labels" -}}
{{ include "probe-guard.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "probe-guard.secret" -}}
{{- if eq .Values.certificates.source "files" }}{{ required "certificates.files.secretName is needed with certificates.source files" .Values.certificates.files.secretName }}{{ else }}{{ include "probe-guard.name" . }}-certs{{ end }}
{{- end }}

{{- define "probe-guard.callersSecret" -}}
{{- required "callers.secretName is needed with callers.clientCa and callers.token" .Values.callers.secretName }}
{{- end }}

{{- define "probe-guard.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}

{{- /* Whether the cluster has this version or a later one: (list . "1.16"). */}}
{{- define "probe-guard.since" -}}
{{- if semverCompare (printf ">=%s-0" (index . 1)) (index . 0).Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}

{{- /* Common to both webhooks. */}}
{{- define "probe-guard.webhook" -}}
{{- $root := index . 0 -}}
{{- $path := index . 1 -}}
clientConfig:
  service:
    name: {{ include "probe-guard.name" $root }}
    namespace: {{ $root.Release.Namespace }}
    path: {{ $path }}
    {{- if include "probe-guard.since" (list $root "1.15") }}
    port: {{ $root.Values.service.port }}
    {{- end }}
  {{- if eq $root.Values.certificates.source "files" }}
  caBundle: {{ required "certificates.files.caBundle is needed with certificates.source files" $root.Values.certificates.files.caBundle | b64enc }}
  {{- else if not (include "probe-guard.since" (list $root "1.13")) }}
  caBundle: "" # set by probe-guard or cert-manager
  {{- end }}
failurePolicy: {{ $root.Values.webhooks.failurePolicy }}
{{- if include "probe-guard.since" (list $root "1.12") }}
sideEffects: None
{{- end }}
{{- if include "probe-guard.since" (list $root "1.14") }}
timeoutSeconds: {{ $root.Values.webhooks.timeoutSeconds }}
admissionReviewVersions: [v1, v1beta1]
{{- end }}
{{- if include "probe-guard.since" (list $root "1.15") }}
matchPolicy: Equivalent
{{- end }}
namespaceSelector:
  matchExpressions:
  {{- if include "probe-guard.since" (list $root "1.21") }}
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ concat (list "kube-system" $root.Release.Namespace) $root.Values.webhooks.excludedNamespaces | uniq | toJson }}
  {{- else }}
  - key: probe-guard.io/mode
    operator: NotIn
    values: ["off"]
  {{- end }}
{{- end }}

{{- /* Excludes pods without exec probes and hooks in the API server itself: CEL over one list of containers. */}}
{{- define "probe-guard.execs" -}}
{{- $l := . -}}
{{ $l }}.exists(c, (has(c.livenessProbe) && has(c.livenessProbe.exec)) || (has(c.readinessProbe) && has(c.readinessProbe.exec)) || (has(c.startupProbe) && has(c.startupProbe.exec)) || (has(c.lifecycle) && ((has(c.lifecycle.postStart) && has(c.lifecycle.postStart.exec)) || (has(c.lifecycle.preStop) && has(c.lifecycle.preStop.exec)))))
{{- end }}

{{- define "probe-guard.matchConditions" -}}
{{- if include "probe-guard.since" (list . "1.28") }}
matchConditions:
- name: pods-with-exec
  expression: >-
    request.resource.resource != 'pods' || request.subResource != '' ||
    {{ include "probe-guard.execs" "object.spec.containers" }} ||
    (has(object.spec.initContainers) && {{ include "probe-guard.execs" "object.spec.initContainers" }})
{{- end }}
{{- end }}

{{- /* In the host network loopback is the host's, which every process there can reach. */}}
{{- define "probe-guard.consoleOnLoopback" -}}
{{- if and .Values.console.enabled (not .Values.hostNetwork) }}true{{ end }}
{{- end }}

{{- /* Whether there is a console. */}}
{{- define "probe-guard.console" -}}
{{- if or .Values.console.exposed (include "probe-guard.consoleOnLoopback" .) }}true{{ end }}
{{- end }}

{{- /* metrics.port is its old name. */ -}}
{{- define "probe-guard.managementPort" -}}
{{ default .Values.management.port .Values.metrics.port }}
{{- end -}}

{{- /* The pods that keep the webhook configurations, which are not behind the Service. */}}
{{- define "probe-guard.webhooks.selector" -}}
app.kubernetes.io/name: probe-guard-webhooks
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* What flags depend on. */}}
{{- define "probe-guard.watchRules" -}}
- apiGroups: [""]
  resources: [nodes, namespaces]
  verbs: [list, watch]
# Pods of gVisor, Kata Containers and others are not judged by what is known of runc.
- apiGroups: [node.k8s.io]
  resources: [runtimeclasses]
  verbs: [list, watch]
{{- if .Values.prometheus.url }}
# Pods that Prometheus names, and the others on their nodes.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, get]
{{- end }}
{{- if not (has .Values.policy.symptoms (list "off" false)) }}
# Symptoms of broken exec, as kubelets report them.
- apiGroups: [""]
  resources: [events]
  verbs: [watch]
{{- end }}
{{- end }}

{{- define "probe-guard.flaggingRules" -}}
# Entries of the catalogue. (With a resourceName, list and watch are restricted to that object.)
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ include "probe-guard.name" . }}-catalogue]
  verbs: [get, list, watch]
{{- if .Values.canary.enabled }}
# What canary pods show, and the replacement of those that have been Ready for long.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, delete]
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
{{- end }}
{{- end }}

{{- /* The options by which flags are decided, besides the policy. */}}
{{- define "probe-guard.evidenceArgs" -}}
- --catalogue-configmap={{ include "probe-guard.name" . }}-catalogue
{{- if .Values.canary.enabled }}
- --canaries
{{- end }}
{{- with .Values.prometheus.url }}
- --prometheus={{ . }}
{{- with $.Values.prometheus.tokenFile }}
- --prometheus-token-file={{ . }}
{{- end }}
{{- with $.Values.prometheus.caFile }}
- --prometheus-ca={{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- /*
Keeps replicas apart, given their selector: (list . "probe-guard.selector"). An earlier revision's are not counted where that can
be said: they are about to go, and their successors would keep away from where they were.
*/}}
{{- define "probe-guard.apart" -}}
- weight: 100
  podAffinityTerm:
    topologyKey: kubernetes.io/hostname
    labelSelector:
      matchLabels:
        {{- include (index . 1) (index . 0) | nindent 8 }}
    {{- if include "probe-guard.since" (list (index . 0) "1.31") }}
    matchLabelKeys: [pod-template-hash]
    {{- end }}
{{- end }}
