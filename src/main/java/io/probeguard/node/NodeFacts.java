package io.probeguard.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import io.probeguard.catalogue.NodeInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a node; the rest of the object, its image list above all, is not kept.
 *
 * @param taints including one for {@code unschedulable}, as the scheduler sees it
 * @param execBroken the condition of this type, where node-problem-detector sets it
 * @param packages the annotation that lists installed packages; null where absent
 * @param build the annotation in which an admin names the build; null where absent
 * @param trouble what its conditions say of a container runtime that does not answer; null where they say nothing of it
 * @param fromTable whether it comes from a table for people, which has neither labels nor annotations nor taints
 */
public record NodeFacts(
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        @Nullable Condition execBroken,
        @Nullable String packages,
        @Nullable String build,
        NodeInfo info,
        @Nullable String trouble,
        boolean fromTable) {

    /** The admin's verdict on a node: {@code broken} or {@code healthy}. */
    public static final String EXEC_LABEL = "probe-guard.io/exec";

    /** What keeps steered pods off a node: on one with a confirmed flag, its worst build. */
    public static final String FLAGGED_LABEL = "probe-guard.io/flagged";

    /** Which container runtime a node has, such as {@code containerd}: no label of Kubernetes' own tells. */
    public static final String RUNTIME_LABEL = "probe-guard.io/runtime";

    public static final String PACKAGES_ANNOTATION = "probe-guard.io/packages";
    public static final String BUILD_ANNOTATION = "probe-guard.io/build";
    public static final String CONDITION = "ExecProbeBroken";

    /**
     * A reason of that condition: its message begins with the catalogue id and a colon. Rules of node-problem-detector
     * have fixed reasons, and rules that share a condition overwrite each other, so one rule serves all builds.
     */
    public static final String KNOWN_BROKEN_BUILD = "KnownBrokenBuild";

    private static final Pattern TROUBLE = Pattern.compile("PLEG is not healthy|container runtime is down");

    static final Taint UNSCHEDULABLE = new Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");

    public record Taint(String key, String value, String effect) {
        /** Whether it keeps a pod away; {@code PreferNoSchedule} does not. */
        boolean repels() {
            return effect.equals("NoSchedule") || effect.equals("NoExecute");
        }
    }

    /**
     * @param reason a catalogue id where the detector knows one
     * @param since when its status last changed; null where it is not reported
     */
    public record Condition(
            boolean isTrue, String reason, @Nullable Instant since) {}

    public NodeFacts(
            String name,
            Map<String, String> labels,
            List<Taint> taints,
            @Nullable Condition execBroken,
            @Nullable String packages,
            @Nullable String build,
            NodeInfo info) {
        this(name, labels, taints, execBroken, packages, build, info, null, false);
    }

    /** Whether new pods may come to it, if they tolerate its other taints. */
    public boolean isSchedulable() {
        return !taints.contains(UNSCHEDULABLE);
    }

    static NodeFacts ofTable(String name, NodeInfo info) {
        return new NodeFacts(name, Map.of(), List.of(), null, null, null, info, null, true);
    }

    public static NodeFacts of(Node node) {
        var metadata = node.getMetadata();
        var annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of());
        return new NodeFacts(
                shared(metadata.getName()),
                labels(metadata.getLabels()),
                taints(node),
                condition(node),
                annotations.get(PACKAGES_ANNOTATION),
                annotations.get(BUILD_ANNOTATION),
                info(node),
                trouble(node),
                false);
    }

    private static Map<String, String> labels(@Nullable Map<String, String> labels) {
        if (labels == null) {
            return Map.of();
        }
        Map<String, String> known = new HashMap<>();
        labels.forEach((key, value) -> {
            if (value != null) {
                known.put(shared(key), shared(value));
            }
        });
        return Map.copyOf(known);
    }

    /** What thousands of nodes say alike is kept once; empty where it is absent. */
    private static String shared(@Nullable String text) {
        return text == null ? "" : text.intern();
    }

    /** The items of a list that may be absent or hold nulls, as a file can. */
    private static <T> List<T> items(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    private static List<Taint> taints(Node node) {
        if (node.getSpec() == null) {
            return List.of();
        }
        List<Taint> taints = new ArrayList<>();
        for (var taint : items(node.getSpec().getTaints())) {
            taints.add(new Taint(shared(taint.getKey()), shared(taint.getValue()), shared(taint.getEffect())));
        }
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable()) && !taints.contains(UNSCHEDULABLE)) {
            taints.add(UNSCHEDULABLE);
        }
        return List.copyOf(taints);
    }

    private static @Nullable Condition condition(Node node) {
        if (node.getStatus() == null) {
            return null;
        }
        for (NodeCondition condition : items(node.getStatus().getConditions())) {
            if (CONDITION.equals(condition.getType())) {
                return new Condition(
                        "True".equals(condition.getStatus()),
                        reason(condition),
                        instant(condition.getLastTransitionTime()));
            }
        }
        return null;
    }

    /**
     * A Ready condition that is not True because of the runtime (pkg/kubelet/runtime.go, runtimeErrors), or the condition that
     * node-problem-detector's health checker sets.
     */
    private static @Nullable String trouble(Node node) {
        if (node.getStatus() == null) {
            return null;
        }
        for (NodeCondition condition : items(node.getStatus().getConditions())) {
            String message = Objects.requireNonNullElse(condition.getMessage(), "");
            boolean ready = "Ready".equals(condition.getType());
            if (ready
                    && !"True".equals(condition.getStatus())
                    && TROUBLE.matcher(message).find()) {
                return "Ready: " + message;
            }
            if ("ContainerRuntimeUnhealthy".equals(condition.getType()) && "True".equals(condition.getStatus())) {
                return "ContainerRuntimeUnhealthy: " + message;
            }
        }
        return null;
    }

    private static @Nullable Instant instant(@Nullable String time) {
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static String reason(NodeCondition condition) {
        String reason = Objects.requireNonNullElse(condition.getReason(), "");
        String message = Objects.requireNonNullElse(condition.getMessage(), "");
        return reason.equals(KNOWN_BROKEN_BUILD) && message.contains(":")
                ? message.substring(0, message.indexOf(':'))
                : reason;
    }

    private static NodeInfo info(Node node) {
        NodeSystemInfo info = node.getStatus() == null ? null : node.getStatus().getNodeInfo();
        return info == null
                ? NodeInfo.UNKNOWN
                : new NodeInfo(
                        shared(info.getContainerRuntimeVersion()),
                        shared(info.getOsImage()),
                        shared(info.getKernelVersion()),
                        shared(info.getKubeletVersion()),
                        cpus(node.getStatus().getCapacity()),
                        shared(info.getOperatingSystem()));
    }

    private static @Nullable Integer cpus(@Nullable Map<String, Quantity> capacity) {
        Quantity cpu = capacity == null ? null : capacity.get("cpu");
        try {
            return cpu == null ? null : cpu.getNumericalAmount().intValue();
        } catch (IllegalArgumentException notANumber) {
            return null;
        }
    }
}
