package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Command;
import io.probeguard.Jar;
import io.probeguard.RealCluster;
import io.probeguard.Run;
import io.probeguard.cli.ProbeGuard;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code canary}, as its users run it, on real nodes whose runc breaks exec in a known way. */
class CanaryFaultsE2E {
    private static final String NODE = "asked";

    /** Beside others that are asked at the same time, on the cores of one machine. */
    private static final Duration FAILING = Duration.ofSeconds(90);

    /** What the kubelet's probe of an exec that hangs takes over CRI, and some. */
    private static final Duration HANGING = Duration.ofSeconds(210);

    private static final Duration REMOVAL = Duration.ofMinutes(4);

    /** Those of a round are asked side by side. Hangs come last, since over dockershim they stop the node. */
    private static final List<List<Case>> ROUNDS = List.of(
            List.of(new Case("none", "none", Begin.AT_ONCE, CanaryVerdict.WORKS)),
            List.of(
                    new Case("fails", "always-fails", Begin.AT_ONCE, CanaryVerdict.FAILS),
                    new Case("sometimes", "sometimes-fails 3", Begin.AT_ONCE, CanaryVerdict.SOMETIMES),
                    new Case("slow", "slow 5", Begin.AT_ONCE, CanaryVerdict.SLOW)),
            List.of(
                    new Case("fails-later", "always-fails", Begin.ONCE_FIRST_IS_READY, CanaryVerdict.SOMETIMES),
                    new Case(
                            "sometimes-later", "sometimes-fails 3", Begin.ONCE_FIRST_IS_READY, CanaryVerdict.SOMETIMES),
                    // Told, unless all probes had been in time by then: nothing tells how long a hook took.
                    new Case(
                            "slow-later",
                            "slow 10",
                            Begin.ONCE_FIRST_IS_READY,
                            CanaryVerdict.SLOW,
                            CanaryVerdict.WORKS)),
            List.of(
                    new Case("fails-last", "always-fails", Begin.ONCE_ALL_ARE_READY, CanaryVerdict.SOMETIMES),
                    new Case("sometimes-last", "sometimes-fails 3", Begin.ONCE_ALL_ARE_READY, CanaryVerdict.SOMETIMES),
                    // Each probe was in time, and nothing tells how long a hook took.
                    new Case("slow-last", "slow 5", Begin.ONCE_ALL_ARE_READY, CanaryVerdict.WORKS)),
            List.of(
                    new Case("hangs", "hangs", Begin.AT_ONCE, CanaryVerdict.HANGS),
                    new Case("hangs-later", "hangs", Begin.ONCE_FIRST_IS_READY, CanaryVerdict.HANGS),
                    new Case("hangs-last", "hangs", Begin.ONCE_ALL_ARE_READY, CanaryVerdict.HANGS)));

    /** From when on exec is broken. */
    private enum Begin {
        AT_ONCE,
        ONCE_FIRST_IS_READY,
        ONCE_ALL_ARE_READY
    }

    /** One run of the command, in a namespace of this name. */
    private record Case(String name, String fault, Begin begin, List<CanaryVerdict> verdicts) {
        Case(String name, String fault, Begin begin, CanaryVerdict... verdicts) {
            this(name, fault, begin, List.of(verdicts));
        }

        /** In the syntax of --patch. */
        String environments() {
            return switch (begin) {
                case AT_ONCE -> environment("first", 0) + environment("steady", 0) + hooks();
                // The kubelet of a busy machine may begin late: so the first container is spared.
                case ONCE_FIRST_IS_READY -> environment("steady", 2) + hooks();
                case ONCE_ALL_ARE_READY -> hooks();
            };
        }

        private String hooks() {
            return environment("hook", 0) + environment("hook-startup", 0);
        }

        private String environment(String container, int after) {
            return ", {name: " + container + ", env: [{name: EXEC_FAULT, value: " + fault
                    + "}, {name: EXEC_FAULT_AFTER, value: \"" + after + "\"}]}";
        }
    }

    /**
     * What came of it.
     *
     * @param answered when the table was printed
     * @param ended when the command ended
     */
    private record Answer(Case asked, int exitCode, String out, String err, Duration answered, Duration ended) {}

    /** Notes when something is first written to it. */
    private static final class Clocked extends StringWriter {
        private final long begun = System.nanoTime();
        private @Nullable Duration first;

        Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        Duration first() {
            return first == null ? elapsed() : first;
        }

        @Override
        public void flush() {
            if (first == null && getBuffer().length() > 0) {
                first = elapsed();
            }
            super.flush();
        }
    }

    /** A control plane with one node. */
    private record Stack(RealCluster cluster, Path folder, boolean podNetwork) {
        private Path patch(String name, String environments) throws Exception {
            return Files.writeString(
                    folder.resolve(name + ".yaml"),
                    "spec: {hostNetwork: " + !podNetwork
                            + ", containers: [{name: \"*\", imagePullPolicy: Never, command:"
                            + " [sh, -c, \"trap 'exit 0' TERM; while sleep 1; do :; done\"]}"
                            + environments + "]}");
        }

        private String[] command(String namespace, String environments, String... more) throws Exception {
            List<String> args = new ArrayList<>(List.of(
                    "canary",
                    "--kubeconfig",
                    cluster.kubeconfig().toString(),
                    "--namespace",
                    namespace,
                    "--image",
                    "docker.io/local/busybox:1",
                    "--command",
                    "true",
                    "--patch",
                    patch(namespace, environments).toString()));
            args.addAll(List.of(more));
            return args.toArray(String[]::new);
        }

