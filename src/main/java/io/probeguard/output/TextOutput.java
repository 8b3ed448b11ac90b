package io.probeguard.output;

import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.ManifestReview.Summary;
import io.probeguard.manifest.NotJudged;
import io.probeguard.policy.Action;
import io.probeguard.policy.Review;
import io.probeguard.probe.Workload;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Text: for each workload, what happens to each probe or hook, and what the policy would do. */
public final class TextOutput implements ReviewOutput {
    private final ReviewText text;

    public TextOutput(Ansi ansi) {
        this.text = new ReviewText(ansi);
    }

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        for (Reviewed reviewed : review.remaining()) {
            Review judged = reviewed.review();
            if (!judged.findings().isEmpty() || judged.steering() != null || judged.note() != null) {
                workload(reviewed, out);
            }
        }
        text.waysOut(review.remaining().stream().map(Reviewed::review), out);
        for (NotJudged each : review.unjudged()) { // workloads that are left alone have said so above
            out.println(text.styled("not judged", Style.faint) + "  " + each.located());
        }
        for (InputError error : review.errors()) {
            out.println(text.styled("error", Style.fg_red) + "  " + error.located());
        }
        summary(review, out);
    }

    private void workload(Reviewed reviewed, PrintWriter out) {
        Workload workload = reviewed.found().workload();
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        int line = reviewed.line();
        out.println(text.styled(Wording.clean(workload.kindName() + " " + namespace + workload.name()), Style.bold)
                + "  " + Wording.clean(reviewed.file()) + ":" + line);
        text.findings(reviewed.review(), out);
        text.remedies(reviewed.review(), out);
        out.println();
    }

    private static void summary(ManifestReview review, PrintWriter out) {
        Summary summary = review.summary();
        out.println(Wording.count(summary.workloads(), "workload") + ", "
                + Wording.count(summary.execProbes(), "exec probe") + ", "
                + Wording.count(summary.execHooks(), "exec hook") + "; " + Wording.count(summary.findings(), "finding")
                + ": "
                + review.count(Action.DENY) + " denied, " + review.count(Action.REWRITE) + " rewritten, "
                + review.count(Action.WARN) + " warned, " + review.count(Action.AT_FLOORS) + " at floors, "
                + review.count(Action.NONE) + " left alone"
                + (review.baseline() == null ? "" : ", " + review.known() + " in the baseline") + "; "
                + Wording.count(summary.errors(), "error") + ", " + summary.notJudged() + " not judged");
        if (review.templates() > 0) {
            out.println("skipped " + Wording.count(review.templates(), "Helm template")
                    + "; to review them: helm template . | probe-guard review -");
        }
        if (review.notKubernetes() > 0) {
            out.println("skipped " + Wording.count(review.notKubernetes(), "document") + " that "
                    + (review.notKubernetes() == 1 ? "is not a Kubernetes object" : "are not Kubernetes objects"));
        }
    }
}
