package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EventListBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How several nodes are asked, of an API server whose nodes fail each pod at once. */
class CanaryRunTest {
    private final Map<String, Pod> pods = new ConcurrentSkipListMap<>();
    private final FakeApiServer server = new FakeApiServer(this::answer);
    private final CanaryRun run = new CanaryRun(
            new CanaryPods(server.client(), "here"),
            new CanarySettings(CanarySettings.PAUSE_IMAGE, CanarySettings.PAUSE_VERSION, null, Duration.ofMinutes(9)),
            Duration.ofMinutes(4),
            /* keep= */ false);
    private volatile int most;
    private volatile int errorCode;
    private volatile int errors;
    private volatile boolean isStuck;

    @AfterEach
    void stop() {
        server.close();
    }

    /** The pod of each node has its name. */
    private synchronized Answer answer(Request request) {
        if (errors > 0) {
            errors--;
            return Answer.failed(errorCode);
        }
        switch (request.method()) {
            case "POST" -> {
                Pod asked = Serialization.unmarshal(request.body(), Pod.class);
                String name = "canary-" + asked.getSpec().getNodeName();
                Pod pod = asked.edit()
                        .editMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewStatus()
                        .withPhase("Failed")
                        .withReason("OutOfpods")
                        .endStatus()
                        .build();
                pods.put(name, pod);
                most = Math.max(most, pods.size());
                return Answer.ok(Serialization.asJson(pod));
            }
            case "DELETE" -> {
                if (!isStuck) {
                    pods.remove(request.path().replaceFirst(".*/", ""));
                }
                return Answer.ok("{}");
            }
            default -> {
                return Answer.ok(Serialization.asJson(
                        request.path().endsWith("/events")
                                ? new EventListBuilder().build()
                                : new PodListBuilder()
                                        .withItems(List.copyOf(pods.values()))
                                        .build()));
            }
        }
    }

    @Test
    void asksSomeAtATimeAndRemovesEach() throws Exception {
        List<String> told = new ArrayList<>();
        List<CanaryResult> results = run.ask(List.of("c", "a", "b"), 2, result -> told.add(result.node()));
        assertThat(results).extracting(CanaryResult::node).containsExactly("c", "a", "b");
        assertThat(results).allSatisfy(result -> {
            assertThat(result.verdict()).isEqualTo(CanaryVerdict.UNKNOWN);
            assertThat(result.reason()).isEqualTo("the canary pod does not run: Failed, OutOfpods");
        });
        assertThat(told).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(most).isEqualTo(2);
        assertThat(pods).isEmpty();
    }

    @Test
    void anOutageIsBorne() throws Exception {
        errorCode = 503;
        errors = 1;
        assertThat(run.ask(List.of("a"), 1, result -> {})).hasSize(1);
        assertThat(pods).isEmpty();
    }

    @Test
    void aRefusalIsNot() {
        errorCode = 403;
        errors = 1;
        assertThatThrownBy(() -> run.ask(List.of("a"), 1, result -> {})).isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void whatIsLeftIsNamedAndTheNextRunRemovesIt() throws Exception {
        isStuck = true;
        run.ask(List.of("a"), 1, result -> {});
        assertThat(run.awaitRemoval(Duration.ZERO, count -> assertThat(count).isEqualTo(1)))
                .isEqualTo(Map.of("canary-a", "a"));
        isStuck = false;
        run.removeAll();
        assertThat(run.awaitRemoval(Duration.ofMinutes(1), count -> {})).isEmpty();
    }
}
