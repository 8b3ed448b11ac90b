package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Observation.Seen;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That a comparison finds what is wrong. */
class ComparisonTest {
    private static final Stack DOCKER = Stack.named("v1.20.2-docker-20.10.24");

    private static Observation recorded(String scenario) throws IOException {
        return Scenarios.observations().stream()
                .filter(each -> each.stack().equals(DOCKER) && each.scenario().equals(scenario))
                .findFirst()
                .orElseThrow();
    }

    private static Observation moved(Observation observation, double seconds) {
        List<Seen> moved = observation.seen().stream()
                .map(each -> new Seen(each.pod(), each.event(), each.container(), each.second() + seconds))
                .toList();
        return new Observation(DOCKER, observation.scenario(), observation.manifest(), moved, observation.end());
    }

    @Test
    void anotherRuntimeDoesSomethingElse() throws IOException {
        Observation docker = recorded("s17-liveness-always-fails");
        Observation claimed = new Observation(
                Stack.named("v1.37.2-containerd-2.2.9"),
                docker.scenario(),
                docker.manifest(),
                docker.seen(),
                docker.end());
        assertThat(Comparison.of(claimed, 0).wrong())
                .anyMatch(wrong -> wrong.endsWith("was not predicted"))
                .anyMatch(wrong -> wrong.contains("killed") && wrong.endsWith(" came"));
    }

    @Test
    void whatIsCertainMustCome() throws IOException {
        Observation kept = recorded("s01-liveness-fails");
        List<Seen> started =
                kept.seen().stream().filter(each -> each.second() == 0).toList();
        Observation cut = new Observation(DOCKER, kept.scenario(), kept.manifest(), started, kept.end());
        assertThat(Comparison.of(cut, 0).wrong()).anyMatch(wrong -> wrong.contains("was certain and did not come"));
    }

    @Test
    void slackIsForWhatComesLate() throws IOException {
        Observation recorded = recorded("s01-liveness-fails");
        assertThat(Comparison.of(moved(recorded, 30), 0).wrong()).isNotEmpty();
        assertThat(Comparison.of(moved(recorded, 30), 30).wrong()).isEmpty();
        assertThat(Comparison.of(moved(recorded, -30), 30).wrong()).isNotEmpty();
    }
}
