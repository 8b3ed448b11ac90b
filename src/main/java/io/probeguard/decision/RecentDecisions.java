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
 * What was decided of late.
 *
 * @param decisions the newest first
 * @param history the oldest first; spans of time in which nothing was decided are left out
 */
public record RecentDecisions(List<Told> decisions, List<Span> history) {
    private static final JsonMapper JSON = JsonMapper.shared();

    public RecentDecisions {
        decisions = List.copyOf(decisions);
        history = List.copyOf(history);
    }

    /** A decision, and how often it was made. */
    public record Told(Decision decision, int count, Instant last) {
        public Told {
            Objects.requireNonNull(decision);
            Objects.requireNonNull(last);
        }

        Told and(Told other) {
            return new Told(decision, count + other.count, last.isAfter(other.last) ? last : other.last);
        }
    }

    /** How many decisions of each outcome there were in {@link Decisions#SPAN} from {@code start} on. */
    public record Span(Instant start, Map<Outcome, Integer> counts) {
        public Span {
            Objects.requireNonNull(start);
            counts = Map.copyOf(counts);
        }

        Span and(Span other) {
            Map<Outcome, Integer> sums = new EnumMap<>(Outcome.class);
            sums.putAll(counts);
            other.counts.forEach((outcome, count) -> sums.merge(outcome, count, Integer::sum));
            return new Span(start, sums);
        }
    }

    /** What several replicas decided, as if one had. */
    public static RecentDecisions together(Collection<RecentDecisions> replicas) {
        Map<Decision, Told> decisions = new LinkedHashMap<>();
        Map<Instant, Span> history = new TreeMap<>();
        for (RecentDecisions replica : replicas) {
            replica.decisions.forEach(told -> decisions.merge(told.decision, told, Told::and));
            replica.history.forEach(span -> history.merge(span.start, span, Span::and));
        }
        List<Told> newestFirst = new ArrayList<>(decisions.values());
        newestFirst.sort(Comparator.comparing(Told::last).reversed());
        return new RecentDecisions(newestFirst, List.copyOf(history.values()));
    }

    /** What is not older than this. */
    public RecentDecisions since(Instant oldest) {
        return new RecentDecisions(
                decisions.stream().filter(told -> !told.last.isBefore(oldest)).toList(),
                history.stream().filter(span -> !span.start.isBefore(oldest)).toList());
    }

    /** How often there was each outcome in all of the history. */
    public Map<Outcome, Integer> totals() {
        Map<Outcome, Integer> totals = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            totals.put(outcome, 0);
        }
        history.forEach(span -> span.counts.forEach((outcome, count) -> totals.merge(outcome, count, Integer::sum)));
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
