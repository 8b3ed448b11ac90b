package io.probeguard.output;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.Prediction;
import io.probeguard.kubelet.Situation;
import io.probeguard.manifest.Baseline;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.ManifestReview.Summary;
import io.probeguard.manifest.NotJudged;
import io.probeguard.policy.Review;
import io.probeguard.policy.Steering;
import io.probeguard.policy.SteeringMode;
import io.probeguard.probe.NotJudgedReason;
import io.probeguard.probe.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON object; src/site/markdown/review-in-ci.md documents it. */
public final class JsonOutput implements ReviewOutput {
    record Report(
            Summary summary,
            List<Judged> workloads,
            List<Found> findings,
            List<Steered> steered,
            List<Skipped> notJudged,
            List<InputError> errors,
            @Nullable Compared baseline) {}

    /** Where a workload is. */
    record Place(
            String file,
            int document,
            int line,
            @Nullable String kind,
            @Nullable String namespace,
            @Nullable String name) {
        static Place of(Reviewed reviewed, int line) {
            Workload workload = reviewed.found().workload();
            return new Place(
                    reviewed.file(),
                    reviewed.document(),
                    line,
                    workload.kindName(),
                    workload.namespace(),
                    workload.name());
        }
    }

    /**
     * @param leftAlone null where it is not
     * @param timeline null where no flagged node is met, or it is not known how exec fails there
     */
    record Judged(
            @JsonUnwrapped Place place,
            Review.@Nullable Note leftAlone,
            @Nullable Timeline timeline,
            List<String> outlook) {}

    /** What happens to a pod on the worst of the flagged nodes, as {@code simulate} has it. */
    record Timeline(
            String kubelet, String runtime, @JsonUnwrapped PodTimeline timeline) {
        static @Nullable Timeline of(@Nullable Situation situation) {
            PodTimeline timeline =
                    situation == null ? null : Prediction.of(situation).timeline();
            return situation == null || timeline == null
                    ? null
                    : new Timeline(situation.node().kubelet(), situation.node().runtime(), timeline);
        }
    }

    record Found(@JsonUnwrapped Place place, @JsonUnwrapped JsonFinding finding, boolean inBaseline) {}

    /**
     * What is in the baseline.
     *
     * @param findings how many were found
     * @param stale those that were not, in files that were reviewed or are gone
     */
    record Compared(String file, int findings, List<Baseline.Entry> stale) {
        static @Nullable Compared of(ManifestReview review) {
            Baseline baseline = review.baseline();
            return baseline == null ? null : new Compared(baseline.file().toString(), review.known(), review.stale());
        }
    }

    /** @param nodes how many of the candidates its pods are steered away from */
    record Steered(@JsonUnwrapped Place place, SteeringMode how, int candidates, int nodes, List<String> builds) {}

    record Skipped(@JsonUnwrapped Place place, NotJudgedReason reason) {
        static Skipped of(NotJudged each) {
            Place place =
                    new Place(each.file(), each.document(), each.line(), each.kind(), each.namespace(), each.name());
            return new Skipped(place, each.reason());
        }
    }

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        List<Judged> workloads = new ArrayList<>();
        List<Found> findings = new ArrayList<>();
        List<Steered> steered = new ArrayList<>();
        for (Reviewed reviewed : review.reviewed()) {
            Place place = Place.of(reviewed, reviewed.line());
            workloads.add(new Judged(
                    place,
                    reviewed.review().note(),
                    Timeline.of(reviewed.review().situation()),
                    reviewed.review().outlook()));
            reviewed.review()
                    .findings()
                    .forEach(finding -> findings.add(new Found(
                            Place.of(reviewed, reviewed.line(finding)),
                            JsonFinding.of(finding),
                            review.isKnown(reviewed, finding))));
            Steering steering = reviewed.review().steering();
            if (steering != null) {
                steered.add(new Steered(
                        place,
                        steering.how(),
                        steering.candidates(),
                        steering.away().size(),
                        steering.builds()));
            }
        }
        Json.writeReport(
                new Report(
                        review.summary(),
                        workloads,
                        findings,
                        steered,
                        review.notJudged().stream().map(Skipped::of).toList(),
                        review.errors(),
                        Compared.of(review)),
                out);
    }
}
