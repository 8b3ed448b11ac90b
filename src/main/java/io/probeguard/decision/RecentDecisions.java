package io.probeguard.decision;

import io.probeguard.decision.Decision.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was decided recently.
 *
 * @param decisions the newest first
 * @param history the oldest first; periods in which nothing was decided are left out
 */
public record RecentDecisions(List<CountedDecision> decisions, List<Period> history) {
    private static final JsonMapper JSON = JsonMapper.shared();

    public RecentDecisions {
        decisions = List.copyOf(decisions);
        history = List.copyOf(history);
    }

    /** A decision, how often it was made, and when last. */
    public record CountedDecision(Decision decision, int count, Instant last) {
        public CountedDecision {
            Objects.requireNonNull(decision);
            Objects.requireNonNull(last);
        }

        CountedDecision and(CountedDecision other) {
            return new CountedDecision(decision, count + other.count, last.isAfter(other.last) ? last : other.last);
        }
    }

    /** How many decisions of each outcome there were in {@link Decisions#PERIOD} from {@code start} on. */
    public record Period(Instant start, Map<Outcome, Integer> counts) {
        public Period {
            Objects.requireNonNull(start);
            counts = Map.copyOf(counts);
        }

        Period and(Period other) {
            Map<Outcome, Integer> sums = new EnumMap<>(Outcome.class);
            sums.putAll(counts);
            other.counts.forEach((outcome, count) -> sums.merge(outcome, count, Integer::sum));
            return new Period(start, sums);
        }
    }

    /** The decisions of several replicas as if one had made them all. */
    public static RecentDecisions merged(Collection<RecentDecisions> replicas) {
        Map<Decision, CountedDecision> decisions = new LinkedHashMap<>();
        Map<Instant, Period> history = new TreeMap<>();
        for (RecentDecisions replica : replicas) {
            replica.decisions.forEach(counted -> decisions.merge(counted.decision, counted, CountedDecision::and));
            replica.history.forEach(period -> history.merge(period.start, period, Period::and));
        }
        List<CountedDecision> newestFirst = new ArrayList<>(decisions.values());
        newestFirst.sort(Comparator.comparing(CountedDecision::last).reversed());
        return new RecentDecisions(newestFirst, List.copyOf(history.values()));
    }

    /** Without what is older than this. */
    public RecentDecisions since(Instant oldest) {
        return new RecentDecisions(
                decisions.stream()
                        .filter(counted -> !counted.last.isBefore(oldest))
                        .toList(),
                history.stream()
                        .filter(period -> !period.start.isBefore(oldest))
                        .toList());
    }

    /** How often there was each outcome in all of the history. */
    public Map<Outcome, Integer> totals() {
        Map<Outcome, Integer> totals = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            totals.put(outcome, 0);
        }
        history.forEach(
                period -> period.counts.forEach((outcome, count) -> totals.merge(outcome, count, Integer::sum)));
        return totals;
    }

    public boolean isEmpty() {
        return decisions.isEmpty() && history.isEmpty();
    }

    String toJson() {
        return JSON.writeValueAsString(this);
    }

    /** @throws RuntimeException of whatever kind, if it is not what {@link #toJson} writes */
    static RecentDecisions ofJson(String json) {
        return Objects.requireNonNull(JSON.readValue(json, RecentDecisions.class));
    }
}
