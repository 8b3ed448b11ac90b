package io.probeguard.cli;

import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.cli.ManifestReview.Summary;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.policy.Words;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.runtime.CatalogueEntry;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** For people: by workload, each probe with what happens to it and what would be done about it. */
final class TextOutput implements ReviewOutput {
    private static final int MOST_NODES = 5;

    private final Ansi ansi;

    TextOutput(Ansi ansi) {
        this.ansi = ansi;
    }

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        for (Reviewed reviewed : review.reviewed()) {
            Review judged = reviewed.review();
            if (!judged.findings().isEmpty() || judged.steering() != null || judged.note() != null) {
                workload(reviewed, out);
            }
        }
        for (InputError error : review.errors()) {
            out.println(styled("error", Style.fg_red) + "  " + Words.clean(error.located()));
        }
        summary(review, out);
    }

    private void workload(Reviewed reviewed, PrintWriter out) {
        Workload workload = reviewed.found().workload();
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        int line = reviewed.document().line(reviewed.found().pointer());
        out.println(styled(Words.clean(workload.kind() + " " + namespace + workload.name()), Style.bold) + "  "
                + Words.clean(reviewed.file()) + ":" + line);
        if (reviewed.review().note() != null) {
            out.println("  left alone: " + Words.clean(reviewed.review().note().detail()));
        }
        if (reviewed.review().steering() != null) {
            Wrapped.print("  its pods are ", Words.steered(reviewed.review().steering()), out);
        }
        Map<String, List<Finding>> byContainer = reviewed.review().findings().stream()
                .collect(Collectors.groupingBy(Finding::container, LinkedHashMap::new, Collectors.toList()));
        byContainer.forEach((container, findings) -> {
            out.println("  container " + Words.clean(container) + ": " + where(findings.get(0)));
            findings.forEach(finding -> finding(finding, out));
        });
        reviewed.review().findings().stream()
                .flatMap(finding -> finding.builds().stream().map(build -> build.remedy() + hint(finding, build)))
                .distinct()
                .forEach(remedy -> Wrapped.print("  -> ", remedy, out));
        out.println();
    }

    private static String where(Finding finding) {
        String builds = finding.builds().isEmpty()
                ? "a build that is not named"
                : finding.builds().stream().map(CatalogueEntry::id).collect(Collectors.joining(", "));
        if (finding.candidates() == null) {
            return "exec " + finding.effect().phrase() + " on " + builds;
        }
        FlaggedNodes nodes = finding.nodes();
        String names = nodes.names().stream().limit(MOST_NODES).collect(Collectors.joining(", "));
        int more = nodes.size() - MOST_NODES;
        String phrase = switch (nodes.worst().flag().strength()) {
            case CONFIRMED -> finding.effect().phrase();
            case OBSERVED -> "was seen to go wrong";
            case SUSPECTED -> "may be such that it " + finding.effect().phrase();
        };
        return "exec " + phrase + " on " + nodes.size()
                + " of " + finding.candidates().count() + " nodes that can run it (" + names
                + (more > 0 ? " and " + more + " more" : "") + "): " + builds;
    }

    private static String hint(Finding finding, CatalogueEntry build) {
        FlaggedNodes.Node worst = finding.nodes().worst();
        if (!worst.flag().isConfirmed()) {
            return " (only suspected: " + worst.flag().reason() + ")";
        }
        return build.timingHelps() ? "" : ", or use httpGet, tcpSocket or grpc; longer timing cannot heal it";
    }

    private void finding(Finding finding, PrintWriter out) {
        String name = String.format("%-10s", finding.handler());
        out.println("    " + styled(String.format("%-8s", finding.action()), style(finding.action())) + name
                + (finding.before() == null ? "hook" : timing(finding)));
        Wrapped.print(" ".repeat(22), finding.consequence().sentence(), out);
        if (finding.afterwards() != null
                && !finding.afterwards().sentence().equals(finding.consequence().sentence())) {
            Wrapped.print(" ".repeat(22), "relaxed: " + finding.afterwards().summary(), out);
        }
    }

    private static String timing(Finding finding) {
        Timing before = finding.before();
        String now = "period " + before.period() + " s, timeout " + before.timeout() + " s, failureThreshold "
                + before.failures();
        Timing after = finding.after();
        return after == null ? now : Words.change(before, after);
    }

    private void summary(ManifestReview review, PrintWriter out) {
        Summary summary = review.summary();
        out.println(plural(summary.workloads(), "workload") + ", " + plural(summary.execProbes(), "exec probe") + ", "
                + plural(summary.execHooks(), "exec hook") + "; " + plural(summary.findings(), "finding") + ": "
                + review.count(Action.DENY) + " denied, " + review.count(Action.REWRITE) + " rewritten, "
                + review.count(Action.WARN) + " warned, " + review.count(Action.NONE) + " left alone; "
                + plural(summary.errors(), "error"));
        if (review.templates() > 0) {
            out.println("skipped " + plural(review.templates(), "Helm template")
                    + ": helm template . | probe-guard review -");
        }
        if (review.notKubernetes() > 0) {
            out.println("skipped " + plural(review.notKubernetes(), "document") + " that "
                    + (review.notKubernetes() == 1 ? "is no Kubernetes object" : "are no Kubernetes objects"));
        }
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private String styled(String text, Style style) {
        return ansi.enabled() ? Style.on(style) + text + Style.off(style) : text;
    }

    private static Style style(Action action) {
        return switch (action) {
            case NONE -> Style.faint;
            case WARN -> Style.fg_yellow;
            case REWRITE -> Style.fg_cyan;
            case DENY -> Style.fg_red;
        };
    }
}
