package io.probeguard.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.probe.Container.Exec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A liveness, readiness or startup probe.
 *
 * @param exec null where it calls something else
 * @param timing as written; numbers that cannot be read are absent ({@link ProbeFields} reports those of exec probes)
 * @param terminationGracePeriodSeconds overrides the pod's (Kubernetes 1.21 and later); seconds
 */
public record Probe(
        @Nullable Exec exec, Timing timing, @Nullable Long terminationGracePeriodSeconds) {

    public boolean isExec() {
        return exec != null;
    }

    /** What checks the same without exec; empty where that cannot be told, and for a probe that does not call exec. */
    public Optional<NativeProbe> withoutExec() {
        return exec == null ? Optional.empty() : NativeProbe.of(exec.words(), timing);
    }

    @JsonCreator
    static Probe read(
            @JsonProperty("exec") @Nullable Exec exec,
            @JsonProperty("initialDelaySeconds") @Nullable Object initialDelaySeconds,
            @JsonProperty("periodSeconds") @Nullable Object periodSeconds,
            @JsonProperty("timeoutSeconds") @Nullable Object timeoutSeconds,
            @JsonProperty("failureThreshold") @Nullable Object failureThreshold,
            @JsonProperty("successThreshold") @Nullable Object successThreshold,
            @JsonProperty("terminationGracePeriodSeconds") @Nullable Object terminationGracePeriodSeconds) {
        Timing timing = new Timing(
                number(initialDelaySeconds),
                number(periodSeconds),
                number(timeoutSeconds),
                number(failureThreshold),
                number(successThreshold));
        return new Probe(
                exec,
                timing,
                terminationGracePeriodSeconds instanceof Number seconds ? (Long) seconds.longValue() : null);
    }

    private static @Nullable Integer number(@Nullable Object value) {
        return value instanceof Integer number ? number : null;
    }
}
