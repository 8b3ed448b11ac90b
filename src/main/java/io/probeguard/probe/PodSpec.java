package io.probeguard.probe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a PodSpec that decide where its pod may run and what the kubelet does with it. All lists and maps are
 * empty where absent.
 *
 * @param runtimeClassName null for the node's default runtime
 * @param terminationGracePeriodSeconds seconds between SIGTERM and SIGKILL; null means 30
 */
public record PodSpec(
        List<Container> containers,
        List<Container> initContainers,
        @Nullable String nodeName,
        Map<String, String> nodeSelector,
        @Nullable Affinity affinity,
        List<Toleration> tolerations,
        @Nullable String restartPolicy,
        @Nullable Long terminationGracePeriodSeconds,
        @Nullable Os os,
        @Nullable String runtimeClassName) {

    /** @param name {@code linux} or {@code windows} */
    public record Os(@Nullable String name) {}

    public PodSpec {
        containers = containers == null ? List.of() : containers; // null items keep the others in their places
        initContainers = initContainers == null ? List.of() : initContainers;
        nodeSelector = nodeSelector == null ? Map.of() : nodeSelector;
        tolerations = items(tolerations);
    }

    /** The items of a list that may be absent or hold nulls, as JSON can. */
    static <T> List<T> items(@Nullable List<T> list) {
        if (list == null) {
            return List.of();
        }
        return list.stream().anyMatch(Objects::isNull)
                ? list.stream().filter(Objects::nonNull).toList()
                : list;
    }

    public boolean isWindows() {
        return os != null && "windows".equals(os.name);
    }

    /** The terms of the required node affinity, which are ORed; null where there is none. */
    public @Nullable List<NodeSelectorTerm> requiredNodeAffinity() {
        if (affinity == null
                || affinity.nodeAffinity == null
                || affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution == null) {
            return null;
        }
        return affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    }

    PodSpec on(@Nullable String node) {
        return with(node, affinity);
    }

    /** The same without what decides where it may run. */
    public PodSpec anywhere() {
        return new PodSpec(
                containers,
                initContainers,
                null,
                Map.of(),
                null,
                List.of(),
                restartPolicy,
                terminationGracePeriodSeconds,
                os,
                runtimeClassName);
    }

    /** The same with other containers and init containers in the places of its own. */
    public PodSpec with(List<Container> newContainers, List<Container> newInitContainers) {
        return new PodSpec(
                newContainers,
                newInitContainers,
                nodeName,
                nodeSelector,
                affinity,
                tolerations,
                restartPolicy,
                terminationGracePeriodSeconds,
                os,
                runtimeClassName);
    }

    /** The same without the affinity to one node by name, with which the DaemonSet controller places its pods. */
    PodSpec unpinned() {
        NodeAffinity present = affinity == null ? null : affinity.nodeAffinity;
        NodeSelector required = present == null ? null : present.requiredDuringSchedulingIgnoredDuringExecution;
        if (present == null || required == null) {
            return this;
        }
        List<NodeSelectorTerm> rest = required.nodeSelectorTerms.stream()
                .map(term -> new NodeSelectorTerm(term.matchExpressions, List.of()))
                .toList();
        boolean anyNode = rest.stream().anyMatch(term -> term.matchExpressions.isEmpty());
        return with(
                nodeName,
                anyNode
                        ? null
                        : new Affinity(new NodeAffinity(
                                new NodeSelector(rest), present.preferredDuringSchedulingIgnoredDuringExecution)));
    }

    private PodSpec with(@Nullable String newNodeName, @Nullable Affinity newAffinity) {
        return new PodSpec(
                containers,
                initContainers,
                newNodeName,
                nodeSelector,
                newAffinity,
                tolerations,
                restartPolicy,
                terminationGracePeriodSeconds,
                os,
                runtimeClassName);
    }

    public record Affinity(@Nullable NodeAffinity nodeAffinity) {}

    public record NodeAffinity(
            @Nullable NodeSelector requiredDuringSchedulingIgnoredDuringExecution,
            List<PreferredSchedulingTerm> preferredDuringSchedulingIgnoredDuringExecution) {
        public NodeAffinity {
            preferredDuringSchedulingIgnoredDuringExecution = items(preferredDuringSchedulingIgnoredDuringExecution);
        }
    }

    /** @param weight 1 to 100 */
    public record PreferredSchedulingTerm(
            @Nullable Integer weight, @Nullable NodeSelectorTerm preference) {}

    public record NodeSelector(List<NodeSelectorTerm> nodeSelectorTerms) {
        public NodeSelector {
            // A null is a term without requirements, and keeps the others in their places.
            nodeSelectorTerms = nodeSelectorTerms == null
                    ? List.of()
                    : nodeSelectorTerms.stream()
                            .map(term -> Objects.requireNonNullElse(term, NodeSelectorTerm.EMPTY))
                            .toList();
        }
    }

    /** Its requirements are ANDed; one without any matches no node. */
    public record NodeSelectorTerm(
            List<NodeSelectorRequirement> matchExpressions, List<NodeSelectorRequirement> matchFields) {
        static final NodeSelectorTerm EMPTY = new NodeSelectorTerm(List.of(), List.of());

        public NodeSelectorTerm {
            matchExpressions = items(matchExpressions);
            matchFields = items(matchFields);
        }

        public boolean isEmpty() {
            return matchExpressions.isEmpty() && matchFields.isEmpty();
        }
    }

    /** @param operator In, NotIn, Exists, DoesNotExist, Gt or Lt */
    public record NodeSelectorRequirement(
            @Nullable String key, @Nullable String operator, List<String> values) {
        public NodeSelectorRequirement {
            values = items(values);
        }
    }

    /** @param operator Exists or Equal, which is the default; no effect and no key mean any */
    public record Toleration(
            @Nullable String key,
            @Nullable String operator,
            @Nullable String value,
            @Nullable String effect) {}
}
