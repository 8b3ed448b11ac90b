package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.Harm;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods together with their templates, as the background review reads them. */
public class ScanTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("bad"), Nodes.broken("bad-2"), Nodes.healthy("good"));
    private static final String EXEC = "containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]";
    private static final String OF_WEB =
            "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-6f9, uid: rs, controller: true}]";

    /** One object in YAML flow style, without its braces. */
    public static Workload workload(String kind, String metadata, String pod) {
        String spec = switch (kind) {
            case "Pod" -> pod;
            case "CronJob" -> "jobTemplate: {spec: {template: {spec: {" + pod + "}}}}";
            default -> "template: {spec: {" + pod + "}}";
        };
        String apiVersion = kind.equals("Pod") ? "v1" : kind.equals("CronJob") ? "batch/v1" : "apps/v1";
        return Pods.read("{apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {namespace: shop, " + metadata
                        + "}, spec: {" + spec + "}}")
                .get(0)
                .workload();
    }

    private static ScanReport scan(Policy policy, Stream<Workload> pods, Stream<Workload> templates) {
        Scan scan = new Scan(FLEET, policy, namespace -> null);
        pods.forEach(scan::add);
        templates.forEach(template ->
                scan.addTemplate(template, template.kind().kindName().equals("CronJob") ? "batch/v1" : "apps/v1"));
        return scan.report();
    }

    /** Objects as KIND, METADATA and POD; several of a kind are separated by "+". */
    private static Stream<Workload> read(String kind, String objects) {
        return objects == null
                ? Stream.of()
                : Stream.of(objects.split(" \\+ ", -1)).map(metadata -> {
                    String[] parts = metadata.split(" ; ", -1);
                    return workload(
                            kind, parts[0].replace("OF_WEB", OF_WEB), parts.length > 1 ? parts[1] + ", " + EXEC : EXEC);
                });
    }

    private static List<String> summaries(ScanReport report) {
        return report.workloads().stream()
                .map(workload ->
                        workload.owner().kind() + " " + workload.owner().name() + ": "
                                + workload.pods().size() + " pods, " + workload.onFlagged() + " there, "
                                + workload.review().action() + ", "
                                + reference(workload.object()))
                .toList();
    }

    private static String reference(@Nullable ApiObject object) {
        return object == null ? "-" : object.apiVersion() + " " + name(object) + " " + object.uid();
    }

    private static String name(@Nullable ApiObject object) {
        return object == null ? "-" : object.kind() + " " + object.name();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            could run there              | -                                          | Deployment  | name: web, uid: d | Deployment web: 0 pods, 0 there, warn, apps/v1 Deployment web d
            pods say more                | name: web-6f9-a, OF_WEB ; nodeName: bad    | Deployment  | name: web, uid: d | Deployment web: 1 pods, 1 there, warn, apps/v1 Deployment web d
            not their controller         | name: web-6f9-a, OF_WEB ; nodeName: bad    | Deployment  | name: api, uid: d ; nodeName: good | Deployment web: 1 pods, 1 there, warn, apps/v1 ReplicaSet web-6f9 rs
            only the name matches        | name: web-6f9-a, OF_WEB ; nodeName: bad    | StatefulSet | name: web, uid: s ; nodeName: good | Deployment web: 1 pods, 1 there, warn, apps/v1 ReplicaSet web-6f9 rs
            no controller                | name: a, uid: p ; nodeName: bad            | -           | -                 | Pod a: 1 pods, 1 there, warn, v1 Pod a p
            unknown kind of controller   | name: a, uid: p, ownerReferences: [{apiVersion: x.io/v1, kind: Robot, name: r, uid: u, controller: true}] ; nodeName: bad | - | - | Robot r: 1 pods, 1 there, warn, x.io/v1 Robot r u
            from a file, without a uid   | name: a ; nodeName: bad                    | -           | -                 | Pod a: 1 pods, 1 there, warn, -
            a CronJob between runs       | -                                          | CronJob     | name: n, uid: c   | CronJob n: 0 pods, 0 there, warn, batch/v1 CronJob n c
            cannot run there             | -                                          | Deployment  | name: web, uid: d ; nodeName: good | -
            a DaemonSet                  | -                                          | DaemonSet   | name: d, uid: u   | DaemonSet d: 0 pods, 0 there, warn, apps/v1 DaemonSet d u
            """)
    void reportsWorkloads(String name, String pods, String kind, String templates, String expected) {
        ScanReport report = scan(Policy.DEFAULT, read("Pod", pods), read(kind, templates));
        assertThat(summaries(report)).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    /** A workload that is reported is reported with all of its pods. */
    @ParameterizedTest
    @CsvSource({"1, true", "2, false"})
    void reportsAtMostMaxWorkloads(int maxWorkloads, boolean truncated) {
        Scan scan = new Scan(FLEET, Policy.DEFAULT, namespace -> null, maxWorkloads);
        read("Pod", "name: web-6f9-a, OF_WEB ; nodeName: bad").forEach(scan::add);
        read("Pod", "name: alone, uid: p ; nodeName: bad").forEach(scan::add);
        read("Pod", "name: web-6f9-b, OF_WEB ; nodeName: bad").forEach(scan::add);
        read("Deployment", "name: web, uid: d + name: elsewhere, uid: e ; nodeName: good")
                .forEach(template -> scan.addTemplate(template, "apps/v1"));
        assertThat(summaries(scan.report()))
                .contains("Deployment web: 2 pods, 2 there, warn, apps/v1 Deployment web d");
        assertThat(scan.report().workloads()).hasSize(maxWorkloads);
        assertThat(scan.isTruncated()).isEqualTo(truncated);
        read("Deployment", "name: another, uid: f").forEach(template -> scan.addTemplate(template, "apps/v1"));
        assertThat(scan.report().workloads()).hasSize(maxWorkloads);
        assertThat(scan.isTruncated()).isTrue();
    }

    /** Only pods that were judged are counted. */
    @Test
    void templatesDoNotCount() {
        ScanReport report = scan(
                Policy.DEFAULT.withMode(Mode.REWRITE),
                read("Pod", "name: a, uid: p ; nodeName: bad"),
                read("Deployment", "name: web, uid: d + name: api, uid: e"));
        assertThat(report.pods()).isEqualTo(1);
        assertThat(report.radius().relaxed().pods()).isEqualTo(1);
        assertThat(report.radius().relaxed().workloads()).isEqualTo(1);
        assertThat(report.workloadsByBuild())
                .containsOnlyKeys("docker-el7-1.13.1-84")
                .containsValue(3);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            there               | name: a, uid: p ; nodeName: bad                                             | Pod a 1 on 1
            elsewhere           | name: a, uid: p ; nodeName: good                                            | -
            waiting             | name: a, uid: p                                                             | -
            of one controller   | name: web-6f9-a, OF_WEB ; nodeName: bad + name: web-6f9-b, OF_WEB ; nodeName: bad-2 + name: web-6f9-c, OF_WEB ; nodeName: bad | ReplicaSet web-6f9 3 on 2
            opted out           | name: a, uid: p, annotations: {probe-guard.io/skip: known} ; nodeName: bad  | -
            static              | name: a, uid: p, annotations: {kubernetes.io/config.mirror: x} ; nodeName: bad | -
            """)
    void impactOnPods(String name, String pods, String expected) {
        ScanReport report = scan(Policy.DEFAULT.withMode(Mode.REWRITE), read("Pod", pods), Stream.of());
        List<String> impacts = report.impacts().stream()
                .map(each -> name(each.object()) + " " + each.pods() + " on " + each.nodes())
                .toList();
        assertThat(impacts).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void noImpactOnPodsAlreadyRelaxed() {
        String relaxed = "containers: [{name: app, livenessProbe: {exec: {command: [x]}, periodSeconds: 30,"
                + " timeoutSeconds: 10, failureThreshold: 5}}], nodeName: bad";
        String rewritten = "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4},"
                + "\"after\":{\"periodSeconds\":30}}]";
        String annotated = "name: a, uid: p, annotations: {probe-guard.io/rewritten: '" + rewritten + "'}";
        Policy policy = Policy.DEFAULT.withMode(Mode.REWRITE);
        assertThat(scan(policy, Stream.of(workload("Pod", "name: a, uid: p", relaxed)), Stream.of())
                        .impacts())
                .hasSize(1);
        assertThat(scan(policy, Stream.of(workload("Pod", annotated, relaxed)), Stream.of())
                        .impacts())
                .isEmpty();
    }

    @Test
    void noImpactWhereTheModeIsOff() {
        assertThat(scan(Policy.DEFAULT.withMode(Mode.OFF), read("Pod", "name: a, uid: p ; nodeName: bad"), Stream.of())
                        .impacts())
                .isEmpty();
    }

    /** Of two pods on a flagged node, what their status says: Ready and restarts, or - where it has none. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            livenessProbe  | True 0  | True 0  | PREDICTED_NOT_SEEN      | predicted, not seen: 0 of 2 pods on flagged nodes not Ready, 0 restarts
            livenessProbe  | True 3  | False 4 | PREDICTED_AND_HAPPENING | predicted and happening: 1 of 2 pods on flagged nodes not Ready since 2026-11-27T10:00:00Z, 7 restarts
            livenessProbe  | -       | False 0 | PREDICTED_AND_HAPPENING | predicted and happening: 1 of 2 pods on flagged nodes not Ready since 2026-11-27T10:00:00Z, 0 restarts
            livenessProbe  | -       | -       | -                       | -
            preStop        | True 0  | True 0  | NONE                    | neither predicted nor seen: 0 of 2 pods on flagged nodes not Ready, 0 restarts
            preStop        | True 1  | True 0  | HAPPENING_NOT_PREDICTED | happening, not predicted: 0 of 2 pods on flagged nodes not Ready, 1 restart
            """)
    void whatIsSeenStandsBesideWhatIsPredicted(String handler, String one, String other, Harm harm, String text) {
        ScanReport report =
                scan(Policy.DEFAULT, Stream.of(seen("a", handler, one), seen("b", handler, other)), Stream.of());
        assertThat(report.workloads()).singleElement().satisfies(workload -> {
            assertThat(workload.harm()).isEqualTo(harm);
            assertThat(HarmText.of(workload).orElse(null)).isEqualTo(text);
        });
    }

    private static Workload seen(String name, String handler, @Nullable String state) {
        String[] words = state == null ? new String[0] : state.split(" ", -1);
        String status = state == null
                ? "{}"
                : "{conditions: [{type: Ready, status: '" + words[0]
                        + "', lastTransitionTime: '2026-11-27T10:00:00Z'}], containerStatuses: [{restartCount: "
                        + words[1]
                        + "}]}";
        String exec = "{exec: {command: [x]}}";
        return Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + name + ", " + OF_WEB
                        + "}, spec: {nodeName: bad, containers: [{name: app, "
                        + (handler.equals("preStop") ? "lifecycle: {preStop: " + exec + "}" : handler + ": " + exec)
                        + "}]}, status: " + status + "}")
                .get(0)
                .workload();
    }

    /** A status is whatever a manifest has there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[]",
                "{conditions: x}",
                "{conditions: [x]}",
                "{conditions: [{type: Ready, status: 1, lastTransitionTime: now}], containerStatuses: [{restartCount: many}]}"
            })
    void anyStatusIsRead(String status) {
        assertThat(Pods.read("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {" + EXEC + "}, status: " + status
                        + "}"))
                .hasSize(1);
    }

    @Test
    void whatIsHappeningComesFirst() {
        Workload quiet = seen("a", "livenessProbe", "True 0");
        Workload harmed = Pods.read(
                        "{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: z}, spec: {nodeName: bad, "
                                + EXEC + "}, status: {conditions: [{type: Ready, status: 'False'}]}}")
                .get(0)
                .workload();
        assertThat(scan(Policy.DEFAULT, Stream.of(quiet, harmed), Stream.of()).workloads())
                .extracting(workload -> workload.owner().name())
                .containsExactly("z", "web");
    }
}
