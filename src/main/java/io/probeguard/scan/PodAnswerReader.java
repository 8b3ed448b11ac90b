package io.probeguard.scan;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.Inventory;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that is known of one pod: the pod, its Events, its node and its namespace, each as far as the user may. Only the
 * pod itself must be readable.
 */
public final class PodAnswerReader {
    private final KubernetesClient client;
    private final Catalogue catalogue;
    private final Policy policy;
    private final FleetReader fleetReader;
    private final List<String> missing = new ArrayList<>();

    /** Flags nodes by what is seen of them. */
    public interface FleetReader {
        /** @param missing takes what may not be read */
        Fleet fleet(List<NodeFacts> nodes, Consumer<String> missing);
    }

    public PodAnswerReader(KubernetesClient client, Catalogue catalogue, Policy policy, FleetReader fleetReader) {
        this.client = client;
        this.catalogue = catalogue;
        this.policy = policy;
        this.fleetReader = fleetReader;
    }

    /**
     * Reads them once.
     *
     * @return null if there is no such pod
     * @throws KubernetesClientException if the pod may not be read, or the API server does not answer
     */
    public @Nullable PodAnswer read(String namespace, String name) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod == null) {
            return null;
        }
        Workload workload = workload(pod);
        List<Event> events = ifAllowed(
                        () -> client.v1()
                                .events()
                                .inNamespace(namespace)
                                .withField(
                                        "involvedObject.uid", pod.getMetadata().getUid())
                                .list()
                                .getItems(),
                        "list events in namespace " + namespace,
                        "what kubelet and scheduler said of the pod is not shown")
                .orElse(List.of());
        List<NodeFacts> nodes = nodes(workload.pod().nodeName());
        PodHistory history = PodHistory.of(pod, events, catalogue, runtime(workload, nodes));
        if (nodes.isEmpty()) {
            return new PodAnswer(workload, history, null, null, List.copyOf(missing));
        }
        Fleet fleet = fleetReader.fleet(nodes, missing::add);
        Review review = Guard.review(workload.asItRuns(), fleet, policyIn(namespace));
        NodesReport.Node node =
                isScheduled(workload) ? NodesReport.of(fleet).nodes().get(0) : null;
        return new PodAnswer(workload, history, node, review, List.copyOf(missing));
    }

    private Workload workload(Pod pod) {
        String json = client.getKubernetesSerialization().asJson(pod);
        WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(json, WorkloadShape.Pod.class);
        return Objects.requireNonNull(shape.toWorkload(WorkloadKind.POD, null), "every pod has a spec");
    }

    private static boolean isScheduled(Workload pod) {
        String node = pod.pod().nodeName();
        return node != null && !node.isEmpty();
    }

    private static String runtime(Workload pod, List<NodeFacts> nodes) {
        return isScheduled(pod) && !nodes.isEmpty() ? nodes.get(0).info().containerRuntimeVersion() : "";
    }

    /** The pod's node, or those that may become it. */
    private List<NodeFacts> nodes(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return ifAllowed(
                            () -> new Inventory(client).nodes(count -> {}),
                            "list nodes at the cluster scope",
                            "whether exec is broken where the pod may be scheduled is not known")
                    .orElse(List.of());
        }
        int before = missing.size();
        Optional<Node> node = ifAllowed(
                () -> client.nodes().withName(name).get(),
                "get nodes at the cluster scope",
                "whether exec is broken on " + name + " is not known");
        if (node.isEmpty() && missing.size() == before) {
            missing.add("node " + name + " does not exist any more");
        }
        return node.map(NodeFacts::of).stream().toList();
    }

    private Policy policyIn(String namespace) {
        return policy.inNamespace(
                namespace,
                ifAllowed(
                                () -> client.namespaces().withName(namespace).get(),
                                "get namespaces/" + namespace,
                                "the label " + Policy.MODE_LABEL + " of " + namespace + " is taken to be absent")
                        .map(found -> found.getMetadata().getLabels())
                        .map(labels -> labels.get(Policy.MODE_LABEL))
                        .orElse(null));
    }

    /**
     * Empty if there is no such object, or it may not be read.
     *
     * @param what verb and resource, as RBAC has them
     * @param consequence of not being allowed to
     */
    private <T> Optional<T> ifAllowed(Supplier<@Nullable T> reading, String what, String consequence) {
        try {
            return Optional.ofNullable(reading.get());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            missing.add("cannot " + what + " (forbidden); " + consequence);
            return Optional.empty();
        }
    }
}
