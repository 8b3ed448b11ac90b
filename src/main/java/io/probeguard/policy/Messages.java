package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.kubelet.Consequence;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All sentences of the judgement. They never have a pod's name, so that equal findings have equal messages; never a control
 * character, for which the API server drops a whole warning; and never over 256 characters, where it truncates warnings.
 */
public final class Messages {
    /** The API server truncates every warning here (apiserver pkg/endpoints/filters/warning.go). */
    public static final int MAX_LENGTH = 256;
    /** It drops the warnings of a request after 4096 characters in all, and other webhooks warn too. */
    static final int MAX_TOTAL_LENGTH = 3072;
    /** It rejects an Event with a message over 1024 (kubernetes pkg/apis/core/validation/events.go); a count comes first. */
    static final int MAX_IMPACT_LENGTH = 960;

    private static final int MAX_NAME_LENGTH = 63;
    private static final int MAX_NAMES = 3;
    private static final int MAX_PHRASES = 2;

    private static final String NOT_FIXED = "; longer timing does not fix it";

    private Messages() {}

    /** One finding by itself. */
    static String message(Finding finding) {
        return message(finding, problem(finding, false), atWorst(finding));
    }

    /** The same without numbers of nodes: for what is stored and compared while nodes come and go. */
    public static String lastingMessage(Finding finding) {
        String atWorst = finding.builds().size() > 1 ? "at worst " : "";
        return message(finding, atWorst + phrase(finding.nodes()) + " on flagged nodes (" + builds(finding) + ")", "");
    }

    private static String message(Finding finding, String problem, String atWorst) {
        String subject = "exec " + finding.handler() + (finding.handler().isProbe() ? " probe of " : " hook of ")
                + Wording.clean(finding.container());
        return cut(subject + " " + problem + consequence(finding, atWorst) + "; " + remedy(finding)
                + (finding.nodes().timingHelps() ? "" : NOT_FIXED)
                + (finding.action() == Action.AT_FLOORS ? "; timing is at its floors" : ""));
    }

    /** Nothing where it is unknown: the problem itself says so. */
    private static String consequence(Finding finding, String atWorst) {
        return isUnknown(finding) ? "" : ": " + atWorst + finding.summary() + relaxed(finding);
    }

    private static boolean isUnknown(Finding finding) {
        return finding.consequence().outcome() == Outcome.UNKNOWN;
    }

    private static String relaxed(Finding finding) {
        Relaxation rewrite = finding.rewrite();
        if (rewrite == null) {
            return "";
        }
        String relaxed = finding.relaxedSummary();
        return relaxed == null ? ", even if relaxed" : ", relaxed: " + relaxed;
    }

    /**
     * What an Event on a controller says about pods on flagged nodes, after their number: what happens to them there, and
     * what to do about it.
     *
     * @param review of one of the pods, on such a node; the policy acts on it
     */
    public static String impact(Review review) {
        List<Finding> findings = review.acted();
        Finding first = findings.get(0);
        List<String> sentences = new ArrayList<>();
        sentences.add("where exec " + phrase(first.nodes()) + " (" + builds(first) + ")");
        sentences.addAll(
                grouped(findings, alike -> handlers(alike) + (isUnknown(first) ? "" : ": " + consequences(alike))));
        if (review.action() == Action.REWRITE) {
            sentences.add("Recreated pods get longer timing");
        }
        sentences.addAll(remedies(findings));
        return Wording.truncate(String.join(". ", sentences), MAX_IMPACT_LENGTH);
    }

    /**
     * The warnings for a whole workload: what is wrong with its exec probes and hooks, once for containers of which it is
     * the same, then what is done about it, then what the reader can do. Most fit into the 120 characters that the API
     * recommends.
     *
     * @param pastMutation whether the object is a pod that mutating webhooks are done with, so that what was not rewritten
     *     will not be
     */
    public static List<String> warnings(Review review, boolean pastMutation) {
        List<Finding> findings = review.acted();
        List<String> warnings = new ArrayList<>();
        if (!pastMutation && review.steering() != null) {
            warnings.add(cut("its pods will be " + steered(review.steering())));
        } else if (pastMutation && review.workload().annotations().steered() != null) {
            warnings.add(cut("this pod is "
                    + Wording.clean(review.workload().annotations().steered())));
        }
        warnings.addAll(problems(findings));
        if (!findings.isEmpty()) {
            review.outlook().forEach(sentence -> warnings.add(cut("on such nodes " + sentence)));
        }
        if (review.action() == Action.DENY && !pastMutation) {
            warnings.add("mode deny: pods created from this will be refused");
        }
        warnings.addAll(changes(findings, pastMutation));
        warnings.addAll(remedies(findings));
        return bounded(warnings);
    }

