package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.console.OverviewPage.Tile;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.scan.Scan;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewPageTest {
    private static final String OF_WEB =
            "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-6f9, uid: u, controller: true}]";

    /** Pods as METADATA and the period of their probe, separated by "+"; all of them on the only node. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            judged alike           | broken    | OF_WEB ; 4 + OF_WEB ; 4                          | 1 | 1 on flagged nodes now
            in a rollout           | broken    | OF_WEB ; 4 + OF_WEB ; 60                         | 1 | 1 on flagged nodes now
            two workloads          | broken    | OF_WEB ; 4 + uid: v ; 4                          | 2 | 2 on flagged nodes now
            one is left alone      | broken    | OF_WEB ; 4 + annotations: {probe-guard.io/skip: x} ; 4 | 1 | 1 on flagged nodes now; 1 more without action
            on a suspected node    | suspected | OF_WEB ; 4                                       | 0 | 0 on flagged nodes now; 1 more without action
            """)
    void countsWorkloadsThatThePolicyActsOn(String name, String node, String pods, String number, String detail) {
        Fleet fleet = Nodes.fleet(node.equals("broken") ? Nodes.broken("n") : Nodes.node("n", Nodes.EL7_DOCKER));
        Scan scan = new Scan(fleet, Policy.DEFAULT, namespace -> null);
        int created = 0;
        for (String pod : pods.replace("OF_WEB", OF_WEB).split(" \\+ ", -1)) {
            String[] parts = pod.split(" ; ", -1);
            scan.add(Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: p-" + created++ + ", "
                            + parts[0] + "}, spec: {nodeName: n, containers: [{name: c, livenessProbe:"
                            + " {exec: {command: [x]}, periodSeconds: " + parts[1] + "}}]}}")
                    .get(0)
                    .workload());
        }
        Tile tile = OverviewPage.affected(new Pass(Instant.EPOCH, Duration.ZERO, scan.report(), 0, true));
        assertThat(tile.number()).isEqualTo(number);
        assertThat(tile.detail()).isEqualTo(detail);
    }

    @Test
    void showsAQuestionMarkBeforeTheFirstReview() {
        assertThat(OverviewPage.affected(null).number()).isEqualTo("?");
    }
}
