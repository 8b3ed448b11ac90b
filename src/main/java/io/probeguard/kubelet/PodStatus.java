package io.probeguard.kubelet;

import io.probeguard.kubelet.Life.Result;
import io.probeguard.probe.Handler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of a pod as the kubelet has it, which its probes go by, and as it writes it to the API server, a little
 * later (pkg/kubelet/status): what changes and changes back in between is never seen.
 */
final class PodStatus {
    /** How far a pod has come. */
    enum Phase {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED;

        boolean isTerminal() {
            return this == SUCCEEDED || this == FAILED;
        }
    }

    /** The status of one container. */
    static final class Entry {
        final ContainerRun container;

        @Nullable
        Life life;

        boolean running;
        boolean started;
        boolean ready;
        private boolean backingOff;
        private @Nullable Life writtenStarted;
        private @Nullable Life writtenBackingOff;

        Entry(ContainerRun container) {
            this.container = container;
        }
    }

    private final PodRun pod;
    private final Map<ContainerRun, Entry> entries = new LinkedHashMap<>();
    private final List<Runnable> whenWritten = new ArrayList<>();
    private Phase phase = Phase.PENDING;
    private boolean initialized;
    private boolean writing;
    private boolean writtenReady;
    private boolean writtenInitialized;
    private Phase writtenPhase = Phase.PENDING;

    PodStatus(PodRun pod) {
        this.pod = pod;
        pod.containers().forEach(container -> entries.put(container, new Entry(container)));
    }

    Entry of(ContainerRun container) {
        return Objects.requireNonNull(entries.get(container));
    }

    Phase phase() {
        return phase;
    }

    /** Does something after each write. */
    void whenWritten(Runnable action) {
        whenWritten.add(action);
    }

    /** Takes over what there is, as each sync of the pod does. */
    void update(Phase newPhase) {
        for (Entry entry : entries.values()) {
            ContainerRun container = entry.container;
            entry.life = container.life();
            entry.running = container.isRunning();
            entry.started = container.hasStarted();
            entry.ready = container.isReady();
            // Of init containers and sidecars, and of what is not started again, the status says how they ended.
            entry.backingOff = container.role == ContainerRun.Role.REGULAR
                    && container.isBackingOff()
                    && !entry.running
                    && container.restartsAfter(container.lastLife().exitCode());
        }
        phase = newPhase;
        initialized = entries.values().stream().allMatch(PodStatus::isInitialized);
        write();
    }

    private static boolean isInitialized(Entry entry) {
        return switch (entry.container.role) {
            case REGULAR -> true;
            case SIDECAR -> entry.started;
            case INIT -> entry.life != null && !entry.running;
        };
    }

    /** A readiness or startup probe has a result: that is written without a sync. */
    void probed(ContainerRun container, Life life, Handler handler, Result result) {
        Entry entry = of(container);
        if (entry.life != life) {
            return;
        }
        if (handler == Handler.READINESS) {
            entry.ready = result == Result.SUCCESS;
        } else {
            entry.started = result == Result.SUCCESS;
        }
        write();
    }

    private void write() {
        if (!writing) {
            writing = true;
            boolean atOnce = pod.node().is(Rule.STATUS_WRITTEN_AT_ONCE);
            pod.agenda().after(pod.draws().of(atOnce ? Delay.STATUS : Delay.STATUS_THROTTLED), this::written);
        }
    }

    private void written() {
        writing = false;
        if (initialized && !writtenInitialized && entries.values().stream().anyMatch(PodStatus::isOfInit)) {
            pod.happened(EventKind.INITIALIZED, null);
        }
        writtenInitialized |= initialized;
        for (Entry entry : entries.values()) {
            if (entry.started && entry.writtenStarted != entry.life) {
                entry.writtenStarted = entry.life;
                if (entry.container.spec.startupProbe() != null) {
                    pod.happened(EventKind.STARTUP_SUCCEEDED, entry.container.name);
                }
            }
            if (entry.backingOff && entry.writtenBackingOff != entry.life) {
                entry.writtenBackingOff = entry.life;
                pod.happened(EventKind.CRASH_LOOP_BACK_OFF, entry.container.name);
            }
        }
        boolean ready = phase == Phase.RUNNING && entries.values().stream().allMatch(PodStatus::isReady);
        if (ready != writtenReady) {
            writtenReady = ready;
            pod.happened(ready ? EventKind.READY : EventKind.NOT_READY, null);
        }
        if (phase.isTerminal() && writtenPhase != phase) {
            pod.happened(phase == Phase.SUCCEEDED ? EventKind.POD_SUCCEEDED : EventKind.POD_FAILED, null);
        }
        writtenPhase = phase;
        whenWritten.forEach(Runnable::run);
    }

    private static boolean isOfInit(Entry entry) {
        return entry.container.role != ContainerRun.Role.REGULAR;
    }

    private static boolean isReady(Entry entry) {
        return entry.container.role == ContainerRun.Role.INIT || entry.ready;
    }
}
