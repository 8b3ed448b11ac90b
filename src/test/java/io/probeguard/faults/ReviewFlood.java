package io.probeguard.faults;

import io.probeguard.Https;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.HttpsURLConnection;

/** Many clients that ask webhooks, past the API server, for the next review as soon as the last is answered or refused. */
final class ReviewFlood implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final byte[] REVIEW = """
            {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u-1", "kind": {"group": "",
             "version": "v1", "kind": "Pod"}, "namespace": "flood", "operation": "CREATE", "object": {"apiVersion": "v1",
             "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "x",
             "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}}}
            """.getBytes(StandardCharsets.UTF_8);

    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ExecutorService clients;
    private final long began = System.nanoTime();

    ReviewFlood(List<String> webhooks, int clientsOfEach) {
        clients = Executors.newFixedThreadPool(webhooks.size() * clientsOfEach);
        for (String webhook : webhooks) {
            for (int i = 0; i < clientsOfEach; i++) {
                clients.execute(() -> ask(webhook));
            }
        }
    }

    private void ask(String webhook) {
        while (!clients.isShutdown()) {
            (isAnswered(webhook) ? answered : refused).incrementAndGet();
        }
    }

    private static boolean isAnswered(String webhook) {
        try {
            HttpsURLConnection connection = Https.get(webhook);
            connection.setDoOutput(true);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream body = connection.getOutputStream()) {
                body.write(REVIEW);
            }
            try (InputStream answer = connection.getInputStream()) { // fails unless the status is 200
                answer.readAllBytes(); // so that the connection is used again
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        double seconds = (System.nanoTime() - began) / 1e9;
        return String.format(
                Locale.ROOT,
                "%.0f more reviews a second were answered, %d were not",
                answered.get() / seconds,
                refused.get());
    }

    /** Has them end, each when its last review is answered or refused. */
    @Override
    public void close() {
        clients.shutdown();
    }
}
