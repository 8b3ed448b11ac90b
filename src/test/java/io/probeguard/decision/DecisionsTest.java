package io.probeguard.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.decision.Decision.Outcome;
import io.probeguard.decision.RecentDecisions.CountedDecision;
import io.probeguard.decision.RecentDecisions.Period;
import io.probeguard.probe.Workload.Identity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:10:00Z");
    private static final Instant HALF = Instant.parse("2026-01-01T00:00:00Z");

    private final Decisions decisions = new Decisions();

    private static Decision decision(String name, Outcome outcome) {
        return new Decision("shop", new Identity("Deployment", name), outcome, List.of("docker-el7-1.13.1-84"));
    }

    @Test
    void theSameDecisionIsCounted() {
        decisions.add(decision("web", Outcome.WARNED), START);
        decisions.add(decision("db", Outcome.WARNED), START.plusSeconds(1));
        decisions.add(decision("web", Outcome.WARNED), START.plusSeconds(2));
        assertThat(decisions.recent(START.plusSeconds(3)).decisions())
                .containsExactly(
                        new CountedDecision(decision("web", Outcome.WARNED), 2, START.plusSeconds(2)),
                        new CountedDecision(decision("db", Outcome.WARNED), 1, START.plusSeconds(1)));
    }

    @Test
    void theyAreCountedByHalfHour() {
        decisions.add(decision("web", Outcome.WARNED), START);
        decisions.add(decision("web", Outcome.DENIED), START.plusSeconds(1));
        decisions.add(decision("web", Outcome.WARNED), START.plusSeconds(2));
        decisions.add(decision("web", Outcome.WARNED), START.plus(Duration.ofMinutes(20)));
        RecentDecisions recent = decisions.recent(START.plus(Duration.ofMinutes(21)));
        assertThat(recent.history())
                .containsExactly(
                        new Period(HALF, Map.of(Outcome.WARNED, 2, Outcome.DENIED, 1)),
                        new Period(HALF.plus(Decisions.PERIOD), Map.of(Outcome.WARNED, 1)));
        assertThat(recent.totals())
                .isEqualTo(Map.of(Outcome.REWRITTEN, 0, Outcome.WARNED, 3, Outcome.DENIED, 1, Outcome.SKIPPED, 0));
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 3 * Decisions.MAX_DECISIONS; i++) {
            decisions.add(decision("web-" + i, Outcome.WARNED), START.plus(Duration.ofMinutes(i)));
        }
        Instant end = START.plus(Duration.ofMinutes(3L * Decisions.MAX_DECISIONS));
        RecentDecisions recent = decisions.recent(end);
        assertThat(recent.decisions()).hasSize(Decisions.MAX_DECISIONS);
        assertThat(recent.decisions().get(0).decision().workload().name())
                .isEqualTo("web-" + (3 * Decisions.MAX_DECISIONS - 1));
        assertThat(recent.toJson().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(80_000);

        for (int day = 1; day <= 3; day++) {
            decisions.add(decision("web", Outcome.WARNED), end.plus(Duration.ofDays(day)));
        }
        RecentDecisions later = decisions.recent(end.plus(Duration.ofDays(3)));
        assertThat(later.decisions()).hasSize(1);
        assertThat(later.history()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whatIsADayOldIsForgotten() {
        decisions.add(decision("web", Outcome.WARNED), START);
        assertThat(decisions.recent(START.plus(Duration.ofHours(23))).isEmpty()).isFalse();
        assertThat(decisions.recent(START.plus(Duration.ofHours(25))).isEmpty()).isTrue();
    }

    @Test
    void replicasTogetherDecidedWhatEachDid() {
        RecentDecisions one = new RecentDecisions(
                List.of(new CountedDecision(decision("web", Outcome.WARNED), 2, START)),
                List.of(new Period(HALF, Map.of(Outcome.WARNED, 2))));
        RecentDecisions other = new RecentDecisions(
                List.of(
                        new CountedDecision(decision("web", Outcome.WARNED), 3, START.plusSeconds(5)),
                        new CountedDecision(decision("db", Outcome.DENIED), 1, START.plusSeconds(9))),
                List.of(new Period(HALF, Map.of(Outcome.WARNED, 3, Outcome.DENIED, 1))));
        assertThat(RecentDecisions.merged(List.of(one, other, new Decisions().recent(START))))
                .isEqualTo(new RecentDecisions(
                        List.of(
                                new CountedDecision(decision("db", Outcome.DENIED), 1, START.plusSeconds(9)),
                                new CountedDecision(decision("web", Outcome.WARNED), 5, START.plusSeconds(5))),
                        List.of(new Period(HALF, Map.of(Outcome.WARNED, 5, Outcome.DENIED, 1)))));
    }

    @Test
    void survivesAsJson() {
        decisions.add(new Decision(null, new Identity("Pod", "a\"b"), Outcome.SKIPPED, List.of()), START);
        RecentDecisions recent = decisions.recent(START);
        assertThat(RecentDecisions.ofJson(recent.toJson())).isEqualTo(recent);
    }
}
