package io.probeguard.http;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.MalformedReviewException;
import io.probeguard.admission.Observer;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Sends a server reviews of a made-up pod until it answers at full speed: the first ones load and compile the code that
 * all others use. As it calls its own process over loopback, it trusts any certificate.
 */
public final class WarmUp {
    private static final int REQUESTS = 150;

    private WarmUp() {}

    static void run(int port) throws IOException {
        byte[] review;
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            review = in.readAllBytes();
        }
        judge(review);
        SSLSocketFactory sockets = trustingAll().getSocketFactory();
        for (int i = 0; i < REQUESTS; i++) {
            post("https://127.0.0.1:" + port + (i % 2 == 0 ? "/mutate" : "/validate"), review, sockets);
        }
    }

    /** With the current nodes and policy some of the code may not run; with others, later, it may. */
    private static void judge(byte[] review) throws IOException {
        Fleet fleet = Fleet.assuming(Catalogue.builtIn().entries());
        Admission admission =
                new Admission(ClusterState.fixed(fleet), Policy.DEFAULT.withMode(Mode.REWRITE), Observer.NONE);
        try {
            for (int i = 0; i < REQUESTS; i++) {
                admission.answer(
                        i % 2 == 0 ? Webhook.MUTATE : Webhook.VALIDATE,
                        review,
                        System.nanoTime() + Duration.ofMinutes(1).toNanos());
            }
        } catch (MalformedReviewException e) {
            throw new IOException(e);
        }
    }

    private static void post(String url, byte[] body, SSLSocketFactory sockets) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        connection.setHostnameVerifier((host, session) -> true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        try (InputStream in = connection.getInputStream()) {
            in.readAllBytes();
        }
    }

    public static SSLContext trustingAll() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this Java", e);
        }
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
