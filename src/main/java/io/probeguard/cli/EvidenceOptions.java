package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.evidence.EvidenceReader;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.policy.Policy;
import io.probeguard.policy.SymptomUse;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is seen of the nodes of a live cluster, besides what they report. */
final class EvidenceOptions {
    @Option(
            names = "--canary-namespace",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "Namespace of the chart's canary pods. Default: ${DEFAULT-VALUE}.")
    private String canaryNamespace;

    @Mixin
    private PrometheusOptions prometheus;

    /**
     * The nodes with their flags.
     *
     * @param err takes warnings about what may not be read
     */
    Fleet fleet(KubernetesClient client, List<NodeFacts> nodes, Catalogue catalogue, Policy policy, PrintWriter err) {
        return fleet(client, nodes, catalogue, policy, missing -> err.println(Wording.clean("warning: " + missing)));
    }

    /** @param missing takes what may not be read */
    Fleet fleet(
            KubernetesClient client,
            List<NodeFacts> nodes,
            Catalogue catalogue,
            Policy policy,
            Consumer<String> missing) {
        try {
            return new EvidenceReader(client, catalogue, missing)
                    .fleet(nodes, canaryNamespace, policy.symptoms() != SymptomUse.OFF, prometheus.prometheus());
        } catch (UncheckedIOException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
