package io.probeguard.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationTest {
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    private static final Duration AUTHORITY = Duration.ofDays(30);
    private static final Duration SERVING = Duration.ofDays(9);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Rotation ROTATION = new Rotation(List.of("a.b.svc", "127.0.0.1", "::1"), AUTHORITY, SERVING);

    private final Map<List<X509Certificate>, Boolean> signed = new HashMap<>();

    private static Instant day(double days) {
        return START.plus(Duration.ofMinutes(Math.round(days * 24 * 60)));
    }

    private boolean trusts(List<X509Certificate> trusted, X509Certificate serving, Instant now) {
        return trusted.stream().anyMatch(authority -> isValid(authority, now) && hasSigned(authority, serving));
    }

    private static boolean isValid(X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** Whatever the time, and so found out once. */
    private boolean hasSigned(X509Certificate authority, X509Certificate serving) {
        return signed.computeIfAbsent(List.of(authority, serving), pair -> {
            try {
                serving.verify(authority.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        });
    }

    private static List<X509Certificate> trusted(CertificateSet set) throws Exception {
        return Pem.certificates(set.trusted());
    }

    @Test
    void thereIsASetFromTheStart() throws Exception {
        CertificateSet set = ROTATION.next(null, START, false);
        assertThat(trusts(trusted(set), set.serving().certificate(), START)).isTrue();
        assertThat(set.serving().certificate().getSubjectAlternativeNames()).hasSize(3);
        assertThat(ROTATION.next(set, START, false)).isSameAs(set);
    }

    @ParameterizedTest
    @CsvSource({"5.9, false", "6.1, true"})
    void aServingCertificateIsRenewedInTheLastThirdOfItsLife(double days, boolean renewed) {
        CertificateSet set = ROTATION.next(null, START, false);
        CertificateSet next = ROTATION.next(set, day(days), false);
        assertThat(next.serving().equals(set.serving())).isNotEqualTo(renewed);
        assertThat(next.authority()).isEqualTo(set.authority());
    }

    @Test
    void anotherNameOfTheServiceIsANewCertificate() {
        CertificateSet set = ROTATION.next(null, START, false);
        Rotation renamed = new Rotation(List.of("c.d.svc"), AUTHORITY, SERVING);
        CertificateSet next = renamed.next(set, START, false);
        assertThat(next.serving()).isNotEqualTo(set.serving());
        assertThat(next.authority()).isEqualTo(set.authority());
    }

    @Test
    void anAuthorityIsFollowedByOneThatIsTrustedBeforeItIssues() {
        CertificateSet set = ROTATION.next(ROTATION.next(null, START, false), day(19), false);
        CertificateSet announced = ROTATION.next(set, day(20), false);
        assertThat(announced.successor()).isNotNull();
        assertThat(announced.serving()).isEqualTo(set.serving());

        Instant later = day(20).plus(Duration.ofMinutes(16));
        assertThat(ROTATION.next(announced, day(20).plus(Duration.ofMinutes(14)), true)
                        .authority())
                .as("API servers are given 15 minutes to learn of it")
                .isEqualTo(set.authority());
        assertThat(ROTATION.next(announced, later, false).authority())
                .as("never while an API server may not trust it")
                .isEqualTo(set.authority());

        CertificateSet promoted = ROTATION.next(announced, later, true);
        assertThat(promoted.authority()).isEqualTo(announced.successor());
        assertThat(promoted.successor()).isNull();
        assertThat(promoted.predecessors()).containsExactly(set.authority().certificate());
    }

    /** Replicas whose clocks differ by 10 minutes take turns; API servers' clocks are anywhere between. */
    @Test
    void atEveryMomentEveryApiServerTrustsWhatIsServed() throws Exception {
        CertificateSet set = ROTATION.next(null, START, false);
        List<CertificateSet> recent = new ArrayList<>();
        int authorities = 0;
        int step = 0;
        for (Instant now = START; now.isBefore(day(200)); now = now.plus(Duration.ofMinutes(30))) {
            Instant replicaClock = step++ % 2 == 0 ? now.plus(SKEW) : now.minus(SKEW);
            CertificateSet next = ROTATION.next(set, replicaClock, set.successor() != null);
            if (!next.equals(set)) {
                authorities += next.authority().equals(set.authority()) ? 0 : 1;
                recent.add(set);
                set = next;
            }
            for (Instant apiServerClock : List.of(now.plus(SKEW), now.minus(SKEW))) {
                set.serving().certificate().checkValidity(Date.from(apiServerClock));
                assertThat(trusts(trusted(set), set.serving().certificate(), apiServerClock))
                        .isTrue();
                if (!recent.isEmpty()) {
                    CertificateSet before = recent.get(recent.size() - 1);
                    assertThat(trusts(trusted(before), set.serving().certificate(), apiServerClock))
                            .as("an API server that has not read the newest caBundle, %s", now)
                            .isTrue();
                    assertThat(trusts(trusted(set), before.serving().certificate(), issuedAt(set)))
                            .as("a replica that has not read the newest certificate, %s", now)
                            .isTrue();
                }
            }
        }
        assertThat(authorities).isBetween(8, 12);
        assertThat(set.predecessors().size()).isLessThan(3);
    }

    /** When the newest certificate of a set was made. */
    private static Instant issuedAt(CertificateSet set) {
        return CertificateAuthority.issuedAt(set.serving().certificate());
    }

    /**
     * A clock that is wrong by a year does not bring a replica to write what API servers refuse, neither while it is wrong
     * nor once it is right again. Only where an authority seems to have expired they have to learn of another at once.
     */
    @ParameterizedTest(name = "{1} days, in a set that is {0} days old")
    @CsvSource({
        "0,   365,  false",
        "0,   -365, false",
        "50,  365,  false",
        "80,  -365, false",
        "300, 365,  false",
        "300, -365, false",
        "480, 365,  true",
        "480, -365, false",
    })
    void aReplicaWhoseClockJumpsHurtsNobody(int age, int jump, boolean isExpired) throws Exception {
        Rotation rotation = new Rotation(List.of("a.b.svc"), Duration.ofDays(730), Duration.ofDays(90));
        CertificateSet set = rotation.next(null, START, false);
        for (int day = 1; day <= age; day++) {
            set = rotation.next(set, day(day), set.successor() != null);
        }
        Instant now = day(age);
        for (int minutes : List.of(0, 1, 20, 40)) {
            CertificateSet next =
                    rotation.next(set, day(age + jump).plus(Duration.ofMinutes(minutes)), set.successor() != null);
            List<X509Certificate> known = trusted(isExpired && minutes == 0 ? next : set);
            assertThat(trusts(known, next.serving().certificate(), now)).isTrue();
            assertThat(isValid(next.serving().certificate(), now)).isTrue();
            set = next;
        }
        for (int minutes : List.of(41, 60, 80)) {
            Instant later = now.plus(Duration.ofMinutes(minutes));
            CertificateSet next = rotation.next(set, later, set.successor() != null);
            assertThat(trusts(trusted(set), next.serving().certificate(), later))
                    .isTrue();
            assertThat(isValid(next.serving().certificate(), later)).isTrue();
            set = next;
        }
    }

    /** Whatever a third of the lifetime is. */
    @Test
    void whatEndsWithItsAuthorityIsNotRenewedAgainAndAgain() {
        CertificateSet set = ROTATION.next(null, START, false);
        set = ROTATION.next(set, day(20), false); // has a successor that no API server comes to trust
        CertificateSet last = ROTATION.next(set, day(28), false);
        assertThat(last.serving().certificate().getNotAfter())
                .isEqualTo(last.authority().certificate().getNotAfter());
        assertThat(ROTATION.next(last, day(28.1), false)).isSameAs(last);
        assertThat(ROTATION.next(last, day(29.9), false)).isSameAs(last);
    }

    @Test
    void whatNobodyLookedAfterForAYearIsMadeAnew() {
        CertificateSet set = ROTATION.next(null, START, false);
        CertificateSet next = ROTATION.next(set, day(365), false);
        assertThat(next.authority()).isNotEqualTo(set.authority());
        assertThat(next.predecessors()).isEmpty();
    }

    @Test
    void aSetIsReadAsItWasWritten() throws Exception {
        CertificateSet set = ROTATION.next(ROTATION.next(null, START, false), day(19), false);
        set = ROTATION.next(set, day(20), false);
        assertThat(CertificateSet.read(set.toData())).isEqualTo(set);
        CertificateSet promoted = ROTATION.next(set, day(21), true);
        assertThat(CertificateSet.read(promoted.toData())).isEqualTo(promoted);
        assertThat(CertificateSet.read(Map.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "tls.key, nonsense, no private key found",
        "ca.crt,  nonsense, no certificate found",
        "ca.key,  tls.key,  ca.key is not the private key of ca.crt",
        "tls.key, ca.key,   tls.key is not the private key of tls.crt",
        "tls.crt, ,         tls.crt is missing",
    })
    void whatCannotBeUsedIsReported(String key, String instead, String message) {
        Map<String, byte[]> data =
                new HashMap<>(ROTATION.next(null, START, false).toData());
        data.put(key, instead == null ? null : data.getOrDefault(instead, "x".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> CertificateSet.read(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aCertificateThatCouldOutliveItsAuthorityIsRefused() {
        assertThatThrownBy(() -> new Rotation(List.of("a"), Duration.ofDays(20), Duration.ofDays(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least three times the certificate lifetime");
    }
}
