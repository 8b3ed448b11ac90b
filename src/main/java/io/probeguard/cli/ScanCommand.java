package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.Inventory;
import io.probeguard.console.ScanPage;
import io.probeguard.manifest.Inputs;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.output.FailOn;
import io.probeguard.output.ScanJson;
import io.probeguard.output.ScanOutput;
import io.probeguard.output.ScanSarif;
import io.probeguard.output.ScanText;
import io.probeguard.policy.Policy;
import io.probeguard.scan.DrainScript;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code probe-guard scan}: reviews running pods. */
@Command(
        description = {
            "Reviews running workloads, and how much a policy would touch.",
            "For every running workload with exec probes or hooks that is, or could be, on a flagged node:",
            "what happens to it, what a policy would do, which pods must be recreated for that, and how",
            "much the policy would touch, before it is switched on. Read-only. Requires permission to list",
            "nodes, namespaces, pods and, for symptoms, Events, and for what holds back a drain,",
            "PodDisruptionBudgets; kube-system is included."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  nothing is at or above --fail-on",
            "  1  something is at or above --fail-on",
            "  2  wrong usage, a file that cannot be read, or a cluster that cannot be reached",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard scan                              the current cluster of kubectl",
            "  probe-guard scan --mode rewrite               what that mode would do",
            "  probe-guard scan -o html > scan.html          one page to share",
            "  probe-guard scan -o drain > drain.sh          how to drain the flagged nodes",
            "  probe-guard scan --nodes nodes.yaml --pods pods.yaml"
        })
final class ScanCommand implements Callable<Integer> {
    enum Format {
        text,
        json,
        sarif,
        html,
        drain
    }

    static final class Files {
        @Option(
                names = "--nodes",
                paramLabel = "FILE",
                required = true,
                description =
                        "Use these nodes instead of a cluster: the output of \"kubectl get nodes -o yaml\" (or json).")
        Path nodes;

        @Option(
                names = "--pods",
                paramLabel = "FILE",
                required = true,
                description = "With --nodes: the output of \"kubectl get pods -A -o yaml\" (or json).")
        Path pods;
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private EvidenceOptions evidence;

    @ArgGroup(exclusive = false)
    private @Nullable Files files;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            defaultValue = "warn",
            description = {
                "What exits with 1: skipped (a workload that is left alone, and what warn says), warn, deny or never. "
                        + "Default: ${DEFAULT-VALUE}."
            })
    private FailOn failOn;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text, json, sarif, html: one self-contained page, or drain: a shell script, to be read first, that "
                            + "drains the flagged nodes as PodDisruptionBudgets allow. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        if (files != null && cluster.isNamed()) {
            throw new ParameterException(spec.commandLine(), "--nodes and --kubeconfig are mutually exclusive");
        }
        Policy policy = policyOptions.policy();
        ScanReport report = files == null ? live(policy) : offline(files, policy);
        PrintWriter out = spec.commandLine().getOut();
        output().write(report, out);
        out.flush();
        return failOn.isMet(report.action(), report.isAllJudged()) ? 1 : 0;
    }

    private static ScanReport offline(Files files, Policy policy) {
        Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
        Scan scan = new Scan(Inputs.nodes(files.nodes, catalogue), policy, namespace -> null);
        Inputs.pods(files.pods).forEach(scan::add);
        return scan.report();
    }

    private ScanReport live(Policy policy) {
        Progress progress = new Progress(spec.commandLine().getErr());
        try (KubernetesClient client = cluster.client()) {
            try {
                Inventory inventory = new Inventory(client);
                Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
                List<NodeFacts> nodes = inventory.nodes(count -> progress.show(count, "nodes read: " + count));
                Fleet fleet = evidence.fleet(
                        client, nodes, catalogue, policy, spec.commandLine().getErr());
                Scan scan = new Scan(fleet, policy, inventory.modeLabels()::get);
                inventory.pods(scan::add, count -> progress.show(count, "pods reviewed: " + count));
                addBudgets(scan, inventory);
                return scan.report();
            } catch (KubernetesClientException e) {
                throw ClusterOptions.failure(client, e);
            }
        } finally {
            progress.done();
        }
    }

    private void addBudgets(Scan scan, Inventory inventory) {
        try {
            scan.setExhausted(inventory.exhaustedBudgets(scan.namespacesOnFlagged()::contains, () -> {}));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            spec.commandLine()
                    .getErr()
                    .println(
                            "warning: cannot list PodDisruptionBudgets (forbidden); what holds back a drain is not shown");
        }
    }

    private ScanOutput output() {
        return switch (format) {
            case text -> new ScanText(Ansi.AUTO);
            case json -> new ScanJson();
            case sarif -> new ScanSarif();
            case html -> ScanPage::write;
            case drain -> DrainScript::write;
        };
    }
}
