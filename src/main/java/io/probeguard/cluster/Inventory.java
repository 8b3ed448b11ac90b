package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Observation;
import io.probeguard.node.RuntimeClasses;
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
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists what a cluster holds, once and a page at a time, so that a large one fits into a small heap. Every failure is
 * thrown as a {@link KubernetesClientException}.
 */
public final class Inventory {
    private static final long NODES_PER_PAGE = 100; // some 2 MB of JSON, with the 50 images that a kubelet reports
    private static final long NAMESPACES_PER_PAGE = 500;
    private static final long EVENTS_PER_PAGE = 500;
    private static final int PODS_PER_PAGE = 250;
    private static final int TEMPLATES_PER_PAGE = 250;

    /** Pods that have terminated run no probes. */
    private static final String NOT_TERMINATED = "status.phase!%3DSucceeded%2Cstatus.phase!%3DFailed";

    private static final String PODS =
            "/api/v1/pods?fieldSelector=" + NOT_TERMINATED + "&limit=" + PODS_PER_PAGE + "&continue=";
    /**
     * resourceVersion 0 lets the API server answer from its watch cache, which indexes pods by node; otherwise it would
     * read every pod of the cluster from etcd. It ignores the limit then, but a node has some hundred pods at most.
     */
    private static final String PODS_ON_NODE =
            "/api/v1/pods?resourceVersion=0&fieldSelector=" + NOT_TERMINATED + "%2Cspec.nodeName%3D";

    private static final String BUDGETS = "/apis/policy/%s/poddisruptionbudgets?limit=500";

    private final KubernetesClient client;

    public Inventory(KubernetesClient client) {
        this.client = client;
    }

    /** @param progress called after each page with the count so far */
    public List<NodeFacts> nodes(IntConsumer progress) {
        List<NodeFacts> nodes = new ArrayList<>();
        ListPager.read(next -> {
            var page = page(client.nodes(), NODES_PER_PAGE, next);
            page.getItems().forEach(node -> nodes.add(NodeFacts.of(node)));
            progress.accept(nodes.size());
            return page.getMetadata().getContinue();
        });
        return nodes;
    }

    /** The RuntimeClasses; unknown where the API server has none, or does not show them to this user. */
    public RuntimeClasses runtimeClasses() {
        Map<String, String> handlers = new HashMap<>();
        try {
            client.runtimeClasses()
                    .list()
                    .getItems()
                    .forEach(each -> handlers.put(each.getMetadata().getName(), each.getHandler()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        return new RuntimeClasses(handlers);
    }

    /**
     * On which nodes exec failed, from the Events of kubelets that the API server still has.
     *
     * @param runtimes of each node its containerRuntimeVersion; null where there is no node of that name
     */
    public Map<String, Observation> observed(Catalogue catalogue, Function<String, @Nullable String> runtimes) {
        SymptomTracker symptomTracker = new SymptomTracker();
        SymptomReader reader = new SymptomReader(catalogue, runtimes, symptomTracker);
        for (String reason : SymptomReader.REASONS) {
            ListPager.read(next -> {
                var page =
                        page(client.v1().events().inAnyNamespace().withField("reason", reason), EVENTS_PER_PAGE, next);
                page.getItems().forEach(reader::read);
                return page.getMetadata().getContinue();
            });
        }
        return symptomTracker.at(Instant.now());
    }

    /** The mode label of each namespace that has one. */
    public Map<String, String> modeLabels() {
        Map<String, String> labels = new HashMap<>();
        ListPager.read(next -> {
            var page = page(client.namespaces(), NAMESPACES_PER_PAGE, next);
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
     * The pods of all namespaces that have not terminated.
     *
     * @param each called with every pod; must not keep them all
     * @param progress called after each page with the count so far
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

    /** The node that a pod is on; null where there is no such pod, or it has none. */
    public @Nullable String nodeOf(String namespace, String pod) {
        Pod found = client.pods().inNamespace(namespace).withName(pod).get();
        return found == null ? null : found.getSpec().getNodeName();
    }

    /** The pods on one node that have not terminated; one small request. */
    public List<Workload> podsOn(String node) {
        String answer = client.raw(PODS_ON_NODE + encoded(node));
        return WorkloadList.read(WorkloadKind.POD, answer).workloads(WorkloadKind.POD, null);
    }

    /**
     * The objects of one kind that pods are created from, in all namespaces. Those with a controller of their own are left
     * out, since the controller is listed, too.
     *
     * @param each called with every object; must not keep them all
     * @param beforePage called before each request
     * @return whether the API server serves that kind
     */
    public boolean templates(WorkloadResource templates, Consumer<Workload> each, Runnable beforePage) {
        String path = templates.path() + "limit=" + TEMPLATES_PER_PAGE;
        return ListPager.read(client, path, beforePage, answer -> {
            WorkloadList<?> page = WorkloadList.read(templates.kind(), answer);
            page.workloads(templates.kind(), null).stream()
                    .filter(template -> template.controller() == null)
                    .forEach(each);
            return page.next();
        });
    }

    /**
     * The PodDisruptionBudgets that allow no disruption now, with the pods that they select.
     *
     * @param namespaces those to look at
     * @param beforeRequest called before each request
     */
    public List<DisruptionBudget> exhaustedBudgets(Predicate<String> namespaces, Runnable beforeRequest) {
        List<PodDisruptionBudget> exhausted = new ArrayList<>();
        UnaryOperator<String> readPage = answer -> {
            PodDisruptionBudgetList page =
                    client.getKubernetesSerialization().unmarshal(answer, PodDisruptionBudgetList.class);
            page.getItems().stream()
                    .filter(budget -> namespaces.test(budget.getMetadata().getNamespace()))
                    .filter(budget -> budget.getSpec().getSelector() != null)
                    .filter(budget -> budget.getStatus() != null
                            && Objects.equals(budget.getStatus().getDisruptionsAllowed(), 0))
                    .forEach(exhausted::add);
            return Objects.requireNonNullElse(page.getMetadata().getContinue(), "");
        };
        if (!ListPager.read(client, String.format(BUDGETS, "v1"), beforeRequest, readPage)) {
            ListPager.read(
                    client, String.format(BUDGETS, "v1beta1"), beforeRequest, readPage); // before Kubernetes 1.21
        }
        return exhausted.stream()
                .map(budget -> {
                    beforeRequest.run();
                    return withPods(budget);
                })
                .toList();
    }

    private DisruptionBudget withPods(PodDisruptionBudget budget) {
        String namespace = budget.getMetadata().getNamespace();
        Set<String> pods = client
                .pods()
                .inNamespace(namespace)
                .withLabelSelector(budget.getSpec().getSelector())
                .list()
                .getItems()
                .stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
        return new DisruptionBudget(
                namespace,
                budget.getMetadata().getName(),
                pods,
                budget.getStatus().getCurrentHealthy(),
                budget.getStatus().getDesiredHealthy(),
                "AlwaysAllow".equals(budget.getSpec().getUnhealthyPodEvictionPolicy()));
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
