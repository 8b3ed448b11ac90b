package io.probeguard.cli;

import io.probeguard.admission.Admission;
import io.probeguard.cli.Inputs.BadInputException;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.runtime.Catalogue;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
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
            "Serves the admission webhooks over HTTPS: POST /mutate and /validate, GET /livez and /readyz.",
            "Prints a webhook configuration for kubectl apply once it is ready; logs go to standard error."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  2  wrong usage, a file that cannot be read, or a port that is taken",
            "  143  stopped by SIGTERM, after the requests in flight were answered",
            "",
            "Example",
            "  kubectl get nodes -o yaml > nodes.yaml",
            "  probe-guard serve --nodes nodes.yaml --mode rewrite > webhooks.yaml"
        })
final class ServeCommand implements Callable<Integer> {
    /** What clients may call the server by: this machine, and the Service of the chart. */
    private static final List<String> HOSTS = List.of(
            "localhost",
            "127.0.0.1",
            "::1",
            "probe-guard",
            "probe-guard.probe-guard",
            "probe-guard.probe-guard.svc",
            "probe-guard.probe-guard.svc.cluster.local");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            required = true,
            description = "The nodes to judge against: what \"kubectl get nodes -o yaml\" (or json) prints.")
    private Path nodes;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "10250",
            description = "Default: ${DEFAULT-VALUE}; 0 takes any that is free.")
    private int port;

    @Option(
            names = "--certs",
            paramLabel = "DIR",
            defaultValue = "certs",
            description = {
                "Holds tls.crt and tls.key (PEM), read again whenever they change, and ca.crt. Where there",
                "are none, an authority and a certificate are made. Default: ${DEFAULT-VALUE}."
            })
    private Path certs;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > 65535) {
            throw new ParameterException(spec.commandLine(), "--port: " + port + " is none; allowed: 0 to 65535");
        }
        Fleet fleet = Inputs.nodes(nodes, Catalogue.builtIn());
        Policy policy = policyOptions.policy();
        CertificateFolder folder = new CertificateFolder(certs);
        String trusted;
        try {
            folder.prepare(HOSTS, Clock.systemUTC());
            trusted = folder.trusted();
        } catch (IOException e) {
            throw new BadInputException(
                    "--certs: " + (e instanceof FileSystemException ? certs + ": " : "") + Failures.message(e));
        }
        try (Server server = Server.start(new Admission(() -> fleet, policy), folder, port)) {
            announce(server.port(), fleet, policy, trusted);
            server.awaitStop();
        }
        return 0;
    }

    private void announce(int actualPort, Fleet fleet, Policy policy, String trusted) {
        String url = "https://127.0.0.1:" + actualPort;
        PrintWriter out = spec.commandLine().getOut();
        long confirmed = fleet.flagged().stream()
                .filter(node -> node.flag().isConfirmed())
                .count();
        out.println("# probe-guard serves " + url + " in mode " + policy.mode() + ": " + fleet.size() + " nodes, "
                + confirmed + " flagged, " + (fleet.flagged().size() - confirmed) + " suspected.");
        out.println("# For an API server on this machine: kubectl apply -f <this output>");
        out.print(WebhookManifest.of(url, trusted));
        out.flush();
    }
}
