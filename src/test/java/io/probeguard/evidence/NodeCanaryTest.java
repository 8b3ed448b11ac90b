package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventListBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.evidence.Recording.Moment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How one node is asked: what is created and removed, and what is told, as recordings of real kubelets go on. */
class NodeCanaryTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(4);

    /** Between looks, as {@link CanaryRun} has it. */
    private static final Duration STEP = Duration.ofSeconds(2);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final FakeApiServer server = new FakeApiServer(this::answer);
    private volatile List<Event> events = List.of();
    private long nanos;

    @AfterEach
    void stop() {
        server.close();
    }

    /** Each pod gets the name of its kind. */
    private Answer answer(Request request) {
        String last = request.path().replaceFirst(".*/", "");
        switch (request.method()) {
            case "POST" -> {
                Pod pod = Serialization.unmarshal(request.body(), Pod.class);
                String kind = pod.getMetadata().getLabels().get(CanaryPod.LABEL);
                requests.add("create " + kind);
                return Answer.ok(Serialization.asJson(
                        pod.edit().editMetadata().withName(kind).endMetadata().build()));
            }
            case "DELETE" -> {
                requests.add("delete " + last);
                return Answer.ok("{}");
            }
            default -> {
                return Answer.ok(Serialization.asJson(
                        new EventListBuilder().withItems(events).build()));
            }
        }
    }

    private NodeCanary ask(boolean keep) {
        CanarySettings settings = new CanarySettings(
                CanarySettings.PAUSE_IMAGE, CanarySettings.PAUSE_VERSION, null, Duration.ofMinutes(9));
        return new NodeCanary("node-1", new CanaryPods(server.client(), "here"), settings, TIMEOUT, keep, () -> nanos);
    }

    private static Recording recording(String runtime, String kubelet) {
        return Recording.all().stream()
                .filter(each -> each.runtime().startsWith(runtime + "://")
                        && each.kubelet().startsWith("v" + kubelet + "."))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Looks at its pod as it was recorded, until it is another's turn or for so long as anything may come. The removal of
     * those that were recorded was asked for later than a canary does: that time is left out.
     */
    private void play(NodeCanary canary, List<Moment> moments) {
        String pod = canary.pod();
        Duration at = Duration.ZERO;
        while (!canary.isDone() && canary.pod().equals(pod) && at.compareTo(TIMEOUT.multipliedBy(2)) < 0) {
            Moment now = moments.get(0);
            for (Moment moment : moments) {
                if (moment.at().compareTo(at) <= 0) {
                    now = moment;
                }
            }
            events = now.events();
            canary.look(now.pod());
            nanos += STEP.toNanos();
            at = at.plus(STEP);
            Duration removal = removal(moments);
            if (requests.contains("delete " + pod) && removal.compareTo(at) > 0) {
                at = removal;
            }
        }
    }

    private static Duration removal(List<Moment> moments) {
        return moments.stream()
                .filter(moment ->
                        moment.pod() != null && moment.pod().getMetadata().getDeletionTimestamp() != null)
                .findFirst()
                .map(Moment::at)
                .orElse(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            docker     | 1.20 | none         | none-hooks            | works
            docker     | 1.20 | always-fails | -                     | fails
            docker     | 1.20 | hangs        | -                     | hangs
            docker     | 1.20 | none         | sometimes-fails-hooks | sometimes
            docker     | 1.20 | none         | always-fails-hooks    | sometimes
            docker     | 1.20 | none         | hangs-hooks           | hangs
            containerd | 1.20 | none         | none-hooks            | works
            containerd | 1.20 | always-fails | -                     | fails
            containerd | 1.20 | hangs        | -                     | hangs
            containerd | 1.20 | none         | sometimes-fails-hooks | sometimes
            containerd | 1.20 | none         | always-fails-hooks    | sometimes
            containerd | 1.20 | none         | hangs-hooks           | hangs
            containerd | 1.37 | none         | none-hooks            | works
            containerd | 1.37 | always-fails | -                     | fails
            containerd | 1.37 | slow         | -                     | slow
            containerd | 1.37 | hangs        | -                     | hangs
            containerd | 1.37 | none         | sometimes-fails-hooks | sometimes
            containerd | 1.37 | none         | always-fails-hooks    | sometimes
            containerd | 1.37 | none         | hangs-hooks           | hangs
            """)
    void asks(String runtime, String kubelet, String probes, @Nullable String hooks, String verdict) {
        Recording recording = recording(runtime, kubelet);
        NodeCanary canary = ask(/* keep= */ false);
        play(canary, recording.all(probes));
        if (hooks != null) {
            assertThat(canary.isDone()).isFalse();
            play(canary, recording.all(hooks));
        }
        assertThat(canary.isDone()).isTrue();
        assertThat(canary.result().verdict().word()).isEqualTo(verdict);
        assertThat(canary.result().firstSuccess() != null).isEqualTo(!probes.matches("always-fails|hangs"));
        assertThat(requests)
                .isEqualTo(
                        hooks == null
                                ? List.of("create probes", "delete probes")
                                : List.of("create probes", "create hooks", "delete probes", "delete hooks"));
    }

    @Test
    void keepsThePodWithProbesOnly() {
        Recording recording = recording("containerd", "1.37");
        NodeCanary canary = ask(/* keep= */ true);
        play(canary, recording.all("none"));
        play(canary, recording.all("none-hooks"));
        assertThat(canary.result().verdict()).isEqualTo(CanaryVerdict.WORKS);
        assertThat(requests).containsExactly("create probes", "create hooks", "delete hooks");
    }

    @Test
    void aPodThatIsGoneTellsNothing() {
        NodeCanary canary = ask(/* keep= */ false);
        canary.look(null);
        assertThat(canary.isDone()).isTrue();
        assertThat(canary.result().verdict()).isEqualTo(CanaryVerdict.UNKNOWN);
        assertThat(canary.result().reason()).isEqualTo("somebody removed the canary pod");
    }

    /** As when its image cannot be pulled. */
    @Test
    void aPodThatDoesNotRunIsGivenUp() {
        List<Moment> beginning = recording("containerd", "1.37").all("none").stream()
                .takeWhile(moment -> moment.pod() == null || !CanaryReading.areProbed(moment.pod()))
                .toList();
        NodeCanary canary = ask(/* keep= */ false);
        play(canary, beginning);
        assertThat(canary.isDone()).isTrue();
        assertThat(canary.result().verdict()).isEqualTo(CanaryVerdict.UNKNOWN);
        assertThat(canary.result().reason()).isEqualTo("the canary pod does not run: Running, ContainerCreating");
        assertThat(Duration.ofNanos(nanos)).isBetween(TIMEOUT, TIMEOUT.plus(STEP.multipliedBy(3)));
        assertThat(requests).containsExactly("create probes", "delete probes");
    }
}
