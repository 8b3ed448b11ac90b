package io.probeguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.background.BackgroundReview;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.CertificateKeeper;
import io.probeguard.cluster.FleetLog;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.cluster.NodeLabels;
import io.probeguard.console.LiveConsoleData;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.SharedDecisions;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.policy.SteeringMode;
import io.probeguard.policy.SymptomUse;
import io.probeguard.server.CallerAuthentication;
import io.probeguard.server.Metrics;
import io.probeguard.server.ServingCertificate;
import io.probeguard.server.WebhookManifest;
import io.probeguard.server.WebhookServer;
import io.probeguard.text.Version;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code probe-guard serve}: the admission webhooks. */
@Command(
        name = "serve",
        description = {
            "Serves the admission webhooks over HTTPS.",
            "POST /mutate and /validate, GET /livez and /readyz. Watches the nodes and namespaces of the cluster it runs in or, elsewhere, of the kubeconfig;",
            "with --nodes it judges by a file and needs no cluster. The chart runs it with --certs-secret;",
            "without, it prints webhook configurations for an API server on the same machine. Logs go to",
            "standard error."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  2  wrong usage, a file that cannot be read, or a port that is taken",
            "  3  a fault of probe-guard itself",
            "  143  stopped by SIGTERM, after the requests in flight were answered",
            "",
            "Example",
            "  probe-guard serve --mode rewrite > webhooks.yaml"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    /** The first wait of a lost watch; each doubles, up to 32 times this. */
    private static final int RECONNECT_MILLIS = 250;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description = "Judges by these nodes, and asks no cluster: what \"kubectl get nodes -o yaml\" prints.")
    private @Nullable Path nodes;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "10250",
            description = "Default: ${DEFAULT-VALUE}; 0 takes any that is free.")
    private int port;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Serves GET /metrics for Prometheus there, over plain HTTP. Default: nowhere.")
    private @Nullable Integer metricsPort;

    @Mixin
    private CertificateOptions certificates;

    @Mixin
    private CallerOptions callers;

    @Mixin
    private BackgroundOptions background;

    @Mixin
    private ConsoleOptions console;

    @Option(
            names = "--own-namespace",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "Where this runs: nothing there is ever judged. Default: ${DEFAULT-VALUE}.")
    private String ownNamespace;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "What API servers call this by, in its namespace. Default: ${DEFAULT-VALUE}.")
    private String service;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = DurationConverter.class,
            description =
                    "Serves on for so long after SIGTERM, while it says not to be ready. Default: ${DEFAULT-VALUE}.")
    private Duration drain;

    /** What was started, the last first, as it is to be closed. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    @Override
    public Integer call() throws Exception {
        checkPort("--port", port);
        checkPort("--metrics-port", metricsPort == null ? 0 : metricsPort);
        checkPort("--console-port", console.port() == null ? 0 : console.port());
        certificates.check();
        CallerAuthentication authentication = callers.authentication();
        Policy policy = policyOptions.policy();
        try {
            serve(policy, authentication);
            return 0;
        } finally {
            closeAll();
        }
    }

    private void checkPort(String option, int number) {
        if (number < 0 || number > 65535) {
            throw new ParameterException(spec.commandLine(), option + ": " + number + " is none; allowed: 0 to 65535");
        }
    }

    private void serve(Policy policy, CallerAuthentication authentication) throws Exception {
        Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
        Fleet fixed = nodes == null ? null : Inputs.nodes(nodes, catalogue);
        KubernetesClient client = fixed == null || certificates.useSecret() ? client() : null;
        LiveCluster live = fixed == null
                ? started(LiveCluster.watch(client, catalogue, policy.symptoms() != SymptomUse.OFF))
                : null;
        AtomicBoolean hasCertificate = new AtomicBoolean(!certificates.useSecret());
        Supplier<@Nullable String> notReady = () -> live != null && !live.isSynced()
                ? "not all nodes and namespaces are known yet"
                : hasCertificate.get() ? null : "there is no certificate yet";

        Metrics metrics = started(new Metrics());
        ClusterState clusterState = live == null ? ClusterState.fixed(fixed) : live;
        Decisions decisions = new Decisions();
        AtomicBoolean isWarm = new AtomicBoolean();
        Observer observer = metrics.and(decisions).when(isWarm::get); // before, it only asks itself
        Admission admission = new Admission(clusterState, policy, Set.of("kube-system", ownNamespace), observer);
        CertificateFolder folder = certificates.useSecret() ? null : certificates.folder(hosts());
        String replica = ConsoleOptions.replica();
        SharedDecisions shared = console.sharing(client, ownNamespace, replica, decisions);
        BackgroundReview review =
                live == null ? null : background.review(client, live, policy, ownNamespace, service, metrics);
        WebhookServer server = started(WebhookServer.start(
                admission,
                folder == null
                        ? ServingCertificate.givenLater(authentication.clientCa())
                        : ServingCertificate.files(folder, authentication.clientCa()),
                authentication,
                notReady,
                port,
                console.console(
                        new LiveConsoleData(policy, clusterState, replica, decisions, shared, review), client)));
        isWarm.set(true);
        if (folder == null) {
            CertificateKeeper keeper = started(certificates.keeper(client, hosts(), set -> {
                server.serve(set.serving());
                hasCertificate.set(true);
            }));
            keeper.start();
        }
        if (live != null && policy.steer() != SteeringMode.OFF) {
            started(new NodeLabels(client, live::fleet)).start();
        }
        if (review != null) {
            started(review).start();
        }
        if (shared != null) {
            started(shared).start();
        }
        serveMetrics(metrics, clusterState, server, live);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, review, shared), "stop"));
        announce(server, policy, fixed, folder);
        server.awaitStop();
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    private KubernetesClient client() {
        Config config = cluster.config();
        if (certificates.useSecret()) {
            config.setNamespace(ownNamespace);
        }
        config.setWatchReconnectInterval(RECONNECT_MILLIS);
        config.setRequestRetryBackoffLimit(0); // whoever asks tries again, sooner than the client would
        return started(new KubernetesClientBuilder().withConfig(config).build());
    }

    /** What clients may call the server by: its Service, and this machine. */
    private List<String> hosts() {
        String inNamespace = service + "." + ownNamespace;
        return List.of(
                service,
                inNamespace,
                inNamespace + ".svc",
                inNamespace + ".svc.cluster.local",
                "localhost",
                "127.0.0.1",
                "::1");
    }

    private void serveMetrics(
            Metrics metrics, ClusterState clusterState, WebhookServer server, @Nullable LiveCluster live) {
        if (metricsPort == null) {
            return;
        }
        metrics.process(Version.CURRENT);
        metrics.certificate(server::certificateRemaining);
        metrics.nodes(clusterState::fleet, () -> live == null || live.isConnectedToNodes());
        if (live != null) {
            metrics.watching("nodes", live::isConnectedToNodes, live::nodesOutdatedBy);
            metrics.watching("namespaces", live::isConnectedToNamespaces, live::namespacesOutdatedBy);
        }
        try {
            started(metrics.serve(metricsPort));
        } catch (IOException e) {
            throw new BadInputException("port " + metricsPort + " is taken; choose another with --metrics-port");
        }
    }

    private void announce(
            WebhookServer server, Policy policy, @Nullable Fleet fixed, @Nullable CertificateFolder folder)
            throws IOException {
        String url = "https://127.0.0.1:" + server.port();
        if (fixed != null) {
            new FleetLog().tell(fixed);
        }
        LOG.info("serves port {} in mode {}", server.port(), policy.mode());
        if (server.consolePort() != null) {
            LOG.info("serves the console at http://localhost:{}/", server.consolePort());
        }
        if (folder == null) {
            return; // whoever chose a Secret has webhook configurations
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("# probe-guard serves " + url + " in mode " + policy.mode() + ": "
                + (fixed == null ? "nodes are watched." : count(fixed)));
        out.println("# For an API server on this machine: kubectl apply -f <this output>");
        out.print(WebhookManifest.of(url, folder.trusted()));
        out.flush();
    }

    private static String count(Fleet fleet) {
        long confirmed = fleet.flagged().stream()
                .filter(node -> node.flag().isConfirmed())
                .count();
        return fleet.size() + " nodes, " + confirmed + " flagged, "
                + (fleet.flagged().size() - confirmed) + " suspected.";
    }

    /** On SIGTERM: serves on while endpoints propagate, then answers what is in flight, and tells what was decided. */
    private void stop(WebhookServer server, @Nullable BackgroundReview review, @Nullable SharedDecisions shared) {
        if (review != null) {
            review.close();
        }
        try {
            server.drain(drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        if (shared != null) {
            shared.close();
        }
    }

    private void closeAll() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }
}