    /** Why a pod is refused. */
    public static String denial(Review review) {
        List<Finding> denied = review.findings().stream()
                .filter(finding -> finding.action() == Action.DENY)
                .toList();
        List<String> reasons = new ArrayList<>(problems(denied));
        reasons.addAll(remedies(denied));
        return "probe-guard refuses this pod: " + String.join(". ", bounded(reasons));
    }

    /** What a pod, or the pods of a workload, is or are: {@code kept off 1 of 3 nodes, where exec always fails: ...}. */
    public static String steered(Steering steering) {
        String nodes = steering.away().size() + " of " + steering.candidates() + " nodes, where exec "
                + steering.away().worst().effect().phrase() + ": ";
        return cut((steering.how() == SteeringMode.REQUIRE ? "kept off " : "kept off, where possible, ")
                + nodes
                + String.join(", ", steering.builds()));
    }

    /** How a rewrite changes a probe's timing, and what that changes for its container. */
    private static String change(Finding finding, Relaxation rewrite) {
        String relaxed = finding.relaxedSummary();
        return change(rewrite.before(), rewrite.after()) + (relaxed == null ? "" : "; " + relaxed);
    }

    /** How a timing changes: {@code period 4 -> 30 s, timeout 1 -> 10 s, failureThreshold 3 -> 5}. */
    public static String change(Timing before, Timing after) {
        List<String> changes = new ArrayList<>();
        if (before.period() != after.period()) {
            changes.add("period " + before.period() + " -> " + after.period() + " s");
        }
        if (before.timeout() != after.timeout()) {
            changes.add("timeout " + before.timeout() + " -> " + after.timeout() + " s");
        }
        if (before.failures() != after.failures()) {
            changes.add("failureThreshold " + before.failures() + " -> " + after.failures());
        }
        return String.join(", ", changes);
    }

    private static List<String> problems(List<Finding> findings) {
        return grouped(findings, Messages::problem);
    }

