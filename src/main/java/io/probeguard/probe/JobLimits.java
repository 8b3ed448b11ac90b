package io.probeguard.probe;

import org.jspecify.annotations.Nullable;

/**
 * What makes a Job give up.
 *
 * @param backoffLimit failed pods, or restarts where its pods restart; 6 by default
 * @param activeDeadlineSeconds null where there is none
 */
public record JobLimits(int backoffLimit, @Nullable Long activeDeadlineSeconds) {
    private static final int DEFAULT_BACKOFF_LIMIT = 6;

    /** Reads the two fields of a JobSpec, which are absent where they are no numbers. */
    static JobLimits of(@Nullable Object backoffLimit, @Nullable Object activeDeadlineSeconds) {
        return new JobLimits(
                backoffLimit instanceof Integer limit ? limit : DEFAULT_BACKOFF_LIMIT,
                activeDeadlineSeconds instanceof Number seconds ? (Long) seconds.longValue() : null);
    }
}
