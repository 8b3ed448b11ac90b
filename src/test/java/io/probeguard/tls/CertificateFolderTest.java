package io.probeguard.tls;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateFolderTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1", "probe-guard.ns.svc");

    private final Path folder;

    CertificateFolderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private CertificateFolder certificates() {
        return new CertificateFolder(folder.resolve("certs"));
    }

    private X509Certificate read(String name) throws IOException, GeneralSecurityException {
        return Pem.certificate(Files.readString(folder.resolve("certs").resolve(name)));
    }

    private static Clock after(Duration time) {
        return Clock.offset(NOW, time);
    }

    @Test
    void makesAnAuthorityAndACertificateThatItVouchesFor() throws Exception {
        certificates().prepare(HOSTS, NOW);

        X509Certificate authority = read("ca.crt");
        X509Certificate serving = read("tls.crt");
        serving.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(serving.getBasicConstraints()).isEqualTo(-1);
        assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(serving.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1).toString()))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "probe-guard.ns.svc");
        assertThat(serving.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(certificates().trusted()).isEqualTo(Files.readString(folder.resolve("certs/ca.crt")));
    }

    /** Either that of an API server, or our own was ahead. */
    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT5M", "P365D"})
    void survivesAClockThatIsBehind(Duration by) throws Exception {
        certificates().prepare(HOSTS, NOW);
        Instant behind = NOW.instant().minus(by);
        read("ca.crt").checkValidity(java.util.Date.from(behind));
        read("tls.crt").checkValidity(java.util.Date.from(behind));
    }

    /** As {@code openssl ecparam -genkey} writes it, and with the intermediate authorities behind the certificate. */
    @Test
    void readsAChainAndAKeyThatFollowsItsCurve() throws Exception {
        certificates().prepare(HOSTS, NOW);
        Path certs = folder.resolve("certs");
        Files.writeString(certs.resolve("tls.crt"), Files.readString(certs.resolve("ca.crt")), APPEND);
        String key = Files.readString(certs.resolve("tls.key"));
        Files.writeString(
                certs.resolve("tls.key"),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key);
        assertThat(certificates().read().chain()).containsExactly(read("tls.crt"), read("ca.crt"));
    }

    @Test
    void privateKeysAreReadableByTheirOwnerOnly() throws Exception {
        certificates().prepare(HOSTS, NOW);
        for (String key : List.of("tls.key", "ca.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            folder.resolve("certs").resolve(key))))
                    .isEqualTo("rw-------");
        }
        try (var files = Files.list(folder.resolve("certs"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("ca.crt", "ca.key", "tls.crt", "tls.key");
        }
    }

    @Test
    void whatIsThereStays() throws Exception {
        certificates().prepare(HOSTS, NOW);
        X509Certificate first = read("tls.crt");
        certificates().prepare(HOSTS, after(Duration.ofDays(300)));
        assertThat(read("tls.crt")).isEqualTo(first);
    }

    @Test
    void ourOwnIsRenewedBeforeItExpiresByTheSameAuthority() throws Exception {
        certificates().prepare(HOSTS, NOW);
        X509Certificate authority = read("ca.crt");
        X509Certificate first = read("tls.crt");
        for (Duration time : List.of(Duration.ofDays(340), Duration.ofDays(800))) {
            certificates().prepare(HOSTS, after(time));
            X509Certificate renewed = read("tls.crt");
            assertThat(renewed).isNotEqualTo(first);
            renewed.checkValidity(java.util.Date.from(after(time).instant()));
            renewed.verify(authority.getPublicKey());
            first = renewed;
        }
        assertThat(read("ca.crt")).isEqualTo(authority);
    }

    @Test
    void theAuthorityIsUsedAgainWhereTheCertificateIsGone() throws Exception {
        certificates().prepare(HOSTS, NOW);
        X509Certificate authority = read("ca.crt");
        Files.delete(folder.resolve("certs/tls.crt"));
        Files.delete(folder.resolve("certs/tls.key"));
        certificates().prepare(HOSTS, NOW);
        read("tls.crt").verify(authority.getPublicKey());
    }

    @Test
    void anExpiredCertificateOfOthersIsLeftToThem() throws Exception {
        certificates().prepare(HOSTS, NOW);
        X509Certificate first = read("tls.crt");
        Files.delete(folder.resolve("certs/ca.key"));
        certificates().prepare(HOSTS, after(Duration.ofDays(1000)));
        assertThat(read("tls.crt")).isEqualTo(first);
    }

    @Test
    void halfAPairIsRefused() throws Exception {
        certificates().prepare(HOSTS, NOW);
        Files.delete(folder.resolve("certs/tls.key"));
        assertThatThrownBy(() -> certificates().prepare(HOSTS, NOW))
                .hasMessageContaining("contains only one of tls.crt and tls.key");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused(@TempDir Path other) throws Exception {
        certificates().prepare(HOSTS, NOW);
        new CertificateFolder(other).prepare(HOSTS, NOW);
        Files.copy(
                other.resolve("tls.key"),
                folder.resolve("certs/tls.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> certificates().prepare(HOSTS, NOW))
                .hasMessageContaining("tls.key is not the private key of");
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        certificates().prepare(HOSTS, NOW);
        Files.writeString(folder.resolve("certs/tls.key"), "nonsense");
        assertThatThrownBy(() -> certificates().prepare(HOSTS, NOW))
                .hasMessageContaining("tls.key is not an unencrypted PEM private key");
    }

    @Test
    void whatIsNoCertificateIsRefused() throws Exception {
        certificates().prepare(HOSTS, NOW);
        Files.writeString(folder.resolve("certs/tls.crt"), "nonsense");
        assertThatThrownBy(() -> certificates().prepare(HOSTS, NOW))
                .hasMessageContaining("tls.crt is not a PEM certificate");
    }
}
