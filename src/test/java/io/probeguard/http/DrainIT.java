package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Https;
import io.probeguard.Jar.Serve;
import io.probeguard.tls.CertificateFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers see of a server that stops. */
class DrainIT {
    private static final int CALLERS = 8;

    @TempDir
    Path folder;

    /** For as long as endpoints need to propagate, callers still come: on connections they have, and on new ones. */
    @Test
    void answersEveryRequestWhileItDrains() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Serve serve = start("4s")) {
            SSLContext tls = tls();
            List<Future<Integer>> answered = new ArrayList<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            for (int i = 0; i < CALLERS; i++) {
                boolean newConnections = i % 2 == 0;
                answered.add(callers.submit(() -> call(uri(serve), tls, newConnections, end)));
            }
            Thread.sleep(1000);
            serve.process().destroy();
            await().atMost(Duration.ofSeconds(2)).until(() -> Https.status(serve.url() + "/readyz") == 503);
            assertThat(Https.status(serve.url() + "/livez")).isEqualTo(200);
            for (Future<Integer> each : answered) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(serve.stop()).isEqualTo(143);
        } finally {
            callers.shutdownNow();
        }
    }

    /** Calls until then, and returns how often; throws for anything but an answer. */
    private static int call(URI uri, SSLContext tls, boolean newConnections, long end) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
        int calls = 0;
        while (System.nanoTime() < end) {
            HttpClient caller =
                    newConnections ? HttpClient.newBuilder().sslContext(tls).build() : client;
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(review()))
                    .build();
            assertThat(caller.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            calls++;
        }
        return calls;
    }

    /** Callers who keep their connections, and read until they are told that one closes, lose nothing at all. */
    @Test
    void answersWhateverWasSentOnAConnection() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Serve serve = start("0s")) {
            byte[] review = review();
            SSLContext tls = tls();
            List<Future<Integer>> answered = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                answered.add(callers.submit(() -> callUntilClosed(uri(serve).getPort(), tls, review)));
            }
            Thread.sleep(2000);
            serve.process().destroy();
            for (Future<Integer> each : answered) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isGreaterThan(10);
            }
            assertThat(serve.stop()).isEqualTo(143);
        } finally {
            callers.shutdownNow();
        }
    }

    /** Returns how many requests were answered; throws if one was not. */
    private static int callUntilClosed(int port, SSLContext tls, byte[] review) throws Exception {
        try (Socket socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            for (int calls = 1; ; calls++) {
                out.write(head(review.length));
                out.write(review);
                out.flush();
                assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 ");
                boolean closes = false;
                int length = 0;
                for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                    closes |= line.equalsIgnoreCase("Connection: close");
                    if (line.startsWith("Content-Length: ")) {
                        length = Integer.parseInt(line.substring("Content-Length: ".length()));
                    }
                }
                assertThat(in.skip(length)).isEqualTo(length);
                if (closes) {
                    return calls;
                }
            }
        }
    }

    private static byte[] head(int length) {
        return ("POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void completesRequestsInFlightBeforeItStops() throws Exception {
        byte[] review = review();
        try (Serve serve = start("0s");
                Socket caller = tls().getSocketFactory()
                        .createSocket(
                                InetAddress.getLoopbackAddress(), uri(serve).getPort())) {
            OutputStream out = caller.getOutputStream();
            out.write(head(review.length));
            out.write(review, 0, 10);
            out.flush();
            Thread.sleep(500); // its thread reads the body by now
            serve.process().destroy();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> refusesConnections(uri(serve).getPort()));
            out.write(Arrays.copyOfRange(review, 10, review.length));
            out.flush();
            String answer = new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("\"allowed\":true");
            assertThat(serve.stop()).isEqualTo(143);
        }
    }

    private static boolean refusesConnections(int port) throws IOException {
        try (Socket late = new Socket()) {
            late.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private Serve start(String drain) throws Exception {
        return Serve.start(folder, "--nodes", "src/examples/nodes.yaml", "--drain", drain);
    }

    private SSLContext tls() throws Exception {
        return Https.trusting(new CertificateFolder(folder.resolve("certs")).trusted());
    }

    private static URI uri(Serve serve) {
        return URI.create(serve.url() + "/validate");
    }

    private static byte[] review() throws Exception {
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            return in.readAllBytes();
        }
    }
}
