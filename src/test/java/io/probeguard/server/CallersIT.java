package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.AdmissionCredentials;
import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An API server that was given a client certificate or a token for us, by an AdmissionConfiguration. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class CallersIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked", "namespace": "default"}, "spec": {
              "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}""";

    @TempDir
    Path folder;

    @Test
    void itIsLetInByEitherAndByANewTokenWithoutARestart() throws Exception {
        AdmissionCredentials credentials = new AdmissionCredentials(folder);
        try (ControlPlane controlPlane = ControlPlane.start(folder, credentials.flag());
                Installation installation = Installation.install(controlPlane, folder, Map.of())) {
            controlPlane.createNode("broken", "probe-guard.io/exec=broken");
            KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
            Path certificate = Files.writeString(folder.resolve("client.crt"), Https.pem(Https.selfSigned(keys)));
            Path key = Files.writeString(folder.resolve("client.key"), Https.pem(keys.getPrivate()));
            Path token = Files.writeString(folder.resolve("callers-token"), "s3cret");
            Replica replica = installation.start("--client-ca=" + certificate, "--token-file=" + token);
            await().atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(() -> Https.status("https://127.0.0.1:" + replica.port() + "/readyz") == 200);

            credentials.present(installation.port(), "client-certificate: " + certificate + ", client-key: " + key);
            restart(controlPlane);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(create(controlPlane)).contains("Warning:"));

            credentials.present(installation.port(), "token: s3cret");
            restart(controlPlane);
            assertThat(create(controlPlane)).contains("Warning:");

            credentials.present(installation.port(), "token: another");
            restart(controlPlane);
            assertThat(create(controlPlane)).isEqualTo("pod/asked created (server dry run)\n");
            assertThat(Https.status("https://127.0.0.1:" + replica.port() + "/readyz"))
                    .isEqualTo(200);

            // As in a mounted Secret, without a restart of either.
            Files.writeString(token, "s3cret\nanother\n");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(create(controlPlane)).contains("Warning:"));
        }
    }

    private static void restart(ControlPlane controlPlane) throws Exception {
        controlPlane.stopApiServer();
        controlPlane.startApiServer();
    }

    private static String create(ControlPlane controlPlane) throws Exception {
        return controlPlane
                .kubectl(POD, "create", "--dry-run=server", "-f", "-")
                .text();
    }
}
