package io.probeguard.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An API server, on loopback, with these nodes and pods and nothing else: each other list is empty. */
final class TrainingCluster implements AutoCloseable {
    private static final byte[] NOTHING =
            "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}"
                    .getBytes(StandardCharsets.UTF_8);

    private final byte[] nodes;
    private final byte[] pods;
    private final HttpServer server;

    TrainingCluster(Path nodes, Path pods) throws IOException {
        this.nodes = Files.readAllBytes(nodes);
        this.pods = Files.readAllBytes(pods);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What lets a client ask it. */
    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: training
                contexts:
                - {name: training, context: {cluster: training, user: training}}
                clusters:
                - {name: training, cluster: {server: "http://127.0.0.1:%d"}}
                users:
                - {name: training, user: {token: none}}
                """.formatted(server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] list = switch (exchange.getRequestURI().getPath()) {
            case "/api/v1/nodes" -> nodes;
            case "/api/v1/pods" -> pods;
            default -> NOTHING;
        };
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
