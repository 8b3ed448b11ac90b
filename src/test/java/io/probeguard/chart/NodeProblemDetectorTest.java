package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Golden;
import io.probeguard.catalogue.AffectedVersion;
import io.probeguard.catalogue.AffectedVersion.By;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.NodeConstraint;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.node.NodeFacts;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart's custom plugin for node-problem-detector. */
class NodeProblemDetectorTest {
    private static final Path FOLDER = Chart.PATH.resolve("files/node-problem-detector");
    private static final Path SCRIPT = FOLDER.resolve("exec-probe-broken.sh").toAbsolutePath();
    private static final Set<By> KINDS = Set.of(By.RPM, By.DEB, By.NODE_INFO);
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    @TempDir
    private Path programs;

    /** The builds of the script are those of the catalogue; -Dgolden.update=true regenerates them. */
    @BeforeAll
    static void hasTheBuildsOfTheCatalogue() {
        new Golden(FOLDER).check("broken-builds.txt", table());
    }

    private static String table() {
        assertThat(AffectedVersion.class.getRecordComponents())
                .as("a condition that the script does not support would make it report builds that are not broken")
                .extracting(RecordComponent::getName)
                .containsExactly("by", "name", "versions", "release", "where", "settledBy");
        return CATALOGUE.entries().stream()
                .filter(CatalogueEntry::flags)
                .sorted(java.util.Comparator.comparing(CatalogueEntry::effect))
                .flatMap(NodeProblemDetectorTest::rows)
                .collect(Collectors.joining(
                        "",
                        "# From probe-guard's catalogue, the worst first: id, kind, name, part of the release, with runtime, versions\n",
                        ""));
    }

    /** None for entries that need more than a version to match. */
    private static Stream<String> rows(CatalogueEntry entry) {
        return entry.affected().stream()
                .filter(affected -> KINDS.contains(affected.by()))
                .filter(affected -> affected.settledBy() == null)
                .filter(affected -> affected.where() == null
                        || affected.where()
                                .equals(new NodeConstraint(
                                        affected.where().runtime(), null, null, null, null, null, null, null, null)))
                .flatMap(affected -> intervals(affected)
                        .map(interval -> String.join(
                                        " ",
                                        entry.id(),
                                        affected.by() == By.NODE_INFO
                                                ? "runtime"
                                                : affected.by().name().toLowerCase(Locale.ROOT),
                                        affected.name(),
                                        affected.release() == null ? "-" : affected.release(),
                                        affected.where() == null
                                                ? "-"
                                                : affected.where().runtime(),
                                        interval)
                                + "\n"));
    }

    /** Each a conjunction of constraints. */
    private static Stream<String> intervals(AffectedVersion affected) {
        return Stream.of(affected.versions().phrase().split(", ", -1))
                .map(interval -> interval.matches("[<>].*") ? interval : "=" + interval);
    }

