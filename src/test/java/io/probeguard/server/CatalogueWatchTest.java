package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueInUse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** A ConfigMap as an API server shows it: in a list, and then by the events of a watch. */
class CatalogueWatchTest {
    private static final String PATH = "/api/v1/namespaces/probe-guard/configmaps";
    private static final String DISABLED = "disabled: [docker-el7-1.13.1-84]";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final CatalogueInUse catalogue = new CatalogueInUse(CatalogueChanges.NONE);
    private volatile Answer listed = list("");
    private final FakeApiServer server = new FakeApiServer(request -> listed);
    private @Nullable CatalogueWatch watch;
    private int version = 1;

    @AfterEach
    void stop() {
        if (watch != null) {
            watch.close();
        }
        server.close();
    }

    private static Answer list(String items) {
        return Answer.ok(
                "{\"kind\": \"ConfigMapList\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"},"
                        + " \"items\": [" + items + "]}");
    }

    private static String configMap(String key, String yaml, int version) {
        return JSON.writeValueAsString(Map.of(
                "kind",
                "ConfigMap",
                "apiVersion",
                "v1",
                "metadata",
                Map.of(
                        "name",
                        "mine",
                        "namespace",
                        "probe-guard",
                        "uid",
                        "1-2-3",
                        "resourceVersion",
                        String.valueOf(version)),
                "data",
                Map.of(key, yaml)));
    }

    private CatalogueWatch start() {
        watch = new CatalogueWatch(server.client(), "probe-guard", "mine", catalogue);
        return watch;
    }

    private void send(String type, String yaml) throws IOException {
        await().until(() -> server.watch(PATH) != null);
        OutputStream events = Objects.requireNonNull(server.watch(PATH));
        events.write(
                ("{\"type\": \"" + type + "\", \"object\": " + configMap("catalogue.yaml", yaml, ++version) + "}\n")
                        .getBytes(StandardCharsets.UTF_8));
        events.flush();
    }

    private boolean isDisabled() {
        return catalogue.get().byId("docker-el7-1.13.1-84").isEmpty();
    }

    @Test
    void theLastGoodEntriesStayWhileTheConfigMapIsBrokenAndGoWithIt() throws Exception {
        listed = list(configMap("catalogue.yaml", DISABLED, version));
        CatalogueWatch started = start();
        await().until(this::isDisabled);
        assertThat(started.rejection()).isNull();

        send("MODIFIED", "entries: [{id: mine}]");
        await().until(() -> started.rejection() != null);
        assertThat(isDisabled()).isTrue();
        assertThat(Objects.requireNonNull(started.rejection()).reason())
                .startsWith("ConfigMap probe-guard/mine is not used, and the last good entries stay in use:"
                        + " catalogue.yaml:1: ");
        assertThat(Objects.requireNonNull(started.rejection()).configMap())
                .hasFieldOrPropertyWithValue("uid", "1-2-3")
                .hasFieldOrPropertyWithValue("namespace", "probe-guard");

        send("MODIFIED", "disabled: []");
        await().until(() -> !isDisabled());
        assertThat(started.rejection()).isNull();

        send("MODIFIED", DISABLED);
        await().until(this::isDisabled);
        send("DELETED", DISABLED);
        await().until(() -> !isDisabled());
        assertThat(started.rejection()).isNull();
    }

    @Test
    void aBrokenOneIsNoLongerRejectedOnceItIsGone() throws Exception {
        listed = list(configMap("catalogue.yaml", "no", version));
        CatalogueWatch started = start();
        await().until(() -> started.rejection() != null);
        send("DELETED", "no");
        await().until(() -> started.rejection() == null);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "other.yaml;     disabled: [x];              catalogue.yaml:1: the ConfigMap has no such key",
                "catalogue.yaml; disabled: [docker-el7];     catalogue.yaml:1: \"docker-el7\" is not in the catalogue",
                "catalogue.yaml; entires: [];                catalogue.yaml:1: unknown field",
                "catalogue.yaml; ``;                         catalogue.yaml:1: expected one document, found 0",
                "catalogue.yaml; [;                          catalogue.yaml:",
                "catalogue.yaml; &a [*a];                    catalogue.yaml:1: ",
            })
    void sayWhatIsWrongWithTheFirstOne(String key, String yaml, String reason) {
        listed = list(configMap(key, yaml, version));
        CatalogueWatch started = start();
        await().until(() -> started.rejection() != null);
        assertThat(Objects.requireNonNull(started.rejection()).reason()).contains(reason);
        assertThat(catalogue.get()).isEqualTo(new CatalogueInUse(CatalogueChanges.NONE).get());
    }

    /** No right to it is no reason to do without what is built in. */
    @Test
    void withoutAccessTheCatalogueStaysAsItIs() {
        listed = Answer.failed(403);
        CatalogueWatch started = start();
        await().until(() -> !started.isConnected() && !started.outdatedBy().isZero());
        assertThat(isDisabled()).isFalse();
        assertThat(started.rejection()).isNull();
    }
}
