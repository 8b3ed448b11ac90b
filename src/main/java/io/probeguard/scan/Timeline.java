package io.probeguard.scan;

import io.probeguard.kubelet.Consequence;
import io.probeguard.kubelet.Consequence.Life;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.policy.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a container over its first minutes, drawn: as its author wrote the probe and, below it to the same
 * scale, relaxed. All lengths are in units of the drawing.
 *
 * @param label says in words what is drawn
 */
public record Timeline(String label, List<Bar> bars, List<Tick> ticks) {
    public static final int WIDTH = 600;

    private static final int BAR_HEIGHT = 34;
    private static final int TICKS_HEIGHT = 16;
    private static final long SHORTEST_SECONDS = 600;
    private static final int TICKS = 5;

    /** What the container does for a while. */
    enum State {
        RUNS,
        /** Killed at some moment within. */
        KILLED,
        /** Waits to be started again, or is not Ready. */
        WAITS,
        /** Goes wrong at times. */
        UNSURE
    }

    public record Bar(String label, int textY, int y, List<Span> spans) {}

    public record Span(String state, long x, long width) {}

    /** @param anchor which side of the text is at {@code x} */
    public record Tick(String label, long x, String anchor) {}

    private record Scale(long seconds) {
        long x(long second) {
            return Math.min(second, seconds) * WIDTH / seconds;
        }

        Span span(State state, long from, long to) {
            return new Span(state.name().toLowerCase(Locale.ROOT), x(from), Math.max(1, x(to) - x(from)));
        }
    }

    /** Null for hooks, and where nothing is known. */
    public static @Nullable Timeline of(Finding finding) {
        if (!finding.handler().isProbe()) {
            return null;
        }
        Consequence before = finding.consequence();
        Consequence after = finding.afterRelaxing();
        Scale scale = new Scale(Math.max(horizon(before), after == null ? 0 : horizon(after)));
        List<Bar> bars = new ArrayList<>();
        bars.add(bar(0, "as written: ", before, scale));
        if (after != null) {
            bars.add(bar(1, finding.after() == null ? "if relaxed: " : "relaxed: ", after, scale));
        }
        return bars.stream().allMatch(bar -> bar.spans.isEmpty())
                ? null
                : new Timeline(bars.stream().map(Bar::label).collect(Collectors.joining("; ")), bars, ticks(scale));
    }

    public int width() {
        return WIDTH;
    }

    public int height() {
        return bars.size() * BAR_HEIGHT + TICKS_HEIGHT;
    }

    public int ticksY() {
        return height() - 2;
    }

    /** Long enough for the first kill, whenever it is, and the start that follows. */
    private static long horizon(Consequence consequence) {
        Seconds kill = consequence.firstKill();
        long end = kill == null ? 0 : kill.latest() == null ? 2 * kill.earliest() : kill.latest() * 5 / 4;
        long minutes = Math.max(SHORTEST_SECONDS, end) / 60;
        return (minutes + TICKS - 2) / (TICKS - 1) * (TICKS - 1) * 60;
    }

    private static Bar bar(int line, String prefix, Consequence consequence, Scale scale) {
        return new Bar(
                prefix + consequence.summary() + kills(consequence, scale),
                line * BAR_HEIGHT + 12,
                line * BAR_HEIGHT + 17,
                spans(consequence, scale));
    }

    private static String kills(Consequence consequence, Scale scale) {
        long kills = consequence.lives(scale.seconds).stream()
                .filter(life -> life.killed().latest() != null && life.killed().latest() <= scale.seconds)
                .count();
        return kills < 2 ? "" : ", killed " + kills + " times within " + minutes(scale.seconds);
    }

    private static List<Span> spans(Consequence consequence, Scale scale) {
        List<Life> lives = consequence.lives(scale.seconds);
        return switch (consequence.outcome()) {
            case RESTART_LOOP, POD_FAILS -> lives(lives, scale);
            case SOMETIMES_KILLED ->
                consequence.firstKill() == null
                        ? List.of(scale.span(State.UNSURE, 0, scale.seconds))
                        : firstThen(State.RUNS, consequence.firstKill().earliest(), State.UNSURE, scale);
            case NEVER_READY, NEVER_STARTED -> List.of(scale.span(State.WAITS, 0, scale.seconds));
            case SOMETIMES_UNREADY ->
                firstThen(State.WAITS, consequence.firstReady().earliest(), State.UNSURE, scale);
            case UNPROTECTED, NO_GRACEFUL_STOP, UNKNOWN -> List.of();
        };
    }

    private static List<Span> lives(List<Life> lives, Scale scale) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < lives.size(); i++) {
            Life life = lives.get(i);
            long latest = life.killed().latest() == null
                    ? scale.seconds
                    : life.killed().latest();
            spans.add(scale.span(State.RUNS, life.start(), life.killed().earliest()));
            if (life.killed().earliest() < scale.seconds) {
                spans.add(scale.span(State.KILLED, life.killed().earliest(), latest));
            }
            long next = i + 1 < lives.size() ? lives.get(i + 1).start() : scale.seconds;
            if (latest < Math.min(next, scale.seconds)) {
                spans.add(scale.span(State.WAITS, latest, next));
            }
        }
        return spans;
    }

    private static List<Span> firstThen(State first, long until, State then, Scale scale) {
        Span rest = scale.span(then, until, scale.seconds);
        return until == 0 ? List.of(rest) : List.of(scale.span(first, 0, until), rest);
    }

    private static List<Tick> ticks(Scale scale) {
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i < TICKS; i++) {
            long second = scale.seconds * i / (TICKS - 1);
            ticks.add(new Tick(
                    i == 0 ? "start" : minutes(second),
                    scale.x(second),
                    i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle"));
        }
        return ticks;
    }

    private static String minutes(long seconds) {
        return seconds % 60 == 0
                ? seconds / 60 + " min"
                : seconds / 60 + ":" + String.format("%02d", seconds % 60) + " min";
    }
}