    /** Recorded outputs of rpm, dpkg-query and the runtimes; a program without one is not installed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rpm docker          | 1.13.1-84.git07f3374.el7.centos    | 1 | docker-el7-1.13.1-84: docker 1.13.1-84.git07f3374.el7.centos
                    rpm docker          | 1.13.1-84.git07f3374.el7           | 1 | docker-el7-1.13.1-84: docker 1.13.1-84.git07f3374.el7
                    rpm docker          | 1.13.1-75.git8633870.el7.centos    | 0 | ''
                    rpm docker          | 1.13.1-88.git07f3374.el7.centos    | 0 | ''
                    rpm docker          | 1.13.1-84.git07f3374.fc28          | 0 | ''
                    rpm conmon          | 2.0.26-1.el8                       | 1 | conmon-2.0.23: conmon 2.0.26-1.el8
                    rpm conmon          | 2.0.27-1.el8                       | 0 | ''
                    deb conmon          | install ok installed 2.0.25+ds1-1.1 | 1 | conmon-2.0.23: conmon 2.0.25+ds1-1.1
                    deb conmon          | deinstall ok config-files 2.0.25+ds1-1.1 | 0 | ''
                    deb containerd.io   | install ok installed 1.7.14-1      | 1 | containerd-1.7.14: containerd.io 1.7.14-1
                    deb containerd.io   | install ok installed 1.7.15-1      | 1 | containerd-exit-lost: containerd.io 1.7.15-1
                    deb containerd.io   | install ok installed 1.7.22-1      | 0 | ''
                    containerd          | containerd github.com/containerd/containerd v1.7.14 dcf2847247e18caba8dce86522029642f60fe96b | 1 | containerd-1.7.14: containerd 1.7.14
                    containerd          | containerd containerd.io 1.6.30 c1c4c6e5a2d5e8a2a0c5c0a9d1b6b2a4bbbbbbbb | 1 | containerd-1.6.29: containerd 1.6.30
                    containerd          | containerd github.com/containerd/containerd 1.6.30+bottlerocket | 1 | containerd-1.6.29: containerd 1.6.30
                    containerd          | containerd github.com/containerd/containerd 1.7.14-0ubuntu1 | 0 | ''
                    containerd          | containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3 | 0 | ''
                    """)
    void recordings(String asked, String answer, int exitCode, String message) throws Exception {
        assertThat(run(asked, answer)).isEqualTo(new Result(exitCode, message));
    }

    record Result(int exitCode, String message) {}

    @Test
    void ignoresConmonWithoutCriO() throws Exception {
        assertThat(run("rpm conmon", "2.0.26-1.el8", false)).isEqualTo(new Result(0, ""));
    }

    private Result run(String asked, String answer) throws Exception {
        return run(asked, answer, true);
    }

    /** Runs the script with programs of which one has this output for this query, and of the others only CRI-O is installed. */
    private Result run(String asked, String answer, boolean withCriO) throws Exception {
        String[] words = asked.split(" ", -1);
        program("rpm", "rpm", "${@: -1}", words, answer);
        program("dpkg-query", "deb", "${@: -1}", words, answer);
        for (String runtime : List.of("containerd", "dockerd")) {
            program(runtime, runtime, runtime, new String[] {asked, asked}, answer);
        }
        String criO = withCriO ? "crio" : "";
        program("crio", criO, "crio", new String[] {"crio", "crio"}, "crio version 1.25.1");
        return run(Map.of("PATH", programs + ":" + System.getenv("PATH")), SCRIPT.toString(), "/");
    }

    private void program(String name, String kind, String subject, String[] asked, String answer) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(
                file,
                asked[0].equals(kind)
                        ? "#!/bin/bash\n[[ " + subject + " == '" + asked[1] + "' ]] && echo '" + answer + "'\n"
                        : "#!/bin/bash\necho not installed\nexit 1\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Result run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output.strip());
    }

