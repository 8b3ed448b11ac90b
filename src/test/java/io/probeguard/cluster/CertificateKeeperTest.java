package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.tls.CertificateSet;
import io.probeguard.tls.Rotation;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the certificates when somebody spoils the Secret. */
class CertificateKeeperTest {
    private static final Rotation ROTATION =
            new Rotation(List.of("a.b.svc"), Duration.ofDays(730), Duration.ofDays(90));

    private final FakeApiServer api = new FakeApiServer(this::answer);
    private final CertificateKeeper keeper =
            new CertificateKeeper(api.client(), "certs", "probe-guard", ROTATION, Clock.systemUTC());
    private volatile @Nullable Secret secret;

    private Answer answer(Request request) {
        if (!request.path().endsWith("/secrets/certs") || secret == null) {
            return Answer.failed(404);
        }
        if (request.method().equals("PUT")) {
            store(Serialization.unmarshal(request.body(), Secret.class).getData());
        }
        return Answer.ok(Serialization.asJson(secret));
    }

    private void store(@Nullable Map<String, String> data) {
        secret = new SecretBuilder()
                .withNewMetadata()
                .withName("certs")
                .withResourceVersion(String.valueOf(System.nanoTime()))
                .endMetadata()
                .withData(data)
                .build();
    }

    /** Closed, so that no thread but that of the test reconciles. */
    @BeforeEach
    void serve() {
        keeper.close();
        store(null);
        keeper.reconcile();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private CertificateSet latest() throws IOException {
        return Objects.requireNonNull(
                CertificateWatch.certificates(Objects.requireNonNull(secret, "there is one")), "it is filled");
    }

    private Map<String, String> data() {
        return Objects.requireNonNull(secret, "there is one").getData();
    }

    private void spoil(String key, @Nullable String value) {
        Map<String, String> data = new HashMap<>(data());
        if (value == null) {
            data.remove(key);
        } else {
            data.put(key, data.getOrDefault(value, value));
        }
        store(data);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "tls.key, ca.key,       tls.key is not the private key of tls.crt",
        "ca.key,  tls.key,      ca.key is not the private key of ca.crt",
        "tls.crt, Z2FyYmFnZQ==, no certificate found",
        "tls.key, Z2FyYmFnZQ==, no private key found",
        "ca.crt,  Z2FyYmFnZQ==, no certificate found",
        "tls.key, '',           no private key found",
        "tls.crt, ,             tls.crt is missing",
    })
    void whatIsDamagedIsWrittenAnew(String key, @Nullable String value, String reason) throws IOException {
        CertificateSet before = latest();
        List<CertificateSet> served = new ArrayList<>();
        CertificateWatch watch = new CertificateWatch(api.client(), "certs", served::add);
        spoil(key, value);
        watch.read(Objects.requireNonNull(secret, "there is one"));
        assertThat(served).isEmpty();
        assertThat(watch.notUsed()).isEqualTo("Secret certs is not used: " + reason);

        keeper.reconcile();
        assertThat(latest()).isEqualTo(before);
        watch.read(Objects.requireNonNull(secret, "there is one"));
        assertThat(served).containsExactly(before);
        assertThat(watch.notUsed()).isNull();
    }

    @Test
    void aDeletedSecretIsMissedUntilItIsThereAgain() throws IOException {
        CertificateSet before = latest();
        secret = null;
        keeper.reconcile();
        assertThat(secret).isNull();
        store(null);
        keeper.reconcile();
        assertThat(latest().authority()).isNotEqualTo(before.authority());
    }

    /** As people do whose keys have leaked. */
    @Test
    void anEmptiedSecretGetsANewAuthority() throws IOException {
        CertificateSet before = latest();
        store(null);
        keeper.reconcile();
        assertThat(latest().authority()).isNotEqualTo(before.authority());
    }

    @Test
    void aDamagedSecretIsCreatedAnewWhereNothingIsKnownOfWhatWasThere() throws IOException {
        CertificateSet before = latest();
        spoil("ca.crt", "Z2FyYmFnZQ==");
        CertificateKeeper other =
                new CertificateKeeper(api.client(), "certs", "probe-guard", ROTATION, Clock.systemUTC());
        other.close();
        other.reconcile();
        assertThat(latest().authority()).isNotEqualTo(before.authority());
    }
}
