package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.cluster.TokenAccess;
import io.probeguard.console.ConsoleController;
import io.probeguard.console.ConsoleGate;
import io.probeguard.console.LiveConsoleData;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.SharedDecisions;
import io.probeguard.http.BearerTokens;
import io.probeguard.http.ConsoleEndpoint;
import io.probeguard.http.Health;
import io.probeguard.http.Management;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.policy.Policy;
import io.probeguard.text.Version;
import io.probeguard.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of {@code serve}, wired: the server, the metrics, the console and what writes to the cluster. */
public final class WebhookApp implements Health, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookApp.class);

    private final WebhookSettings settings;
    private final ClusterSource cluster;
    private final CertificateSource certificates;
    private final Metrics metrics = new Metrics();
    private final ClusterWriters writers;
    private final @Nullable SharedDecisions shared;
    private final @Nullable ConsoleEndpoint console;
    private final Admission admission;
    private volatile @Nullable WebhookServer server;
    private volatile List<FileWatch<?>> callerFiles = List.of();

    private WebhookApp(
            WebhookSettings settings,
            ClusterSource cluster,
            CertificateSource certificates,
            @Nullable KubernetesClient client) {
        this.settings = settings;
        this.cluster = cluster;
        this.certificates = certificates;
        Decisions decisions = new Decisions();
        Observer observer = metrics.and(decisions).when(() -> server != null); // the warm-up's reviews do not count
        Admission forCallers = new Admission(cluster.state(), settings.policy(), observer);
        this.admission = settings.callers().isRequired() ? forCallers : forCallers.forAnybody();
        this.writers = cluster.writers(metrics);
        String replica = replica();
        this.shared = shared(settings, client, replica, decisions);
        this.console = console(
                settings.console(),
                client,
                new LiveConsoleData(
                        settings.policy(),
                        cluster.state(),
                        replica,
                        decisions,
                        shared,
                        writers.review(),
                        cluster::isSuspended,
                        cluster::catalogueRejected));
    }

    /**
     * Wires everything and starts nothing; both sources are closed with the result.
     *
     * @param client null if no cluster is asked for anything
     * @throws BadInputException if the console is to be exposed and there is no cluster to review tokens
     */
    public static WebhookApp create(
            WebhookSettings settings,
            ClusterSource cluster,
            CertificateSource certificates,
            @Nullable KubernetesClient client) {
        return new WebhookApp(settings, cluster, certificates, client);
    }

    /** The name of this process, in a cluster after its pod. */
    private static String replica() {
        return System.getenv().getOrDefault("HOSTNAME", "probe-guard") + "-"
                + UUID.randomUUID().toString().substring(0, 5);
    }

    private static @Nullable SharedDecisions shared(
            WebhookSettings settings, @Nullable KubernetesClient client, String replica, Decisions own) {
        String configMap = settings.console().sharedDecisions();
        return configMap == null || client == null
                ? null
                : new SharedDecisions(client, settings.namespace(), configMap, replica, own, Clock.systemUTC());
    }

    private static @Nullable ConsoleEndpoint console(
            ConsoleSettings settings, @Nullable KubernetesClient client, LiveConsoleData data) {
        if (settings.isOff()) {
            return null;
        }
        TokenAccess tokens = settings.exposed() ? tokens(client) : null;
        return new ConsoleEndpoint(new ConsoleController(data), new ConsoleGate(tokens), settings.port());
    }

    private static TokenAccess tokens(@Nullable KubernetesClient client) {
        if (client == null) {
            throw new BadInputException("--expose-console needs a cluster to review tokens");
        }
        return new TokenAccess(client, ConsoleController.PATH);
    }

    /**
     * Starts everything; once this returns, the server is warm and its ports are open.
     *
     * @throws BadInputException if a port is in use or the certificate cannot be used
     */
    public void start() {
        WebhookServer started = WebhookServer.start(
                admission,
                certificates.first(),
                settings.callers(),
                this,
                new Ports(settings.port(), management(), console));
        server = started;
        certificates.start(started::serve);
        callerFiles = callerFiles(started);
        callerFiles.forEach(FileWatch::start);
        writers.start();
        if (shared != null) {
            shared.start();
        }
        LOG.info(
                "serving on port {} in mode {}",
                started.port(),
                settings.policy().mode());
        if (started.consolePort() != null) {
            LOG.info("serving the console at http://localhost:{}/", started.consolePort());
        }
    }

    /** What says who may call. */
    private List<FileWatch<?>> callerFiles(WebhookServer started) {
        List<FileWatch<?>> files = new ArrayList<>();
        Path clientCa = settings.callers().clientCa();
        if (clientCa != null) {
            files.add(new FileWatch<>(
                    "the client CA " + clientCa,
                    started.clientAuthorities(),
                    new PemFile(clientCa)::certificates,
                    started::trust));
        }
        BearerTokens tokens = settings.callers().tokens();
        if (tokens != null) {
            files.add(new FileWatch<>(
                    "the token file " + tokens.file(), tokens.accepted(), tokens::read, tokens::accept));
        }
        return files;
    }

    @Override
    public @Nullable String notReady() {
        String unknown = cluster.notReady();
        return unknown == null ? certificates.notReady() : unknown;
    }

    @Override
    public @Nullable String remark() {
        String notUsed = certificateNotUsed();
        return notUsed == null ? cluster.catalogueRejected() : notUsed;
    }

    private @Nullable String certificateNotUsed() {
        String notUsed = certificates.notUsed();
        return notUsed != null
                ? notUsed
                : callerFiles.stream()
                        .map(FileWatch::notUsed)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private @Nullable Management management() {
        Integer port = settings.managementPort();
        if (port == null) {
            return null;
        }
        metrics.process(Version.CURRENT);
        metrics.certificate(
                () -> server == null ? null : server.certificateRemaining(), () -> certificateNotUsed() != null);
        cluster.register(metrics);
        return new Management(port, metrics.servlet());
    }

    /**
     * Webhook configurations in YAML for an API server on this machine, to be applied by hand; empty if those in the
     * cluster are kept up to date anyway.
     *
     * @throws IOException if the certificate that they trust cannot be read
     */
    public String webhookConfigurations() throws IOException {
        String trusted = certificates.trusted();
        if (trusted == null) {
            return "";
        }
        String url = "https://127.0.0.1:" + port();
        return "# probe-guard serves " + url + " in mode " + settings.policy().mode() + ": " + cluster.summary() + "\n"
                + "# For an API server on this machine: kubectl apply -f <this output>\n"
                + WebhookManifest.of(url, trusted, List.of(Policy.SYSTEM_NAMESPACE, settings.namespace()));
    }

    /** @throws IllegalStateException before {@link #start} */
    public int port() {
        return running().port();
    }

    /** Returns once {@link #stop} or {@link #close} has stopped the server. */
    public void awaitStop() throws InterruptedException {
        running().awaitStop();
    }

    private WebhookServer running() {
        WebhookServer running = server;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /**
     * Stops gracefully, for SIGTERM: serves while endpoints propagate, then completes requests in flight and shares the
     * last decisions.
     */
    public void stop() {
        writers.close();
        WebhookServer running = running();
        try {
            running.drain(settings.drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.close();
        if (shared != null) {
            shared.close();
        }
    }

    @Override
    public void close() {
        writers.close();
        certificates.close();
        callerFiles.forEach(FileWatch::close);
        WebhookServer running = server;
        if (running != null) {
            running.close();
            if (shared != null) {
                shared.close();
            }
        }
        metrics.close();
        cluster.close();
    }
}
