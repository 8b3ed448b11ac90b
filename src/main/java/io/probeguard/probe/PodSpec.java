package io.probeguard.probe;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a PodSpec that decide where its pod may run and what the kubelet does with it. All lists and maps are
 * empty where absent.
 *
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
        @Nullable Integer terminationGracePeriodSeconds) {

    public PodSpec {
        containers = orEmpty(containers);
        initContainers = orEmpty(initContainers);
        nodeSelector = nodeSelector == null ? Map.of() : nodeSelector;
        tolerations = orEmpty(tolerations);
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
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

    public record Affinity(@Nullable NodeAffinity nodeAffinity) {}

    public record NodeAffinity(@Nullable NodeSelector requiredDuringSchedulingIgnoredDuringExecution) {}

    public record NodeSelector(List<NodeSelectorTerm> nodeSelectorTerms) {
        public NodeSelector {
            nodeSelectorTerms = orEmpty(nodeSelectorTerms);
        }
    }

    /** Its requirements are ANDed; one without any matches no node. */
    public record NodeSelectorTerm(
            List<NodeSelectorRequirement> matchExpressions, List<NodeSelectorRequirement> matchFields) {
        public NodeSelectorTerm {
            matchExpressions = orEmpty(matchExpressions);
            matchFields = orEmpty(matchFields);
        }
    }

    /** @param operator In, NotIn, Exists, DoesNotExist, Gt or Lt */
    public record NodeSelectorRequirement(
            @Nullable String key, @Nullable String operator, List<String> values) {
        public NodeSelectorRequirement {
            values = orEmpty(values);
        }
    }

    /** @param operator Exists or Equal, which is the default; no effect and no key mean any */
    public record Toleration(
            @Nullable String key,
            @Nullable String operator,
            @Nullable String value,
            @Nullable String effect) {}
}
