package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.Impact;
import io.probeguard.scan.ScanTest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerEventsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final ApiObject WEB = new ApiObject("apps/v1", "Deployment", "web", "uid-1");
    private static final String LIVENESS = "livenessProbe: {exec: {command: [x]}, periodSeconds: 4}";
    private static final String READINESS = "readinessProbe: {exec: {command: [x]}}";

    private static Impact impact(Fleet fleet, Mode mode, String containers) {
        Scan scan = new Scan(fleet, Policy.DEFAULT.withMode(mode), namespace -> null);
        scan.add(ScanTest.workload("Pod", "name: a, uid: p", "nodeName: bad, containers: [" + containers + "]"));
        return scan.report().impacts().get(0);
    }

    private static String name(ApiObject object, String build, Instant now) {
        Impact impact = impact(
                build.isEmpty()
                        ? Nodes.fleet(Nodes.read(
                                "{kind: Node, metadata: {name: bad, labels: {probe-guard.io/exec: broken}}}"))
                        : Nodes.fleet(Nodes.broken("bad")),
                Mode.WARN,
                "{name: app, " + LIVENESS + "}");
        return OwnerEvents.event(impact, object, now).getMetadata().getName();
    }

    /** Whoever leads finds the Event of whoever led before, and no other. */
    @Test
    void theNameFollowsFromWorkloadBuildAndDay() {
        String name = name(WEB, "84", NOON);
        assertThat(name).isEqualTo(name(WEB, "84", NOON.plusSeconds(3600))).matches("web\\.[0-9a-f]{16}");
        Set<String> names = new HashSet<>(List.of(
                name,
                name(WEB, "", NOON),
                name(WEB, "84", NOON.plusSeconds(12 * 3600)),
                name(new ApiObject("apps/v1", "StatefulSet", "web", "uid-1"), "84", NOON),
                name(new ApiObject("apps/v1", "Deployment", "web", "uid-2"), "84", NOON)));
        assertThat(names).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({"253, x", "240, -"})
    void aLongNameStaysOne(int length, String last) {
        String name = name(new ApiObject("apps/v1", "Deployment", last.repeat(length - 1) + "x", "u"), "84", NOON);
        assertThat(name).hasSizeLessThanOrEqualTo(253).doesNotContain("-.").matches("[a-z0-9-]*\\.[0-9a-f]{16}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            warn    | {name: app, LIVENESS}                                 | 1 pod runs on 1 node where exec always fails (docker-el7-1.13.1-84). app: exec (liveness): restart loop after 8 to 14 s. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            rewrite | {name: app, LIVENESS}                                 | 1 pod runs on 1 node where exec always fails (docker-el7-1.13.1-84). app: exec (liveness): restart loop after 8 to 14 s. Recreated pods get longer timing. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            warn    | {name: app, LIVENESS, READINESS}                      | 1 pod runs on 1 node where exec always fails (docker-el7-1.13.1-84). app: exec (liveness, readiness): restart loop after 8 to 14 s, never Ready. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            warn    | {name: app, READINESS}, {name: sidecar, READINESS}    | 1 pod runs on 1 node where exec always fails (docker-el7-1.13.1-84). app, sidecar: exec (readiness): never Ready. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            """)
    void theMessage(String mode, String containers, String expected) {
        Impact impact = impact(
                Nodes.fleet(Nodes.broken("bad")),
                Mode.of(mode),
                containers.replace("LIVENESS", LIVENESS).replace("READINESS", READINESS));
        Event event = OwnerEvents.event(impact, WEB, NOON);
        assertThat(event.getMessage()).isEqualTo(expected);
        assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-1");
        assertThat(event.getInvolvedObject().getNamespace()).isEqualTo("shop");
    }

    @Test
    void theMessageIsNeverTooLong() {
        StringBuilder containers = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            containers
                    .append(i == 0 ? "" : ", ")
                    .append("{name: container-with-a-rather-long-name-")
                    .append(i)
                    .append(", livenessProbe: {exec: {command: [x]}, periodSeconds: ")
                    .append(i + 1)
                    .append("}}");
        }
        Impact impact = impact(Nodes.fleet(Nodes.broken("bad")), Mode.WARN, containers.toString());
        assertThat(OwnerEvents.event(impact, WEB, NOON).getMessage())
                .hasSizeBetween(960, 1024)
                .endsWith("...");
    }
}
