package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One node that is asked: first by probes, and where these work by hooks. For one thread. */
final class NodeCanary {
    /** How long the kubelet may take to run the last hooks; it waits for them as long as the pod's grace. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

    /**
     * A kubelet sends its Events one after the other, at most 5 a second before 1.27 (eventRecordQPS). That of a hook that
     * failed was seen 3 seconds after the end of its container, and a second after the one that tells of the stop.
     */
    private static final Duration LATEST_EVENT = Duration.ofSeconds(6);

    private final String node;
    private final CanaryPods pods;
    private final CanarySettings settings;
    private final Duration timeout;
    private final boolean keep;
    private final LongSupplier nanoTime;
    private final long begun;

    private Stage stage = Stage.PROBES;
    private String pod;
    private @Nullable Pod last;
    private @Nullable Long runningSince;
    private long hooksBegun;
    private long hookSince;
    private @Nullable Long stoppingSince;
    private @Nullable Long toldSince;
    private @Nullable Duration firstSuccess;
    private CanaryReading reading = new CanaryReading(CanaryVerdict.UNKNOWN, false, "the canary pod does not run", "");

    private enum Stage {
        PROBES,
        HOOKS,
        STOPPING,
        DONE
    }

    /** Asks at once. */
    NodeCanary(
            String node,
            CanaryPods pods,
            CanarySettings settings,
            Duration timeout,
            boolean keep,
            LongSupplier nanoTime) {
        this.node = node;
        this.pods = pods;
        this.settings = settings;
        this.timeout = timeout;
        this.keep = keep;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
        this.pod = pods.create(CanaryPod.probes(node, settings));
    }

    String pod() {
        return pod;
    }

    boolean isDone() {
        return stage == Stage.DONE;
    }

    CanaryResult result() {
        return new CanaryResult(node, reading.verdict(), firstSuccess, reading.reason(), reading.words());
    }

    /** @param present the pod as it is; null where it is gone */
    void look(@Nullable Pod present) {
        switch (stage) {
            case PROBES -> lookAtProbes(present);
            case HOOKS -> lookAtHooks(present);
            case STOPPING -> lookAtEnd(present);
            case DONE -> {}
        }
    }

    private void lookAtProbes(@Nullable Pod present) {
        if (present == null) {
            end(new CanaryReading(CanaryVerdict.UNKNOWN, true, "somebody removed the canary pod", ""));
            return;
        }
        if (runningSince == null && CanaryReading.areProbed(present)) {
            runningSince = nanoTime.getAsLong();
        }
        if (firstSuccess == null && runningSince != null && CanaryReading.hasWorked(present)) {
            firstSuccess = since(runningSince);
        }
        reading = CanaryReading.ofProbes(
                present,
                runningSince == null ? List.of() : pods.events(present),
                runningSince == null ? Duration.ZERO : since(runningSince));
        if (reading.isFinal() || isOverdue()) {
            String probed = pod;
            if (reading.verdict() == CanaryVerdict.WORKS) {
                pod = pods.create(CanaryPod.hooks(node, settings));
                stage = Stage.HOOKS;
            } else {
                end(reading);
            }
            if (!keep) {
                pods.remove(probed);
            }
        }
    }

    private void lookAtHooks(@Nullable Pod present) {
        if (present == null) {
            end(new CanaryReading(CanaryVerdict.UNKNOWN, true, "somebody removed the canary pod", ""));
            return;
        }
        last = present;
        List<Event> events = pods.events(present);
        long begunNow = CanaryReading.hooksBegun(events);
        if (begunNow > hooksBegun) {
            hooksBegun = begunNow;
            hookSince = nanoTime.getAsLong();
        }
        CanaryReading hooks =
                CanaryReading.ofHooks(present, events, hooksBegun == 0 ? Duration.ZERO : since(hookSince));
        if (hooks.isFinal()) {
            pods.remove(pod);
            end(hooks);
        } else if (CanaryReading.areStarted(present) || isOverdue()) {
            pods.remove(pod);
            stoppingSince = nanoTime.getAsLong();
            stage = Stage.STOPPING;
        }
    }

    private void lookAtEnd(@Nullable Pod present) {
        if (last == null || stoppingSince == null) {
            return;
        }
        boolean isStopped = present == null || CanaryReading.areStopped(present);
        List<Event> events = pods.events(last);
        CanaryReading hooks = CanaryReading.ofLastHooks(last, events, isStopped);
        if (toldSince == null && isStopped && CanaryReading.areToldToStop(last, events)) {
            toldSince = nanoTime.getAsLong();
        }
        boolean isTold = toldSince != null && since(toldSince).compareTo(LATEST_EVENT) >= 0;
        if (hooks.verdict().isBroken() || isTold || since(stoppingSince).compareTo(LONGEST_STOP) > 0) {
            end(hooks);
        }
    }

    private void end(CanaryReading found) {
        reading = found;
        stage = Stage.DONE;
    }

    /** A canary whose containers came late still gets the time that tells a hang. */
    private boolean isOverdue() {
        return since(begun).compareTo(timeout) > 0
                && (runningSince == null || since(runningSince).compareTo(CanaryReading.NO_ANSWER) > 0);
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - nanos);
    }
}
