package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Https;
import io.probeguard.Jar;
import io.probeguard.Jar.Serve;
import io.probeguard.tls.CertificateFolder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

class JarIT {
    @TempDir
    Path folder;

    @Test
    void reviewsTheExample() throws Exception {
        Process review = Jar.command("review", "src/examples").start();
        String out = new String(review.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(review.waitFor()).isEqualTo(1);
        assertThat(out).contains("Deployment istio-system/istio-sidecar-injector");
    }

    @Test
    void servesWithACertificateOfItsOwnAndPrintsHowToBeCalled() throws Exception {
        try (Serve serve = Serve.start(folder, "--nodes", "src/examples/nodes.yaml")) {
            String trusted = new CertificateFolder(folder.resolve("certs")).trusted();
            String caBundle = Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.UTF_8));
            assertThat(serve.manifest()).startsWith("# probe-guard serves " + serve.url());
            List<Object> configurations = new java.util.ArrayList<>();
            new Yaml().loadAll(serve.manifest()).forEach(configurations::add);
            assertThat(configurations)
                    .hasSize(2)
                    .allSatisfy(configuration -> assertThat(configuration.toString())
                            .contains(
                                    "caBundle=" + caBundle,
                                    "failurePolicy=Ignore",
                                    "sideEffects=None",
                                    "timeoutSeconds=2"));

            HttpClient client =
                    HttpClient.newBuilder().sslContext(Https.trusting(trusted)).build();
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(serve.url() + "/readyz"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(serve.stop()).as("SIGTERM").isEqualTo(143);
        }
    }

    @Test
    void saysWhatIsWrongWithItsInputs() throws Exception {
        Process serve =
                Jar.command("serve", "--nodes", "src/examples/policy.yaml").start();
        assertThat(new String(serve.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("src/examples/policy.yaml:2:")
                .doesNotContain("\tat ");
        assertThat(serve.waitFor()).isEqualTo(2);
    }
}
