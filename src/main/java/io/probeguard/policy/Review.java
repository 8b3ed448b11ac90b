package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.probe.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The judgement on one workload.
 *
 * @param findings about the nodes that it may still meet after steering
 * @param steering how its pods are led away from nodes; null where they are not
 * @param note why there is nothing to do where there could have been; null otherwise
 */
public record Review(
        Workload workload,
        List<Finding> findings,
        @Nullable Steering steering,
        @Nullable Note note) {

    /**
     * Why a workload with exec probes or hooks is left alone.
     *
     * @param detail for a person
     */
    public record Note(Reason reason, String detail) {}

    public enum Reason {
        MIRROR_POD("mirror-pod"),
        OPTED_OUT("opted-out"),
        EXEMPT("exempt"),
        MODE_OFF("mode-off"),
        NO_CANDIDATES("no-candidates");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }

    /** The findings that something is done about. */
    public List<Finding> acted() {
        return findings.stream()
                .filter(finding -> finding.action() != Action.NONE)
                .toList();
    }

    /** The most severe of what is done; a pod that is steered is rewritten, too. */
    public Action action() {
        Action most = steering == null ? Action.NONE : Action.REWRITE;
        for (Finding finding : findings) {
            most = finding.action().compareTo(most) > 0 ? finding.action() : most;
        }
        return most;
    }
}
