package io.probeguard.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Command;
import io.probeguard.ControlPlaneProgram;
import io.probeguard.External;
import io.probeguard.GeneratedTable;
import io.probeguard.RealCluster;
import io.probeguard.Relay;
import io.probeguard.chart.Chart;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import io.probeguard.faults.PodLoad.Created;
import io.probeguard.faults.PodLoad.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pods are created at a steady rate on a real API server, with two replicas of the installed chart, while something breaks.
 * None of them may fail because of a webhook, and where a healthy replica can be called, each is judged.
 */
class FaultsE2E {
    private static final String KUBERNETES = "1.37.2";
    private static final int PODS_PER_SECOND = 10;
    private static final Duration OVERLOAD = Duration.ofSeconds(20);
    private static final int PODS_BEFORE = 50;
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    /** For how long replicas do not hear of the API server; a Java duration such as PT10M. */
    private static final Duration SILENCE = Duration.parse(System.getProperty("faults.silence", "PT1M"));
    /** Only faults whose name this matches. */
    private static final String ONLY = System.getProperty("faults.only", ".*");

    private static final List<Row> ROWS = new ArrayList<>();

    @TempDir
    static Path folder;

    private static RealCluster cluster;
    private static Relay apiServer;
    private static Installation installation;
    private static Endpoints endpoints;

    /** What breaks; it returns once the cause is over, with a remark for the table. */
    private interface Cause {
        String happen() throws Exception;
    }

