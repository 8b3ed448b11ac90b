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
 * A drawing of what happens to a container in its first minutes: with the probe as its author wrote it and, below it and to
 * the same scale, relaxed. All lengths are in units of the drawing.
 *
 * @param label the drawing in words
 */
public record Timeline(String label, List<Bar> bars, List<Tick> ticks) {
    public static final int WIDTH = 600;

    private static final int BAR_HEIGHT = 34;
    private static final int TICKS_HEIGHT = 16;
    private static final long MIN_SECONDS = 600;
    private static final int TICKS = 5;

    /** What the container does for a while. */
    enum State {
        RUNS,
        /** Killed at some point within it. */
        KILLED,
        /** Waits to be restarted, or is not Ready. */
        WAITS,
        /** Intermittently killed or not Ready. */
        UNSURE
    }

    public record Bar(String label, int textY, int y, List<Segment> segments) {}

    public record Segment(String state, long x, long width) {}

    /** @param anchor which side of the text is at {@code x} */
    public record Tick(String label, long x, String anchor) {}

    private record Scale(long seconds) {
        long x(long second) {
            return Math.min(second, seconds) * WIDTH / seconds;
        }

        Segment segment(State state, long from, long to) {
            return new Segment(state.name().toLowerCase(Locale.ROOT), x(from), Math.max(1, x(to) - x(from)));
        }
    }

    /** Null for hooks, and where it is unknown what happens. */
    public static @Nullable Timeline of(Finding finding) {
        if (!finding.handler().isProbe()) {
            return null;
        }
        Consequence asWritten = finding.consequence();
        Consequence relaxed = finding.afterRelaxing();
        Scale scale = new Scale(Math.max(horizon(asWritten), relaxed == null ? 0 : horizon(relaxed)));
        List<Bar> bars = new ArrayList<>();
        bars.add(bar(0, "as written: ", asWritten, scale));
        if (relaxed != null) {
            bars.add(bar(1, finding.after() == null ? "if relaxed: " : "relaxed: ", relaxed, scale));
        }
        return bars.stream().allMatch(bar -> bar.segments.isEmpty())
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

    /** Seconds, enough for the first kill, however late, and the restart that follows. */
    private static long horizon(Consequence consequence) {
        Seconds kill = consequence.firstKill();
        long end = kill == null ? 0 : kill.latest() == null ? 2 * kill.earliest() : kill.latest() * 5 / 4;
        long minutes = Math.max(MIN_SECONDS, end) / 60;
        return (minutes + TICKS - 2) / (TICKS - 1) * (TICKS - 1) * 60;
    }

    private static Bar bar(int line, String prefix, Consequence consequence, Scale scale) {
        return new Bar(
                prefix + consequence.summary() + kills(consequence, scale),
                line * BAR_HEIGHT + 12,
                line * BAR_HEIGHT + 17,
                segments(consequence, scale));
    }

    private static String kills(Consequence consequence, Scale scale) {
        long kills = consequence.lives(scale.seconds).stream()
                .filter(life -> life.killed().latest() != null && life.killed().latest() <= scale.seconds)
                .count();
        return kills < 2 ? "" : ", killed " + kills + " times within " + minutes(scale.seconds);
    }

    private static List<Segment> segments(Consequence consequence, Scale scale) {
        return switch (consequence.outcome()) {
            case RESTART_LOOP, POD_FAILS -> lives(consequence.lives(scale.seconds), scale);
            case SOMETIMES_KILLED -> unsureFrom(consequence.firstKill(), State.RUNS, scale);
            case NEVER_READY, NEVER_STARTED -> List.of(scale.segment(State.WAITS, 0, scale.seconds));
            case SOMETIMES_UNREADY -> unsureFrom(consequence.firstReady(), State.WAITS, scale);
            case UNPROTECTED, NO_GRACEFUL_STOP, UNKNOWN -> List.of();
        };
    }

    private static List<Segment> lives(List<Life> lives, Scale scale) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < lives.size(); i++) {
            Life life = lives.get(i);
            long latest = life.killed().latest() == null
                    ? scale.seconds
                    : life.killed().latest();
            segments.add(scale.segment(State.RUNS, life.start(), life.killed().earliest()));
            if (life.killed().earliest() < scale.seconds) {
                segments.add(scale.segment(State.KILLED, life.killed().earliest(), latest));
            }
            long next = i + 1 < lives.size() ? lives.get(i + 1).start() : scale.seconds;
            if (latest < Math.min(next, scale.seconds)) {
                segments.add(scale.segment(State.WAITS, latest, next));
            }
        }
        return segments;
    }

    /** @param from when the container first gets there; null where that may be at once */
    private static List<Segment> unsureFrom(@Nullable Seconds from, State before, Scale scale) {
        long start = from == null ? 0 : from.earliest();
        Segment unsure = scale.segment(State.UNSURE, start, scale.seconds);
        return start == 0 ? List.of(unsure) : List.of(scale.segment(before, 0, start), unsure);
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
