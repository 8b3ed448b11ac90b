package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.node.NodeFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A watch whose resource version is too old for the API server, which a small HTTP server stands for. */
class ResourceWatchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String GONE = """
            {"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure",
             "reason": "Expired", "code": 410, "message": "too old resource version: 1 (2)"}}
            """.replace("\n", "") + "\n";

    /** Without a word from it, the client does not hold a watch for one that has begun. */
    private static final String BOOKMARK = """
            {"type": "BOOKMARK", "object": {"kind": "Node", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}}}
            """;

    private final AtomicInteger listings = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile List<String> nodes = List.of("kept", "removed");
    private final CountDownLatch gone = new CountDownLatch(1);
    private HttpServer api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(threads);
        api.createContext("/api/v1/nodes", this::answer);
        api.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .withOnlyHttpWatches(true) // a handshake would wait for the end of the answer
                        .withWatchReconnectInterval(50)
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
            write(exchange, BOOKMARK);
            if (listings.get() == 1) {
                awaitGone();
                write(exchange, GONE);
                exchange.close();
            }
            return; // otherwise it stays open, and nothing happens
        }
        listings.incrementAndGet();
        String items = nodes.stream()
                .map(name -> "{\"metadata\": {\"name\": \"" + name + "\", \"resourceVersion\": \"1\"}}")
                .collect(Collectors.joining(","));
        write(
                exchange,
                "{\"apiVersion\": \"v1\", \"kind\": \"NodeList\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": ["
                        + items + "]}");
        exchange.close();
    }

    private void awaitGone() {
        try {
            gone.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    @Test
    void whatIsKnownAgesWhileNoChangesArrive() {
        try (ResourceWatch<Node, NodeFacts> watch =
                new ResourceWatch<>("nodes", client.nodes(), Node::new, NodeFacts::of, changed -> {})) {
            watch.start();
            await().atMost(TIMEOUT).until(watch::isConnected);
            assertThat(watch.outdatedBy()).isZero();
            api.stop(0);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(watch.outdatedBy()).isGreaterThan(Duration.ofMillis(100)));
            assertThat(watch.all()).hasSize(2);
        }
    }

    @Test
    void listsAgainAfterGone() {
        AtomicInteger changes = new AtomicInteger();
        try (ResourceWatch<Node, NodeFacts> watch = new ResourceWatch<>(
                "nodes", client.nodes(), Node::new, NodeFacts::of, changed -> changes.incrementAndGet())) {
            watch.start();
            await().atMost(TIMEOUT).until(watch::isSynced);
            nodes = List.of("kept", "added");
            gone.countDown();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(watch.all())
                            .extracting(NodeFacts::name)
                            .containsExactlyInAnyOrder("kept", "added"));
            assertThat(listings).hasValue(2);
            assertThat(changes).as("all known, one removed, one added").hasValue(3);
        }
    }
}