    /**
     * @param unjudged for how long at most, in all, pods may be created unjudged
     * @param stopsApiServer whether it can keep the API server from answering at all
     */
    private record Fault(String name, Duration unjudged, boolean stopsApiServer, Cause cause) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * @param last seconds from the beginning of the fault until the last pod was asked for that was created unjudged
     * @param over seconds from the beginning until the cause was over
     * @param recovered seconds after that until each pod was created and rewritten again
     */
    private record Row(
            String name,
            double over,
            long asked,
            long notTaken,
            long failed,
            long rewritten,
            long unjudged,
            double last,
            double recovered,
            long slowestMillis,
            String remark) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.0f s | %d | %d | %d | %.1f %% | %s | %.0f s | %d ms | %s |%n",
                    name,
                    over,
                    asked,
                    notTaken,
                    failed,
                    100.0 * rewritten / Math.max(1, rewritten + unjudged),
                    unjudged == 0 ? "0" : String.format(Locale.ROOT, "%d, until %.1f s", unjudged, last),
                    recovered,
                    slowestMillis,
                    remark);
        }
    }

    static Stream<Fault> faults() {
        Duration none = Duration.ZERO;
        return Stream.of(
                        new Fault("nothing breaks", none, false, () -> hold(10, "")),
                        new Fault(
                                "each replica is killed (SIGKILL), one after the other",
                                Duration.ofSeconds(4),
                                false,
                                FaultsE2E::killReplicas),
                        new Fault("both replicas are replaced, one by one", none, false, FaultsE2E::replaceReplicas),
                        new Fault("the keeper of the configurations is killed", none, false, FaultsE2E::killKeeper),
                        new Fault(
                                "the API server is killed, and back after 3 s",
                                none,
                                true,
                                () -> restart("kube-apiserver")),
                        new Fault("etcd is killed, and back after 3 s", none, true, () -> restart("etcd")),
                        new Fault( // a call that it has made when it is stopped has taken too long when it goes on
                                "the API server hangs for 20 s (SIGSTOP)",
                                Duration.ofSeconds(1),
                                true,
                                () -> stall("kube-apiserver")),
                        new Fault( // likewise
                                "the API server is cut off from etcd for 20 s",
                                Duration.ofSeconds(1),
                                true,
                                () -> stall("etcd")),
                        new Fault("etcd's space is used up for 20 s (NOSPACE)", none, true, FaultsE2E::fillEtcd),
                        new Fault("the caBundle is emptied", Duration.ofSeconds(5), false, FaultsE2E::emptyCaBundle),
                        new Fault(
                                "the Secret is emptied",
                                Duration.ofSeconds(10),
                                false,
                                () -> secret("{\"data\": null}")),
                        new Fault(
                                "the Secret is filled with garbage",
                                Duration.ofSeconds(10),
                                false,
                                () -> secret(
                                        "{\"data\": {\"tls.crt\": \"Z2FyYmFnZQ==\", \"ca.crt\": \"Z2FyYmFnZQ==\"}}")),
                        new Fault(
                                "the Secret is deleted for 15 s",
                                Duration.ofSeconds(10),
                                false,
                                FaultsE2E::deleteSecret),
                        new Fault(
                                "a replica has no file descriptors for 20 s",
                                Duration.ofSeconds(12),
                                false,
                                FaultsE2E::noFiles),
                        new Fault("no replica can write a file for 10 s", none, false, FaultsE2E::noSpace),
                        new Fault("a replica's clock jumps by a year, both ways", none, false, FaultsE2E::jumpClock),
                        new Fault("replicas hear nothing of the API server", none, false, FaultsE2E::silence),
                        new Fault(
                                "the network between API server and webhooks is cut for 20 s",
                                Duration.ofSeconds(25),
                                false,
                                FaultsE2E::cutOffWebhooks),
                        new Fault(
                                "replicas on one core are asked for more reviews than they can answer, for 20 s",
                                OVERLOAD,
                                false,
                                FaultsE2E::overload),
                        new Fault("5,000 nodes change once a minute", none, false, FaultsE2E::changeNodes))
                .filter(fault -> fault.name.matches(ONLY));
    }

    @BeforeAll
    static void start() throws Exception {
        cluster = RealCluster.startApiServer(folder, KUBERNETES);
        apiServer = new Relay(() -> List.of(cluster.server().getPort()));
        node("broken", "probe-guard.io/exec=broken");
        installation = Installation.install(cluster, folder, Map.of("policy.mode", "rewrite"));
        installation.set("JAVA_TOOL_OPTIONS", Chart.javaOptions());
        installation.set("KUBERNETES_SERVICE_PORT", String.valueOf(apiServer.port()));
        endpoints = new Endpoints(installation);
        endpoints.start();
        endpoints.start();
        patiently().until(() -> installation.replicas().size() == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            String table =
                    "| what happens | for | pods | not taken | failed | judged | unjudged | recovered after | slowest | besides |\n"
                            + "|---|---|---|---|---|---|---|---|---|---|\n"
                            + String.join("", ROWS.stream().map(Row::line).toList());
            System.out.println(table);
            if (Boolean.getBoolean("golden.update")) { // otherwise the figures of another day stay
                GeneratedTable.check("faults.md", "faults", table);
            }
        } finally {
            for (AutoCloseable each : Stream.of(endpoints, installation, apiServer, cluster)
                    .filter(started -> started != null)
                    .toList()) {
                each.close();
            }
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(200)).ignoreExceptions();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void podsAreCreatedAndJudged(Fault fault) throws Exception {
        patiently().until(() -> installation.replicas().size() == 2);
        PodLoad load = new PodLoad(cluster, PODS_PER_SECOND);
        long begin;
        long over;
        String remark;
        try (load) {
            patiently().until(() -> load.created().size() >= PODS_BEFORE);
            begin = System.nanoTime();
            remark = fault.cause.happen();
            over = System.nanoTime();
            patiently()
                    .until(() -> load.created().stream()
                                    .filter(pod -> pod.asked() > over)
                                    .sorted(Comparator.comparing(Created::asked).reversed())
                                    .limit(20)
                                    .filter(pod -> pod.outcome() == Outcome.REWRITTEN)
                                    .count()
                            == 20);
        }
        List<Created> pods = load.created();
        Row row = row(fault, pods, begin, over, remark);
        ROWS.add(row);
        System.out.print(row.line());
        assertThat(pods).filteredOn(pod -> pod.outcome() == Outcome.FAILED).isEmpty();
        assertThat(pods)
                .as("not taken by the API server")
                .filteredOn(pod -> pod.outcome() == Outcome.NOT_TAKEN && !fault.stopsApiServer)
                .isEmpty();
        assertThat(row.unjudged)
                .as("created unjudged")
                .isLessThanOrEqualTo(fault.unjudged.toSeconds() * PODS_PER_SECOND);
        assertThat(pods)
                .filteredOn(pod -> pod.asked() < begin - TimeUnit.SECONDS.toNanos(1))
                .allMatch(pod -> pod.outcome() == Outcome.REWRITTEN);
    }

    private static Row row(Fault fault, List<Created> pods, long begin, long over, String remark) {
        return new Row(
                fault.name,
                seconds(over - begin),
                pods.size(),
                count(pods, Outcome.NOT_TAKEN),
                count(pods, Outcome.FAILED),
                count(pods, Outcome.REWRITTEN),
                count(pods, Outcome.UNJUDGED),
                seconds(Math.max(0, last(pods, Outcome.UNJUDGED, begin) - begin)),
                seconds(Math.max(
                                over,
                                Stream.of(Outcome.UNJUDGED, Outcome.FAILED, Outcome.NOT_TAKEN)
                                        .mapToLong(outcome -> last(pods, outcome, begin))
                                        .max()
                                        .orElse(over))
                        - over),
                pods.stream()
                        .filter(pod -> pod.outcome() != Outcome.NOT_TAKEN)
                        .mapToLong(pod -> pod.took().toMillis())
                        .max()
                        .orElse(0),
                remark);
    }

    private static long last(List<Created> pods, Outcome outcome, long none) {
        return pods.stream()
                .filter(pod -> pod.outcome() == outcome)
                .mapToLong(Created::asked)
                .max()
                .orElse(none);
    }

    private static long count(List<Created> pods, Outcome outcome) {
        return pods.stream().filter(pod -> pod.outcome() == outcome).count();
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    /** Lets what is happening go on for so long. */
    private static String hold(int seconds, String remark) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
        return remark;
    }

    /** One of them has the API server's connections. */
    private static String killReplicas() throws Exception {
        for (Replica victim : List.copyOf(installation.replicas())) {
            victim.process().destroyForcibly().waitFor();
            Replica next = endpoints.start();
            patiently().until(() -> endpoints.has(next));
        }
        return "";
    }

    /** A Deployment's rolling update: the next one is ready before SIGTERM is sent, and endpoints follow a second later. */
    private static String replaceReplicas() throws Exception {
        for (Replica old : List.copyOf(installation.replicas())) {
            Replica next = endpoints.start();
            patiently().until(() -> endpoints.has(next));
            old.process().destroy();
            hold(1, "");
            endpoints.remove(old);
            assertThat(old.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        return "";
    }

    private static String killKeeper() throws Exception {
        installation.keeper().destroyForcibly().waitFor();
        hold(5, "");
        installation.startKeeper();
        return "";
    }

    private static String restart(String name) throws Exception {
        ControlPlaneProgram program = cluster.running(name);
        program.kill();
        hold(3, "");
        program.start();
        patiently()
                .until(() ->
                        cluster.kubectl("", "get", "--raw", "/readyz").text().equals("ok"));
        return "";
    }

    private static String stall(String name) throws Exception {
        ControlPlaneProgram program = cluster.running(name);
        program.stall();
        try {
            return hold(20, "");
        } finally {
            program.resume();
        }
    }

    private static String emptyCaBundle() throws Exception {
        for (String configuration : List.of("mutatingwebhookconfiguration", "validatingwebhookconfiguration")) {
            cluster.ok(
                    "",
                    "patch",
                    configuration,
                    "probe-guard",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"remove\", \"path\": \"/webhooks/0/clientConfig/caBundle\"}]");
        }
        return "";
    }

    private static String secret(String patch) throws Exception {
        cluster.ok("", "-n", Installation.NAMESPACE, "patch", "secret", "probe-guard-certs", "-p", patch);
        return "";
    }

    private static String deleteSecret() throws Exception {
        String[] get = {"-n", Installation.NAMESPACE, "get", "secret", "probe-guard-certs", "-o", "json"};
        String before = cluster.ok("", get).text();
        cluster.ok("", "-n", Installation.NAMESPACE, "delete", "secret", "probe-guard-certs");
        hold(15, "");
        cluster.ok(
                before.replaceAll("\"(uid|resourceVersion|creationTimestamp)\": \"[^\"]*\",?", ""),
                "create",
                "-f",
                "-");
        return "restored as it was";
    }

    private static String noFiles() throws Exception {
        Replica replica = installation.replicas().get(0);
        long pid = replica.process().pid();
        long open;
        try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            open = files.count();
        }
        return limited(List.of(replica), "nofile", open, 20);
    }

    /** What a full disk does to whoever writes. */
    private static String noSpace() throws Exception {
        return limited(List.copyOf(installation.replicas()), "fsize", 0, 10);
    }

    private static String limited(List<Replica> replicas, String resource, long limit, int seconds) throws Exception {
        String before = prlimit(replicas.get(0), "--output=SOFT", "--noheadings", "--" + resource)
                .strip();
        for (Replica replica : replicas) {
            prlimit(replica, "--" + resource + "=" + limit + ":");
        }
        hold(seconds, "");
        for (Replica replica : replicas) {
            prlimit(replica, "--" + resource + "=" + before + ":");
            assertThat(replica.process().isAlive()).isTrue();
        }
        patiently().until(() -> installation.replicas().containsAll(replicas));
        return "";
    }

    private static String prlimit(Replica replica, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                External.program("prlimit").toString(),
                "--pid",
                String.valueOf(replica.process().pid())));
        command.addAll(List.of(args));
        return Command.run(folder, Map.of(), command);
    }

    private static String jumpClock() throws Exception {
        Path clock = Files.writeString(folder.resolve("clock"), "+0");
        installation.set("LD_PRELOAD", External.file("PROBE_GUARD_FAKETIME").toString());
        installation.set("FAKETIME_TIMESTAMP_FILE", clock.toString());
        installation.set("FAKETIME_NO_CACHE", "1");
        installation.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Replica replica = endpoints.start();
        installation.set("LD_PRELOAD", "");
        patiently().until(() -> endpoints.has(replica));
        Replica other = installation.replicas().get(0);
        for (String jump : List.of("+365d", "-365d", "+0")) {
            Files.writeString(clock, jump);
            hold(15, "");
        }
        assertThat(replica.process().isAlive()).isTrue();
        patiently().until(() -> endpoints.has(replica));
        other.process().destroy();
        endpoints.remove(other);
        return "45 s, after Java has started under libfaketime";
    }

    private static String silence() throws Exception {
        node("late", "late=yes");
        apiServer.stall();
        try {
            cluster.ok("", "label", "node", "broken", "probe-guard.io/exec=healthy", "--overwrite");
            cluster.ok("", "label", "node", "late", "probe-guard.io/exec=broken");
            TimeUnit.NANOSECONDS.sleep(SILENCE.toNanos());
        } finally {
            apiServer.resume();
        }
        long heard = System.nanoTime();
        patiently().until(FaultsE2E::isLateKnown);
        String known = String.format(
                Locale.ROOT,
                "a node that was flagged meanwhile is known after %.1f s",
                seconds(System.nanoTime() - heard));
        cluster.ok("", "label", "node", "broken", "probe-guard.io/exec=broken", "--overwrite");
        return known;
    }

    private static boolean isLateKnown() throws Exception {
        return cluster.ok("""
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late", "namespace": "default"}, "spec": {
                          "nodeSelector": {"late": "yes"}, "containers": [{"name": "app", "image": "x",
                          "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}
                        """, "create", "--dry-run=server", "-f", "-", "-o", "json")
                .text()
                .contains("probe-guard.io/rewritten");
    }

    /** On one core of this machine, so that the others are enough to ask for more. */
    private static String overload() throws Exception {
        List<Replica> replicas = List.copyOf(installation.replicas());
        cores(replicas, "0");
        try {
            return new ReviewFlood(replicas.stream()
                            .map(replica -> URI.create("https://127.0.0.1:" + replica.port() + "/mutate"))
                            .toList())
                    .exceed(3, OVERLOAD);
        } finally {
            cores(replicas, "0-" + (Runtime.getRuntime().availableProcessors() - 1));
        }
    }

    private static void cores(List<Replica> replicas, String cores) throws IOException, InterruptedException {
        for (Replica replica : replicas) {
            String pid = String.valueOf(replica.process().pid());
            Command.run(
                    folder,
                    Map.of(),
                    List.of(External.program("taskset").toString(), "--all-tasks", "--cpu-list", "--pid", cores, pid));
        }
    }

    /** What etcd does when its database has grown to its quota: from then on it takes no write. */
    private static String fillEtcd() throws Exception {
        alarm("ACTIVATE");
        try {
            return hold(20, "");
        } finally {
            alarm("DEACTIVATE");
        }
    }

    private static void alarm(String action) throws Exception {
        URI etcd = cluster.etcd().resolve("/v3/maintenance/alarm");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(etcd)
                                .POST(BodyPublishers.ofString(
                                        "{\"action\": \"" + action + "\", \"alarm\": \"NOSPACE\"}"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static String cutOffWebhooks() throws Exception {
        installation.service().stall();
        try {
            return hold(20, "");
        } finally {
            installation.service().resume();
        }
    }

    private static String changeNodes() throws Exception {
        NodeChurn churn = new NodeChurn(cluster, 5_000);
        String remark = churn.run(Duration.ofMinutes(1)) + " changes were taken";
        churn.end();
        return remark;
    }

    private static void node(String name, String label) throws Exception {
        cluster.ok("""
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s", "labels": {"kubernetes.io/os": "linux"}}}
                """.formatted(name), "apply", "-f", "-");
        cluster.ok("", "label", "node", name, label, "--overwrite");
    }
}
