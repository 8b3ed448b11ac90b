package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestMemoryTest {
    private final RequestMemory memory = new RequestMemory(4_000_000L * RequestMemory.PER_BYTE);

    @Test
    void largeBodiesLeaveRoomForSmallOnes() {
        assertThat(memory.take(2_900_000, 2_900_000)).isTrue();
        assertThat(memory.take(100_001, 3_000_001)).isFalse();
        assertThat(memory.take(100_000, 3_000_000)).isTrue();
        assertThat(memory.take(60_000, 60_000)).isTrue();
    }

    @Test
    void nothingIsTakenWhereThereIsNotEnough() {
        assertThat(memory.take(4_000_001, 60_000)).isFalse();
        assertThat(memory.take(4_000_000, 60_000)).isTrue();
        assertThat(memory.take(1, 1)).isFalse();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        assertThat(memory.take(3_000_000, 3_000_000)).isTrue();
        assertThat(memory.take(1, 3_000_000)).isFalse();
        memory.giveBack(1_000_000);
        assertThat(memory.take(1_000_000, 3_000_000)).isTrue();
        assertThat(memory.take(1, 3_000_000)).isFalse();
    }
}
