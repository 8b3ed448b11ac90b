package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.scan.ScanReport.FailingNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of nodes that nothing flags, those whose pods look as if exec were broken there. */
class FailingNodesTest {
    private final Instant now = Instant.now();

    /**
     * Pods as WORKLOAD PROBE READY RESTARTED: {@code web exec 10m -} was Ready for the last time ten minutes ago ("Ready" if
     * it is now), and no container was ever restarted.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            three workloads fail         | a exec 10m - + b exec 10m - + c exec 10m - + d exec Ready - + e tcp Ready - | Pod shop/a, Pod shop/b, Pod shop/c: 3 of 4, others 0 of 1
            without any other pod        | a exec 10m - + b exec 10m - + c exec 10m -                                  | Pod shop/a, Pod shop/b, Pod shop/c: 3 of 3, others 0 of 0
            Ready between restarts       | a exec Ready 5m + b exec Ready 50m + c exec Ready 1m + e tcp Ready -        | Pod shop/a, Pod shop/b, Pod shop/c: 3 of 3, others 0 of 1
            only two workloads           | a exec 10m - + b exec 10m - + e tcp Ready -                                 | -
            all of the node fail alike   | a exec 10m - + b exec 10m - + c exec 10m - + e tcp 10m -                    | -
            others fail, but fewer       | a exec 10m - + b exec 10m - + c exec 10m - + e tcp 10m - + f tcp Ready -    | Pod shop/a, Pod shop/b, Pod shop/c: 3 of 3, others 1 of 2
            still starting               | a exec 1m - + b exec 1m - + c exec 10m - + e tcp Ready -                    | -
            restarted by a reboot        | a exec Ready 3h + b exec Ready 3h + c exec Ready 3h + e tcp Ready 3h        | -
            """)
    void areFoundByWhatTheirPodsShow(String name, String pods, String expected) {
        Scan scan =
                new Scan(Nodes.fleet(Nodes.broken("bad"), Nodes.healthy("good")), Policy.DEFAULT, namespace -> null);
        Stream.of(pods.split(" \\+ ", -1)).map(pod -> pod(pod, "good")).forEach(scan::add);
        Stream.of(pods.split(" \\+ ", -1)).map(pod -> pod(pod, "bad")).forEach(scan::add);
        List<String> found = scan.report().failingNodes().stream()
                .map(FailingNodesTest::text)
                .toList();
        assertThat(found).isEqualTo(expected == null ? List.of() : List.of("good: " + expected));
    }

    private static String text(FailingNode node) {
        return node.name() + ": " + String.join(", ", node.workloads()) + ": " + node.failing() + " of "
                + node.execPods() + ", others " + node.othersFailing() + " of " + node.otherPods();
    }

    private Workload pod(String words, String node) {
        String[] word = words.split(" ", -1);
        String probe = word[1].equals("exec") ? "exec: {command: [x]}" : "tcpSocket: {port: 1}";
        boolean ready = word[2].equals("Ready");
        String lastState = word[3].equals("-") ? "{}" : "{terminated: {finishedAt: '" + ago(word[3]) + "'}}";
        return Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + word[0]
                        + "}, spec: {nodeName: " + node + ", containers: [{name: app, livenessProbe: {" + probe
                        + "}}]}, status: {conditions: [{type: Ready, status: '" + (ready ? "True" : "False")
                        + "', lastTransitionTime: '" + (ready ? ago("5h") : ago(word[2]))
                        + "'}], containerStatuses: [{restartCount: 1, lastState: " + lastState + "}]}}")
                .get(0)
                .workload();
    }

    private Instant ago(String duration) {
        return now.minus(Duration.parse("PT" + duration));
    }
}
