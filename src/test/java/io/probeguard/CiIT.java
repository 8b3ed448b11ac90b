package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The action, the hooks and the examples of ci.md do what they say, in a repository with one old and one new manifest. */
class CiIT {
    private static final Path SCRIPTS = Path.of("src/main/scripts");
    private static final Pattern YAML_BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
    private static final String BASELINE = ".probe-guard-baseline.json";

    /** Of probe-guard as it is after its build. */
    @TempDir
    static Path repository;

    @TempDir
    Path folder;

    /** With deploy/old.yaml on main, and deploy/new.yaml on the branch that is checked out. */
    private Path project;

    private record Ended(int exitCode, String out) {}

    @BeforeAll
    static void repositoryOfProbeGuard() throws Exception {
        for (String file : List.of(
                ".pre-commit-hooks.yaml",
                "action.yml",
                SCRIPTS + "/probe-guard-from-source",
                SCRIPTS + "/github-action",
                "target/probe-guard",
                "target/probe-guard.jar")) {
            Path copy = repository.resolve(file);
            Files.createDirectories(copy.resolveSibling(""));
            Files.copy(Path.of(file), copy);
        }
        succeed(repository, "git init --quiet");
        commit(repository);
    }

    @BeforeEach
    void project() throws Exception {
        project = Files.createDirectories(folder.resolve("project/deploy")).getParent();
        succeed(project, "git init --quiet --initial-branch=main");
        pod("old");
        commit(project);
        succeed(project, "git switch --quiet --create feature");
        pod("new");
        commit(project);
    }

    private void pod(String name) throws IOException {
        Files.writeString(
                project.resolve("deploy/" + name + ".yaml"),
                "{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}, spec: {containers: ["
                        + "{name: app, livenessProbe: {exec: {command: [\"true\"]}}}]}}\n");
    }

    private static void commit(Path repository) throws Exception {
        succeed(repository, "git add --all --force");
        succeed(repository, "git -c user.name=a -c user.email=a@example.com commit --quiet --message Change");
    }

    private static void succeed(Path in, String script) throws Exception {
        Ended ended = sh(in, script, Map.of());
        assertThat(ended.exitCode).as(ended.out).isZero();
    }

    private static Ended sh(Path in, String script, Map<String, String> environment) throws Exception {
        Path out = Files.createTempFile("ci", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", script)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("JAVA_(HOME_|TOOL_).*|GIT_.*"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", "/dev/null"); // no archive of classes in the background
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        Ended ended = new Ended(process.waitFor(), Files.readString(out));
        Files.delete(out);
        return ended;
    }

