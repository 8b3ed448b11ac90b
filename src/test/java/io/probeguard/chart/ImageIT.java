package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Command;
import io.probeguard.ControlPlane;
import io.probeguard.External;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image, built without a container engine and without a base; its entry point is run with the Java of the tests. */
class ImageIT {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    @Test
    void itsEntryPointRuns() throws Exception {
        Path tar = folder.resolve("image.tar");
        maven("-Dimage.tar=" + tar, "jib:buildTar");
        Path image = Files.createDirectory(folder.resolve("image"));
        Path root = Files.createDirectory(folder.resolve("root"));
        unpack(tar, image);
        JsonNode manifest =
                JSON.readTree(image.resolve("manifest.json").toFile()).get(0);
        for (JsonNode layer : manifest.path("Layers")) {
            unpack(image.resolve(layer.asString()), root);
        }
        JsonNode config = JSON.readTree(
                        image.resolve(manifest.path("Config").asString()).toFile())
                .path("config");
        assertThat(config.path("User").asString()).isEqualTo("65532:65532");
        assertThat(root.resolve("app/resources/META-INF/sbom/application.cdx.json"))
                .hasSameTextualContentAs(Path.of("target/probe-guard.cdx.json"));

        List<String> command = new ArrayList<>();
        config.path("Entrypoint").forEach(word -> command.add(word.asString()));
        assertThat(command.get(0)).isEqualTo("java");
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Nothing is mounted here: paths of the image are below this directory.
        Path classPath = root.resolve("app/jib-classpath-file");
        Files.writeString(classPath, Files.readString(classPath).replace("/app/", root + "/app/"));
        command.replaceAll(word -> word.replace("@/app/", "@" + root + "/app/"));
        command.add("--version");
        assertThat(Command.run(root, Map.of(), command)).startsWith("probe-guard ");
    }

    /** By the step of release.md, into a registry that is started for it. */
    @Test
    void oneIsPushedForEachPlatform() throws Exception {
        int port = ControlPlane.freePort();
        Path settings =
                Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("registry"), port));
        Process registry = new ProcessBuilder(
                        External.program("docker-registry").toString(), "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        try {
            maven(
                    "-Djib.from.platforms=linux/amd64,linux/arm64",
                    "-Djib.allowInsecureRegistries=true",
                    "-Dimage.name=localhost:" + port + "/probe-guard:1.0.0",
                    "jib:build");
            HttpResponse<String> list = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/v2/probe-guard/manifests/1.0.0"))
                                    .header("Accept", "application/vnd.docker.distribution.manifest.list.v2+json")
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(JSON.readTree(list.body()).path("manifests").valueStream())
                    .extracting(each -> each.at("/platform/os").asString() + "/"
                            + each.at("/platform/architecture").asString())
                    .containsExactlyInAnyOrder("linux/amd64", "linux/arm64");
            assertThat(list.headers().firstValue("Docker-Content-Digest"))
                    .contains(Files.readString(Path.of("target/jib-image.digest")));
        } finally {
            registry.destroyForcibly();
        }
    }

    private static void maven(String... args) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("./mvnw", "--batch-mode", "--quiet", "-Pimage", "-Dimage.base=scratch"));
        command.addAll(List.of(args));
        Command.run(Path.of(""), Map.of(), command);
    }

    private void unpack(Path tar, Path target) throws Exception {
        Command.run(target, Map.of(), List.of("tar", "-xf", tar.toString()));
    }
}
