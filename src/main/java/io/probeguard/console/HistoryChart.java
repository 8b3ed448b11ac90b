package io.probeguard.console;

import io.probeguard.decision.Decision.Outcome;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.RecentDecisions.Period;
import io.probeguard.scan.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The decisions of the last day: a bar for each half hour, and the same as a table.
 *
 * @param max the decisions in the half hour that has the most, at least 1
 */
record HistoryChart(List<Bar> bars, List<Tick> ticks, int max, List<Row> rows) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 120;
    private static final int TOP = 18;
    private static final int LABEL_WIDTH = 40;
    private static final int HOURS_PER_TICK = 6;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

    record Bar(String outcome, int x, int y, int width, int height) {}

    /** @param anchor which side of the text is at {@code x} */
    record Tick(String label, int x, String anchor) {}

    record Row(Timestamp start, List<Count> counts) {}

    record Count(String outcome, int count) {}

    static HistoryChart of(List<Period> history, Instant now) {
        long span = Decisions.PERIOD.toSeconds();
        long end = now.getEpochSecond() / span * span + span;
        int slots = (int) (Decisions.RETENTION.toSeconds() / span) + 1;
        Map<Instant, Period> byStart = history.stream().collect(Collectors.toMap(Period::start, Function.identity()));
        int max = Math.max(1, history.stream().mapToInt(HistoryChart::sum).max().orElse(0));
        List<Bar> bars = new ArrayList<>();
        List<Tick> ticks = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            Instant start = Instant.ofEpochSecond(end - (slots - slot) * span);
            int x = slot * WIDTH / slots;
            if (start.getEpochSecond() % (HOURS_PER_TICK * 3600) == 0) {
                ticks.add(new Tick(TIME.format(start), x, x > WIDTH - LABEL_WIDTH ? "end" : "start"));
            }
            if (byStart.containsKey(start)) {
                stack(byStart.get(start), x, WIDTH / slots - 2, max, bars);
            }
        }
        return new HistoryChart(
                bars, ticks, max, history.stream().map(HistoryChart::row).toList());
    }

    private static int sum(Period span) {
        return span.counts().values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void stack(Period span, int x, int width, int max, List<Bar> bars) {
        int y = TOP + HEIGHT;
        for (Outcome outcome : Outcome.values()) {
            int count = span.counts().getOrDefault(outcome, 0);
            if (count > 0) {
                int height = Math.max(1, (int) ((long) count * HEIGHT / max));
                y -= height;
                bars.add(new Bar(outcome.word(), x, y, width, height));
            }
        }
    }

    private static Row row(Period span) {
        List<Count> counts = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            counts.add(new Count(outcome.word(), span.counts().getOrDefault(outcome, 0)));
        }
        return new Row(Timestamp.of(span.start()), counts);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    int width() {
        return WIDTH;
    }

    int height() {
        return TOP + HEIGHT + 20;
    }

    int base() {
        return TOP + HEIGHT;
    }

    int ticksY() {
        return height() - 4;
    }

    List<String> outcomes() {
        List<String> words = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            words.add(outcome.word());
        }
        return words;
    }
}
