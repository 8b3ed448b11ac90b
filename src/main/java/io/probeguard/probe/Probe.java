package io.probeguard.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.probe.Container.Exec;
import org.jspecify.annotations.Nullable;

/**
 * A liveness, readiness or startup probe.
 *
 * @param timing as written; null unless it is an exec probe: the numbers of others are not read
 * @param terminationGracePeriodSeconds overrides the pod's (Kubernetes 1.21 and later); seconds
 */
public record Probe(
        boolean isExec, @Nullable Timing timing, @Nullable Long terminationGracePeriodSeconds) {

    /** @throws IllegalArgumentException where a number of an exec probe is not a 32-bit integer */
    @JsonCreator
    static Probe read(
            @JsonProperty("exec") @Nullable Exec exec,
            @JsonProperty("initialDelaySeconds") @Nullable Object initialDelaySeconds,
            @JsonProperty("periodSeconds") @Nullable Object periodSeconds,
            @JsonProperty("timeoutSeconds") @Nullable Object timeoutSeconds,
            @JsonProperty("failureThreshold") @Nullable Object failureThreshold,
            @JsonProperty("successThreshold") @Nullable Object successThreshold,
            @JsonProperty("terminationGracePeriodSeconds") @Nullable Object terminationGracePeriodSeconds) {
        if (exec == null) {
            return new Probe(false, null, null);
        }
        Timing timing = new Timing(
                number("initialDelaySeconds", initialDelaySeconds),
                number("periodSeconds", periodSeconds),
                number("timeoutSeconds", timeoutSeconds),
                number("failureThreshold", failureThreshold),
                number("successThreshold", successThreshold));
        return new Probe(
                true,
                timing,
                terminationGracePeriodSeconds instanceof Number seconds ? (Long) seconds.longValue() : null);
    }

    private static @Nullable Integer number(String field, @Nullable Object value) {
        if (value == null || value instanceof Integer) {
            return (Integer) value;
        }
        String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        throw new IllegalArgumentException(field + " must be a 32-bit integer, not " + shown);
    }
}
