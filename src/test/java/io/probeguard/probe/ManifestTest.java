package io.probeguard.probe;

import static org.assertj.core.api.Assertions.assertThat;

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
                "{apiVersion: example.com/v1, kind: Deployment, spec: {template: {POD}}}",
                "{apiVersion: ray.io/v1, kind: RayService, spec: {template: {POD}}}",
                "{apiVersion: v1, kind: ConfigMap, data: {pod: '{POD}'}}",
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
    @CsvSource(
            delimiter = '|',
            value = {
                "periodSeconds: \"10\"      | periodSeconds must be a 32-bit integer, not \"10\"",
                "periodSeconds: 1.5         | periodSeconds must be a 32-bit integer, not 1.5",
                "timeoutSeconds: 2147483648 | timeoutSeconds must be a 32-bit integer, not 2147483648",
                "timeoutSeconds: '${{T}}'   | timeoutSeconds must be a 32-bit integer, not \"${{T}}\"",
            })
    void aNumberOfAnExecProbeMustBeOne(String number, String message) {
        Manifest manifest = read("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    livenessProbe:\n"
                + "      exec: {command: [x]}\n      " + number + "\n");
        assertThat(manifest.errors())
                .singleElement()
                .satisfies(error -> assertThat(error).hasMessageEndingWith(message))
                .extracting(DocumentException::line)
                .isEqualTo(6);
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
