package io.probeguard.policy;

import io.probeguard.kubelet.Situation;
import io.probeguard.probe.NotJudgedReason;
import io.probeguard.probe.Workload;
import io.probeguard.text.Keyword;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The judgement on one workload.
 *
 * @param findings about the nodes that it may still run on after steering
 * @param steering how its pods are steered away from nodes; null where they are not
 * @param note why nothing is done, or no more than a warning, where there could have been; null otherwise
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

    public enum Reason implements Keyword {
        MIRROR_POD(NotJudgedReason.LEFT_ALONE),
        OPTED_OUT(NotJudgedReason.LEFT_ALONE),
        EXEMPT(NotJudgedReason.EXEMPT),
        MODE_OFF(NotJudgedReason.LEFT_ALONE),
        NO_CANDIDATES(NotJudgedReason.LEFT_ALONE),
        /** Its containers run in another runtime than those that the catalogue knows. */
        OTHER_RUNTIME(NotJudgedReason.OTHER_RUNTIME),
        TOO_MANY_HANDLERS(NotJudgedReason.TOO_MANY_HANDLERS);

        private final NotJudgedReason notJudged;

        Reason(NotJudgedReason notJudged) {
            this.notJudged = notJudged;
        }

        /** The same among all reasons why input is not judged. */
        public NotJudgedReason notJudged() {
            return notJudged;
        }
    }

    /** The note for a person: {@code left alone: its reason}; null where there is none. */
    public @Nullable String noteText() {
        return note == null ? null : (action().isActed() ? "only warned about: " : "left alone: ") + note.detail();
    }

    /** Its pod on the worst of the flagged nodes; null where there is none, or it is not known how exec fails there. */
    public @Nullable Situation situation() {
        return findings.isEmpty() ? null : findings.get(0).situation();
    }

    /** What becomes of the workload as a whole on such nodes: sentences without a full stop. */
    public List<String> outlook() {
        return WorkloadOutlook.of(this);
    }

    /** The findings that the policy acts on. */
    public List<Finding> acted() {
        return findings.stream().filter(finding -> finding.action().isActed()).toList();
    }

    /** The most severe action; a pod that is steered is rewritten, too. */
    public Action action() {
        Action severest = steering == null ? Action.NONE : Action.REWRITE;
        for (Finding finding : findings) {
            severest = finding.action().compareTo(severest) > 0 ? finding.action() : severest;
        }
        return severest;
    }
}
