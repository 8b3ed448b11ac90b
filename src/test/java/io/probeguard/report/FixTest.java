package io.probeguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class FixTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b"), Nodes.healthy("h"));

    private static String fix(String kind, String spec) {
        Review review = Guard.review(Pods.pod(spec), FLEET, Policy.DEFAULT);
        return Fix.of("shop", new Identity(kind, "web"), review);
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
        assertThat(fix("Pod", "containers: [{name: c, livenessProbe: {exec: {}}}]"))
                .startsWith("# The probes of a pod cannot be changed: make it anew");
    }

    @Test
    void aNameCannotEndAComment() {
        Review review =
                Guard.review(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"), FLEET, Policy.DEFAULT);
        assertThat(Fix.of("a\nb: c", new Identity("Deploy\nment", "we\r\nb"), review)
                        .lines())
                .filteredOn(line -> !line.startsWith("#"))
                .first()
                .isEqualTo("spec:");
    }
}
