package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Candidates;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Review;
import io.probeguard.probe.NativeProbe;
import io.probeguard.probe.Timing;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a page shows of a workload; the template {@code workload.mustache} decides how it looks. */
public record WorkloadView(ScannedWorkload workload) {
    private static final int MAX_NODES = 5;

    /** Kind, namespace and name. */
    public String name() {
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        return Wording.clean(
                workload.owner().kind() + " " + namespace + workload.owner().name());
    }

    /** How many pods have this review. */
    public String pods() {
        long relaxed = workload.pods().stream().filter(ScannedPod::relaxed).count();
        return workload.pods().isEmpty()
                ? "no pod on flagged nodes now"
                : workload.pods().size() + " of " + Wording.count(workload.podsOfOwner(), "pod") + " with this result, "
                        + workload.onFlagged() + " on flagged nodes now" + PoolText.of(workload)
                        + (relaxed == 0 ? "" : ", " + relaxed + " already relaxed");
    }

    /** What is seen of its pods on flagged nodes beside what is predicted; null where no pod has a status. */
    public @Nullable String harm() {
        return HarmText.of(workload).orElse(null);
    }

    /** Why the policy leaves it alone; null where it does not. */
    public @Nullable String leftAlone() {
        String note = workload.review().noteText();
        return note == null ? null : Wording.clean(note);
    }

    /** How its pods are steered away from nodes; null where they are not. */
    public @Nullable String steered() {
        return workload.review().steering() == null
                ? null
                : Messages.steered(workload.review().steering());
    }

    public List<Row> findings() {
        return workload.review().findings().stream().map(Row::new).toList();
    }

    /** What becomes of it as a whole on such nodes. */
    public List<String> outlook() {
        return workload.review().outlook();
    }

    public boolean hasOutlook() {
        return !outlook().isEmpty();
    }

    /** What to do, for each build. */
    public List<String> remedies() {
        return workload.review().findings().stream()
                .flatMap(finding -> finding.builds().stream())
                .distinct()
                .map(build -> build.id() + ": " + build.remedy()
                        + (build.timingHelps() ? "; longer timing helps" : "; longer timing does not fix it"))
                .toList();
    }

    public boolean hasRemedies() {
        return !remedies().isEmpty();
    }

    /** What to expect after each remedy, in sentences. */
    public List<String> expectations() {
        return Expectations.of(workload.review()).stream()
                .map(Expectations.Expectation::sentence)
                .map(Wording::clean)
                .toList();
    }

    public boolean hasExpectations() {
        return !expectations().isEmpty();
    }

    /** What holds back a drain. */
    public List<String> drain() {
        return DrainText.of(workload);
    }

    public List<ScannedPod> podsToRecreate() {
        return workload.toRecreate();
    }

    public int podsToRecreateCount() {
        return podsToRecreate().size();
    }

    public boolean hasPodsToRecreate() {
        return !podsToRecreate().isEmpty();
    }

    /** YAML that relaxes its probes; null where relaxing changes nothing. */
    public @Nullable String fix() {
        return Fix.of(workload.namespace(), workload.owner(), workload.object(), workload.review());
    }

    /** What happens to it, in a few words. */
    public String summary() {
        return workload.review().findings().stream()
                .map(finding -> finding.handler() + ": " + finding.summary())
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
    }

    /** The builds on the nodes that it meets, the worst first; empty where they are unknown. */
    public List<String> builds() {
        return builds(workload.review()).toList();
    }

    static Stream<String> builds(Review review) {
        return review.findings().stream()
                .flatMap(finding -> finding.builds().stream())
                .map(CatalogueEntry::id)
                .distinct();
    }

    /** What the policy does: an action, or {@code left alone}. */
    public String policy() {
        Action action = workload.review().action();
        if (workload.review().note() != null && action == Action.NONE) {
            return "left alone";
        }
        return action == Action.NONE ? "no action" : action.word();
    }

    /** An exec probe or hook. */
    public record Row(Finding finding) {
        public String container() {
            return Wording.clean(finding.container());
        }

        public String handler() {
            return finding.handler().word();
        }

        public String action() {
            return finding.action().word();
        }

        public String where() {
            Candidates candidates = finding.candidates();
            return "exec "
                    + Messages.byPhrase(finding.nodes()).entrySet().stream()
                            .map(each -> each.getKey() + " on " + names(each.getValue()))
                            .collect(Collectors.joining(", "))
                    + (candidates == null ? "" : ", of " + Wording.count(candidates.count(), "node"));
        }

        private static String names(List<FlaggedNodes.Node> nodes) {
            return nodes.size() + " ("
                    + Wording.list(nodes.stream().map(FlaggedNodes.Node::name).toList(), MAX_NODES) + ")";
        }

        public String consequence() {
            return finding.sentence();
        }

        /** The native probe that checks what its command does, in YAML; null where there is none. */
        public @Nullable String instead() {
            NativeProbe instead = finding.nativeProbe();
            return instead == null ? null : finding.handler().field() + ": {" + instead.yaml() + "}";
        }

        public @Nullable String afterRelaxing() {
            String after = finding.relaxedSummary();
            return after == null ? null : relaxedPrefix() + after;
        }

        private String relaxedPrefix() {
            return finding.after() == null ? "If relaxed: " : "Relaxed: ";
        }

        /** The timing as it was written: {@code period 4 s, timeout 1 s, failureThreshold 3}; null for hooks. */
        public @Nullable String timing() {
            Timing before = finding.before();
            return before == null
                    ? null
                    : "period " + before.period() + " s, timeout " + before.timeout() + " s, failureThreshold "
                            + before.failures()
                            + (before.initialDelay() == 0 ? "" : ", initial delay " + before.initialDelay() + " s");
        }

        public @Nullable String change() {
            Timing before = finding.before();
            Timing relaxed = finding.relaxed();
            return before == null || relaxed == null
                    ? null
                    : relaxedPrefix() + Messages.change(before, relaxed).replace("->", "→");
        }

        public @Nullable Timeline timeline() {
            return Timeline.of(finding);
        }
    }
}
