package io.probeguard.cli;

import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.cli.ManifestReview.Summary;
import io.probeguard.policy.Action;
import io.probeguard.policy.Review;
import io.probeguard.policy.Words;
import io.probeguard.probe.Workload;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** For people: by workload, each probe with what happens to it and what would be done about it. */
final class TextOutput implements ReviewOutput {
    private final ReviewText text;

    TextOutput(Ansi ansi) {
        this.text = new ReviewText(ansi);
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
            out.println(text.styled("error", Style.fg_red) + "  " + Words.clean(error.located()));
        }
        summary(review, out);
    }

    private void workload(Reviewed reviewed, PrintWriter out) {
        Workload workload = reviewed.found().workload();
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        int line = reviewed.document().line(reviewed.found().pointer());
        out.println(text.styled(Words.clean(workload.kind() + " " + namespace + workload.name()), Style.bold) + "  "
                + Words.clean(reviewed.file()) + ":" + line);
        text.findings(reviewed.review(), out);
        text.remedies(reviewed.review(), out);
        out.println();
    }

    private static void summary(ManifestReview review, PrintWriter out) {
        Summary summary = review.summary();
        out.println(Words.count(summary.workloads(), "workload") + ", "
                + Words.count(summary.execProbes(), "exec probe") + ", "
                + Words.count(summary.execHooks(), "exec hook") + "; " + Words.count(summary.findings(), "finding")
                + ": "
                + review.count(Action.DENY) + " denied, " + review.count(Action.REWRITE) + " rewritten, "
                + review.count(Action.WARN) + " warned, " + review.count(Action.NONE) + " left alone; "
                + Words.count(summary.errors(), "error"));
        if (review.templates() > 0) {
            out.println("skipped " + Words.count(review.templates(), "Helm template")
                    + ": helm template . | probe-guard review -");
        }
        if (review.notKubernetes() > 0) {
            out.println("skipped " + Words.count(review.notKubernetes(), "document") + " that "
                    + (review.notKubernetes() == 1 ? "is no Kubernetes object" : "are no Kubernetes objects"));
        }
    }
}
