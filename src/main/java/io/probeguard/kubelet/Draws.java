package io.probeguard.kubelet;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What in one run is up to nobody: the same numbers each time, so that a simulation always says the same. Bounds are what
 * is asked for, so most draws are bounds: of each delay, in a third of the runs always the lower one, in a third always
 * the upper one, and in the others now this, now that.
 */
final class Draws {
    /** Of mixed draws so many are between the bounds. */
    private static final double INNER = 0.3;

    private final SplittableRandom numbers;
    /** How often the upper bound is drawn. */
    private final Map<Delay, Double> upper = new EnumMap<>(Delay.class);

    /** @param run from 0; the first two have all lower and all upper bounds */
    Draws(int run) {
        numbers = new SplittableRandom(run);
        for (Delay delay : Delay.values()) {
            upper.put(delay, run < 2 ? run : Math.max(0, Math.min(1, numbers.nextDouble(-1, 2))));
        }
    }

    double of(Delay delay) {
        return delay.min + share(Objects.requireNonNull(upper.get(delay))) * (delay.max - delay.min);
    }

    private double share(double upperShare) {
        if (upperShare == 0 || upperShare == 1) {
            return upperShare;
        }
        double number = numbers.nextDouble();
        if (numbers.nextDouble() < INNER) {
            return number;
        }
        return number < upperShare ? 1 : 0;
    }

    /** Anywhere in a span, as no bound is worse than what is between. */
    double anywhere(double span) {
        return numbers.nextDouble() * span;
    }
}
