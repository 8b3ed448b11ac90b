package io.probeguard.probe;

import org.jspecify.annotations.Nullable;

/**
 * A container or init container.
 *
 * @param restartPolicy {@code Always} makes an init container a sidecar
 */
public record Container(
        @Nullable String name,
        @Nullable Probe livenessProbe,
        @Nullable Probe readinessProbe,
        @Nullable Probe startupProbe,
        @Nullable Lifecycle lifecycle,
        @Nullable String restartPolicy) {

    /** The probe that a handler stands for; null where the container has none, and for hooks. */
    public @Nullable Probe probe(Handler handler) {
        return switch (handler) {
            case LIVENESS -> livenessProbe;
            case READINESS -> readinessProbe;
            case STARTUP -> startupProbe;
            case POST_START, PRE_STOP -> null;
        };
    }

    /** Whether the handler is there and calls exec. */
    public boolean execs(Handler handler) {
        return switch (handler) {
            case LIVENESS, READINESS, STARTUP -> {
                Probe probe = probe(handler);
                yield probe != null && probe.isExec();
            }
            case POST_START -> lifecycle != null && lifecycle.postStart != null && lifecycle.postStart.exec != null;
            case PRE_STOP -> lifecycle != null && lifecycle.preStop != null && lifecycle.preStop.exec != null;
        };
    }

    public record Lifecycle(
            @Nullable Hook postStart, @Nullable Hook preStop) {}

    public record Hook(@Nullable Exec exec) {}

    /** That exec is called is all that matters here; the command is not read. */
    public record Exec() {}
}
