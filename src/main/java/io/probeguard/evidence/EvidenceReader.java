package io.probeguard.evidence;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.Inventory;
import io.probeguard.node.CanaryEvidence;
import io.probeguard.node.Evidence;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Observation;
import io.probeguard.node.RuntimeClasses;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads once what is seen of the nodes of a cluster. */
public final class EvidenceReader {
    private final KubernetesClient client;
    private final Inventory inventory;
    private final Catalogue catalogue;
    private final Consumer<String> warnings;

    /** @param warnings takes what the user may not read, so that it is missing */
    public EvidenceReader(KubernetesClient client, Catalogue catalogue, Consumer<String> warnings) {
        this.client = client;
        this.inventory = new Inventory(client);
        this.catalogue = catalogue;
        this.warnings = warnings;
    }

    /**
     * The nodes with their flags.
     *
     * @param namespace of the canary pods
     * @param withSymptoms whether Events are read for signs of broken exec
     * @param prometheus null for none
     * @throws UncheckedIOException if Prometheus does not answer
     * @throws KubernetesClientException if the API server does not
     */
    public Fleet fleet(List<NodeFacts> nodes, String namespace, boolean withSymptoms, @Nullable Prometheus prometheus) {
        Map<String, CanaryEvidence> canaries = ifAllowed(
                () -> CanaryWatch.read(client, namespace),
                "cannot list pods and Events in namespace " + namespace + " (forbidden); its canaries are not read");
        RuntimeClasses runtimeClasses = inventory.runtimeClasses();
        Fleet known = Fleet.of(nodes, catalogue, Map.of(), runtimeClasses);
        Map<String, Observation> symptoms = withSymptoms
                ? ifAllowed(
                        () -> inventory.observed(catalogue, known::runtime),
                        "cannot list Events in all namespaces (forbidden); nodes on which execs were only observed to fail are not shown")
                : Map.of();
        Map<String, Observation> counts =
                prometheus == null ? Map.of() : CountedNodes.look(prometheus, inventory, known, Instant.now());
        Map<String, Evidence> evidence = new HashMap<>();
        for (NodeFacts node : nodes) {
            Evidence seen = new Evidence(canaries.get(node.name()), counts.get(node.name()), symptoms.get(node.name()));
            if (!seen.equals(Evidence.NONE)) {
                evidence.put(node.name(), seen);
            }
        }
        return evidence.isEmpty() ? known : Fleet.of(nodes, catalogue, evidence, runtimeClasses);
    }

    private <V> Map<String, V> ifAllowed(Supplier<Map<String, V>> reading, String missing) {
        try {
            return reading.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            warnings.accept(missing);
            return Map.of();
        }
    }
}
