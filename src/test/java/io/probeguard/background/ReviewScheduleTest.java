package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewScheduleTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * What is seen second by second, as second:circumstances, with "!" for a failed pass and "L" for a new leadership
     * before it; then the seconds at which a pass is made, every one of which takes no time. The interval is 100 s.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            at once, then at the interval         | 0:a 1:a 99:a 100:a 101:a 200:a            | 0 100 200
            a change, once it has settled         | 0:a 10:b 12:b 13:b 14:b                   | 0 13
            a rolling change makes one pass       | 0:a 10:b 12:c 14:d 16:d 17:d 18:d         | 0 17
            one without end waits for the interval | 0:a 40:b 42:c 44:d 98:e 100:f 101:f      | 0 100
            what is undone at once is nothing     | 0:a 10:b 11:a 14:a 15:a                   | 0
            a new leader looks at once            | 0:a 10:a 20L:a 21:a                       | 0 20
            after a failure, soon                 | 0!:a 10:a 29:a 30:a 31:a 130:a            | 0 30 130
            a change does not hasten a retry      | 0!:a 5:b 20:b 30:b 31:b                   | 0 30
            """)
    void whenAPassIsMade(String name, String seen, String expected) {
        ReviewSchedule<String> schedule = new ReviewSchedule<>(Duration.ofSeconds(100));
        StringBuilder made = new StringBuilder();
        for (String each : seen.split(" +", -1)) {
            String second = each.replaceAll("\\D.*", "");
            String circumstances = each.substring(each.indexOf(':') + 1);
            Instant now = START.plusSeconds(Long.parseLong(second));
            if (each.contains("L")) {
                schedule.makeDue();
            }
            if (schedule.isDue(now, circumstances)) {
                made.append(' ').append(second);
                if (each.contains("!")) {
                    schedule.failed(now);
                } else {
                    schedule.succeeded(now, circumstances);
                }
            }
        }
        assertThat(made.toString().trim()).isEqualTo(expected);
    }
}
