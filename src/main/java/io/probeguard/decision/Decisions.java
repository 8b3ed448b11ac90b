package io.probeguard.decision;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.Observer;
import io.probeguard.decision.RecentDecisions.Span;
import io.probeguard.decision.RecentDecisions.Told;
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

/** The decisions of this process in the last day, in bounded memory: the same one made again is counted. */
public final class Decisions implements Observer {
    /** For so long decisions are kept. */
    public static final Duration KEPT = Duration.ofDays(1);

    /** The grain of their history. */
    public static final Duration SPAN = Duration.ofMinutes(30);

    /** As many different ones are kept; some 60 kB of JSON. */
    static final int MOST = 250;

    private final Map<Decision, Told> told = new LinkedHashMap<>();
    private final Deque<Span> history = new ArrayDeque<>();

    /** Nothing comes of a dry run, so that it is not kept. */
    @Override
    public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
        Decision decision = isDryRun ? null : Decision.of(webhook, operation, review);
        if (decision != null) {
            add(decision, Clock.systemUTC().instant());
        }
    }

    synchronized void add(Decision decision, Instant now) {
        Told again = new Told(decision, 1, now);
        Told before = told.remove(decision);
        told.put(decision, before == null ? again : before.and(again)); // the newest is the last
        if (told.size() > MOST) {
            told.remove(told.keySet().iterator().next());
        }
        Span span = new Span(start(now), Map.of(decision.outcome(), 1));
        Span last = history.peekLast();
        if (last != null && last.start().equals(span.start())) {
            history.removeLast();
            history.addLast(last.and(span));
        } else {
            history.addLast(span);
        }
        forget(now.minus(KEPT));
    }

    private static Instant start(Instant now) {
        return Instant.ofEpochSecond(now.getEpochSecond() / SPAN.toSeconds() * SPAN.toSeconds());
    }

    private void forget(Instant oldest) {
        while (!history.isEmpty() && history.peekFirst().start().isBefore(oldest)) {
            history.removeFirst();
        }
    }

    /** What is known now. */
    public synchronized RecentDecisions recent(Instant now) {
        List<Told> newestFirst = new ArrayList<>(told.values());
        Collections.reverse(newestFirst);
        return new RecentDecisions(newestFirst, List.copyOf(history)).since(now.minus(KEPT));
    }
}
