package io.probeguard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A small HTTP server in place of an API server, and a client of it. Tests write the events of watches themselves. */
public final class FakeApiServer implements AutoCloseable {
    static {
        // Otherwise the body of a response waits up to 40 ms until its headers are acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Handler answers;
    private final Map<String, OutputStream> watches = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final KubernetesClient client;

    public record Request(String method, String path, String query, String body) {}

    public record Answer(int code, String body) {
        public static Answer ok(String body) {
            return new Answer(200, body);
        }

        public static Answer failed(int code) {
            return failed(code, "");
        }

        /** @param next the continue token of a list that has expired */
        public static Answer failed(int code, String next) {
            return new Answer(
                    code,
                    "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"message\": \"no\", \"code\": "
                            + code + ", \"metadata\": {\"continue\": \"" + next + "\"}}");
        }
    }

    /** Called by many threads. */
    public interface Handler {
        Answer answer(Request request) throws InterruptedException;
    }

    public FakeApiServer(Handler answers) {
        this.answers = answers;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withNamespace("probe-guard")
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout((int) Duration.ofMinutes(10).toMillis())
                        .build())
                .build();
    }

    /** Without retries, and with a timeout of 10 minutes. */
    public KubernetesClient client() {
        return client;
    }

    /** The stream of a watch's events; null until the watch has started. */
    @Nullable
    public OutputStream watch(String path) {
        return watches.get(path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if ("websocket"
                .equalsIgnoreCase(
                        exchange.getRequestHeaders().getFirst("Upgrade"))) { // a watch falls back to plain HTTP
            exchange.sendResponseHeaders(503, -1);
        } else if (query.contains("watch=true")) {
            exchange.sendResponseHeaders(200, 0);
            watches.put(path, exchange.getResponseBody());
        } else {
            answer(
                    exchange,
                    new Request(
                            exchange.getRequestMethod(),
                            path,
                            query,
                            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    private void answer(HttpExchange exchange, Request request) throws IOException {
        try (exchange) {
            Answer answer = answers.answer(request);
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.code, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed meanwhile
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
