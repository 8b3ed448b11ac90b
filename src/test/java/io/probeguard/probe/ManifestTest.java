package io.probeguard.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final String POD_SPEC = "spec: {containers: [{name: c, livenessProbe: {exec: {command: [x]}}}]}";

    private static Manifest read(String yaml) {
        Document document = Documents.parseOne(new SourceText("m.yaml", yaml));
        return Manifest.read(document);
    }

    private static List<String> pointers(String yaml) {
        return read(yaml).workloads().stream()
                .flatMap(found -> found.workload().execHandlers().stream()
                        .map(exec -> found.workload().kind() + " "
                                + found.at(exec.pointer()).toString()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "v1, Pod, ''",
        "v1, PodTemplate, /template",
        "apps/v1, Deployment, /spec/template",
        "apps/v1beta2, Deployment, /spec/template",
        "extensions/v1beta1, Deployment, /spec/template",
        "apps/v1beta1, StatefulSet, /spec/template",
        "apps/v1, DaemonSet, /spec/template",
        "extensions/v1beta1, DaemonSet, /spec/template",
        "extensions/v1beta1, ReplicaSet, /spec/template",
        "v1, ReplicationController, /spec/template",
        "batch/v1, Job, /spec/template",
        "extensions/v1beta1, Job, /spec/template",
        "batch/v1, CronJob, /spec/jobTemplate/spec/template",
        "batch/v2alpha1, CronJob, /spec/jobTemplate/spec/template",
        "batch/v2alpha1, ScheduledJob, /spec/jobTemplate/spec/template",
        "apps.openshift.io/v1, DeploymentConfig, /spec/template",
        "v1, DeploymentConfig, /spec/template",
        "apps/v1alpha1, PetSet, /spec/template",
    })
    void findsThePodOfEveryKind(String apiVersion, String kind, String pod) {
        String yaml = POD_SPEC;
        for (int slash = pod.length(), from; (from = pod.lastIndexOf('/', slash - 1)) >= 0; slash = from) {
            yaml = pod.substring(from + 1, slash) + ": {" + yaml + "}";
        }
        assertThat(pointers("{apiVersion: " + apiVersion + ", kind: " + kind + ", " + yaml + "}"))
                .containsExactly(kind + " " + pod + "/spec/containers/0/livenessProbe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: v1, kind: ConfigMap, data: {pod: '{POD}'}}",
                "{apiVersion: example.com/v1, kind: Deployment, spec: {template: {spec: {containers: []}}}}",
                "{apiVersion: apps/v1, kind: Pod, POD}",
                "{apiVersion: apps/v1, kind: Deployment}",
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: null}}",
                "{kind: Pod, POD}",
                "[1, 2]"
            })
    void findsNothingWhereNoWorkloadIs(String yaml) {
        assertThat(read(yaml.replace("POD", POD_SPEC)).workloads()).isEmpty();
        assertThat(read(yaml.replace("POD", POD_SPEC)).errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    Rollout, spec: {template: {POD}}                      | /spec/template/spec/containers/0/livenessProbe
                    RayService, spec: {groups: [{template: {POD}}]}       | /spec/groups/0/template/spec/containers/0/livenessProbe
                    StrimziPodSet, spec: {pods: [{kind: Pod, POD}]}       | /spec/pods/0/spec/containers/0/livenessProbe
                    SeldonConfig, spec: {podSpec: {CONTAINERS}}           | /spec/podSpec/containers/0/livenessProbe
                    Object, manifest: {kind: Deployment, spec: {template: {POD}}} | /manifest/spec/template/spec/containers/0/livenessProbe
                    """)
    void findsThePodsOfCustomResourcesByTheirShape(String kindAndRest, String pointer) {
        String yaml =
                "{apiVersion: example.com/v1, metadata: {name: n, namespace: shop}, kind: " + pods(kindAndRest) + "}";
        assertThat(read(yaml).unjudged()).isEmpty();
        assertThat(read(yaml).workloads()).singleElement().satisfies(found -> {
            Workload workload = found.workload();
            assertThat(workload.kind()).isEqualTo(WorkloadKind.CUSTOM);
            assertThat(List.of(workload.kindName(), workload.name(), String.valueOf(workload.namespace())))
                    .containsExactly(kindAndRest.substring(0, kindAndRest.indexOf(',')), "n", "shop");
            assertThat(found.at(workload.execHandlers().get(0).pointer()).toString())
                    .isEqualTo(pointer);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    apiVersion: example.com/v1, kind: Prometheus, POD                       | custom-resource  | /spec/containers/0/livenessProbe
                    apiVersion: tekton.dev/v1, kind: TaskRun, spec: {sidecars: [PROBE]}     | custom-resource  | /spec/sidecars/0/livenessProbe
                    apiVersion: argoproj.io/v1alpha1, kind: Workflow, container: PROBE      | custom-resource  | /container/livenessProbe
                    apiVersion: example.com/v1, kind: A, m: {kind: Prometheus, POD}         | custom-resource  | /m/spec/containers/0/livenessProbe
                    apiVersion: example.com/v1, kind: A, c: {lifecycle: {preStop: {exec: {}}}} | custom-resource | /c/lifecycle/preStop
                    apiVersion: apps/v1, kind: Pod, POD                                     | custom-resource  | /spec/containers/0/livenessProbe
                    kind: Pod, POD                                                          | no-kind          | /spec/containers/0/livenessProbe
                    probes: PROBE                                                           | no-kind          | /probes/livenessProbe
                    apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {oldObject: {POD}} | admission-review | /request/oldObject/spec/containers/0/livenessProbe
                    apiVersion: v1, kind: ConfigMap, data: {a: 'livenessProbe: {exec: {}}'} | |
                    apiVersion: example.com/v1, kind: A, c: {livenessProbe: {httpGet: {}}}  | |
                    apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, s: {livenessProbe: {properties: {exec: {}}}} | |
                    """)
    void namesExecProbesThatItCannotJudge(String yaml, String reason, String pointer) {
        Manifest manifest = read("{" + pods(yaml) + "}");
        assertThat(manifest.workloads()).isEmpty();
        assertThat(manifest.unjudged())
                .extracting(each -> each.reason().word() + " " + each.pointer())
                .containsExactlyElementsOf(reason == null ? List.of() : List.of(reason + " " + pointer));
    }

    private static String pods(String yaml) {
        String container = "{name: c, livenessProbe: {exec: {command: [x]}}}";
        return yaml.replace("POD", POD_SPEC)
                .replace("CONTAINERS", "containers: [" + container + "]")
                .replace("PROBE", container);
    }

    @Test
    void reviewsTheObjectOfAnAdmissionReview() {
        Workload pod =
                read("{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {namespace: shop, kind: {group: '',"
                                + " version: v1, kind: Pod}, object: {metadata: {name: cart}, " + POD_SPEC + "}}}")
                        .workloads()
                        .get(0)
                        .workload();
        assertThat(pod.kind()).isEqualTo(WorkloadKind.POD);
        assertThat(pod.namespace()).isEqualTo("shop");
        assertThat(pod.execHandlers()).hasSize(1);
    }

    @Test
    void opensListsAndTemplates() {
        assertThat(pointers("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, " + POD_SPEC + "}]}"))
                .containsExactly("Pod /items/0/spec/containers/0/livenessProbe");
        assertThat(pointers("{apiVersion: v1, kind: PodList, items: [{" + POD_SPEC + "}, {" + POD_SPEC + "}]}"))
                .containsExactly(
                        "Pod /items/0/spec/containers/0/livenessProbe", "Pod /items/1/spec/containers/0/livenessProbe");
        assertThat(pointers(
                        "{apiVersion: apps/v1, kind: DeploymentList, items: [{spec: {template: {" + POD_SPEC + "}}}]}"))
                .containsExactly("Deployment /items/0/spec/template/spec/containers/0/livenessProbe");
        assertThat(pointers("{apiVersion: template.openshift.io/v1, kind: Template, objects: [{apiVersion: v1, kind:"
                        + " List, items: [{apiVersion: v1, kind: Pod, " + POD_SPEC + "}]}]}"))
                .containsExactly("Pod /objects/0/items/0/spec/containers/0/livenessProbe");
    }

    @Test
    void findsEveryHandlerOfContainersAndInitContainers() {
        Workload pod = Pods.pod("""
                containers: [
                  {name: a, livenessProbe: {exec: {}}, readinessProbe: {exec: {command: [x]}}, startupProbe: {exec: {command: [x]}},
                   lifecycle: {postStart: {exec: {command: [x]}}, preStop: {exec: {command: [x]}}}},
                  {name: b, livenessProbe: {httpGet: {path: /}}, readinessProbe: {exec: null}, lifecycle: {preStop: {sleep: {seconds: 3}}}}],
                initContainers: [{name: side, restartPolicy: Always, startupProbe: {exec: {command: [x]}}}],
                ephemeralContainers: [{name: debug, livenessProbe: {exec: {command: [x]}}}]
                """);
        assertThat(pod.execHandlers())
                .extracting(ExecHandler::containerName, ExecHandler::handler)
                .extracting(Object::toString)
                .containsExactly(
                        "(\"a\", liveness)",
                        "(\"a\", readiness)",
                        "(\"a\", startup)",
                        "(\"a\", postStart)",
                        "(\"a\", preStop)",
                        "(\"side\", startup)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    periodSeconds: "10"        | 9 | LIVENESS.periodSeconds must be a 32-bit integer, not "10"
                    periodSeconds: 1.5         | 9 | LIVENESS.periodSeconds must be a 32-bit integer, not 1.5
                    timeoutSeconds: 2147483648 | 9 | LIVENESS.timeoutSeconds must be a 32-bit integer, not 2147483648
                    timeoutSeconds: '${{T}}'   | 9 | LIVENESS.timeoutSeconds must be a 32-bit integer, not "${{T}}"
                    timeoutSeconds: -1         | 9 | LIVENESS.timeoutSeconds: Invalid value: -1: must be greater than or equal to 0
                    periodSecond: 3            | 9 | unknown field "LIVENESS.periodSecond"; did you mean periodSeconds?
                    PeriodSeconds: 3           | 9 | unknown field "LIVENESS.PeriodSeconds"; did you mean periodSeconds?
                    failureTreshold: 3         | 9 | unknown field "LIVENESS.failureTreshold"; did you mean failureThreshold?
                    exec: {command: [y]}       | 9 | duplicate field "LIVENESS.exec", first set on line 8
                    """)
    void whatTheApiServerWouldNotTakeIsAnErrorAndTheRestIsJudged(String field, int line, String message) {
        Manifest manifest =
                read("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: b\n  - name: a\n    livenessProbe:\n"
                        + "      exec: {command: [x]}\n      " + field + "\n");
        assertThat(manifest.errors())
                .extracting(DocumentException::line, DocumentException::getMessage)
                .containsExactly(tuple(line, message.replace("LIVENESS", "spec.containers[1].livenessProbe")));
        assertThat(manifest.workloads().get(0).workload().execHandlers()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    livenesProbe: {exec: {command: [x]}}              | unknown field "CONTAINER.livenesProbe"; did you mean livenessProbe?
                    healthCheck: {exec: {command: [x]}}               | unknown field "CONTAINER.healthCheck"; known fields: livenessProbe, readinessProbe, startupProbe, lifecycle
                    lifecycle: {prestop: {exec: {command: [x]}}}      | unknown field "CONTAINER.lifecycle.prestop"; did you mean preStop?
                    lifecycle: {preStop: {exec: {comand: [x]}}}       | unknown field "CONTAINER.lifecycle.preStop.exec.comand"; did you mean command?
                    livenessProbe: {httpGet: {}, periodSecond: 3}     |
                    livenessProbe: {exec: {}, newerField: 3}          |
                    livenessProbe: {exec: {}, periodSeconds: null}    |
                    """)
    void aMisspeltFieldThatHoldsExecIsAnError(String field, String message) {
        Manifest manifest = read("{apiVersion: v1, kind: Pod, spec: {initContainers: [{name: a, " + field + "}]}}");
        assertThat(manifest.errors())
                .extracting(DocumentException::getMessage)
                .containsExactlyElementsOf(
                        message == null ? List.of() : List.of(message.replace("CONTAINER", "spec.initContainers[0]")));
    }

    @Test
    void theLastOfADuplicateKeyCounts() {
        Workload pod = read("""
                        apiVersion: v1
                        kind: Pod
                        spec:
                          containers:
                          - name: a
                            livenessProbe:
                              exec: {}
                              periodSeconds: 5
                              periodSeconds: 50
                        """).workloads().get(0).workload();
        assertThat(pod.execHandlers().get(0).timing())
                .extracting(Timing::period)
                .isEqualTo(50);
    }

    @Test
    void whatIsNotReadNeedNotMakeSense() {
        assertThat(
                        pointers(
                                "{apiVersion: v1, kind: Pod, spec: {replicas: x, containers: [{name: a, image: [1],"
                                        + " readinessProbe: {grpc: {}, periodSeconds: '${P}'}, livenessProbe: {exec: {command: 7}}}]}}"))
                .hasSize(1);
    }

    @Test
    void parametersOfOpenShiftTemplatesStandForAnything() {
        Workload workload = Pods.read("{apiVersion: v1, kind: Template, objects: [{apiVersion: v1, kind: Pod, spec:"
                        + " {nodeSelector: '${{S}}', tolerations: '${{T}}', affinity: '${{A}}', containers: []}}]}")
                .get(0)
                .workload();
        assertThat(workload.pod().nodeSelector()).isEmpty();
        assertThat(workload.pod().tolerations()).isEmpty();
    }

    @Test
    void aPodIsNamedByItsGenerateNameWhileItHasNoOther() {
        Workload pod = Pods.read("{apiVersion: v1, kind: Pod, metadata: {generateName: cart-}, " + POD_SPEC + "}")
                .get(0)
                .workload();
        assertThat(pod.name()).isEqualTo("cart-");
        assertThat(pod.namespace()).isNull();
    }
}
