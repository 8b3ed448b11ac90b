package io.probeguard.probe;

import io.probeguard.probe.Timing.Floor;
import org.jspecify.annotations.Nullable;

/** Floors by kind of probe; null leaves the timing of that kind alone. */
public record Floors(
        @Nullable Floor liveness,
        @Nullable Floor readiness,
        @Nullable Floor startup) {

    /** The floor of a kind of probe; null where there is none, and for hooks, which have no timing. */
    public @Nullable Floor of(Handler handler) {
        return switch (handler) {
            case LIVENESS -> liveness;
            case READINESS -> readiness;
            case STARTUP -> startup;
            case POST_START, PRE_STOP -> null;
        };
    }

    /** These floors, with each number that is absent taken from others. */
    public Floors orElse(Floors defaults) {
        return new Floors(
                orElse(liveness, defaults.liveness),
                orElse(readiness, defaults.readiness),
                orElse(startup, defaults.startup));
    }

    private static @Nullable Floor orElse(@Nullable Floor floor, @Nullable Floor byDefault) {
        if (floor == null) {
            return byDefault;
        }
        return byDefault == null ? floor : floor.orElse(byDefault);
    }
}
