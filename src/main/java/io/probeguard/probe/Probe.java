package io.probeguard.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.probe.Container.Exec;
import org.jspecify.annotations.Nullable;

/**
 * A liveness, readiness or startup probe.
 *
 * @param timing as written; of probes that are not exec, what makes no sense to us is absent
 * @param terminationGracePeriodSeconds overrides the pod's (Kubernetes 1.21 and later); seconds
 */
public record Probe(boolean isExec, Timing timing, @Nullable Long terminationGracePeriodSeconds) {

    /** @throws IllegalArgumentException where a number of an exec probe is not a whole 32-bit number */
    @JsonCreator
    static Probe read(
            @JsonProperty("exec") @Nullable Exec exec,
            @JsonProperty("initialDelaySeconds") @Nullable Object initialDelaySeconds,
            @JsonProperty("periodSeconds") @Nullable Object periodSeconds,
            @JsonProperty("timeoutSeconds") @Nullable Object timeoutSeconds,
            @JsonProperty("failureThreshold") @Nullable Object failureThreshold,
            @JsonProperty("successThreshold") @Nullable Object successThreshold,
            @JsonProperty("terminationGracePeriodSeconds") @Nullable Object terminationGracePeriodSeconds) {
        boolean isExec = exec != null;
        Timing timing = new Timing(
                number("initialDelaySeconds", initialDelaySeconds, isExec),
                number("periodSeconds", periodSeconds, isExec),
                number("timeoutSeconds", timeoutSeconds, isExec),
                number("failureThreshold", failureThreshold, isExec),
                number("successThreshold", successThreshold, isExec));
        return new Probe(
                isExec,
                timing,
                terminationGracePeriodSeconds instanceof Number seconds ? (Long) seconds.longValue() : null);
    }

    private static @Nullable Integer number(String field, @Nullable Object value, boolean mustMakeSense) {
        if (value == null || value instanceof Integer) {
            return (Integer) value;
        }
        if (!mustMakeSense) {
            return null;
        }
        String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        throw new IllegalArgumentException(field + " must be a whole number of at most 2147483647, not " + shown);
    }
}