        private void namespace(String name) throws Exception {
            cluster.ok("", "create", "namespace", name);
            await().atMost(REMOVAL)
                    .until(() -> cluster.kubectl("", "-n", name, "get", "serviceaccount", "default")
                                    .exitCode()
                            == 0);
        }

        private Answer ask(Case asked) throws Exception {
            Clocked out = new Clocked();
            StringWriter err = new StringWriter();
            int exitCode = ProbeGuard.run(
                    new PrintWriter(out), new PrintWriter(err), command(asked.name, asked.environments(), NODE));
            Answer answer = new Answer(asked, exitCode, out.toString(), err.toString(), out.first(), out.elapsed());
            System.out.printf(
                    "%-15s %4d s, removed after %4d s, exit code %d%n%s%s%n",
                    asked.name,
                    answer.answered.toSeconds(),
                    answer.ended.toSeconds(),
                    exitCode,
                    answer.out,
                    answer.err);
            return answer;
        }

        private List<Answer> ask(List<Case> round) throws Exception {
            for (Case each : round) {
                namespace(each.name);
            }
            ExecutorService threads = Executors.newFixedThreadPool(round.size());
            try {
                List<Callable<Answer>> runs = new ArrayList<>();
                round.forEach(each -> runs.add(() -> ask(each)));
                List<Answer> answers = new ArrayList<>();
                for (Future<Answer> future : threads.invokeAll(runs)) {
                    answers.add(future.get());
                }
                return answers;
            } finally {
                threads.shutdownNow();
            }
        }

        private List<String> pods(String namespace) throws Exception {
            return cluster.ok("", "-n", namespace, "get", "pods", "-o", "name")
                    .text()
                    .lines()
                    .map(line -> line.replace("pod/", ""))
                    .toList();
        }

        private void assertRight(Answer answer) throws Exception {
            CanaryVerdict verdict = answer.asked.verdicts.stream()
                    .filter(each -> Pattern.compile("(?m)^" + NODE + " +\\S+ +" + each.word() + " ")
                            .matcher(answer.out)
                            .find())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(answer.asked + ": " + answer.out));
            assertThat(answer.answered)
                    .as(answer.asked.name)
                    .isLessThan(verdict == CanaryVerdict.HANGS ? HANGING : FAILING);
            List<String> named = Pattern.compile("(?m)^not removed: pod (\\S+) on node " + NODE)
                    .matcher(answer.out)
                    .results()
                    .map(result -> result.group(1))
                    .toList();
            assertThat(named).as("removed, or named, of " + answer.asked.name).containsAll(pods(answer.asked.name));
            assertThat(answer.exitCode).isEqualTo(verdict.isBroken() || !named.isEmpty() ? 1 : 0);
            if (verdict != CanaryVerdict.HANGS) {
                assertThat(named).as(answer.asked.name).isEmpty();
            }
        }

        private void nodesAreSelectedAndPodsKept() throws Exception {
            namespace("selected");
            cluster.ok("", "label", "node", NODE, "pool=this");
            assertThat(Run.of(command("selected", "", "--selector", "pool=that")))
                    .satisfies(run -> {
                        assertThat(run.exitCode()).isEqualTo(2);
                        assertThat(run.err()).isEqualTo("error: no node has the labels \"pool=that\"\n");
                    });
            assertThat(Run.of(command("selected", "", "--selector", "pool=this", "--keep"))
                            .out())
                    .containsPattern("(?m)^" + NODE + " +\\S+ +works ");
            assertThat(cluster.ok(
                                    "",
                                    "-n",
                                    "selected",
                                    "get",
                                    "pods",
                                    "-l",
                                    "probe-guard.io/canary=probes",
                                    "-o",
                                    "name")
                            .text()
                            .lines())
                    .hasSize(1);
            assertThat(Run.of(command("selected", "", "--selector", "pool=this"))
                            .exitCode())
                    .isZero();
            assertThat(pods("selected")).isEmpty();
        }

        private void interruptedItRemovesWhatItMade() throws Exception {
            namespace("interrupted");
            Process process = Jar.command(command("interrupted", "", NODE)).start();
            try {
                await().atMost(REMOVAL).until(() -> !pods("interrupted").isEmpty());
                Command.run(Path.of(""), Map.of(), List.of("kill", "-INT", String.valueOf(process.pid())));
                assertThat(process.waitFor(REMOVAL.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            await().atMost(REMOVAL).until(() -> pods("interrupted").isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"1.37.2, containerd", "1.20.2, containerd", "1.20.2, docker"})
    void whatIsPrintedIsRight(String kubernetes, String runtime, @TempDir Path folder) throws Exception {
        try (RealCluster cluster = RealCluster.start(folder, kubernetes)) {
            cluster.node(NODE, runtime);
            Stack stack = new Stack(cluster, folder, !runtime.equals("docker"));
            List<Answer> answers = new ArrayList<>();
            answers.addAll(stack.ask(ROUNDS.get(0)));
            if (kubernetes.equals("1.37.2")) {
                stack.nodesAreSelectedAndPodsKept();
                stack.interruptedItRemovesWhatItMade();
            }
            for (List<Case> round : ROUNDS.subList(1, ROUNDS.size())) {
                answers.addAll(stack.ask(round));
            }
            for (Answer answer : answers) {
                stack.assertRight(answer);
            }
        }
    }
}
