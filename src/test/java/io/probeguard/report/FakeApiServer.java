package io.probeguard.report;

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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A small HTTP server that stands for an API server, and a client of it. Watches begin, and are the test's to write to. */
final class FakeApiServer implements AutoCloseable {
    static {
        // Otherwise the body of an answer waits until its headers are acknowledged, for 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Function<Request, Answer> answers;
    private final Map<String, OutputStream> watches = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final KubernetesClient client;

    record Request(String method, String path, String query, String body) {}

    record Answer(int code, String body) {
        static Answer ok(String body) {
            return new Answer(200, body);
        }

        static Answer failed(int code) {
            return failed(code, "");
        }

        /** @param next by which a list goes on that has expired */
        static Answer failed(int code, String next) {
            return new Answer(
                    code,
                    "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"message\": \"no\", \"code\": "
                            + code + ", \"metadata\": {\"continue\": \"" + next + "\"}}");
        }
    }

    FakeApiServer(Function<Request, Answer> answers) {
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
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    KubernetesClient client() {
        return client;
    }

    /** Where the events of a watch go; null until it has begun. */
    @Nullable
    OutputStream watch(String path) {
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
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = answers.apply(new Request(exchange.getRequestMethod(), path, query, body));
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.code, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