    /** The blocks of YAML of a section of ci.md. */
    private static List<String> examples(String anchor) throws IOException {
        String page = Files.readString(Path.of("src/site/markdown/ci.md"));
        int start = page.indexOf("<a id=\"" + anchor + "\">");
        int end = page.indexOf("<a id=", start + 1);
        assertThat(start).isPositive();
        return YAML_BLOCK
                .matcher(page.substring(start, end < 0 ? page.length() : end))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static JsonNode tree(String yaml) {
        return new JsonMapper().valueToTree(new Yaml().load(yaml));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    everything        |                                         | 1 | new old | new old
                    what changed      | changed-since=main                      | 1 | new     | new
                    with a baseline   | baseline=.probe-guard-baseline.json     | 1 | new     | new old
                    one path          | paths=deploy/old.yaml                   | 1 | old     | old
                    two paths         | paths=deploy/new.yaml\\ndeploy/old.yaml | 1 | new old | new old
                    a pattern is none | paths=deploy/*.yaml                     | 2 |         |
                    only denials      | fail-on=deny                            | 0 | new old | new old
                    another mode      | mode=deny,fail-on=deny                  | 1 | new old | new old
                    no such revision  | changed-since=gone                      | 2 |         |
                    """)
    void theActionReviews(String name, String inputs, int exitCode, String printed, String sarif) throws Exception {
        succeed(project, repository + "/target/probe-guard review --write-baseline " + BASELINE + " deploy/old.yaml");
        JsonNode action = tree(Files.readString(repository.resolve("action.yml")));
        Map<String, String> given = new HashMap<>(Map.of("sarif-file", "out.sarif"));
        if (inputs != null) {
            Stream.of(inputs.split(",", -1))
                    .map(input -> input.split("=", 2))
                    .forEach(input -> given.put(input[0], input[1].replace("\\n", "\n")));
        }
        assertThat(action.path("inputs").propertyNames()).containsAll(given.keySet());
        Path output = folder.resolve("github-output");
        Map<String, String> environment =
                new HashMap<>(Map.of("GITHUB_ACTION_PATH", repository.toString(), "GITHUB_OUTPUT", output.toString()));
        JsonNode step = action.at("/runs/steps/0");
        step.path("env").propertyStream().forEach(variable -> {
            String input = variable.getValue().asString().replaceAll("^\\$\\{\\{ inputs\\.([a-z-]+) }}$", "$1");
            String byDefault = action.path("inputs").path(input).path("default").asString();
            environment.put(variable.getKey(), given.getOrDefault(input, byDefault));
        });

        Ended ended = sh(project, step.path("run").asString(), environment);

        assertThat(ended.exitCode).as(ended.out).isEqualTo(exitCode);
        assertThat(output).hasContent("exit-code=" + exitCode);
        assertThat(names("(?m)^Pod (\\w+) ", ended.out)).isEqualTo(printed == null ? "" : printed);
        assertThat(names("\"fullyQualifiedName\" : \"Pod/(\\w+)/", Files.readString(project.resolve("out.sarif"))))
                .isEqualTo(sarif == null ? "" : sarif);
    }

    private static String names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.joining(" "));
    }

    @Test
    void theActionAndTheExamplesAreOfTheirSchemas() throws Exception {
        Path check = External.program("check-jsonschema");
        Path workflow = Files.writeString(
                folder.resolve("workflow.yml"), examples("github-actions").get(0));
        Path gitlab = Files.writeString(
                folder.resolve("gitlab.yml"), examples("gitlab").get(0));
        succeed(Path.of("."), check + " --builtin-schema vendor.github-actions action.yml");
        succeed(Path.of("."), check + " --builtin-schema vendor.github-workflows " + workflow);
        succeed(Path.of("."), check + " --builtin-schema vendor.gitlab-ci " + gitlab);
    }

    @Test
    void theWorkflowUsesInputsThatTheActionHas() throws IOException {
        JsonNode action = tree(Files.readString(Path.of("action.yml")));
        JsonNode with = tree(examples("github-actions").get(0)).at("/jobs/review/steps/1/with");
        assertThat(with.propertyNames())
                .isNotEmpty()
                .isSubsetOf(action.path("inputs").propertyNames());
    }

    @Test
    void theJobOfGitlabReviewsAMergeRequest() throws Exception {
        String script = tree(examples("gitlab").get(0))
                .at("/probe-guard/script")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.joining("\n"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Ended ended = sh(
                project,
                script,
                Map.of(
                        "HOME",
                        home.toString(),
                        "PROBE_GUARD",
                        "file://" + repository,
                        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
                        "main"));
        assertThat(ended.exitCode).as(ended.out).isOne();
        assertThat(Files.readString(project.resolve("probe-guard.xml")))
                .contains("tests=\"1\" failures=\"1\"", "classname=\"deploy/new.yaml\"");
    }

    @Test
    void theHookOfArgoCdReviewsWhatKustomizePutsIntoItsConfigMap() throws IOException {
        JsonNode kustomization = tree(examples("argo-cd").get(0));
        JsonNode job = tree(examples("argo-cd").get(1));
        JsonNode generated = kustomization.at("/configMapGenerator/0");
        JsonNode pod = job.at("/spec/template/spec");
        assertThat(pod.at("/volumes/0/configMap/name")).isEqualTo(generated.path("name"));
        String mount = pod.at("/containers/0/volumeMounts/0/mountPath").asString();
        List<String> args = new ArrayList<>();
        pod.at("/containers/0/args")
                .valueStream()
                .forEach(arg -> args.add(arg.asString()
                        .replace(mount + "/" + generated.at("/files/0").asString(), project + "/deploy/new.yaml")));
        assertThat(args).contains(project + "/deploy/new.yaml");
        assertThat(Run.of(args.toArray(String[]::new)).exitCode()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe-guard", "probe-guard-system"})
    void theHookOfPreCommitReviewsTheFilesOfACommit(String hook) throws Exception {
        Path preCommit = External.program("pre-commit");
        succeed(project, repository + "/target/probe-guard review --write-baseline " + BASELINE + " deploy/old.yaml");
        String example = examples("pre-commit")
                .get(0)
                .replace("https://github.com/OWNER/probe-guard", repository.toString())
                .replace("REF", "HEAD")
                .replace("id: probe-guard", "id: " + hook);
        Files.writeString(project.resolve(".pre-commit-config.yaml"), example);
        Files.writeString(project.resolve("outside.yaml"), Files.readString(project.resolve("deploy/new.yaml")));
        succeed(project, "git add --all");
        Map<String, String> environment = Map.of(
                "PRE_COMMIT_HOME",
                folder.resolve("pre-commit").toString(),
                "PATH",
                repository + "/target:" + System.getenv("PATH"));

        Ended ended = sh(project, preCommit + " run --all-files", environment);

        assertThat(ended.exitCode).as(ended.out).isOne();
        assertThat(names("(?m)^Pod (\\w+) ", ended.out)).as(ended.out).isEqualTo("new");
        assertThat(ended.out).contains("2 workloads", "1 in the baseline");
        succeed(project, "git rm --quiet --force deploy/new.yaml");
        Ended without = sh(project, preCommit + " run --all-files", environment);
        assertThat(without.exitCode).as(without.out).isZero();
    }

    @Test
    void buildsBeforeTheFirstRunOnly() throws Exception {
        Path checkout = folder.resolve("checkout");
        Path script = checkout.resolve(SCRIPTS).resolve("probe-guard-from-source");
        Files.createDirectories(script.getParent());
        Files.copy(SCRIPTS.resolve("probe-guard-from-source"), script);
        // In place of Maven, which would fetch and compile for minutes: it leaves what the build leaves.
        Path maven = Files.writeString(
                checkout.resolve("mvnw"),
                "#!/bin/sh\necho \"$@\" >>builds\nmkdir -p target\nprintf '#!/bin/sh\\necho \"ran $*\"\\n' "
                        + ">target/probe-guard\nchmod +x target/probe-guard\n",
                StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (int i = 0; i < 2; i++) {
            assertThat(sh(project, script + " review 'a b'", Map.of()).out).endsWith("ran review a b\n");
        }
        assertThat(checkout.resolve("builds")).hasContent("--batch-mode --quiet -Dmaven.test.skip=true package");
    }

    @Test
    void theScriptsAreClean() throws Exception {
        succeed(
                Path.of("."),
                External.program("shellcheck") + " " + SCRIPTS + "/probe-guard-from-source " + SCRIPTS
                        + "/github-action");
    }
}
