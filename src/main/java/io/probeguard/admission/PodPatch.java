package io.probeguard.admission;

import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Review;
import io.probeguard.policy.Rewrites;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Patch that relaxes a pod's probes and steers it away from nodes, and records both in annotations.
 *
 * <p>Every operation is an {@code add} to an object or array that is known to exist, which sets a member whether it exists
 * or not: a patch that does not apply fails the request even with failurePolicy Ignore. No other field is touched.
 */
final class PodPatch {
    private static final ObjectWriter WRITER = JsonMapper.shared().writerFor(Operation[].class);

    private PodPatch() {}

    record Operation(String op, String path, Object value) {
        static Operation add(String path, Object value) {
            return new Operation("add", path, value);
        }
    }

    /** The patch as JSON; null if there is nothing to change. */
    static byte @Nullable [] of(Review review) {
        List<Operation> operations = new ArrayList<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        relax(review, operations, annotations);
        steer(review, operations, annotations);
        if (operations.isEmpty() || !review.workload().hasMetadata()) {
            return null; // without metadata there is no place for what was changed, nor a pod that can be created
        }
        if (!review.workload().annotations().hasRoomFor(annotations)) {
            return null; // better an unchanged pod than one that the API server rejects
        }
        annotate(review, operations, annotations);
        return WRITER.writeValueAsBytes(operations.toArray(Operation[]::new));
    }

    private static void relax(Review review, List<Operation> operations, Map<String, String> annotations) {
        for (Finding finding : review.findings()) {
            Timing after = finding.after();
            Timing now = finding.exec().timing();
            if (now != null && after != null && !finding.rewritten()) {
                String probe = finding.exec().pointer();
                set(operations, probe + "/periodSeconds", now.periodSeconds(), after.periodSeconds());
                set(operations, probe + "/timeoutSeconds", now.timeoutSeconds(), after.timeoutSeconds());
                set(operations, probe + "/failureThreshold", now.failureThreshold(), after.failureThreshold());
            }
        }
        if (!operations.isEmpty()) {
            annotations.put(PodAnnotations.REWRITTEN, Rewrites.annotation(review));
        }
    }

    private static void steer(Review review, List<Operation> operations, Map<String, String> annotations) {
        if (review.steering() == null) {
            return;
        }
        List<Operation> steering = AffinityPatch.of(review.workload().pod().affinity(), review.steering());
        if (!steering.isEmpty()) {
            operations.addAll(steering);
            annotations.put(PodAnnotations.STEERED, Messages.steered(review.steering()));
        }
    }

    private static void set(
            List<Operation> operations, String path, @Nullable Integer before, @Nullable Integer after) {
        if (after != null && !after.equals(before)) {
            operations.add(Operation.add(path, after));
        }
    }

    private static void annotate(Review review, List<Operation> operations, Map<String, String> annotations) {
        if (review.workload().hasAnnotations()) {
            annotations.forEach((name, value) ->
                    operations.add(Operation.add("/metadata/annotations/" + name.replace("/", "~1"), value)));
        } else {
            operations.add(Operation.add("/metadata/annotations", annotations));
        }
    }
}
