package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks nodes by canary pods, some at a time, and removes all that it made. It polls: one list of pods every two seconds,
 * and for each pod that runs one of its Events.
 */
public final class CanaryRun {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    /** How long the API server may be away. */
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(60);

    private final CanaryPods pods;
    private final CanarySettings settings;
    private final Duration timeout;
    private final boolean keep;

    /**
     * @param timeout after which a node is given up
     * @param keep whether the pods with probes stay, to be looked at; the next run removes them
     */
    public CanaryRun(CanaryPods pods, CanarySettings settings, Duration timeout, boolean keep) {
        this.pods = pods;
        this.settings = settings;
        this.timeout = timeout;
        this.keep = keep;
    }

    /**
     * Asks each node once.
     *
     * @param most at a time
     * @param told of each result as it comes
     * @return by node, in the order given
     * @throws KubernetesClientException if the API server refuses, or is away for longer than a minute
     */
    public List<CanaryResult> ask(List<String> nodes, int most, Consumer<CanaryResult> told)
            throws InterruptedException {
        Deque<String> waiting = new ArrayDeque<>(nodes);
        List<NodeCanary> active = new ArrayList<>();
        Map<String, CanaryResult> results = new HashMap<>();
        Outage outage = new Outage();
        while (!waiting.isEmpty() || !active.isEmpty()) {
            outage.bear(() -> {
                while (active.size() < most && !waiting.isEmpty()) {
                    active.add(new NodeCanary(waiting.element(), pods, settings, timeout, keep, System::nanoTime));
                    waiting.remove();
                }
                Map<String, Pod> present = pods.all();
                active.forEach(canary -> canary.look(present.get(canary.pod())));
            });
            for (NodeCanary canary : active) {
                if (canary.isDone()) {
                    results.put(canary.result().node(), canary.result());
                    told.accept(canary.result());
                }
            }
            active.removeIf(NodeCanary::isDone);
            if (!active.isEmpty() || !waiting.isEmpty()) {
                TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
            }
        }
        return nodes.stream().map(results::get).toList();
    }

    /** Asks for the removal of every canary pod that is there, of this run or of an earlier one, and does not wait. */
    public void removeAll() {
        pods.all().keySet().forEach(pods::remove);
    }

    /**
     * Waits until the removed pods are gone.
     *
     * @param told how many there still are
     * @return the node of each pod that is left, by its name; none where all are gone
     */
    public Map<String, String> awaitRemoval(Duration longest, Consumer<Integer> told) throws InterruptedException {
        long begun = System.nanoTime();
        Outage outage = new Outage();
        Map<String, String> left = new TreeMap<>();
        while (true) {
            outage.bear(() -> {
                left.clear();
                pods.all().forEach((name, pod) -> left.put(name, pod.getSpec().getNodeName()));
            });
            if (left.isEmpty() || System.nanoTime() - begun > longest.toNanos()) {
                return left;
            }
            told.accept(left.size());
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        }
    }

    /** What is refused is not tried again; no answer is, for a while. */
    private static final class Outage {
        private long lastAnswer = System.nanoTime();

        void bear(Runnable requests) {
            try {
                requests.run();
                lastAnswer = System.nanoTime();
            } catch (KubernetesClientException e) {
                boolean isRefused = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != 429;
                if (isRefused || System.nanoTime() - lastAnswer > LONGEST_OUTAGE.toNanos()) {
                    throw e;
                }
            }
        }
    }
}
