package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackOffTest {
    private final BackOff backOff = new BackOff();

    @Test
    void doublesFrom10To300Seconds() {
        double now = 0;
        for (double wait : new double[] {0, 10, 20, 40, 80, 160, 300, 300}) {
            assertThat(backOff.end(now, now)).isEqualTo(now + wait);
            backOff.next(now + wait);
            now += wait + 1;
        }
    }

    @Test
    void forgetsAfterALongLife() {
        backOff.next(0);
        backOff.next(100);
        assertThat(backOff.end(700, 700)).isEqualTo(720);
        assertThat(backOff.end(701, 701)).isEqualTo(701);
        backOff.next(701);
        assertThat(backOff.end(710, 710)).isEqualTo(720);
    }
}
