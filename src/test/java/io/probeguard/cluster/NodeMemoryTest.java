package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueInUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What 5,000 nodes with 50 images each cost: in a JVM whose whole heap is 60 MB the first listing must succeed, and
 * afterwards they must take less than 20 MB. An HTTP server that speaks just enough of the API stands for the API server.
 */
class NodeMemoryTest {
    private static final int NODES = 5000;
    private static final int IMAGES = 50;

    @Test
    void fiveThousandNodesFitIntoASmallHeap() throws Exception {
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(Executors.newCachedThreadPool());
        api.createContext("/", NodeMemoryTest::answer);
        api.start();
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx60m",
                            "-XX:+UseSerialGC",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Watcher.class.getName(),
                            "http://127.0.0.1:" + api.getAddress().getPort())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            Matcher used = Pattern.compile("nodes=(\\d+) bytes=(-?\\d+)").matcher(said);
            assertThat(used.find()).as(said).isTrue();
            assertThat(Integer.parseInt(used.group(1))).isEqualTo(NODES);
            assertThat(Long.parseLong(used.group(2))).isLessThan(20_000_000);
        } finally {
            api.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (query.contains("watch=true")) {
            exchange.sendResponseHeaders(200, 0); // stays open, and nothing happens
            return;
        }
        String body = exchange.getRequestURI().getPath().equals("/api/v1/nodes")
                ? nodes(query)
                : "{\"apiVersion\": \"v1\", \"kind\": \"NamespaceList\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": []}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String nodes(String query) {
        int from = number(query, "continue=(\\d+)", 0);
        int limit = number(query, "limit=(\\d+)", NODES);
        int to = Math.min(NODES, from + limit);
        StringBuilder list = new StringBuilder("{\"apiVersion\": \"v1\", \"kind\": \"NodeList\", \"metadata\":"
                + " {\"resourceVersion\": \"1\", \"continue\": \"" + (to < NODES ? to : "") + "\"}, \"items\": [");
        for (int i = from; i < to; i++) {
            list.append(i == from ? "" : ",").append(node(i));
        }
        return list.append("]}").toString();
    }

    private static int number(String query, String pattern, int otherwise) {
        Matcher matcher = Pattern.compile(pattern).matcher(query);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
    }

    private static String node(int i) {
        StringBuilder images = new StringBuilder();
        for (int image = 0; image < IMAGES; image++) {
            String name = "registry.example.com/team-" + image + "/service-" + i % 100;
            images.append(image == 0 ? "" : ",")
                    .append("{\"names\": [\"")
                    .append(name)
                    .append("@sha256:")
                    .append("0123456789abcdef".repeat(4))
                    .append("\", \"")
                    .append(name)
                    .append(":1.2.")
                    .append(image)
                    .append("\"], \"sizeBytes\": 123456789}");
        }
        return """
                {"metadata": {"name": "ip-10-0-%d.example.internal", "resourceVersion": "%d", "labels": {
                  "kubernetes.io/hostname": "ip-10-0-%d", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                  "topology.kubernetes.io/zone": "zone-%d", "node.kubernetes.io/instance-type": "m5.2xlarge"}},
                 "spec": {"providerID": "x", "taints": [{"key": "dedicated", "value": "team-%d", "effect": "NoSchedule"}]},
                 "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
                  "nodeInfo": {"containerRuntimeVersion": "docker://1.13.1", "osImage": "CentOS Linux 7 (Core)",
                   "kernelVersion": "3.10.0-957.el7.x86_64", "kubeletVersion": "v1.13.0"}, "images": [%s]}}
                """.formatted(i, i, i, i % 3, i % 20, images);
    }

    /** The process that is measured. */
    static final class Watcher {
        private Watcher() {}

        public static void main(String[] args) throws Exception {
            CatalogueInUse catalogue = new CatalogueInUse(CatalogueChanges.NONE);
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder()
                            .withAutoConfigure(false)
                            .withMasterUrl(args[0])
                            .build())
                    .build()) {
                client.raw("/api/v1/namespaces"); // what the client itself takes is not the nodes'
                long before = used();
                LiveCluster cluster = LiveCluster.watch(client, catalogue, false, Map::of);
                while (!cluster.isSynced()) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                System.out.println("nodes=" + cluster.fleet().size() + " bytes=" + (used() - before));
                System.exit(0);
            }
        }

        private static long used() throws InterruptedException {
            Runtime runtime = Runtime.getRuntime();
            for (int i = 0; i < 3; i++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }
}
