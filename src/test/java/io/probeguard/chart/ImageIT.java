package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        run(
                Path.of("").toAbsolutePath(),
                List.of(
                        "./mvnw",
                        "--batch-mode",
                        "--quiet",
                        "-Pimage",
                        "-Dimage.base=scratch",
                        "-Dimage.tar=" + tar,
                        "jib:buildTar"));
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

        List<String> command = new ArrayList<>();
        config.path("Entrypoint").forEach(word -> command.add(word.asString()));
        assertThat(command.get(0)).isEqualTo("java");
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Nothing is mounted here: paths of the image are below this directory.
        Path classPath = root.resolve("app/jib-classpath-file");
        Files.writeString(classPath, Files.readString(classPath).replace("/app/", root + "/app/"));
        command.replaceAll(word -> word.replace("@/app/", "@" + root + "/app/"));
        command.add("--version");
        assertThat(run(root, command)).startsWith("probe-guard ");
    }

    private void unpack(Path tar, Path target) throws Exception {
        run(target, List.of("tar", "-xf", tar.toString()));
    }

    private static String run(Path folder, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + text).isZero();
        return text;
    }
}
