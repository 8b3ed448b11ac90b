package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Observation.Seen;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** As it was seen: the exit at 43 s was never told, and the restart after the next one did not wait. */
    @Test
    void whatComesOfALostExitIsNotPredicted() throws IOException {
        Observation seen = a01("""
                a01,1,started,c1,0
                a01,1,started,c2,0
                a01,1,ready,,2.9
                a01,1,killed,c1,14
                a01,1,started,c1,15
                a01,1,started,c1,28
                a01,1,killed,c1,28
                a01,1,started,c1,43
                a01,1,killed,c1,58
                a01,1,started,c1,59
                a01,1,killed,c1,73
                a01,1,notReady,,74.3
                a01,1,crashLoopBackOff,c1,74.3
                a01,1,end,,155.0
                """);
        assertThat(Comparison.of(seen, 0).wrong()).isNotEmpty();
        Observation until = seen.untilAnExitIsLost();
        assertThat(until.end()).isEqualTo(43);
        assertThat(until.seen()).hasSize(7);
        assertThat(Comparison.of(until, 0).wrong()).isEmpty();
    }

    /** One container; two; a Job with pods that follow each other. */
    @ParameterizedTest
    @ValueSource(strings = {"s01-liveness-fails", "a01", "a04"})
    void whatLostNoExitIsComparedToItsEnd(String scenario) throws IOException {
        Observation recorded = recorded(scenario);
        assertThat(recorded.untilAnExitIsLost()).isSameAs(recorded);
    }

    private static Observation a01(String rows) throws IOException {
        List<String> table =
                ("scenario,pod,event,container,second\n" + rows).lines().toList();
        return Observation.read(DOCKER, table, Scenarios.all()).get(0);
    }
}
