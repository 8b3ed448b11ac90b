package io.probeguard.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Run;
import io.probeguard.probe.WorkloadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every exec probe and hook in real manifests, with its timing as written, against what was counted independently. */
class ReviewCorpusTest {
    private static final List<String> NUMBERS =
            List.of("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold");

    /** The key of a probe or hook, and {@code exec} as the key of an object within the next lines. */
    private static final Pattern HANDLER = Pattern.compile(
            "(livenessProbe|readinessProbe|startupProbe|postStart|preStop)\"?\\s*:[^-]{0,80}?\\bexec\"?\\s*:\\s*(\\{|\\R)");

    /** Where that is text: comments, templates in strings, schemas of custom resources, and one {@code exec:} without value. */
    private static final List<String> NO_HANDLERS = List.of(
            "awkward/helm__charts__values.yaml",
            "awkward/istio__istio__pilot_default.golden.yaml",
            "awkward/istio__istio__sidecar_template.golden.yaml",
            "awkward/kubeflow__manifests__scheduledsparkapplications.sparkoperator.k8s.io-crd.yaml",
            "awkward/kubeflow__manifests__seldondeployments.machinelearning.seldon.io-crd.yaml",
            "awkward/openebs__openebs__cstor-pool-update-082-090.yaml",
            "awkward/openshift__insights-operator__installplan.yaml",
            "awkward/openshift__openshift-ansible__etcd.yaml");

    private static final List<String> KINDS = WorkloadKind.names();

    @Test
    void findsAllExecHandlersOfTheCorpus() throws IOException {
        Path corpus = External.folder("PROBE_GUARD_CORPUS");
        List<String> expected = new ArrayList<>();
        for (String line : Files.readAllLines(corpus.resolve("expected.tsv"))) {
            List<String> fields = List.of(line.split("\t", -1));
            if (fields.get(7).equals("exec")) {
                expected.add(String.join("|", fields.subList(0, 7)) + "|" + String.join("|", fields.subList(8, 13)));
            }
        }
        Run run = Run.of(
                "review",
                "-o",
                "json",
                corpus.resolve("exec").toString(),
                corpus.resolve("noexec").toString(),
                corpus.resolve("awkward").toString());
        List<String> found = new ArrayList<>();
        for (JsonNode finding : new JsonMapper().readTree(run.out()).path("findings")) {
            if (KINDS.contains(finding.path("kind").asString())) { // custom resources were not counted
                found.add(row(corpus, finding));
            }
        }
        assertThat(expected).hasSizeGreaterThan(200);
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** By the text alone: a file with an exec handler has {@code exec:} as a key below the name of one. */
    @Test
    void noFileWithAnExecHandlerPassesInSilence() throws IOException {
        Path corpus = External.folder("PROBE_GUARD_CORPUS");
        List<String> silent = new ArrayList<>();
        int withExec = 0;
        for (String folder : List.of("exec", "noexec", "awkward", "review", "captured")) {
            for (Path file : files(corpus.resolve(folder))) {
                if (HANDLER.matcher(Files.readString(file)).find()) {
                    withExec++;
                    Run run = Run.of("review", "-o", "json", "--fail-on", "skipped", file.toString());
                    if (run.exitCode() == 0) {
                        silent.add(corpus.relativize(file).toString());
                    }
                }
            }
        }
        assertThat(withExec).isGreaterThan(150);
        assertThat(silent).containsExactlyInAnyOrderElementsOf(NO_HANDLERS);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
        }
    }

    private static String row(Path corpus, JsonNode finding) {
        String numbers = NUMBERS.stream()
                .map(number -> finding.at("/timing/before/" + number).asString(""))
                .collect(Collectors.joining("|"));
        return String.join(
                "|",
                corpus.relativize(Path.of(finding.path("file").asString())).toString(),
                finding.path("document").asString(),
                finding.path("kind").asString(),
                finding.path("namespace").asString(""),
                finding.path("name").asString(),
                finding.path("container").asString(),
                finding.path("handler").asString(),
                numbers);
    }
}
