package io.probeguard.admission;

import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.policy.Rewrites;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Patch that relaxes a pod's probes.
 *
 * <p>Every operation is an {@code add} to an object that the request is known to hold, which sets a member whether it is
 * there or not: a patch that does not apply fails the request even under failurePolicy Ignore. No field that is not
 * named here is touched.
 */
final class TimingPatch {
    private static final ObjectWriter WRITER = JsonMapper.shared().writerFor(Operation[].class);

    private TimingPatch() {}

    record Operation(String op, String path, Object value) {}

    /** The patch as JSON; null where there is nothing to change. */
    static byte @Nullable [] of(Review review) {
        List<Operation> operations = new ArrayList<>();
        for (Finding finding : review.findings()) {
            Timing after = finding.after();
            if (after != null && !finding.rewritten()) {
                Timing now = finding.exec().timing();
                String probe = finding.exec().pointer();
                set(operations, probe + "/periodSeconds", now.periodSeconds(), after.periodSeconds());
                set(operations, probe + "/timeoutSeconds", now.timeoutSeconds(), after.timeoutSeconds());
                set(operations, probe + "/failureThreshold", now.failureThreshold(), after.failureThreshold());
            }
        }
        if (operations.isEmpty()) {
            return null;
        }
        String annotation = Rewrites.annotation(review);
        if (!review.workload().annotations().hasRoomFor(annotation)) {
            return null; // better a probe as it was than a pod that the API server refuses
        }
        operations.add(annotate(review, annotation));
        return WRITER.writeValueAsBytes(operations.toArray(Operation[]::new));
    }

    private static void set(
            List<Operation> operations, String path, @Nullable Integer before, @Nullable Integer after) {
        if (!Objects.equals(before, after)) {
            operations.add(new Operation("add", path, after));
        }
    }

    private static Operation annotate(Review review, String value) {
        return review.workload().hasAnnotations()
                ? new Operation("add", "/metadata/annotations/" + PodAnnotations.REWRITTEN.replace("/", "~1"), value)
                : new Operation("add", "/metadata/annotations", Map.of(PodAnnotations.REWRITTEN, value));
    }
}
