package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.probeguard.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever writes the files that a command reads does not get to write to the terminal of whoever runs it: neither escape
 * sequences nor lines of his own.
 */
class EscapesTest {
    private static final String RED = "\u001b[31m";

    /** In double quotes YAML turns it into control characters. */
    private static final String EVIL = "a\\e[31m\\nerror: forged\\r\\u009b2J\\u0007b";

    private static final String POD = """
            apiVersion: v1
            kind: "%1$s"
            metadata: {name: "%2$s", namespace: "%2$s", labels: {"%2$s": x}, annotations: {probe-guard.io/skip: "%3$s"}}
            spec:
              runtimeClassName: "%4$s"
              nodeName: "%2$s"
              containers:
              - name: "%2$s"
                image: "%2$s"
                livenessProbe: {exec: {command: ["%2$s"]}}
              %5$s
            """;

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: "%1$s"
              labels: {"probe-guard.io/exec": "%2$s"}
              annotations: {"probe-guard.io/packages": "%1$s", "probe-guard.io/build": "%1$s"}
            status:
              conditions: [{type: ExecProbeBroken, status: "True", reason: "%1$s", message: "%1$s"}]
              nodeInfo: {containerRuntimeVersion: "%1$s", osImage: "%1$s", kernelVersion: "%1$s", kubeletVersion: "%1$s"}
            """;

    @TempDir
    Path folder;

    private static String pod(String kind, String name, String skip, String runtimeClass, String more) {
        return POD.formatted(kind, name, skip, runtimeClass, more);
    }

    private static Arguments row(String name, String content, String... command) {
        return arguments(name, content, Arrays.asList(command));
    }

    static Stream<Arguments> inputs() {
        String pod = pod("Pod", EVIL, "", "", "");
        List<Arguments> rows = new ArrayList<>();
        for (String format : List.of("text", "junit")) {
            String option = "--output=" + format;
            rows.add(row("names", pod, "review", "FILE", option));
            rows.add(row("a reason", pod("Pod", EVIL, EVIL, "", ""), "review", "FILE", option));
            rows.add(row("a RuntimeClass", pod("Pod", EVIL, "", "kata-" + EVIL, ""), "review", "FILE", option));
            rows.add(row("a kind", pod(EVIL, EVIL, "", "", ""), "review", "FILE", option));
            rows.add(
                    row("an unknown field", pod("Pod", EVIL, "", "", "\"" + EVIL + "\": 1"), "review", "FILE", option));
            rows.add(row(
                    "a duplicate key", "\"" + EVIL + "\": 1\n\"" + EVIL + "\": 2\n" + pod, "review", "FILE", option));
            rows.add(row("no YAML", "a: *" + RED + "\n", "review", "FILE", option));
            rows.add(row("an unknown alias", "a: *b\u009b2J\n", "review", "FILE", option));
            rows.add(row("a tag", "a: !\u009b2J x\n", "review", "FILE", option));
            rows.add(row("no JSON", "{\"a\": 1} {\"" + RED + "\": oops\u009b2J", "review", "FILE", option));
            rows.add(row("the name of the file", pod, "review", "EVIL", option));
            rows.add(row("the name of no file", pod, "review", "MISSING", option));
        }
        return Stream.concat(
                rows.stream(),
                Stream.of(
                        row("nodes", NODE.formatted(EVIL, EVIL), "nodes", "--nodes=FILE"),
                        row("flagged nodes", NODE.formatted(EVIL, "broken"), "nodes", "--nodes=FILE"),
                        row("nodes that are none", pod("Pod" + EVIL, EVIL, "", "", ""), "nodes", "--nodes=FILE"),
                        row("nodes that are not YAML", "\"" + RED, "nodes", "--nodes=FILE"),
                        row("the file of nodes", "", "nodes", "--nodes=EVIL"),
                        row("a key of a policy", "\"" + EVIL + "\": 1", "nodes", "--nodes=NODES", "--policy=FILE"),
                        row("a value of a policy", "mode: \"" + EVIL + "\"", "nodes", "--nodes=NODES", "--policy=FILE"),
                        row(
                                "a catalogue",
                                "catalogue: {disable: [\"" + EVIL + "\"]}",
                                "nodes",
                                "--nodes=NODES",
                                "--policy=FILE"),
                        row("the catalogue", "catalogue: {disable: [\"" + EVIL + "\"]}", "catalogue", "--policy=FILE"),
                        row("simulated names", pod, "simulate", "FILE", "--fault=hangs"),
                        row("a simulated kind", pod(EVIL, EVIL, "", "", ""), "simulate", "FILE", "--fault=hangs"),
                        row("pods", pod, "scan", "--nodes=NODES", "--pods=FILE"),
                        row(
                                "pods of another kind",
                                pod(EVIL, EVIL, "", "", ""),
                                "scan",
                                "--nodes=NODES",
                                "--pods=FILE"),
                        row("pods that are not YAML", "{" + RED, "scan", "--nodes=NODES", "--pods=FILE"),
                        row("a build", "", "review", "NODES", "--assume=docker-1." + RED),
                        row("an option", "", "review", "--" + RED),
                        row("a value", "", "serve", "--port=" + RED),
                        row("a mode", "", "review", "NODES", "--mode=" + RED),
                        row("certificates", "", "serve", "--nodes=NODES", "--certs=EVIL"),
                        row("a client CA", "", "serve", "--nodes=NODES", "--certs=NEW", "--client-ca=EVIL"),
                        row("a root", "", "inspect", "--root=EVIL/" + RED)));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("inputs")
    void nothingReachesTheTerminal(String name, String content, List<String> command) throws Exception {
        Path file = Files.writeString(folder.resolve("file.yaml"), content);
        Path evil = Files.writeString(folder.resolve(RED + "\nerror: forged\n.yaml"), content);
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), NODE.formatted("a", "broken"));
        String[] arguments = command.stream()
                .map(each -> each.replace("FILE", file.toString())
                        .replace("EVIL", evil.toString())
                        .replace("MISSING", evil.resolveSibling("missing" + RED).toString())
                        .replace("NEW", folder.resolve("certs").toString())
                        .replace("NODES", nodes.toString()))
                .toArray(String[]::new);

        Run run = Run.of(arguments);

        assertThat(run.out() + run.err()).isNotBlank();
        assertThat(run.err()).doesNotContain("internal error", "\tat ");
        for (String line : (run.out() + run.err()).split("\n", -1)) {
            assertThat(line.codePoints().filter(Character::isISOControl))
                    .as(line)
                    .isEmpty();
            assertThat(line).doesNotStartWith("error: forged");
        }
    }
}
