package io.probeguard.decision;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.Observer;
import io.probeguard.decision.RecentDecisions.CountedDecision;
import io.probeguard.decision.RecentDecisions.Period;
import io.probeguard.policy.Review;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The decisions of this process in the last day, in bounded memory: repeated ones are counted. */
public final class Decisions implements Observer {
    /** How long decisions are kept. */
    public static final Duration RETENTION = Duration.ofDays(1);

    /** What the history counts decisions by. */
    public static final Duration PERIOD = Duration.ofMinutes(30);

    /** So many different decisions are kept at most; some 60 kB of JSON. */
    static final int MAX_DECISIONS = 250;

    private final Map<Decision, CountedDecision> counted = new LinkedHashMap<>();
    private final Deque<Period> history = new ArrayDeque<>();

    /** A dry run decides nothing, so it is not kept. */
    @Override
    public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
        Decision decision = isDryRun ? null : Decision.of(webhook, operation, review);
        if (decision != null) {
            add(decision, Clock.systemUTC().instant());
        }
    }

    synchronized void add(Decision decision, Instant now) {
        CountedDecision latest = new CountedDecision(decision, 1, now);
        CountedDecision before = counted.remove(decision);
        counted.put(decision, before == null ? latest : before.and(latest)); // the newest is the last
        if (counted.size() > MAX_DECISIONS) {
            counted.remove(counted.keySet().iterator().next());
        }
        Period period = new Period(start(now), Map.of(decision.outcome(), 1));
        Period last = history.peekLast();
        if (last != null && last.start().equals(period.start())) {
            history.removeLast();
            history.addLast(last.and(period));
        } else {
            history.addLast(period);
        }
        forget(now.minus(RETENTION));
    }

    private static Instant start(Instant now) {
        return Instant.ofEpochSecond(now.getEpochSecond() / PERIOD.toSeconds() * PERIOD.toSeconds());
    }

    private void forget(Instant oldest) {
        while (!history.isEmpty() && history.peekFirst().start().isBefore(oldest)) {
            history.removeFirst();
        }
    }

    /** What was decided within {@link #RETENTION}. */
    public synchronized RecentDecisions recent(Instant now) {
        List<CountedDecision> newestFirst = new ArrayList<>(counted.values());
        Collections.reverse(newestFirst);
        return new RecentDecisions(newestFirst, List.copyOf(history)).since(now.minus(RETENTION));
    }
}
