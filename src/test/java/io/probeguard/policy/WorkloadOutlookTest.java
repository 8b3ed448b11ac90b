package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.probe.Pods;
import io.probeguard.probe.WorkloadKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadOutlookTest {
    private static final String LIVENESS = "\"livenessProbe\": {\"exec\": {}}";
    private static final String READINESS = "\"readinessProbe\": {\"exec\": {}}";

    /** On a node of that software, labelled as running a build on which exec always fails, or always hangs. */
    private static List<String> outlook(
            WorkloadKind kind, String spec, String container, String runtime, String kubelet, String build) {
        NodeFacts node = new NodeFacts(
                "n",
                Map.of(NodeFacts.EXEC_LABEL, "broken"),
                List.of(),
                null,
                null,
                build,
                new NodeInfo(runtime, "", "", kubelet));
        String template = "{\"spec\": {\"restartPolicy\": \"" + (kind == WorkloadKind.JOB ? "OnFailure" : "Always")
                + "\", \"containers\": [{\"name\": \"app\", " + container + "}]}}";
        return Guard.review(
                        Pods.ofKind(
                                kind,
                                "shop",
                                kind == WorkloadKind.POD
                                        ? template
                                        : "{\"spec\": {" + spec + "\"template\": " + template + "}}"),
                        Nodes.fleet(node),
                        Policy.DEFAULT)
                .outlook();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POD          | "livenessProbe": {"exec": {}}                       | kubectl shows CrashLoopBackOff
            DEPLOYMENT   | "readinessProbe": {"exec": {}}                      | its rollout does not finish while a pod is there
            DEPLOYMENT   | "readinessProbe": {"exec": {}}                      | its pods are no endpoints of a Service
            STATEFUL_SET | "readinessProbe": {"exec": {}}                      | its rollout stops at the first pod there
            DAEMON_SET   | "readinessProbe": {"exec": {}}                      | its rolling update stops at maxUnavailable
            JOB          | "livenessProbe": {"exec": {}}                       | the Job becomes Complete after 1
            POD          | "readinessProbe": {"exec": {}, "periodSeconds": 1}  | exec is called 1 times a second
            """)
    void saysWhatBecomesOfTheWorkload(WorkloadKind kind, String container, String sentence) {
        assertThat(outlook(kind, "", container, "docker://1.13.1", "v1.20.2", "docker-el7-1.13.1-84"))
                .anySatisfy(each -> assertThat(each).startsWith(sentence));
    }

    /** Over the dockershim an exec that hangs holds up what the kubelet asks for all containers. */
    @Test
    void saysThatTheNodeBecomesNotReady() {
        String containers =
                LIVENESS + "}, {\"name\": \"ends\", \"livenessProbe\": {\"exec\": {}, \"failureThreshold\": 1}";
        assertThat(outlook(WorkloadKind.POD, "", containers, "docker://18.9.1", "v1.13.1", "containerd.io-1.2.2-3.3"))
                .first()
                .asString()
                .isEqualTo(
                        "the node may become NotReady after 181 s or more (\"PLEG is not healthy\"), and nothing on it is"
                                + " restarted");
    }

    /** Over CRI the kubelet tries a probe that fails three times. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1 | 60 | docker://1.13.1     | 1 times
            2 | 2  | docker://1.13.1     | 1 times
            2 | 60 | docker://1.13.1     |
            1 | 1  | docker://1.13.1     | 2 times
            3 | 60 | containerd://1.7.27 | 1 times
            1 | 1  | containerd://1.7.27 | 6 times
            4 | 60 | containerd://1.7.27 |
            """)
    void countsCalls(int readiness, int liveness, String runtime, String times) {
        String container = "\"readinessProbe\": {\"exec\": {}, \"periodSeconds\": " + readiness
                + "}, \"livenessProbe\": {\"exec\": {}, \"periodSeconds\": " + liveness + "}";
        assertThat(outlook(WorkloadKind.POD, "", container, runtime, "v1.20.2", "docker-el7-1.13.1-84"))
                .filteredOn(sentence -> sentence.startsWith("exec is called "))
                .isEqualTo(times == null ? List.of() : List.of("exec is called " + times + " a second for each pod"));
    }

    /** With the first kill a Job has had more restarts than it may. */
    @Test
    void aJobFailsAtItsLimit() {
        assertThat(outlook(
                        WorkloadKind.JOB,
                        "\"backoffLimit\": 0, ",
                        LIVENESS,
                        "docker://1.13.1",
                        "v1.20.2",
                        "docker-el7-1.13.1-84"))
                .anySatisfy(each -> assertThat(each).startsWith("the Job fails after"));
    }

    @Test
    void saysNothingWhereNothingIsPredicted() {
        assertThat(outlook(WorkloadKind.POD, "", READINESS, "docker://1.13.1", "v1.20.2", "no-such-build"))
                .isEmpty();
        assertThat(Guard.review(Pods.withProbe("livenessProbe", ""), Fleet.assuming(List.of()), Policy.DEFAULT)
                        .outlook())
                .isEmpty();
    }
}