    /** A text about each container, once for those to which the same happens. */
    private static List<String> grouped(List<Finding> findings, Function<List<List<Finding>>, String> say) {
        Map<List<Alike>, List<List<Finding>>> alike = byContainer(findings).values().stream()
                .collect(Collectors.groupingBy(
                        ofContainer -> ofContainer.stream().map(Alike::of).toList(),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<String> texts = new ArrayList<>();
        for (List<List<Finding>> containers : alike.values()) {
            Set<String> names = containers.stream()
                    .map(ofContainer -> Wording.clean(ofContainer.get(0).container()))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            texts.add(cut(names(names) + ": " + say.apply(containers)));
        }
        return texts;
    }

    /** What findings of different containers must have in common to be told together. */
    private record Alike(
            Handler handler,
            @Nullable Timing timing,
            Outcome outcome,
            boolean certain,
            boolean discarded,
            @Nullable Handler blockedBy) {
        static Alike of(Finding finding) {
            Consequence consequence = finding.consequence();
            return new Alike(
                    finding.handler(),
                    finding.before(),
                    consequence.outcome(),
                    consequence.certain(),
                    consequence.discarded(),
                    consequence.blockedBy());
        }
    }

    private static List<String> changes(List<Finding> findings, boolean pastMutation) {
        Map<String, Set<String>> containersByChange = new LinkedHashMap<>();
        for (Finding finding : findings) {
            Relaxation rewrite = finding.rewrite();
            if (rewrite != null && (rewrite.applied() || !pastMutation)) {
                String change = finding.handler()
                        + (pastMutation ? " relaxed: " : " of its pods will be relaxed: ")
                        + change(finding, rewrite);
                containersByChange
                        .computeIfAbsent(change, none -> new LinkedHashSet<>())
                        .add(Wording.clean(finding.container()));
            }
        }
        List<String> warnings = new ArrayList<>();
        containersByChange.forEach((change, containers) -> warnings.add(cut(names(containers) + ": " + change)));
        return warnings;
    }

    /** What to do, once for each build. */
    private static List<String> remedies(List<Finding> findings) {
        Set<String> remedies = new LinkedHashSet<>();
        for (Finding finding : findings) {
            for (CatalogueEntry build : finding.builds()) {
                remedies.add(cut(build.id() + ": " + build.remedy()
                        + (build.timingHelps() ? "; longer timing helps" : NOT_FIXED)));
            }
            if (finding.builds().isEmpty()) {
                remedies.add(remedy(finding));
            }
        }
        return List.copyOf(remedies);
    }

    private static Map<String, List<Finding>> byContainer(List<Finding> findings) {
        return findings.stream()
                .collect(Collectors.groupingBy(
                        finding -> Wording.clean(finding.container()), LinkedHashMap::new, Collectors.toList()));
    }

    /** What is wrong with the probes and hooks of containers that are alike: the same nodes affect all of them. */
    private static String problem(List<List<Finding>> alike) {
        Finding first = alike.get(0).get(0);
        return handlers(alike) + " " + problem(first, true)
                + (isUnknown(first) ? "" : ": " + atWorst(first) + consequences(alike));
    }

    private static String handlers(List<List<Finding>> alike) {
        return alike.get(0).stream()
                .map(finding -> finding.handler().word())
                .collect(Collectors.joining(", ", "exec (", ")"));
    }

    private static String consequences(List<List<Finding>> alike) {
        List<Finding> first = alike.get(0);
        return IntStream.range(0, first.size())
                .mapToObj(i -> {
                    Handler handler = first.get(i).handler();
                    Consequence consequence = alike.stream()
                            .map(ofContainer -> ofContainer.get(i).consequence())
                            .reduce(Consequence::or)
                            .orElseThrow();
                    return (first.size() > 1 && handler == Handler.PRE_STOP ? "preStop: " : "")
                            + ConsequenceText.summary(handler, consequence);
                })
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String builds(Finding finding) {
        return finding.builds().isEmpty()
                ? "build unknown"
                : finding.builds().stream()
                        .limit(MAX_NAMES)
                        .map(CatalogueEntry::id)
                        .collect(Collectors.joining(", "));
    }

    private static String problem(Finding finding, boolean terse) {
        FlaggedNodes nodes = finding.nodes();
        String builds = builds(finding);
        if (finding.candidates() == null) {
            return finding.effect().phrase() + " on " + builds;
        }
        return phrases(nodes) + " of " + finding.candidates().count()
                + (terse ? " nodes (" : " nodes that can run it (") + builds + ")";
    }

    /** What is wrong on the worst of these nodes, and how sure that is; with "exec" in front it is a statement. */
    public static String phrase(FlaggedNodes nodes) {
        return phrase(nodes.worst());
    }

    private static String phrase(FlaggedNodes.Node node) {
        return switch (node.flag().strength()) {
            case CONFIRMED -> node.effect().phrase();
            case OBSERVED -> node.effect() == Effect.HANGS ? "was observed to hang" : "was observed to fail";
            case SUSPECTED -> node.effect().suspicion();
        };
    }

    /** Nodes by their {@linkplain #phrase phrase}, the worst first. */
    public static Map<String, List<FlaggedNodes.Node>> byPhrase(FlaggedNodes nodes) {
        Map<String, List<FlaggedNodes.Node>> byPhrase = new LinkedHashMap<>();
        for (List<FlaggedNodes.Node> alike : nodes.alike()) {
            byPhrase.merge(
                    phrase(alike.get(0)),
                    alike,
                    (some, others) ->
                            Stream.concat(some.stream(), others.stream()).toList());
        }
        return byPhrase;
    }

    /** {@code always fails on 2}, {@code always fails on 1, hangs intermittently on 1}; a third item for all others. */
    private static String phrases(FlaggedNodes nodes) {
        List<String> phrases = new ArrayList<>();
        int more = nodes.size();
        for (Map.Entry<String, List<FlaggedNodes.Node>> each : byPhrase(nodes).entrySet()) {
            if (phrases.size() < MAX_PHRASES) {
                int count = each.getValue().size();
                phrases.add(each.getKey() + " on " + count);
                more -= count;
            }
        }
        return String.join(", ", phrases) + (more > 0 ? ", is otherwise affected on " + more : "");
    }

    /** In front of a consequence, which is that of the worst node. */
    private static String atWorst(Finding finding) {
        return finding.candidates() == null || byPhrase(finding.nodes()).size() == 1 ? "" : "at worst ";
    }

    private static String remedy(Finding finding) {
        return finding.builds().isEmpty()
                ? "use httpGet, tcpSocket or grpc, or other nodes"
                : finding.builds().get(0).remedy();
    }

    private static String names(Set<String> containers) {
        return Wording.list(
                containers.stream()
                        .map(name -> name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name)
                        .toList(),
                MAX_NAMES);
    }

    private static String cut(String text) {
        return Wording.truncate(text, MAX_LENGTH);
    }

    private static List<String> bounded(List<String> warnings) {
        List<String> bounded = new ArrayList<>();
        int length = 0;
        for (String warning : warnings) {
            length += warning.length();
            if (length > MAX_TOTAL_LENGTH) {
                bounded.add("and " + (warnings.size() - bounded.size()) + " more warnings of this kind");
                return bounded;
            }
            bounded.add(warning);
        }
        return bounded;
    }
}