    /** Packages around each bound of the table. */
    static List<String> packagesAroundTheBounds() {
        List<String> packages = new ArrayList<>();
        for (String row : table().lines().skip(1).toList()) {
            String[] fields = row.split(" ", -1);
            if (fields[1].equals("runtime")) {
                continue;
            }
            String suffix = fields[3].equals("-") ? "" : ".git" + fields[3];
            for (String constraint : Arrays.copyOfRange(fields, 5, fields.length)) {
                String bound = constraint.replaceAll("[<=>]", "");
                for (String version : List.of(bound, bound + "~rc1", bound + ".1", bound + "0", "0", "99")) {
                    String release = version.contains("-") ? version : version + "-1";
                    packages.add(fields[1] + " " + fields[2] + " " + release + suffix);
                }
            }
        }
        return packages.stream().distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("packagesAroundTheBounds")
    void agreesWithTheCatalogue(String installed) throws Exception {
        String[] words = installed.split(" ", -1);
        boolean deb = words[0].equals("deb");
        if (deb && !Files.isExecutable(Path.of("/usr/bin/dpkg"))) {
            External.skip("dpkg is not installed");
        }
        boolean broken = !CATALOGUE
                .flagging(new PackageVersion(deb ? Scheme.DEB : Scheme.RPM, words[1], words[2]))
                .isEmpty();
        assertThat(run(words[0] + " " + words[1], (deb ? "install ok installed " : "") + words[2])
                        .exitCode())
                .isEqualTo(broken ? 1 : 0);
    }

    @Test
    void usesDpkgQuery(@TempDir Path database) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/dpkg-query"))) {
            External.skip("dpkg-query is not installed");
        }
        Files.createDirectories(database.resolve("info"));
        Files.createFile(database.resolve("available"));
        Files.writeString(database.resolve("status"), """
                Package: containerd.io
                Status: install ok installed
                Maintainer: maintainer <maintainer@example.com>
                Architecture: amd64
                Version: 1.6.30-1
                Description: a broken build

                """);
        assertThat(run(Map.of("DPKG_ADMINDIR", database.toString()), SCRIPT.toString(), "/"))
                .isEqualTo(new Result(1, "containerd-1.6.29: containerd.io 1.6.30-1"));
    }

    @Test
    void comparesVersionsLikeRpm() throws Exception {
        Path truth = External.folder("PROBE_GUARD_VERSIONS").resolve("rpm.txt");
        String loop = """
                . "$1"
                right=0
                while read -r a b sign; do
                  [[ $a$b == *:* ]] && continue # rpm -q prints no epochs
                  rpm_evr_order "$a" "$b"
                  [[ $ORDER == "$sign" ]] && ((++right)) || echo "$a $b: $ORDER, not $sign"
                done <"$2"
                echo "$right right"
                """;
        assertThat(run(Map.of(), "bash", "-c", loop, "loop", SCRIPT.toString(), truth.toString())
                        .message())
                .matches("\\d{4} right");
    }

    @ParameterizedTest
    @CsvSource({"'', no node file system", "/no/such/folder, no node file system"})
    void failsWithoutTheFileSystemOfANode(String root, String message) throws Exception {
        Result result = run(Map.of(), SCRIPT.toString(), root);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.message()).startsWith(message);
    }

    @Test
    void isValidBash() throws Exception {
        assertThat(run(Map.of(), "bash", "-n", SCRIPT.toString())).isEqualTo(new Result(0, ""));
        try {
            assertThat(run(Map.of(), "shellcheck", SCRIPT.toString())).isEqualTo(new Result(0, ""));
        } catch (IOException e) {
            External.skip("shellcheck is not installed");
        }
    }

    /** The fields that node-problem-detector's validation requires, and those that set our condition. */
    @Test
    void hasAValidConfiguration() throws Exception {
        JsonNode config = new JsonMapper().readTree(FOLDER.resolve("exec-probe-broken.json"));
        assertThat(config.propertyNames())
                .containsExactly("plugin", "pluginConfig", "source", "metricsReporting", "conditions", "rules");
        assertThat(config.path("plugin").asString()).isEqualTo("custom");
        assertThat(config.path("conditions").size()).isEqualTo(1);
        assertThat(config.at("/conditions/0").propertyNames()).containsExactly("type", "reason", "message");
        assertThat(config.at("/conditions/0/type").asString()).isEqualTo(NodeFacts.CONDITION);
        assertThat(config.path("rules").size())
                .as("rules that share a condition override each other (kubernetes/node-problem-detector#566)")
                .isEqualTo(1);
        JsonNode rule = config.at("/rules/0");
        assertThat(rule.propertyNames()).containsExactly("type", "condition", "reason", "path", "args", "timeout");
        assertThat(rule.path("type").asString()).isEqualTo("permanent");
        assertThat(rule.path("condition").asString()).isEqualTo(NodeFacts.CONDITION);
        assertThat(rule.path("reason").asString()).isEqualTo(NodeFacts.KNOWN_BROKEN_BUILD);
        assertThat(Path.of(rule.path("path").asString()).getFileName()).isEqualTo(SCRIPT.getFileName());
        assertThat(seconds(rule.path("timeout")))
                .isLessThanOrEqualTo(seconds(config.at("/pluginConfig/timeout")))
                .isLessThan(seconds(config.at("/pluginConfig/invoke_interval")));
    }

    private static long seconds(JsonNode duration) {
        return Duration.parse("PT" + duration.asString().toUpperCase(Locale.ROOT))
                .toSeconds();
    }

    @Test
    void isPartOfTheChart() throws Exception {
        JsonNode data = Chart.render("1.30.0", Map.of("nodeProblemDetector.enabled", true)).objects().stream()
                .filter(object -> object.at("/metadata/name").asString().endsWith("-node-problem-detector"))
                .findFirst()
                .orElseThrow()
                .path("data");
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                assertThat(data.path(file.getFileName().toString()).asString()).isEqualTo(Files.readString(file));
            }
        }
    }
}
