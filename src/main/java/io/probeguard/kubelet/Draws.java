package io.probeguard.kubelet;

import java.util.SplittableRandom;

/**
 * What in one run is up to nobody: the same numbers each time, so that a simulation always says the same. Bounds are
 * what is asked for, so most draws are bounds: how many of them upper ones differs from run to run, from none to all.
 */
final class Draws {
    private static final double INNER = 0.35;

    private final SplittableRandom numbers;
    private final double upper;

    /** @param run from 0 to {@code runs} - 1 */
    Draws(int run, int runs) {
        numbers = new SplittableRandom(run);
        upper = run / (runs - 1.0);
    }

    double between(double least, double most) {
        return least + share() * (most - least);
    }

    double of(Delay delay) {
        return between(delay.least, delay.most);
    }

    private double share() {
        if (upper == 0 || upper == 1) {
            return upper;
        }
        double number = numbers.nextDouble();
        if (numbers.nextDouble() < INNER) {
            return number;
        }
        return number < upper ? 1 : 0;
    }

    /** Anywhere in a span, however often it is asked: of phases no bound is worse than what is between. */
    double phase(double span) {
        return numbers.nextDouble() * span;
    }
}
