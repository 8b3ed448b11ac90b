package io.probeguard.probe;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The five numbers of a probe as written; null where absent. Delays, periods and timeouts are whole seconds.
 *
 * <p>To the API server zero is the same as absent. Defaults: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe">Probe</a>.
 */
public record Timing(
        @Nullable Integer initialDelaySeconds,
        @Nullable Integer periodSeconds,
        @Nullable Integer timeoutSeconds,
        @Nullable Integer failureThreshold,
        @Nullable Integer successThreshold) {

    /** Seconds from the container's start to the first probe. */
    public int initialDelay() {
        return effective(initialDelaySeconds, 0);
    }

    /** Seconds from one probe to the next. */
    public int period() {
        return effective(periodSeconds, 10);
    }

    /** Seconds that one probe may take. */
    public int timeout() {
        return effective(timeoutSeconds, 1);
    }

    /** How many consecutive failures the kubelet acts on. */
    public int failures() {
        return effective(failureThreshold, 3);
    }

    /** How many consecutive successes the kubelet acts on. */
    public int successes() {
        return effective(successThreshold, 1);
    }

    /** Whether the API server would take these numbers: none is negative. */
    @JsonIgnore
    public boolean isValid() {
        return Stream.of(initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold, successThreshold)
                .noneMatch(number -> number != null && number < 0);
    }

    /**
     * This timing with its period, timeout and failure threshold raised to a floor. A number that reaches the
     * floor already stays exactly as written, an absent one stays absent.
     */
    public Timing atLeast(Floor floor) {
        return new Timing(
                initialDelaySeconds,
                raised(periodSeconds, period(), floor.periodSeconds()),
                raised(timeoutSeconds, timeout(), floor.timeoutSeconds()),
                raised(failureThreshold, failures(), floor.failureThreshold()),
                successThreshold);
    }

    private static @Nullable Integer raised(@Nullable Integer written, int effective, @Nullable Integer floor) {
        return floor == null || effective >= floor ? written : floor;
    }

    private static int effective(@Nullable Integer written, int byDefault) {
        return written == null || written <= 0 ? byDefault : written;
    }

    /**
     * The least numbers that a relaxed probe gets, each from 1 to 3600; null leaves a number alone. Seconds, except
     * for the threshold.
     */
    public record Floor(
            @Nullable Integer periodSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer failureThreshold) {
        private static final int MAX = 3600;

        /** @throws IllegalArgumentException if a number is out of range */
        public Floor {
            check("periodSeconds", periodSeconds);
            check("timeoutSeconds", timeoutSeconds);
            check("failureThreshold", failureThreshold);
        }

        private static void check(String field, @Nullable Integer number) {
            if (number != null && (number < 1 || number > MAX)) {
                throw new IllegalArgumentException(field + " " + number + " is out of range (1-" + MAX + ")");
            }
        }

        /** This floor, with each number that is absent taken from another. */
        Floor orElse(Floor defaults) {
            return new Floor(
                    periodSeconds == null ? defaults.periodSeconds : periodSeconds,
                    timeoutSeconds == null ? defaults.timeoutSeconds : timeoutSeconds,
                    failureThreshold == null ? defaults.failureThreshold : failureThreshold);
        }
    }
}
