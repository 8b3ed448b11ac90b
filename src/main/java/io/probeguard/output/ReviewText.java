package io.probeguard.output;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Candidates;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.node.NodeFacts;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Review;
import io.probeguard.probe.NativeProbe;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** The review of one workload as text: what happens to each probe or hook, and what the policy does. */
final class ReviewText {
    private static final int MAX_NODES = 5;
    /** Of what is said of a probe or hook, below its name. */
    private static final String INDENT = " ".repeat(23);

    private static final String OTHER_NODES = "run it where exec works, on nodes that an admin has labelled so: "
            + "nodeSelector: {" + NodeFacts.EXEC_LABEL + ": healthy}";
    private static final String OPT_OUT =
            "or accept it, where the policy lets pods opt out, by an annotation of the pod: annotations: {"
                    + PodAnnotations.SKIP + ": why}";

    private final Ansi ansi;

    ReviewText(Ansi ansi) {
        this.ansi = ansi;
    }

    void findings(Review review, PrintWriter out) {
        if (review.noteText() != null) {
            out.println("  " + Wording.clean(review.noteText()));
        }
        if (review.steering() != null) {
            WrappedText.print("  its pods are ", Messages.steered(review.steering()), out);
        }
        Map<String, List<Finding>> byContainer = review.findings().stream()
                .collect(Collectors.groupingBy(Finding::container, LinkedHashMap::new, Collectors.toList()));
        byContainer.forEach((container, findings) -> {
            out.println("  container " + Wording.clean(container) + ": " + where(findings.get(0)));
            findings.forEach(finding -> finding(finding, out));
        });
        review.outlook().forEach(sentence -> WrappedText.print("  there ", sentence, out));
    }

    /** What to do, once for each update. */
    void remedies(Review review, PrintWriter out) {
        Map<String, String> hints = new LinkedHashMap<>();
        for (Finding finding : review.findings()) {
            for (CatalogueEntry build : finding.builds()) {
                // Of builds that the same update heals, what the worst of them needs.
                hints.merge(build.remedy(), hint(finding, build), (one, other) -> one.isEmpty() ? other : one);
            }
        }
        hints.forEach((remedy, hint) -> WrappedText.print("  -> ", remedy + hint, out));
    }

    /** What else there is to do where neither longer timing helps nor an update is at hand; once for all. */
    void waysOut(Stream<Review> reviews, PrintWriter out) {
        boolean isNeeded = reviews.flatMap(review -> review.acted().stream())
                .anyMatch(finding -> !finding.nodes().timingHelps());
        if (isNeeded) {
            out.println("Where longer timing does not fix it and an update must wait:");
            WrappedText.print("  -> ", OTHER_NODES, out);
            WrappedText.print("  -> ", OPT_OUT, out);
            out.println();
        }
    }

    private static String where(Finding finding) {
        String builds = finding.builds().isEmpty()
                ? "unknown build"
                : finding.builds().stream().map(CatalogueEntry::id).collect(Collectors.joining(", "));
        Candidates candidates = finding.candidates();
        if (candidates == null) {
            return "exec " + finding.effect().phrase() + " on " + builds;
        }
        Map<String, List<FlaggedNodes.Node>> byPhrase = Messages.byPhrase(finding.nodes());
        String of = " of " + candidates.count() + " nodes that can run it";
        if (byPhrase.size() == 1) {
            return "exec " + Messages.phrase(finding.nodes()) + " on "
                    + finding.nodes().size() + of + " ("
                    + names(finding.nodes().nodes()) + "): " + builds;
        }
        List<String> each = new ArrayList<>();
        byPhrase.forEach((phrase, nodes) -> each.add(phrase + " on " + nodes.size() + " (" + names(nodes) + ")"));
        return "exec " + String.join(", ", each) + of + ": " + builds;
    }

    private static String names(List<FlaggedNodes.Node> nodes) {
        return Wording.list(nodes.stream().map(FlaggedNodes.Node::name).toList(), MAX_NODES);
    }

    private static String hint(Finding finding, CatalogueEntry build) {
        FlaggedNodes.Node worst = finding.nodes().worst();
        return switch (worst.flag().strength()) {
            case OBSERVED -> " (" + worst.flag().reason() + ")";
            case SUSPECTED -> " (only suspected: " + worst.flag().reason() + ")";
            case CONFIRMED ->
                build.timingHelps() ? "" : ", or use httpGet, tcpSocket or grpc; longer timing does not fix it";
        };
    }

    private void finding(Finding finding, PrintWriter out) {
        String name = String.format("%-10s", finding.handler());
        out.println("    " + styled(String.format("%-9s", finding.action()), style(finding.action())) + name
                + timing(finding));
        if (finding.unmetThreshold() != null) {
            WrappedText.print(INDENT, finding.unmetThreshold().toString(), out);
        }
        WrappedText.print(INDENT, finding.sentence(), out);
        if (finding.action() == Action.AT_FLOORS) {
            WrappedText.print(INDENT, "its timing is at the floors already", out);
        }
        NativeProbe instead = finding.nativeProbe();
        if (instead != null && finding.action().isActed()) {
            WrappedText.print(INDENT, "instead: " + finding.handler().field() + ": {" + instead.yaml() + "}", out);
            WrappedText.print(INDENT, conditions(instead), out);
        }
        String relaxed = finding.after() == null ? null : finding.relaxedSummary();
        if (relaxed != null) {
            WrappedText.print(INDENT, "relaxed: " + relaxed, out);
        }
    }

    /** When a native probe checks the same as the command. */
    private static String conditions(NativeProbe instead) {
        return (instead.since() == null ? "" : "Kubernetes " + instead.since() + " or later; ")
                + "the kubelet asks the pod's address, not localhost"
                + (instead.remark() == null ? "" : "; " + instead.remark());
    }

    private static String timing(Finding finding) {
        Timing before = finding.before();
        if (before == null) {
            return "hook";
        }
        Timing after = finding.after();
        return after == null
                ? "period " + before.period() + " s, timeout " + before.timeout() + " s, failureThreshold "
                        + before.failures()
                : Messages.change(before, after);
    }

    String styled(String text, Style style) {
        return ansi.enabled() ? Style.on(style) + text + Style.off(style) : text;
    }

    private static Style style(Action action) {
        return switch (action) {
            case NONE, AT_FLOORS -> Style.faint;
            case WARN -> Style.fg_yellow;
            case REWRITE -> Style.fg_cyan;
            case DENY -> Style.fg_red;
        };
    }
}
