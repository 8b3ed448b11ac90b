package io.probeguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.Inputs;
import io.probeguard.server.ClusterSource;
import io.probeguard.server.ServiceNames;
import io.probeguard.server.WebhookApp;
import io.probeguard.server.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code probe-guard serve}: the admission webhooks. */
@Command(
        description = {
            "Serves the admission webhooks over HTTPS.",
            "POST /mutate and /validate, GET /livez and /readyz. Watches the nodes and namespaces of the cluster",
            "that it runs in, or of the kubeconfig; with --nodes it reads a file and needs no cluster. The chart",
            "runs it with --certs-secret; without it, it prints webhook configurations for an API server on the",
            "same machine. Logs go to standard error."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  2  wrong usage, a file that cannot be read, or a port that is in use",
            "  3  internal error",
            "  143  stopped by SIGTERM, after the requests in flight were answered",
            "",
            "Example",
            "  probe-guard serve --mode rewrite > webhooks.yaml"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description =
                    "Review against these nodes, without a cluster: the output of \"kubectl get nodes -o yaml\" (or json).")
    private @Nullable Path nodes;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "10250",
            description = "Port of the webhooks, 0 for any free port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = {"--management-port", "--metrics-port"},
            paramLabel = "PORT",
            description =
                    "Serve GET /livez, /readyz and /metrics on this port, over plain HTTP and apart from the webhooks. "
                            + "Default: no such port. Deprecated: --metrics-port, its old name.")
    private @Nullable Integer managementPort;

    @Mixin
    private CertificateOptions certificates;

    @Mixin
    private CallerOptions callers;

    @Mixin
    private BackgroundOptions background;

    @Mixin
    private ConsoleOptions console;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "Service in --own-namespace by which API servers call this. Default: ${DEFAULT-VALUE}.")
    private String service;

    @Option(
            names = "--webhooks",
            paramLabel = "NAME",
            description =
                    "Tell in metrics and on the console whether the calls of the webhook configurations of this name "
                            + "are suspended, which \"probe-guard webhooks\" does. Default: not told.")
    private @Nullable String webhooks;

    @Mixin
    private WatchOptions watched;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = DurationConverter.class,
            description =
                    "Continue to serve for this long after SIGTERM, while /readyz fails. Default: ${DEFAULT-VALUE}.")
    private Duration drain;

    @Override
    public Integer call() throws Exception {
        checkOptions();
        WebhookSettings settings = settings();
        try (KubernetesClient client = nodes == null || certificates.useSecret() ? client() : null;
                WebhookApp app = WebhookApp.create(
                        settings,
                        clusterSource(settings, client),
                        certificates.source(ServiceNames.of(service, policyOptions.ownNamespace()), client),
                        client)) {
            app.start();
            Runtime.getRuntime().addShutdownHook(new Thread(app::stop, "stop"));
            spec.commandLine().getOut().print(app.webhookConfigurations());
            spec.commandLine().getOut().flush();
            app.awaitStop();
        }
        return 0;
    }

    private void checkOptions() {
        checkPort("--port", port);
        checkPort("--management-port", managementPort);
        checkPort("--console-port", console.settings().port());
        certificates.check();
        if (nodes != null && watched.settings().catalogueConfigMap() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes and --catalogue-configmap are mutually exclusive: use --catalogue");
        }
    }

    private void checkPort(String option, @Nullable Integer number) {
        if (number != null && (number < 0 || number > MAX_PORT)) {
            throw new ParameterException(
                    spec.commandLine(), option + ": port " + number + " is out of range (0-" + MAX_PORT + ")");
        }
    }

    private WebhookSettings settings() {
        return new WebhookSettings(
                policyOptions.policy(),
                policyOptions.ownNamespace(),
                service,
                webhooks,
                callers.authentication(),
                port,
                managementPort,
                console.settings(),
                background.settings(),
                watched.settings(),
                drain);
    }

    private ClusterSource clusterSource(WebhookSettings settings, @Nullable KubernetesClient client) {
        return nodes == null
                ? ClusterSource.watch(
                        Objects.requireNonNull(client, "nodes are watched unless they come from a file"), settings)
                : ClusterSource.fixed(Inputs.nodes(
                        nodes, Catalogue.builtIn().with(settings.policy().catalogue())));
    }

    private KubernetesClient client() {
        Config config = cluster.config();
        if (certificates.useSecret()) {
            config.setNamespace(policyOptions.ownNamespace());
        }
        return ClusterOptions.client(ClusterOptions.patient(config));
    }
}
