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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class FixTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b"), Nodes.healthy("h"));

    private static String fix(String kind, String spec) {
        Review review = Guard.review(Pods.pod(spec), FLEET, Policy.DEFAULT);
        return Fix.of("shop", new Identity(kind, "web"), new ApiObject("v1", kind, "web", "u"), review);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            Deployment | {spec: {template: {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}}}
            CronJob    | {spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}}}}}
            Pod        | {spec: {containers: [{name: c, livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}}]}}
            """)
    void thePatchLeadsToThePod(String kind, String patch) {
        assertThat(new Yaml().<Object>load(fix(kind, "containers: [{name: c, livenessProbe: {exec: {}}}]")))
                .isEqualTo(new Yaml().<Object>load(patch));
    }

    @Test
    void onlyNumbersThatAreTooSmallAreInIt() {
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
    void thereIsNoneWhereNothingIsTooSmall(String spec) {
        assertThat(fix("Deployment", spec)).isNull();
    }

    @Test
    void itSaysHowToUseItAndWhatItCannotDo() {
        String deployment = fix("Deployment", "containers: [{name: c, livenessProbe: {exec: {}}}]");
        assertThat(deployment)
                .contains(
                        "#   kubectl -n shop patch deployment web --patch-file web.yaml\n",
                        "# This only delays what happens on nodes with docker-el7-1.13.1-84. What heals them: update docker");
    }

    /** Kinds that the API server takes no other template of, or that it makes no strategic merge patch for. */
    @ParameterizedTest
    @CsvSource({
        "Pod,   # The probes of a Pod cannot be changed: make it anew with these numbers",
        "Job,   # The probes of a Job cannot be changed: make it anew with these numbers",
        "Robot, # Write these numbers into the manifest of Robot web",
    })
    void whatCannotBePatchedIsNotSaidToBe(String kind, String start) {
        assertThat(fix(kind, "containers: [{name: c, livenessProbe: {exec: {}}}]"))
                .startsWith(start)
                .doesNotContain("kubectl");
    }

    @Test
    void whatOnlyANameTellsIsSaidToBeSo() {
        Review review =
                Guard.review(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"), FLEET, Policy.DEFAULT);
        ApiObject object = new ApiObject("apps/v1", "ReplicaSet", "web-rs", "u");
        assertThat(Fix.of("shop", new Identity("Deployment", "web"), object, review))
                .contains(
                        "# That there is a Deployment of this name was told by the name of ReplicaSet web-rs alone.\n");
    }

    @Test
    void aNameCannotEndAComment() {
        Review review =
                Guard.review(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"), FLEET, Policy.DEFAULT);
        assertThat(Fix.of("a\nb: c", new Identity("Deploy\nment", "we\r\nb"), null, review)
                        .lines())
                .filteredOn(line -> !line.startsWith("#"))
                .first()
                .isEqualTo("spec:");
    }
}
