package io.probeguard.scan;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP server with just enough of the Kubernetes API to list generated nodes and pods, page by page. A pod has about
 * 10 kB of JSON, like real ones with managedFields.
 */
final class BigCluster implements AutoCloseable {
    static final int PODS_PER_WORKLOAD = 10;

    private final HttpServer server;
    private final int nodes;
    private final int pods;
    private final AtomicInteger expiring = new AtomicInteger();

    private BigCluster(HttpServer server, int nodes, int pods) {
        this.server = server;
        this.nodes = nodes;
        this.pods = pods;
    }

    /** Every hundredth node runs a build on which exec always fails; every pod has exec probes. */
    static BigCluster start(int nodes, int pods) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        BigCluster cluster = new BigCluster(server, nodes, pods);
        server.createContext("/", cluster::answer);
        server.start();
        return cluster;
    }

    /** Lets the list of pods expire once, between two pages. */
    BigCluster thatExpires() {
        expiring.set(1);
        return this;
    }

    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: x}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """.formatted(server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        switch (exchange.getRequestURI().getPath()) {
            case "/api/v1/nodes" -> send(exchange, 200, list("NodeList", query, nodes, this::node));
            case "/api/v1/namespaces" -> send(exchange, 200, list("NamespaceList", query, 0, i -> ""));
            case "/api/v1/events", "/api/v1/namespaces/probe-guard/events" ->
                send(exchange, 200, list("EventList", query, 0, i -> ""));
            case "/api/v1/namespaces/probe-guard/pods" -> send(exchange, 200, list("PodList", query, 0, i -> ""));
            case "/api/v1/pods" -> pods(exchange, query);
            default -> send(exchange, 404, "{}");
        }
    }

    private void pods(HttpExchange exchange, String query) throws IOException {
        String token = find(query, "continue=([^&]+)", "");
        if (!token.isEmpty() && !token.startsWith("fresh") && expiring.getAndDecrement() > 0) {
            send(exchange, HttpURLConnection.HTTP_GONE, """
                    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410,
                     "message": "The provided continue parameter is too old", "metadata": {"continue": "fresh%s"}}""".formatted(token));
            return;
        }
        send(exchange, 200, list("PodList", query.replace("fresh", ""), pods, this::pod));
    }

    private static String list(String kind, String query, int size, IntFunction<String> item) {
        int from = Integer.parseInt(find(query, "continue=(\\d+)", "0"));
        int to = Math.min(size, from + Integer.parseInt(find(query, "limit=(\\d+)", "1000000")));
        StringBuilder list = new StringBuilder("{\"apiVersion\": \"v1\", \"kind\": \"" + kind
                + "\", \"metadata\": {\"resourceVersion\": \"1\", \"continue\": \"" + (to < size ? to : "")
                + "\"}, \"items\": [");
        for (int i = from; i < to; i++) {
            list.append(i == from ? "" : ",").append(item.apply(i));
        }
        return list.append("]}").toString();
    }

    private static String find(String query, String pattern, String otherwise) {
        Matcher matcher = Pattern.compile(pattern).matcher(query);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String node(int i) {
        return """
                {"metadata": {"name": "node-%d", "resourceVersion": "1", "labels": {"kubernetes.io/hostname": "node-%d"%s}},
                 "status": {"nodeInfo": {"containerRuntimeVersion": "docker://1.13.1", "osImage": "CentOS Linux 7 (Core)",
                   "kernelVersion": "3.10.0-957.el7.x86_64", "kubeletVersion": "v1.13.0"},
                  "images": [{"names": ["%s"], "sizeBytes": 1}]}}""".formatted(i, i, i % 100 == 0 ? ", \"probe-guard.io/exec\": \"broken\"" : "", "x".repeat(6000));
    }

    private String pod(int i) {
        int workload = i / PODS_PER_WORKLOAD;
        return """
                {"metadata": {"name": "web-%d-6f9c8d7b5-%05d", "namespace": "team-%d", "managedFields": [{"manager": "%s"}],
                  "ownerReferences": [{"kind": "ReplicaSet", "name": "web-%d-6f9c8d7b5", "controller": true}]},
                 "spec": {"nodeName": "node-%d", "restartPolicy": "Always",
                  "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": %d},
                   "readinessProbe": {"exec": {"command": ["x"]}}}]}, "status": {"phase": "Running"}}""".formatted(workload, i, workload % 100, "x".repeat(9000), workload, i % nodes, 5 + workload % 10);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
