{{/* Names of all objects begin with the release's. */}}
{{- define "hwpv.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* What the code says of each service: port, consumers, upstreams. */}}
{{- define "hwpv.facts" -}}
{{- .Files.Get "files/services.yaml" -}}
{{- end }}

{{- define "hwpv.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* By which pods are found: never changed, for a Deployment's selector cannot be. */}}
{{- define "hwpv.release-labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Takes the root as `root` and the component as `name`. */}}
{{- define "hwpv.selector-labels" -}}
{{ include "hwpv.release-labels" .root }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "hwpv.labels" -}}
{{ include "hwpv.selector-labels" . }}
app.kubernetes.io/part-of: help-with-prison-visits
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/*
What all have, with what one has of its own over it, each entry whole; as YAML. Takes `all` and `own`. Sprig's `merge`
would write into the values of all.
*/}}
{{- define "hwpv.over" -}}
{{- $both := dict }}
{{- range list .all .own }}
{{- range $name, $value := . }}
{{- $_ := set $both $name $value }}
{{- end }}
{{- end }}
{{- toYaml $both }}
{{- end }}

{{/* Takes `root` and the service's own `settings`. */}}
{{- define "hwpv.settings" -}}
{{- include "hwpv.over" (dict "all" .root.Values.settings "own" .settings) -}}
{{- end }}

{{/*
The files of a pod: those of all, and its own, among which is who it is to the broker. Takes `root` and `files`; YAML.
*/}}
{{- define "hwpv.files" -}}
{{- $files := include "hwpv.over" (dict "all" .root.Values.files "own" .files) | fromYaml }}
{{- if not (or $files.NATS_CREDS $files.NATS_NKEY_SEED_FILE) }}
{{- fail (printf "%s has neither NATS_NKEY_SEED_FILE nor NATS_CREDS among its files: the broker would refuse it" .name) }}
{{- end }}
{{- if $files.NATS_CREDS }}
{{- $files = omit $files "NATS_NKEY_SEED_FILE" }}
{{- end }}
{{- toYaml $files }}
{{- end }}

{{/* The variables whose values are in Secrets, and those that name a mounted file. Takes `secrets` and `files`. */}}
{{- define "hwpv.env" -}}
{{- range $variable, $from := .secrets }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.secret }}
      key: {{ $from.key | quote }}
{{- end }}
{{- range $variable, $from := .files }}
- name: {{ $variable }}
  value: /etc/hwpv/{{ $variable }}
{{- end }}
{{- end }}

{{/* The mounts of every container. Takes `files`. */}}
{{- define "hwpv.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .files }}
- name: files
  mountPath: /etc/hwpv
  readOnly: true
{{- end }}
{{- end }}

{{/* Nothing is written but for /tmp. Each file stands under the name of its variable. Takes `files`. */}}
{{- define "hwpv.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if .files }}
- name: files
  projected:
    # For the pod's group, which the volume is given to.
    defaultMode: 0440
    sources:
      {{- range $variable, $from := .files }}
      - {{ if $from.secret }}secret{{ else }}configMap{{ end }}:
          name: {{ default $from.configMap $from.secret }}
          items:
            - key: {{ $from.key | quote }}
              path: {{ $variable }}
      {{- end }}
{{- end }}
{{- end }}

{{- define "hwpv.pod-security" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "hwpv.container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What every pod's specification begins with: nobody here talks to the Kubernetes API. */}}
{{- define "hwpv.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "hwpv.pod-security" . | nindent 2 }}
{{- end }}

{{/* One egress rule. An empty list would allow everything, so it is refused. Takes `path` and `rule`. */}}
{{- define "hwpv.egress" -}}
{{- if not .rule.to }}
{{- fail (printf "networkPolicy.%s.to is empty: say where it is, by address or by label, or it cannot be reached" .path) }}
{{- end -}}
- to:
    {{- toYaml .rule.to | nindent 4 }}
  ports:
    {{- range .rule.ports }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
{{- end }}

{{- define "hwpv.egress-dns" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.to | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - port: {{ int . }}
      protocol: UDP
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
{{- end }}
