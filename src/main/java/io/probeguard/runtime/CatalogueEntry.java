package io.probeguard.runtime;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container-runtime build, or of a whole line of runtimes or kubelets.
 *
 * @param id stable name, such as {@code docker-el7-1.13.1-84}
 * @param component the program at fault
 * @param summary what goes wrong, in one sentence
 * @param flags whether a node that runs it is flagged; otherwise it only shapes what happens on a node
 * @param failedExec what the kubelet makes of an exec that fails
 * @param timedOutExec what it makes of one that runs into its timeout; null where this entry says nothing of it
 * @param timingHelps whether longer timing heals it, at least partly
 * @param fixed the first good version; null where there is none
 * @param remedy what to do, short enough for a warning
 * @param sources where this is known from
 */
public record CatalogueEntry(
        String id,
        String component,
        String summary,
        List<Affected> affected,
        Effect effect,
        boolean flags,
        @Nullable FailedExec failedExec,
        @Nullable TimedOutExec timedOutExec,
        boolean timingHelps,
        @Nullable String fixed,
        String remedy,
        List<String> sources) {

    /** What the kubelet makes of an exec that the runtime cannot carry out. */
    public enum FailedExec {
        /** It counts as a failed probe. */
        @JsonProperty("counted")
        COUNTED,
        /** The probe's result is thrown away. */
        @JsonProperty("discarded")
        DISCARDED
    }

    /** What the kubelet makes of an exec that takes longer than {@code timeoutSeconds}. */
    public enum TimedOutExec {
        @JsonProperty("counted")
        COUNTED,
        @JsonProperty("discarded")
        DISCARDED,
        /** There is no timeout: the probe goes on until exec returns. */
        @JsonProperty("ignored")
        IGNORED
    }

    public CatalogueEntry {
        require(id, "id");
        require(component, "component");
        require(summary, "summary");
        require(affected, "affected");
        require(effect, "effect");
        require(remedy, "remedy");
        require(sources, "sources");
        if (flags && !effect.breaksExec()) {
            throw new IllegalArgumentException("effect " + effect + " does not break exec, so it cannot flag a node");
        }
    }

    private static void require(@Nullable Object value, String key) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
