package io.probeguard.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Patches are applied by git itself, and the result is reviewed again. */
class PatchOutputTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private void copy(Path source) throws IOException {
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    /** Applies the patch of everything in the folder, and says what git said. */
    private String apply(String... options) throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of("review", "-o", "patch", folder.toString()));
        args.addAll(List.of(options));
        String patch = Run.of(args.toArray(String[]::new)).out();
        Path file = Files.writeString(folder.resolve("all.patch"), patch);
        // The folder is not below the current one, so paths are those from the root.
        Process git = new ProcessBuilder("git", "apply", "--whitespace=nowarn", file.toString())
                .directory(folder.getRoot().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(git.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return git.exitValue() + said;
    }

    private List<JsonNode> timings(String field) {
        return JSON.readTree(Run.of("review", "-o", "json", "--mode", "rewrite", folder.toString())
                        .out())
                .path("findings")
                .valueStream()
                .filter(finding -> !finding.path("timing").isNull())
                .map(finding -> finding.at("/timing/" + field).isNull()
                        ? finding.at("/timing/before")
                        : finding.at("/timing/" + field))
                .toList();
    }

    private void assertThatAppliedPatchesEqualRewriting() throws IOException, InterruptedException {
        List<JsonNode> wanted = timings("after");
        assertThat(apply()).isEqualTo("0");
        List<JsonNode> written = timings("before");
        assertThat(written).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            for (String number : List.of("periodSeconds", "timeoutSeconds", "failureThreshold")) {
                // A number that two probes share through an anchor gets the larger of what they want.
                assertThat(written.get(i).path(number).asInt(0))
                        .isGreaterThanOrEqualTo(wanted.get(i).path(number).asInt(0));
            }
        }
        assertThat(Run.of("review", "-o", "patch", folder.toString()).out())
                .as("nothing is left to patch")
                .isEmpty();
    }

    @Test
    void patchesEveryYamlStyle() throws IOException, InterruptedException {
        copy(Path.of("src/test/resources/review/input"));
        assertThatAppliedPatchesEqualRewriting();
        assertThat(Files.readString(folder.resolve("crlf.yaml"))).doesNotContainPattern("[^\\r]\\n");
        assertThat(Files.readString(folder.resolve("styles.yaml")))
                .contains("periodSeconds: 30   # often")
                .contains("&period 30");
    }

    @Test
    void patchesEveryManifestOfTheCorpus() throws IOException, InterruptedException {
        copy(External.folder("PROBE_GUARD_CORPUS").resolve("exec"));
        assertThatAppliedPatchesEqualRewriting();
    }

    @Test
    void patchesAFileThatIsGivenTwiceOnce() throws IOException, InterruptedException {
        copy(Path.of("src/examples"));
        Files.createSymbolicLink(folder.resolve("link.yaml"), folder.resolve("istio-sidecar-injector.yaml"));
        assertThatAppliedPatchesEqualRewriting();
    }

    /** Hooks have no timing, and what the API server refuses or stands elsewhere, too, is not patched. */
    @Test
    void isTheEndWhereTimingHelps() throws IOException, InterruptedException {
        copy(Path.of("src/examples"));
        Files.writeString(folder.resolve("rollout.yaml"), """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: web}
                spec:
                  template:
                    spec:
                      containers:
                      - name: web
                        readinessProbe: {exec: {command: [x]}, periodSeconds: 1}
                      initContainers:
                      - name: side
                        startupProbe:
                          exec: {command: [x]}
                """);
        String[] review = {"review", "--assume", "containerd-1.7.14", "--mode", "deny", folder.toString()};
        assertThat(Run.of(review).exitCode()).isOne();
        assertThat(apply("--assume", "containerd-1.7.14")).isEqualTo("0");
        Run again = Run.of(review);
        assertThat(again.exitCode()).as(again.out()).isZero();
        assertThat(again.out()).contains("0 warned, 4 at floors");
    }

    @Test
    void doesNotPatchAProbeThatStandsElsewhereToo() throws IOException {
        Files.writeString(folder.resolve("alias.yaml"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: alias}
                spec:
                  containers:
                  - name: a
                    livenessProbe: &probe {exec: {command: [x]}}
                    readinessProbe: *probe
                  - &whole
                    name: b
                    livenessProbe: {exec: {command: [x]}}
                  - <<: *whole
                    name: c
                  - name: d
                    livenessProbe:
                      exec: {command: [x]}
                """);
        Run run = Run.of("review", "-o", "patch", folder.toString());
        assertThat(run.err()
                        .lines()
                        .filter(line -> line.contains("a YAML alias or merge key uses it elsewhere"))
                        .map(line -> line.replaceAll(".*alias.yaml:(\\d+).*", "$1")))
                .containsExactly("7", "8", "11", "12");
        assertThat(run.out().lines().filter(line -> line.matches("[+-] .*")))
                .containsExactly("+      periodSeconds: 30", "+      timeoutSeconds: 10", "+      failureThreshold: 5");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void doesNotPatchSharedNumbers() throws IOException {
        Files.writeString(folder.resolve("shared.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shared}
                spec:
                  replicas: &five 5
                  template:
                    spec:
                      containers:
                      - name: a
                        livenessProbe: {exec: {command: [x]}, periodSeconds: *five}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: shared-the-other-way}
                spec:
                  containers:
                  - name: a
                    livenessProbe: {exec: {command: [x]}, periodSeconds: &n 7}
                  priority: *n
                """);
        Run run = Run.of("review", "-o", "patch", folder.toString());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("which share its numbers through a YAML anchor; edit it manually");
        assertThat(run.exitCode()).isEqualTo(2);
    }
}
