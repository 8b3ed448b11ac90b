package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.tls.CertificateAuthority;
import io.probeguard.tls.ServingPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerStateTest {
    private static final Instant ISSUED = Instant.parse("2026-06-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofDays(90);

    /** Certificates are issued as valid since 400 days before. */
    private static final ServingPair SERVED =
            CertificateAuthority.create(ISSUED, LIFE.multipliedBy(4)).issue(List.of("localhost"), ISSUED, LIFE);

    @ParameterizedTest(name = "{0} days after it was issued")
    @CsvSource({
        "0,    ,",
        "89,   ,",
        "90,   it expired at 2026-08-30T00:00:00Z",
        "365,  it expired at 2026-08-30T00:00:00Z",
        "-365, ,",
        "-401, it is not valid before 2025-04-27T00:00:00Z",
    })
    void isReadyWhileItsCertificateIsValid(int days, String reason) {
        Instant now = ISSUED.plus(Duration.ofDays(days));
        ServerState state = new ServerState(() -> null, SERVED, Clock.fixed(now, ZoneOffset.UTC));
        state.isOpen = true;
        assertThat(state.notReady())
                .isEqualTo(reason == null ? null : "API servers refuse the serving certificate: " + reason);
        assertThat(state.certificateRemaining()).isEqualTo(Duration.ofDays(90 - days));
    }
}
