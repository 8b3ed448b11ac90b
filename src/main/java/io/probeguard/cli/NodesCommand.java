package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.Inventory;
import io.probeguard.manifest.Inputs;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.output.Json;
import io.probeguard.output.NodesText;
import io.probeguard.policy.Policy;
import io.probeguard.scan.NodesReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code probe-guard nodes}: which nodes are flagged, and why. */
@Command(
        description = {
            "Lists the nodes, flagged ones first, and why they are flagged.",
            "Shows how their container runtime breaks exec, with which confidence and source, and what to do",
            "about it. Requires permission to list nodes and, for symptoms, Events."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  the nodes are listed, flagged or not",
            "  2  wrong usage, a file that cannot be read, or a cluster that cannot be reached",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard nodes                            the current cluster of kubectl",
            "  probe-guard nodes --nodes nodes.yaml -o wide a file, with what each node reports"
        })
final class NodesCommand implements Callable<Integer> {
    enum Format {
        text,
        wide,
        json
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private EvidenceOptions evidence;

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description =
                    "Use these nodes instead of a cluster: the output of \"kubectl get nodes -o yaml\" (or json, or wide) "
                            + "or \"kubectl describe nodes\".")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, wide (one line for each node, of any length) or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Mixin
    private CatalogueOptions catalogueOptions;

    @Override
    public Integer call() {
        if (file != null && cluster.isNamed()) {
            throw new ParameterException(spec.commandLine(), "--nodes and --kubeconfig are mutually exclusive");
        }
        Policy policy = catalogueOptions.policy();
        Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
        NodesReport report =
                NodesReport.of(file == null ? liveFleet(policy, catalogue) : Inputs.nodes(file, catalogue));
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> NodesText.write(report, out);
            case wide -> NodesText.writeWide(report, out);
            case json -> Json.writeReport(report, out);
        }
        return 0;
    }

    private Fleet liveFleet(Policy policy, Catalogue catalogue) {
        Progress progress = new Progress(spec.commandLine().getErr());
        try (KubernetesClient client = cluster.client()) {
            try {
                Inventory inventory = new Inventory(client);
                List<NodeFacts> nodes = inventory.nodes(count -> progress.show(count, "nodes read: " + count));
                return evidence.fleet(
                        client, nodes, catalogue, policy, spec.commandLine().getErr());
            } catch (KubernetesClientException e) {
                throw ClusterOptions.failure(client, e);
            }
        } finally {
            progress.done();
        }
    }
}
