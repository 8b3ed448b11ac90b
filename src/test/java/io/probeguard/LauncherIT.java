package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the jar, as the build leaves it. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("target/probe-guard").toAbsolutePath();
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String INJECTOR = "src/examples/istio-sidecar-injector.yaml";
    private static final Duration MAKING_TAKES = Duration.ofMinutes(3);
    /** Programs besides Java that the script calls. */
    private static final Set<String> PROGRAMS =
            Set.of("cksum", "dirname", "find", "mkdir", "mv", "nice", "readlink", "rm", "rmdir", "sed", "stat");

    @TempDir
    Path folder;

    private Path cache;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void cache() {
        cache = folder.resolve("cache");
    }

    private ProcessBuilder launcher(Path script, String... args) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "PROBE_GUARD_JAR"));
        builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        return builder;
    }

    /** One that makes no archive, so that no test waits for what it does not ask about. */
    private ProcessBuilder withoutCache(Path script, String... args) {
        ProcessBuilder builder = launcher(script, args);
        builder.environment().put("XDG_CACHE_HOME", "/dev/null");
        return builder;
    }

    private static Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path err = Files.createTempFile("launcher", ".err");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Ended ended = new Ended(process.waitFor(), out, Files.readString(err));
        Files.delete(err);
        return ended;
    }

    private List<String> cached() {
        Path own = cache.resolve("probe-guard");
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(own)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until nothing is being made; returns the name of the one archive that there is. */
    private String onlyArchive() {
        await().atMost(MAKING_TAKES)
                .until(
                        this::cached,
                        names -> !names.isEmpty() && names.stream().noneMatch(name -> name.contains(".lock")));
        assertThat(cached()).hasSize(1);
        return cached().get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "--version, 0",
        "review " + INJECTOR + ", 1",
        "review, 2",
        "review no-such-file.yaml, 2",
    })
    void printsAndExitsAsTheJarDoes(String args, int exitCode) throws Exception {
        String[] words = args.split(" ", -1);
        Ended jar = run(Jar.command(words));
        assertThat(run(withoutCache(LAUNCHER, words))).isEqualTo(jar);
        assertThat(jar.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void passesOnWordsAsTheyAre() throws Exception {
        Path manifest = Files.copy(Path.of(INJECTOR), folder.resolve("a  b * $HOME.yaml"));
        assertThat(run(withoutCache(LAUNCHER, "review", manifest.toString())).out())
                .contains(manifest + ":2");
        assertThat(run(withoutCache(LAUNCHER, "review", "")).exitCode()).isEqualTo(2);
    }

    @Test
    void passesOnStandardInput() throws Exception {
        Ended ended = run(withoutCache(LAUNCHER, "review", "-")
                .redirectInput(Path.of(INJECTOR).toFile()));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).startsWith("Deployment istio-system/istio-sidecar-injector");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absolute", "relative", "twice"})
    void isFoundThroughLinks(String kind) throws Exception {
        Path link = folder.resolve("bin of mine").resolve("probe-guard");
        Files.createDirectories(link.getParent());
        switch (kind) {
            case "absolute" -> Files.createSymbolicLink(link, LAUNCHER);
            case "relative" ->
                Files.createSymbolicLink(link, link.getParent().toRealPath().relativize(LAUNCHER));
            default ->
                Files.createSymbolicLink(
                        link,
                        Files.createSymbolicLink(link.resolveSibling("other"), LAUNCHER)
                                .getFileName());
        }
        assertThat(run(withoutCache(link, "--version")).out()).startsWith("probe-guard ");
    }

    @Test
    void isAPluginOfKubectl() throws Exception {
        ProcessBuilder kubectl = withoutCache(External.program("kubectl"), "probe-guard", "--version");
        kubectl.environment().merge("PATH", LAUNCHER.getParent() + ":", (path, own) -> own + path);
        assertThat(run(kubectl).out()).startsWith("probe-guard ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no java        | no java on PATH: install Java 17 or later",
                "wrong home     | there is no FOLDER/none/bin/java: set JAVA_HOME to a Java of version 17 or later, or unset",
                "old            | FOLDER/jre/bin/java is Java 1.8.0_392: install Java 17 or later",
                "old, unmarked  | FOLDER/jre/bin/java is Java 11.0.2: install Java 17 or later",
                "no Java at all | FOLDER/jre/bin/java is Java of unknown version: install Java 17 or later",
                "no jar         | FOLDER/probe-guard.jar is missing: put it beside this script, or set PROBE_GUARD_JAR",
            })
    void saysWhatIsMissing(String what, String message) throws Exception {
        ProcessBuilder launcher = launcher(LAUNCHER, "--version");
        Map<String, String> environment = launcher.environment();
        Path home = folder.resolve("jre");
        switch (what) {
            case "no java" -> {
                environment.remove("JAVA_HOME");
                environment.put("PATH", programs().toString());
            }
            case "wrong home" ->
                environment.put("JAVA_HOME", folder.resolve("none").toString());
            case "no jar" ->
                environment.put(
                        "PROBE_GUARD_JAR", folder.resolve("probe-guard.jar").toString());
            default -> {
                String says = what.equals("old, unmarked") ? "openjdk version \\\"11.0.2\\\" 2019-01-15" : "hello";
                java(home, "echo \"" + says + "\" >&2");
                if (what.equals("old")) {
                    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"1.8.0_392\"\n");
                }
                environment.put("JAVA_HOME", home.toString());
            }
        }
        Ended ended = run(launcher);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).startsWith("probe-guard: " + message.replace("FOLDER", folder.toString()));
        assertThat(cached()).isEmpty();
    }

    private Path programs() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String program : PROGRAMS) {
            script(bin.resolve(program), "exec " + External.program(program) + " \"$@\"");
        }
        return bin;
    }

    private static void java(Path home, String commands) throws IOException {
        script(Files.createDirectories(home.resolve("bin")).resolve("java"), commands);
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void findsJavaOnThePath() throws Exception {
        ProcessBuilder launcher = withoutCache(LAUNCHER, "--version");
        launcher.environment().remove("JAVA_HOME");
        launcher.environment().put("PATH", JAVA_HOME.resolve("bin") + ":" + programs());
        assertThat(run(launcher).out()).startsWith("probe-guard ");
    }

    @ParameterizedTest
    @CsvSource({
        "no home, ''",
        "a file, file",
        "a device, /dev/null",
        "a folder that nobody may write, /proc/probe-guard",
    })
    void runsWhereNothingCanBeCached(String what, String place) throws Exception {
        ProcessBuilder launcher = launcher(LAUNCHER, "--version");
        if (place.isEmpty()) {
            launcher.environment().keySet().removeAll(Set.of("HOME", "XDG_CACHE_HOME"));
        } else {
            Files.writeString(folder.resolve("file"), "");
            launcher.environment().put("XDG_CACHE_HOME", folder.resolve(place).toString());
        }
        Ended ended = run(launcher);
        assertThat(ended.err()).as(what).isEmpty();
        assertThat(ended.out()).startsWith("probe-guard ");
    }

    @Test
    void takesTheCollectorOfTheUser() throws Exception {
        ProcessBuilder launcher = withoutCache(LAUNCHER, "--version");
        launcher.environment().put("JDK_JAVA_OPTIONS", "-XX:+UseParallelGC");
        assertThat(run(launcher).out()).startsWith("probe-guard ");
    }

    /** However many are the first; the archive is used by the next, and replaced when the jar is another. */
    @Test
    void makesOneArchiveAndKeepsItUpToDate() throws Exception {
        Path jar = folder.resolve("probe-guard.jar");
        Files.copy(Path.of("target/probe-guard.jar"), jar);
        Path calls = folder.resolve("calls");
        Path home = folder.resolve("jre");
        java(home, "echo \"$@\" >>" + calls + "\nexec " + JAVA_HOME + "/bin/java \"$@\"");
        Files.copy(JAVA_HOME.resolve("release"), home.resolve("release"));
        ProcessBuilder launcher = launcher(LAUNCHER, "--version");
        launcher.environment().putAll(Map.of("JAVA_HOME", home.toString(), "PROBE_GUARD_JAR", jar.toString()));

        List<Process> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(launcher.start());
        }
        for (Process process : first) {
            assertThat(process.waitFor()).isZero();
        }
        String archive = onlyArchive();
        assertThat(Files.readAllLines(calls))
                .filteredOn(call -> call.contains("TrainingRun"))
                .hasSize(1);

        Files.delete(calls);
        // Java does not start if it cannot use the archive.
        launcher.environment()
                .put("JAVA_TOOL_OPTIONS", Runtime.version().feature() >= 25 ? "-XX:AOTMode=on" : "-Xshare:on");
        assertThat(run(launcher).out()).startsWith("probe-guard ");
        assertThat(Files.readString(calls))
                .contains("=" + cache.resolve("probe-guard").resolve(archive) + " ");

        launcher.environment().remove("JAVA_TOOL_OPTIONS");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
        assertThat(run(launcher).out()).startsWith("probe-guard ");
        await().atMost(MAKING_TAKES).until(this::cached, names -> !names.contains(archive));
        assertThat(onlyArchive()).isNotEqualTo(archive);
    }

    /** What Java cannot make an archive of is not tried again by each run. */
    @Test
    void triesOnceADay() throws Exception {
        Path calls = folder.resolve("calls");
        Path home = folder.resolve("jre");
        java(
                home,
                "echo \"$@\" >>" + calls + "\ncase \"$*\" in *TrainingRun*) exit 1 ;; esac\nexec " + JAVA_HOME
                        + "/bin/java \"$@\"");
        Files.copy(JAVA_HOME.resolve("release"), home.resolve("release"), StandardCopyOption.REPLACE_EXISTING);
        ProcessBuilder launcher = launcher(LAUNCHER, "--version");
        launcher.environment().put("JAVA_HOME", home.toString());
        for (int i = 0; i < 3; i++) {
            assertThat(run(launcher).exitCode()).isZero();
        }
        await().atMost(MAKING_TAKES).until(() -> Files.readString(calls).contains("TrainingRun"));
        assertThat(run(launcher).exitCode()).isZero();
        assertThat(Files.readAllLines(calls))
                .filteredOn(call -> call.contains("TrainingRun"))
                .hasSize(1);
        assertThat(cached()).hasSize(1).allMatch(name -> name.endsWith(".lock"));
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void isJavaOnceItRuns(String signal, int exitCode) throws Exception {
        ProcessBuilder launcher = withoutCache(
                LAUNCHER,
                "serve",
                "--port",
                "0",
                "--nodes",
                "src/examples/nodes.yaml",
                "--certs",
                folder.resolve("certs").toString());
        Process serve = launcher.redirectError(folder.resolve("log").toFile()).start();
        try {
            assertThat(serve.getInputStream().read()).as("serves").isEqualTo('#');
            assertThat(serve.info().command())
                    .hasValueSatisfying(command -> assertThat(command).endsWith("/java"));
            Command.run(Path.of(""), Map.of(), List.of("kill", "-" + signal, Long.toString(serve.pid())));
            assertThat(serve.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(serve.exitValue()).isEqualTo(exitCode);
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void isCleanForShellcheck() throws Exception {
        Command.run(
                Path.of(""),
                Map.of(),
                List.of(External.program("shellcheck").toString(), "src/main/scripts/probe-guard"));
    }
}
