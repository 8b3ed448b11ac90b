package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.ScanReport.ApiObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class FixTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b"), Nodes.healthy("h"));

    private static @Nullable String fix(String kind, String spec) {
        Review review = Guard.review(Pods.pod(spec), FLEET, Policy.DEFAULT);
        return Fix.of("shop", new Identity(kind, "web"), new ApiObject("v1", kind, "web", "u"), review);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            Deployment | {spec: {template: {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}}}
            CronJob    | {spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}}}}}
            Pod        | {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}
            """)
    void patchesThePodTemplate(String kind, String patch) {
        assertThat(new Yaml().<Object>load(fix(kind, "containers: [{name: c, livenessProbe: {exec: {}}}]")))
                .isEqualTo(new Yaml().<Object>load(patch));
    }

    @Test
    void holdsOnlyValuesThatAreTooLow() {
        assertThat(
                        new Yaml()
                                .<Object>load(
                                        fix(
                                                "Deployment",
                                                "initContainers: [{name: i, restartPolicy: Always, startupProbe: {exec: {}}}],"
                                                        + " containers: [{name: a, livenessProbe: {exec: {}, periodSeconds: 60, failureThreshold: 9}},"
                                                        + " {name: b, livenessProbe: {httpGet: {}}, readinessProbe: {exec: {}, timeoutSeconds: 10}}]")))
                .isEqualTo(new Yaml().<Object>load("""
                        spec:
                          template:
                            spec:
                              containers:
                              - {name: a, livenessProbe: {timeoutSeconds: 10}}
                              - {name: b, readinessProbe: {periodSeconds: 15}}
                              initContainers:
                              - {name: i, startupProbe: {timeoutSeconds: 10}}
                        """));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            containers: [{name: c, lifecycle: {preStop: {exec: {}}}}]
            containers: [{name: c, livenessProbe: {exec: {}, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]
            """)
    void isNullWhereNothingIsTooLow(String spec) {
        assertThat(fix("Deployment", spec)).isNull();
    }

    @Test
    void saysHowToApplyItAndWhatItDoesNotFix() {
        String deployment = fix("Deployment", "containers: [{name: c, livenessProbe: {exec: {}}}]");
        assertThat(deployment)
                .contains(
                        "#   kubectl -n shop patch deployment web --patch-file web.yaml\n",
                        "# This only delays what happens on nodes with docker-el7-1.13.1-84. To fix them: update docker");
    }

    /** Kinds whose probes the API server does not allow to be changed, or for which it has no strategic merge patch. */
    @ParameterizedTest
    @CsvSource({
        "Pod,   # The probes of a Pod cannot be changed: recreate it with these values",
        "Job,   # The probes of a Job cannot be changed: recreate it with these values",
        "Robot, # Set these values for the containers of the pods in the manifest of Robot web",
    })
    void doesNotSuggestKubectlPatchWhereItWouldFail(String kind, String start) {
        assertThat(fix(kind, "containers: [{name: c, livenessProbe: {exec: {}}}]"))
                .startsWith(start)
                .doesNotContain("kubectl");
    }

    @Test
    void saysThatTheOwnerIsInferred() {
        Review review =
                Guard.review(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"), FLEET, Policy.DEFAULT);
        ApiObject object = new ApiObject("apps/v1", "ReplicaSet", "web-rs", "u");
        assertThat(Fix.of("shop", new Identity("Deployment", "web"), object, review))
                .contains("# The name of the Deployment is inferred from the name of ReplicaSet web-rs.\n");
    }

    @Test
    void aNameCannotEndAComment() {
        Review review =
                Guard.review(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"), FLEET, Policy.DEFAULT);
        String fix = Objects.requireNonNull(Fix.of("a\nb: c", new Identity("Deploy\nment", "we\r\nb"), null, review));
        assertThat(fix.lines())
                .filteredOn(line -> !line.startsWith("#"))
                .first()
                .isEqualTo("spec:");
    }
}
