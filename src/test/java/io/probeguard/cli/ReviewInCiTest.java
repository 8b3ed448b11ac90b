package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Command;
import io.probeguard.External;
import io.probeguard.Run;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code review} as CI calls it: of files that changed, and of what is new to a baseline. */
class ReviewInCiTest {
    @TempDir
    Path folder;

    private static Run review(String... args) {
        List<String> all = new ArrayList<>(List.of("review"));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    /** The names of the files that have findings. */
    private List<String> files(String... args) {
        List<String> all = new ArrayList<>(List.of("-o", "json", "--fail-on", "never"));
        all.addAll(List.of(args));
        Run run = review(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return json(run)
                .path("findings")
                .valueStream()
                .map(finding -> folder.relativize(Path.of(finding.path("file").asString()))
                        .toString())
                .distinct()
                .toList();
    }

    private static JsonNode json(Run run) {
        return new JsonMapper().readTree(run.out());
    }

    /** A pod whose probe calls exec in each of these containers. */
    private Path pod(String file, String... containers) throws IOException {
        StringBuilder pod =
                new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n");
        for (String container : containers) {
            pod.append("  - {name: ").append(container).append(", livenessProbe: {exec: {command: [\"true\"]}}}\n");
        }
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        return Files.writeString(path, pod);
    }

    private String git(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(External.program("git").toString()));
        command.addAll(List.of(args));
        return Command.run(
                folder,
                Map.of(
                        "GIT_CONFIG_GLOBAL",
                        "/dev/null",
                        "GIT_AUTHOR_NAME",
                        "a",
                        "GIT_AUTHOR_EMAIL",
                        "a@example.com",
                        "GIT_COMMITTER_NAME",
                        "a",
                        "GIT_COMMITTER_EMAIL",
                        "a@example.com"),
                command);
    }

    private void commit() throws Exception {
        git("add", "--all");
        git("commit", "--quiet", "--message", "Change");
    }

    /** A branch from main, which has changed since, too. */
    private void repository() throws Exception {
        git("init", "--quiet", "--initial-branch=main");
        pod("old.yaml", "a");
        pod("deleted.yaml", "a");
        pod("renamed.yaml", "a");
        pod("deploy/edited.yaml", "a");
        pod("deploy/of-main.yaml", "a");
        Files.writeString(folder.resolve(".gitignore"), "ignored.yaml\n");
        commit();
        git("switch", "--quiet", "--create", "feature");
        Files.delete(folder.resolve("deleted.yaml"));
        git("mv", "renamed.yaml", "other name.yaml");
        pod("deploy/edited.yaml", "a", "b");
        pod("deploy/d\u00e9j\u00e0.yaml", "a");
        Files.writeString(folder.resolve("README.md"), "# Read me\n");
        commit();
        git("switch", "--quiet", "main");
        pod("deploy/of-main.yaml", "a", "b");
        commit();
        git("switch", "--quiet", "feature");
    }

    @Test
    void reviewsWhatABranchChanged() throws Exception {
        repository();
        assertThat(files("--changed-since", "main", folder.toString()))
                .containsExactly("deploy/d\u00e9j\u00e0.yaml", "deploy/edited.yaml", "other name.yaml");
        assertThat(files("--changed-since", "main", folder.resolve("deploy").toString()))
                .containsExactly("deploy/d\u00e9j\u00e0.yaml", "deploy/edited.yaml");
        assertThat(review("--changed-since", "main", folder.toString()).err())
                .contains("3 of 5 files changed since main\n");
    }

    @Test
    void whatIsNotCommittedHasChanged() throws Exception {
        repository();
        pod("old.yaml", "a", "b");
        pod("staged.yaml", "a");
        git("add", "staged.yaml");
        pod("untracked.yaml", "a");
        pod("ignored.yaml", "a");
        Files.createSymbolicLink(folder.resolve("link.yaml"), folder.resolve("old.yaml"));
        assertThat(files("--changed-since", "HEAD", folder.toString()))
                .containsExactly("link.yaml", "old.yaml", "staged.yaml", "untracked.yaml");
    }

    @Test
    void saysThatNothingChanged() throws Exception {
        repository();
        Run run = review("--changed-since", "HEAD", folder.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).endsWith("0 of 5 files changed since HEAD: nothing to review\n");
        assertThat(run.out()).startsWith("0 workloads");
    }

    @Test
    void aShallowCloneLacksTheCommonCommit() throws Exception {
        repository();
        Path clone = folder.resolve("clone");
        git("clone", "--quiet", "--depth=1", "--no-single-branch", "file://" + folder, clone.toString());
        Run run = review("--changed-since", "origin/main", clone.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("error: --changed-since: HEAD of " + clone.toRealPath()
                        + " and origin/main have no commit in common; a shallow clone lacks it");
    }

    @Test
    void reportsWhatIsNoRevision() throws Exception {
        repository();
        for (String revision : List.of("gone", "--git-dir=x", " ", "HEAD:old.yaml")) {
            Run run = review("--changed-since=" + revision, folder.toString());
            assertThat(run.exitCode()).as(revision).isEqualTo(2);
            assertThat(run.err()).contains("error: --changed-since: \"" + revision + "\" is not a revision");
        }
    }

    @Test
    void reportsAFolderThatIsInNoRepository() throws IOException {
        pod("a.yaml", "a");
        Run run = review("--changed-since", "main", folder.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("error: --changed-since: " + folder.toRealPath() + ": fatal: not a git repository");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    lines       | ${dir}/a.yaml\\n\\n${dir}/b.json\\n${dir}/README.md\\n | 2 | 1
                    CRLF        | ${dir}/a.yaml\\r\\n${dir}/b.json                      | 2 | 0
                    NUL         | ${dir}/a.yaml\\0${dir}/b.json\\0${dir}/README.md\\0   | 2 | 1
                    nothing     | ''                                                   | 0 | 0
                    no manifest | ${dir}/README.md\\n${dir}/gone.md\\n                  | 0 | 2
                    a root      | /\\n                                                  | 0 | 1
                    """)
    void reviewsTheFilesOfAList(String name, String list, int reviewed, int others) throws IOException {
        pod("a.yaml", "a");
        pod("b.json", "a");
        Path file = folder.resolve("list");
        Files.writeString(
                file,
                list.replace("${dir}", folder.toString())
                        .replace("\\n", "\n")
                        .replace("\\r", "\r")
                        .replace("\\0", "\0"));
        assertThat(files("--files-from", file.toString())).hasSize(reviewed);
        assertThat(review("--files-from", file.toString()).err().contains("not reviewed: " + others))
                .isEqualTo(others > 0);
    }

    @Test
    void reportsTheLineOfAListedFileThatIsMissing() throws IOException {
        Path pod = pod("a.yaml", "a");
        Path list = folder.resolve("list");
        Files.writeString(list, pod + "\ngone.yaml\n\"d\\303\\251j\\303\\240.yaml\"\n");
        Run run = review("--files-from", list.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains("1 finding")
                .contains("error  " + list + ":2: gone.yaml does not exist")
                .contains("error  " + list + ":3: \"d\\303\\251j\\303\\240.yaml\" does not exist; if git quoted");
    }

    @Test
    void readsTheListFromStandardInput() throws IOException {
        Path pod = pod("a.yaml", "a");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(pod.toString().getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(files("--files-from", "-")).containsExactly("a.yaml");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void onlyWhatIsNewCountsOnceThereIsABaseline() throws IOException {
        Path pod = pod("deploy/web.yaml", "a");
        String baseline = folder.resolve("known.json").toString();
        Run written = review("--write-baseline", baseline, pod.toString());
        assertThat(written.exitCode()).isZero();
        assertThat(written.err()).endsWith("wrote 1 finding to " + baseline + "\n");

        Run known = review("--baseline", baseline, pod.toString());
        assertThat(known.exitCode()).isZero();
        assertThat(known.out())
                .startsWith("1 workload, 1 exec probe")
                .contains("0 warned")
                .contains("1 in the baseline");

        pod("deploy/web.yaml", "first", "a", "last"); // and so on another line
        Run changed = review("--baseline", baseline, pod.toString());
        assertThat(changed.exitCode()).isOne();
        assertThat(changed.out())
                .contains("container first", "container last", "2 warned", "1 in the baseline")
                .doesNotContain("container a:");
        assertThat(changed.err()).doesNotContain("no longer found");
    }

    @Test
    void theSameFindingIsKnownHoweverItsFileIsNamed() throws IOException {
        pod("web.yaml", "a");
        String baseline = folder.resolve("known.json").toString();
        review("--write-baseline", baseline, folder.resolve("web.yaml").toString());
        Files.createDirectory(folder.resolve("x"));
        assertThat(review(
                                "--baseline",
                                baseline,
                                folder.resolve("x/../web.yaml").toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readString(Path.of(baseline))).contains("\"file\" : \"web.yaml\"");
    }

    @Test
    void aBaselineIsTheSameWhateverTheOrderOfTheFiles() throws IOException {
        String a = pod("a.yaml", "x", "b").toString();
        String b = pod("b.yaml", "a").toString();
        Path one = folder.resolve("one.json");
        Path other = folder.resolve("other.json");
        review("--write-baseline", one.toString(), a, b);
        review("--write-baseline", other.toString(), b, a);
        assertThat(one).hasSameTextualContentAs(other);
    }

    @Test
    void whatIsInABaselineAndNotFoundIsStaleWhereItCouldBeFound() throws IOException {
        pod("a.yaml", "x");
        pod("b.yaml", "x");
        pod("c.yaml", "x");
        String baseline = folder.resolve("known.json").toString();
        review("--write-baseline", baseline, folder.toString());
        pod("a.yaml", "y");
        pod("c.yaml", "y");
        Files.delete(folder.resolve("b.yaml"));
        Run run = review("--baseline", baseline, folder.resolve("a.yaml").toString());
        assertThat(run.exitCode()).isOne(); // for container y
        assertThat(run.err().lines().filter(line -> line.startsWith("warning: ")))
                .containsExactly(
                        "warning: " + baseline
                                + ": no longer found, remove it: a.yaml: Pod web, container x, liveness (docker-el7-1.13.1-84)",
                        "warning: " + baseline
                                + ": no longer found, remove it: b.yaml: Pod web, container x, liveness (docker-el7-1.13.1-84)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"schemaVersion": 1}                                            | :1: findings is required
                    {"findings": []}                                                | :1: schemaVersion must be an integer
                    {"schemaVersion": 2, "findings": []}                            | :1: schemaVersion must be 1, not 2
                    {"schemaVersion": 1, "findings": [{"file": "a.yaml"}]}          | :1: findings[0]: kind is required
                    {"schemaVersion": 1, "findings": [{"file": 1}]}                 | :1: findings[0].file must be a string
                    {"schemaVersion": 1, "findings": {}}                            | :1: findings must be a list
                    {"schemaVersion": 1, "findings": [],\\n "line": 3}              | :2: unknown field "line"; known fields: findings, schemaVersion
                    {"schemaVersion": 1, "findings": [\\n{"handler": "livenes"}]}   | :2: findings[0].handler: unsupported value "livenes"; supported values: liveness, readiness, startup, postStart, preStop
                    {"schemaVersion": 1, "findings": [                              | :1: while parsing
                    []                                                              | :1: the value must be a mapping
                    ~~                                                              | :1: expected one document, found 0
                    """)
    void reportsABadBaseline(String content, String message) throws IOException {
        Path pod = pod("a.yaml", "x");
        Path baseline = Files.writeString(folder.resolve("known.json"), content.replace("\\n", "\n"));
        Run run = review("--baseline", baseline.toString(), pod.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("error: " + baseline + message)
                .endsWith("; --write-baseline writes such a file\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --files-from gone.txt                             | error: --files-from: gone.txt: no such file or directory
                    --files-from - -                                  | error: --files-from: standard input is a manifest already
                    --changed-since main -                            | error: --changed-since: standard input is in no repository
                    --baseline gone.json src/examples                 | error: --baseline: gone.json: no such file or directory
                    --write-baseline gone/known.json src/examples     | error: --write-baseline: gone/known.json: no such file or directory
                    --write-baseline b.json --changed-since HEAD src/examples | error: --write-baseline and --changed-since are mutually exclusive
                    --write-baseline b.json --baseline b.json src/examples    | are mutually exclusive
                    """)
    void reportsWrongUsage(String args, String message) {
        Run run = review(args.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }
}
