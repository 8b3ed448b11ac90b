package io.probeguard.probe;

import java.util.List;
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

    /** The hook that a handler stands for; null where the container has none, and for probes. */
    public @Nullable Hook hook(Handler handler) {
        return switch (handler) {
            case LIVENESS, READINESS, STARTUP -> null;
            case POST_START -> lifecycle == null ? null : lifecycle.postStart;
            case PRE_STOP -> lifecycle == null ? null : lifecycle.preStop;
        };
    }

    /** Whether the handler is there, whatever it calls. */
    public boolean has(Handler handler) {
        return probe(handler) != null || hook(handler) != null;
    }

    /** Whether the handler is there and calls exec. */
    public boolean execs(Handler handler) {
        Probe probe = probe(handler);
        Hook hook = hook(handler);
        return (probe != null && probe.isExec()) || (hook != null && hook.exec != null);
    }

    /** The same with another timing of a probe that it has. */
    public Container with(Handler handler, Timing timing) {
        return new Container(
                name,
                handler == Handler.LIVENESS ? timed(livenessProbe, timing) : livenessProbe,
                handler == Handler.READINESS ? timed(readinessProbe, timing) : readinessProbe,
                handler == Handler.STARTUP ? timed(startupProbe, timing) : startupProbe,
                lifecycle,
                restartPolicy);
    }

    private static @Nullable Probe timed(@Nullable Probe probe, Timing timing) {
        return probe == null ? null : new Probe(probe.exec(), timing, probe.terminationGracePeriodSeconds());
    }

    public record Lifecycle(
            @Nullable Hook postStart, @Nullable Hook preStop) {}

    /** @param sleep what it waits for; null where it calls something instead */
    public record Hook(@Nullable Exec exec, @Nullable Sleep sleep) {
        /** How long it only waits; seconds. */
        public double sleepSeconds() {
            return sleep != null && sleep.seconds instanceof Number seconds ? seconds.doubleValue() : 0;
        }
    }

    /** @param seconds of any type, since this project does not judge it */
    public record Sleep(@Nullable Object seconds) {}

    /** @param command of any type: only {@link NativeProbe} reads it, and what it cannot read it leaves alone */
    public record Exec(@Nullable Object command) {
        /** The command; empty where it is not a list of strings. */
        List<String> words() {
            return command instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                    ? list.stream().map(String.class::cast).toList()
                    : List.of();
        }
    }
}
