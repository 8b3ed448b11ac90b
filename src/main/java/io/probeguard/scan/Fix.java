package io.probeguard.scan;

import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * A strategic merge patch, for {@code kubectl patch}, that relaxes the exec probes of a workload; for workloads that cannot
 * be patched like this, the values in the same form.
 */
final class Fix {
    /** Kinds whose probes the API server does not allow to be changed. */
    private static final Set<String> IMMUTABLE = Set.of("Pod", "Job");

    private static final Map<String, List<String>> TEMPLATES = Map.of(
            "Pod", List.of("spec"),
            "PodTemplate", List.of("template", "spec"),
            "CronJob", List.of("spec", "jobTemplate", "spec", "template", "spec"));
    private static final List<String> TEMPLATE = List.of("spec", "template", "spec");

    private Fix() {}

    /**
     * The patch, with comments that say how to apply it; null where relaxing changes nothing.
     *
     * @param object the owner in the API, or the controller from whose name the owner was inferred; null where unknown
     */
    static @Nullable String of(@Nullable String namespace, Identity owner, @Nullable ApiObject object, Review review) {
        Map<String, Map<String, Map<String, Object>>> lists = new LinkedHashMap<>();
        for (Finding finding : review.findings()) {
            Timing before = finding.before();
            Timing relaxed = finding.relaxed();
            if (before != null && relaxed != null) {
                String list = finding.exec().pointer().contains("/initContainers/") ? "initContainers" : "containers";
                lists.computeIfAbsent(list, absent -> new LinkedHashMap<>())
                        .computeIfAbsent(finding.container(), name -> new LinkedHashMap<>(Map.of("name", name)))
                        .put(finding.handler().field(), changedFields(before, relaxed));
            }
        }
        if (lists.isEmpty()) {
            return null;
        }
        Map<String, Object> patch = new LinkedHashMap<>();
        lists.forEach((list, containers) -> patch.put(list, new ArrayList<>(containers.values())));
        return head(namespace, owner, object, review)
                + yaml(nested(TEMPLATES.getOrDefault(owner.kind(), TEMPLATE), patch));
    }

    private static Map<String, Object> nested(List<String> path, Map<String, Object> innermost) {
        Map<String, Object> value = innermost;
        for (int i = path.size() - 1; i >= 0; i--) {
            value = Map.of(path.get(i), value);
        }
        return value;
    }

    private static Map<String, Object> changedFields(Timing before, Timing after) {
        Map<String, Object> fields = new LinkedHashMap<>();
        putIfChanged(fields, "periodSeconds", before.periodSeconds(), after.periodSeconds());
        putIfChanged(fields, "timeoutSeconds", before.timeoutSeconds(), after.timeoutSeconds());
        putIfChanged(fields, "failureThreshold", before.failureThreshold(), after.failureThreshold());
        return fields;
    }

    private static void putIfChanged(
            Map<String, Object> fields, String field, @Nullable Integer before, @Nullable Integer after) {
        if (after != null && !after.equals(before)) {
            fields.put(field, after);
        }
    }

    private static String head(@Nullable String namespace, Identity owner, @Nullable ApiObject object, Review review) {
        List<String> lines = new ArrayList<>(howTo(namespace, owner));
        if (object != null && !object.kind().equals(owner.kind())) {
            lines.add("The name of the " + Wording.clean(owner.kind()) + " is inferred from the name of "
                    + Wording.clean(object.kind() + " " + object.name()) + ".");
        }
        review.findings().stream()
                .flatMap(finding -> finding.builds().stream())
                .filter(build -> !build.timingHelps())
                .map(build -> "This only delays what happens on nodes with " + build.id() + ". To fix them: "
                        + build.remedy())
                .distinct()
                .forEach(lines::add);
        StringBuilder head = new StringBuilder();
        lines.forEach(line -> head.append("# ").append(line).append('\n'));
        return head.toString();
    }

    private static List<String> howTo(@Nullable String namespace, Identity owner) {
        String kind = Wording.clean(owner.kind());
        String name = Wording.clean(owner.name());
        if (IMMUTABLE.contains(owner.kind())) {
            return List.of(
                    "The probes of a " + kind + " cannot be changed: recreate it with these values in its manifest.");
        }
        if (!WorkloadKind.names().contains(owner.kind())) {
            return List.of(
                    "Set these values for the containers of the pods in the manifest of " + kind + " " + name + ".");
        }
        return List.of(
                "Relaxes the exec probes of " + kind + " " + name + ":",
                "  kubectl " + (namespace == null ? "" : "-n " + Wording.clean(namespace) + " ") + "patch "
                        + kind.toLowerCase(Locale.ROOT) + " " + name + " --patch-file " + name + ".yaml",
                "or set these values in the manifest from which it is applied.");
    }

    private static String yaml(Map<String, Object> patch) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
        options.setIndicatorIndent(0);
        options.setWidth(120);
        return new Yaml(options).dump(patch);
    }
}
