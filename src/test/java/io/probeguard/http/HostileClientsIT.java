package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.Jar.Serve;
import io.probeguard.chart.Chart;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The jar in the memory that the chart gives it, while clients do what they can to take it from others. A caller who
 * behaves is answered all the while, and so is the kubelet.
 */
@Isolated("it measures how long answers take")
class HostileClientsIT {
    private static final Duration ATTACK = Duration.ofSeconds(5);
    /** What a webhook configuration of the chart lets the API server wait. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** What a call may take on a machine that others keep busy, whatever it took before the attacks. */
    private static final Duration NOISE = Duration.ofSeconds(1);

    @TempDir
    static Path folder;

    private static Serve serve;
    private static int port;
    private static int management;
    private static SSLContext tls;
    private static HttpClient caller;
    private static byte[] review;
    private static List<byte[]> huge;
    /** What 99 % of the calls take without an attack. */
    private static Duration quiet;

    @BeforeAll
    static void start() throws Exception {
        management = ControlPlane.freePort();
        serve = Serve.startWith(
                Chart.javaOptions(),
                folder,
                "--nodes",
                "src/examples/nodes.yaml",
                "--management-port",
                String.valueOf(management));
        port = URI.create(serve.url()).getPort();
        tls = Https.trusting(new CertificateFolder(folder.resolve("certs")).trusted());
        caller = HttpClient.newBuilder().sslContext(tls).build();
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            review = in.readAllBytes();
        }
        huge = List.copyOf(HugeReviews.all().values());
        List<Duration> undisturbed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            undisturbed.add(callOnce());
        }
        quiet = p99(undisturbed.subList(100, 200)); // the first ones are those of a program that has just started
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(serve.stop()).isEqualTo(143);
        assertThat(serve.log()).doesNotContain("ERROR", "java.lang.OutOfMemoryError", "\tat ");
    }

    /** What a client does on each of its connections, until it has had its way for long enough. */
    private interface Client {
        void attack(Socket socket, long end) throws Exception;
    }

    private record Attack(String name, int connections, boolean overTls, Client client) {
        int port() {
            return name.contains("scrapes") ? management : port;
        }

        @Override
        public String toString() {
            return connections + " " + name;
        }
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                new Attack("slow bodies", 200, true, (socket, end) -> {
                    write(socket, head("/mutate", 100_000));
                    trickle(socket, "{", end);
                }),
                new Attack("announced bodies that never come", 200, true, (socket, end) -> {
                    write(socket, head("/validate", 6_000_000));
                    waitFor(end);
                }),
                new Attack("slow heads", 200, true, (socket, end) -> {
                    write(socket, "POST /mutate HTTP/1.1\r\nX: ");
                    trickle(socket, "x", end);
                }),
                new Attack("slow handshakes", 200, false, (socket, end) -> {
                    socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
                    trickle(socket, "x", end);
                }),
                new Attack("idle connections", 1400, true, (socket, end) -> waitFor(end)),
                new Attack("idle connections without tls", 1400, false, (socket, end) -> waitFor(end)),
                new Attack("huge objects", 48, true, HostileClientsIT::postHuge),
                new Attack("huge custom resources", 48, true, (socket, end) -> {
                    while (System.nanoTime() < end) {
                        write(socket, huge.get(huge.size() - 1));
                        if (socket.getInputStream().read(new byte[1 << 20]) < 0) {
                            return;
                        }
                    }
                }),
                new Attack("answers that nobody reads", 64, true, (socket, end) -> {
                    socket.setReceiveBufferSize(1024);
                    for (int i = 0; i < 20; i++) {
                        write(socket, huge.get(0));
                    }
                    waitFor(end);
                }),
                new Attack("slow scrapes", 100, false, (socket, end) -> {
                    write(socket, "GET /metrics HTTP/1.1\r\nX: ");
                    trickle(socket, "x", end);
                }),
                new Attack("scrapes that are broken off", 50, false, (socket, end) -> {
                    write(socket, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
                    socket.setSoLinger(true, 0);
                    socket.close();
                }));
    }

    private static String head(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** Eleven bytes a second. */
    private static void trickle(Socket socket, String piece, long end) throws Exception {
        while (System.nanoTime() < end) {
            write(socket, piece);
            Thread.sleep(90);
        }
    }

    private static void waitFor(long end) throws InterruptedException {
        Thread.sleep(Math.max(0, (end - System.nanoTime()) / 1_000_000));
    }

    private static void postHuge(Socket socket, long end) throws Exception {
        byte[] answer = new byte[1 << 20];
        for (int i = socket.getLocalPort(); System.nanoTime() < end; i++) {
            write(socket, huge.get(i % huge.size()));
            if (socket.getInputStream().read(answer) < 0) {
                return;
            }
        }
    }

    private static void write(Socket socket, byte[] review) throws IOException {
        write(socket, head("/validate", review.length));
        socket.getOutputStream().write(review);
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void callersAndKubeletsAreAnsweredMeanwhile(Attack attack) throws Exception {
        long end = System.nanoTime() + ATTACK.toNanos();
        List<Socket> sockets = new CopyOnWriteArrayList<>();
        ExecutorService clients = Executors.newCachedThreadPool();
        try {
            Future<?> opened = clients.submit(() -> {
                for (int i = 0; i < attack.connections && System.nanoTime() < end; i++) {
                    Socket socket = connect(attack, sockets);
                    clients.execute(() -> {
                        try {
                            attack.client.attack(socket, end);
                        } catch (Exception e) {
                            return; // the server has cut it off, which it may
                        }
                    });
                }
                return null;
            });
            List<Duration> answered = new ArrayList<>();
            while (System.nanoTime() < end) {
                answered.add(callOnce());
                assertThat(live()).isEqualTo("ok\n");
                Thread.sleep(50);
            }
            assertThat(answered).hasSizeGreaterThan(10);
            Duration slow = p99(answered);
            System.out.println(attack + ": " + answered.size() + " answered, 99 % within " + slow.toMillis()
                    + " ms, and within " + quiet.toMillis() + " ms without an attack");
            assertThat(slow)
                    .isLessThan(Stream.of(quiet.multipliedBy(5), NOISE)
                            .max(Comparator.naturalOrder())
                            .orElseThrow());
            opened.cancel(true);
        } finally {
            clients.shutdownNow();
            for (Socket socket : sockets) {
                socket.close();
            }
            clients.awaitTermination(10, TimeUnit.SECONDS);
        }
        assertThat(serve.process().isAlive()).isTrue();
    }

    private static Duration callOnce() throws IOException, InterruptedException {
        long asked = System.nanoTime();
        HttpResponse<String> answer = caller.send(
                HttpRequest.newBuilder(URI.create(serve.url() + "/mutate?timeout=2s"))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(review))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - asked);
    }

    /** As the kubelet asks, but with less patience. */
    private static String live() throws IOException, InterruptedException {
        return caller.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/livez"))
                                .timeout(Duration.ofSeconds(1))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static Duration p99(List<Duration> times) {
        return times.stream()
                .sorted()
                .skip((long) (times.size() * 0.99))
                .findFirst()
                .orElseThrow();
    }

    private static Socket connect(Attack attack, List<Socket> sockets) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), attack.port());
        socket.setSoLinger(true, 0);
        sockets.add(socket); // closed without TLS, which would wait for a server that does not read
        if (!attack.overTls) {
            return socket;
        }
        SSLSocket encrypted = (SSLSocket) tls.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
        encrypted.startHandshake();
        return encrypted;
    }
}
