package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Observation;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * What a cluster holds, read once and a page at a time, so that a large one fits into a small heap. Every failure is the
 * caller's: a {@link KubernetesClientException}.
 */
public final class Inventory {
    private static final long NODES_OF_A_PAGE = 100; // with the 50 images that a kubelet reports of each, 2 MB of JSON
    private static final long NAMESPACES_OF_A_PAGE = 500;
    private static final long EVENTS_OF_A_PAGE = 500;
    private static final int PODS_OF_A_PAGE = 250;
    private static final int TEMPLATES_OF_A_PAGE = 250;

    /** Pods that have ended run no probes. */
    private static final String NOT_ENDED = "status.phase!%3DSucceeded%2Cstatus.phase!%3DFailed";

    private static final String PODS =
            "/api/v1/pods?fieldSelector=" + NOT_ENDED + "&limit=" + PODS_OF_A_PAGE + "&continue=";
    /**
     * Version 0 lets the API server answer from its watch cache, which knows pods by their node; otherwise it would read
     * every pod of the cluster from etcd. It makes no pages then, and a node has some hundred pods at most.
     */
    private static final String PODS_OF_A_NODE =
            "/api/v1/pods?resourceVersion=0&fieldSelector=" + NOT_ENDED + "%2Cspec.nodeName%3D";

    private final KubernetesClient client;

    public Inventory(KubernetesClient client) {
        this.client = client;
    }

    /** @param progress is told after each page how many there are so far */
    public List<NodeFacts> nodes(IntConsumer progress) {
        List<NodeFacts> nodes = new ArrayList<>();
        ListPager.read(next -> {
            var page = page(client.nodes(), NODES_OF_A_PAGE, next);
            page.getItems().forEach(node -> nodes.add(NodeFacts.of(node)));
            progress.accept(nodes.size());
            return page.getMetadata().getContinue();
        });
        return nodes;
    }

    /**
     * The nodes with their flags.
     *
     * @param withSymptoms whether those on which exec was seen to go wrong are flagged, too
     * @param forbidden is called where that cannot be known, because the user may not list Events
     */
    public Fleet fleet(List<NodeFacts> nodes, Catalogue catalogue, boolean withSymptoms, Runnable forbidden) {
        Fleet fleet = Fleet.of(nodes, catalogue);
        try {
            return withSymptoms ? Fleet.of(nodes, catalogue, observed(catalogue, fleet::has)) : fleet;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            forbidden.run();
            return fleet;
        }
    }

    /** What kubelets told in the Events that the API server still has. */
    private Map<String, Observation> observed(Catalogue catalogue, Predicate<String> isNode) {
        SymptomTracker symptomTracker = new SymptomTracker();
        SymptomReader reader = new SymptomReader(catalogue, isNode, symptomTracker);
        for (String reason : SymptomReader.REASONS) {
            ListPager.read(next -> {
                var page =
                        page(client.v1().events().inAnyNamespace().withField("reason", reason), EVENTS_OF_A_PAGE, next);
                page.getItems().forEach(reader::look);
                return page.getMetadata().getContinue();
            });
        }
        return symptomTracker.at(Instant.now());
    }

    /** The mode label of each namespace that has one. */
    public Map<String, String> modeLabels() {
        Map<String, String> labels = new HashMap<>();
        ListPager.read(next -> {
            var page = page(client.namespaces(), NAMESPACES_OF_A_PAGE, next);
            for (Namespace namespace : page.getItems()) {
                Map<String, String> all = namespace.getMetadata().getLabels();
                if (all != null && all.containsKey(Policy.MODE_LABEL)) {
                    labels.put(namespace.getMetadata().getName(), all.get(Policy.MODE_LABEL));
                }
            }
            return page.getMetadata().getContinue();
        });
        return labels;
    }

    /**
     * The pods of all namespaces that have not ended.
     *
     * @param each is given every pod, and must not keep them all
     */
    public void pods(Consumer<Workload> each, IntConsumer progress) {
        int[] count = {0};
        ListPager.read(next -> {
            WorkloadList<?> page = WorkloadList.read(WorkloadKind.POD, client.raw(PODS + encoded(next)));
            List<Workload> pods = page.workloads(WorkloadKind.POD, null);
            pods.forEach(each);
            count[0] += pods.size();
            progress.accept(count[0]);
            return page.next();
        });
    }

    /** The pods on one node that have not ended; one small request. */
    public List<Workload> podsOn(String node) {
        String answer = client.raw(PODS_OF_A_NODE + encoded(node));
        return WorkloadList.read(WorkloadKind.POD, answer).workloads(WorkloadKind.POD, null);
    }

    /**
     * What pods are made from, as one kind of it has it, in all namespaces. Objects with a controller of their own are
     * left out: that one is there too.
     *
     * @param each is given every object, and must not keep them all
     * @param beforePage called before each request
     * @return whether the API server serves that kind
     */
    public boolean templates(WorkloadResource templates, Consumer<Workload> each, Runnable beforePage) {
        String path = templates.path() + "limit=" + TEMPLATES_OF_A_PAGE;
        return ListPager.read(client, path, beforePage, answer -> {
            WorkloadList<?> page = WorkloadList.read(templates.kind(), answer);
            page.workloads(templates.kind(), null).stream()
                    .filter(template -> template.controller() == null)
                    .forEach(each);
            return page.next();
        });
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static <L extends KubernetesResourceList<?>> L page(Listable<L> resources, long limit, String next) {
        return resources.list(new ListOptionsBuilder()
                .withLimit(limit)
                .withContinue(next.isEmpty() ? null : next)
                .build());
    }
}
