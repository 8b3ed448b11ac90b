package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of Leases that others wrote, or edited; a small HTTP server has them. BackgroundReviewIT has real ones. */
class LeadershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicInteger asked = new AtomicInteger();
    private volatile String spec;
    private HttpServer api;
    private KubernetesClient client;
    private Leadership leadership;

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", this::answer);
        api.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        leadership = new Leadership(client, "default", "lock");
    }

    @AfterEach
    void stop() {
        leadership.close();
        client.close();
        api.stop(0);
    }

    /** Takes every write. */
    private void answer(HttpExchange exchange) throws IOException {
        boolean isLease = exchange.getRequestURI().getPath().endsWith("/leases/lock");
        if (isLease && exchange.getRequestMethod().equals("GET")) {
            asked.incrementAndGet();
        }
        byte[] body = (isLease
                        ? "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\": {\"name\": \"lock\","
                                + " \"namespace\": \"default\", \"resourceVersion\": \"1\"}, \"spec\": " + spec + "}"
                        : "{\"kind\": \"APIResourceList\", \"resources\": [{\"name\": \"leases\", \"kind\": \"Lease\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String heldSince(Instant renewed) {
        return """
                {"holderIdentity": "other", "leaseDurationSeconds": 30, "leaseTransitions": 1,
                 "acquireTime": "%1$s", "renewTime": "%1$s"}""".formatted(renewed.toString().replaceFirst("\\.?\\d*Z$", ".000000Z"));
    }

    @Test
    void whatNobodyHoldsIsTaken() {
        spec = "{}";
        leadership.start();
        await().atMost(PATIENCE).until(leadership::isHeld);
    }

    /** The holder's clock is behind ours, or ahead: it leads for as long as it goes on to renew. */
    @ParameterizedTest
    @ValueSource(longs = {-3600, 3600})
    void whoeverRenewsItGoesOnToLead(long ahead) {
        leadership.start();
        await().during(Duration.ofSeconds(7)).atMost(PATIENCE).until(() -> {
            spec = heldSince(Instant.now().plusSeconds(ahead));
            return !leadership.isHeld();
        });
        assertThat(asked).hasPositiveValue();
    }

    @Test
    void aLeaseThatSomebodySpoiltStopsNobodyForEver() {
        spec = "{\"holderIdentity\": \"other\", \"renewTime\": \"2026-01-01T00:00:00.000000Z\"}";
        leadership.start();
        await().atMost(PATIENCE).until(() -> asked.get() > 1);
        spec = "{}";
        await().atMost(PATIENCE).until(leadership::isHeld);
    }
}
