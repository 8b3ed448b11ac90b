package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.BackgroundThread;
import io.probeguard.cluster.ResourceWatch;
import io.probeguard.node.CanaryEvidence;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the canary pods of the chart's DaemonSet and the Events about them, all in the namespace that this runs in, where
 * tenants cannot write. It replaces those that have been Ready for long, one at a time.
 *
 * <p>Every replica does the same without a leader: what one has replaced is not Ready for the others. While the API server
 * does not answer, what was last seen ages until it says nothing any more.
 */
public final class CanaryWatch implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final Duration BETWEEN_REPLACEMENTS = Duration.ofSeconds(10);

    /** For so long what a canary said holds while its pod is being replaced, or starts again with its node. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(CanaryWatch.class);

    private final KubernetesClient client;
    private final String namespace;
    private final ResourceWatch<Pod, Pod> pods;
    private final ResourceWatch<Event, Event> events;
    private final BackgroundThread worker = new BackgroundThread("canaries");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private final LastSeen<CanaryEvidence> seen = new LastSeen<>(KEPT, (before, after) -> after);

    /** Starts to watch. */
    public CanaryWatch(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.pods = new ResourceWatch<>(
                "canary pods", pods(client, namespace), Pod::new, CanaryWatch::essence, changed -> {});
        this.events = new ResourceWatch<>(
                "Events of canary pods",
                events(client, namespace),
                Event::new,
                event -> CanaryReading.meaning(event).isPresent() ? event : null,
                changed -> {});
        pods.start();
        events.start();
        worker.repeat(BETWEEN_LOOKS, BETWEEN_LOOKS, this::look);
        worker.repeat(BETWEEN_REPLACEMENTS, BETWEEN_REPLACEMENTS, this::replaceOne);
    }

    /** What each canary shows, by the name of its node; nodes of which nothing can be said are missing. */
    public Map<String, CanaryEvidence> latest() {
        return seen.values();
    }

    /** What each canary shows now, read once. */
    public static Map<String, CanaryEvidence> read(KubernetesClient client, String namespace) {
        return read(
                pods(client, namespace).list().getItems().stream()
                        .filter(CanaryWatch::isCanary)
                        .toList(),
                events(client, namespace).list().getItems(),
                Instant.now());
    }

    private static FilterWatchListDeletable<Pod, PodList, PodResource> pods(KubernetesClient client, String namespace) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/name", CanaryPod.NAME)
                .withoutLabel(CanaryPod.LABEL);
    }

    private static FilterWatchListDeletable<Event, EventList, Resource<Event>> events(
            KubernetesClient client, String namespace) {
        return client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.kind", "Pod")
                .withField("reason", "Unhealthy");
    }

    private static Map<String, CanaryEvidence> read(Collection<Pod> pods, Collection<Event> events, Instant now) {
        Map<String, List<Event>> byPod = events.stream()
                .filter(event -> event.getInvolvedObject().getUid() != null)
                .collect(
                        Collectors.groupingBy(event -> event.getInvolvedObject().getUid()));
        Map<String, CanaryEvidence> shown = new HashMap<>();
        for (Pod pod : pods) {
            StandingCanary.read(pod, byPod.getOrDefault(pod.getMetadata().getUid(), List.of()), now)
                    .ifPresent(evidence -> shown.put(pod.getSpec().getNodeName(), evidence));
        }
        return shown;
    }

    private void look() {
        Instant now = Instant.now();
        seen.see(read(pods.all(), events.all(), now), now);
    }

    private void replaceOne() {
        Instant now = Instant.now();
        pods.all().stream()
                .filter(pod -> StandingCanary.isToBeRenewed(pod, now))
                .findFirst()
                .ifPresent(this::replace);
    }

    /** The DaemonSet makes another. */
    private void replace(Pod pod) {
        String name = pod.getMetadata().getName();
        try {
            client.pods().inNamespace(namespace).withName(name).delete();
            failureLog.end();
        } catch (RuntimeException e) {
            failureLog.say("cannot replace canary pod " + name, e);
        }
    }

    /** Whether it has a node, and what canaries are made of: any pod may have that label. */
    private static boolean isCanary(Pod pod) {
        List<Container> containers = pod.getSpec().getContainers();
        return pod.getSpec().getNodeName() != null
                && !containers.isEmpty()
                && containers.get(0).getReadinessProbe() != null
                && containers.get(0).getReadinessProbe().getPeriodSeconds() != null;
    }

    /** Of thousands of pods, what is read; null for what is no canary, or has no node yet. */
    private static @Nullable Pod essence(Pod pod) {
        if (!isCanary(pod)) {
            return null;
        }
        return new PodBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withDeletionTimestamp(pod.getMetadata().getDeletionTimestamp())
                .withDeletionGracePeriodSeconds(pod.getMetadata().getDeletionGracePeriodSeconds())
                .endMetadata()
                .withNewSpec()
                .withNodeName(pod.getSpec().getNodeName())
                .addNewContainer()
                .withImage(pod.getSpec().getContainers().get(0).getImage())
                .withReadinessProbe(pod.getSpec().getContainers().get(0).getReadinessProbe())
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withConditions(pod.getStatus().getConditions())
                .withContainerStatuses(pod.getStatus().getContainerStatuses())
                .endStatus()
                .build();
    }

    @Override
    public void close() {
        worker.close();
        pods.close();
        events.close();
    }
}
