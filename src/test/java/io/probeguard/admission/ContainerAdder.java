package io.probeguard.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.probeguard.Https;
import io.probeguard.tls.CertificateAuthority;
import io.probeguard.tls.ServingPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody else's mutating webhook: adds a container with an exec probe to each pod that has one container only. */
public final class ContainerAdder implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PATCH = """
            [{"op": "add", "path": "/spec/containers/-", "value": {"name": "added", "image": "x",
              "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}}]""";

    private final HttpsServer server;
    private final String caBundle;

    public ContainerAdder() throws Exception {
        Instant now = Instant.now();
        CertificateAuthority authority = CertificateAuthority.create(now, Duration.ofHours(1));
        ServingPair issued = authority.issue(List.of("127.0.0.1"), now, Duration.ofHours(1));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(Https.serving(issued.key(), issued.certificate())));
        server.createContext("/", ContainerAdder::answer);
        server.start();
        caBundle = Base64.getEncoder()
                .encodeToString(Https.pem(authority.certificate()).getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        JsonNode request =
                JSON.readTree(exchange.getRequestBody().readAllBytes()).path("request");
        boolean adds = request.at("/object/spec/containers").size() == 1;
        String patch = adds
                ? ", \"patchType\": \"JSONPatch\", \"patch\": \""
                        + Base64.getEncoder().encodeToString(PATCH.getBytes(StandardCharsets.UTF_8)) + "\""
                : "";
        byte[] body =
                ("{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"response\": {\"uid\": \""
                                + request.path("uid").asString() + "\", \"allowed\": true" + patch + "}}")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** For pods with the label {@code adder}; by its name it is called after probe-guard. */
    public String configuration() {
        return """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: zz-adder}
                webhooks:
                - name: adder.example.com
                  clientConfig: {url: "https://127.0.0.1:%d/add", caBundle: %s}
                  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
                  objectSelector: {matchLabels: {adder: "yes"}}
                  sideEffects: None
                  admissionReviewVersions: [v1]
                """.formatted(server.getAddress().getPort(), caBundle);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
