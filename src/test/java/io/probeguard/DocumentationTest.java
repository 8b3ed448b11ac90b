package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.Observer;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueTable;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeList;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.text.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The documentation says what is so: examples are what commands print, links lead somewhere, options are described.
 * Examples and the catalogue's table are written by {@code -Dgolden.update=true}.
 */
class DocumentationTest {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final Path README = Path.of("README.md");
    private static final Path PAGES = Path.of("src/site/markdown");
    private static final String NODES = "src/examples/nodes.yaml";
    private static final String INJECTOR = "src/examples/istio-sidecar-injector.yaml";

    private static final String COMMAND = "$ target/probe-guard ";
    private static final String APPLY = "$ kubectl apply --dry-run=server -f " + INJECTOR + "\n";
    private static final String APPLIED = "deployment.apps/istio-sidecar-injector created (server dry run)\n";

    /** In the folder of pages, or below one of these: what "./mvnw site" takes along (pom.xml). */
    private static final List<String> IN_THE_SITE = List.of(
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "LICENSE",
            "certs/README.md",
            "charts",
            "src/examples",
            "src/main/resources",
            "src/site/markdown",
            "src/site/resources");

    /** The threat model names them. */
    @Test
    void theTestsThatTheSecurityPageNamesExist() throws IOException {
        Set<String> there;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            there = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        assertThat(Pattern.compile("`(\\w+(?:Test|IT))`")
                        .matcher(Files.readString(PAGES.resolve("security.md")))
                        .results()
                        .map(name -> name.group(1)))
                .isNotEmpty()
                .isSubsetOf(there);
    }

    static List<MarkdownPage> sitePages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.sorted().map(MarkdownPage::read).toList();
        }
    }

    static List<MarkdownPage> allPages() throws IOException {
        List<MarkdownPage> pages = new ArrayList<>(sitePages());
        Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "certs/README.md")
                .map(Path::of)
                .map(MarkdownPage::read)
                .forEach(pages::add);
        return pages;
    }

    static Stream<String> examples() throws IOException {
        return allPages().stream()
                .flatMap(page -> page.consoleBlocks().stream())
                .filter(block -> block.startsWith(COMMAND))
                .map(block -> block.lines().findFirst().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsWhatTheCommandPrints(String line) throws IOException {
        List<String> args =
                new ArrayList<>(List.of(line.substring(COMMAND.length()).split(" ", -1)));
        if (args.contains("scan")) { // in place of the cluster that the page asks
            args.addAll(List.of("--nodes", NODES, "--pods", "src/test/resources/scan/input/pods.yaml"));
        }
        checkBlock(line + "\n", Run.of(args.toArray(String[]::new)).out());
    }

    @Test
    void theWarningsAreThoseOfTheWebhook() throws Exception {
        Fleet fleet =
                Fleet.of(NodeList.read(new SourceText(NODES, Files.readString(Path.of(NODES)))), Catalogue.builtIn());
        JsonMapper json = new JsonMapper();
        byte[] review = json.writeValueAsBytes(Map.of(
                "apiVersion",
                "admission.k8s.io/v1",
                "kind",
                "AdmissionReview",
                "request",
                Map.of(
                        "uid",
                        "u-1",
                        "kind",
                        Map.of("group", "apps", "version", "v1", "kind", "Deployment"),
                        "namespace",
                        "istio-system",
                        "operation",
                        "CREATE",
                        "object",
                        new Yaml().load(Files.readString(Path.of(INJECTOR))))));
        JsonNode answer = json.readTree(
                new Admission(ClusterState.fixed(fleet), Policy.DEFAULT.withMode(Mode.REWRITE), Observer.NONE)
                        .answer(
                                Webhook.VALIDATE,
                                review,
                                System.nanoTime() + Duration.ofMinutes(1).toNanos()));
        String warnings = answer.at("/response/warnings")
                .valueStream()
                .map(warning -> "Warning: " + warning.asString() + "\n")
                .collect(Collectors.joining());
        assertThat(warnings).isNotEmpty();
        checkBlock(APPLY, warnings + APPLIED);
    }

    /** The code block that begins with this holds nothing else than that; or is written so. */
    private static void checkBlock(String begin, String output) throws IOException {
        for (MarkdownPage page : allPages()) {
            for (String block : page.consoleBlocks()) {
                if (block.startsWith(begin)) {
                    if (UPDATE) {
                        Files.writeString(page.file(), page.text().replace(block, begin + output));
                    } else {
                        assertThat(block)
                                .as(page + ": run with -Dgolden.update=true to write it")
                                .isEqualTo(begin + output);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no page has a code block that begins with " + begin);
    }

    @ParameterizedTest
    @CsvSource({"policy.yaml, mode:, policy.md", "catalogue.yaml, entries:, catalogue.md"})
    void thePageHasTheExample(String example, String start, String page) throws IOException {
        String yaml = Files.readString(Path.of("src/examples").resolve(example));
        assertThat(MarkdownPage.read(PAGES.resolve(page)).text())
                .contains("```yaml\n" + yaml.substring(yaml.indexOf("\n" + start) + 1) + "```");
    }

    @Test
    void theCatalogueIsTheData() throws IOException {
        GeneratedTable.check("catalogue.md", "catalogue", CatalogueTable.of(Catalogue.builtIn()));
    }

    @ParameterizedTest
    @CsvSource({
        "review, review-in-ci.md",
        "nodes, nodes.md",
        "canary, canary.md",
        "inspect, nodes.md",
        "scan, scan.md",
        "why, why.md",
        "serve, serve.md",
        "webhooks, serve.md",
        "catalogue, catalogue.md",
    })
    void everyOptionIsDescribed(String command, String page) {
        String help = Run.of(command, "--help").out();
        List<String> options = Pattern.compile("^ +(?:-\\w, )?(--[a-z-]+)", Pattern.MULTILINE)
                .matcher(help)
                .results()
                .map(option -> option.group(1))
                .filter(option -> !Set.of("--help", "--version").contains(option))
                .toList();
        assertThat(options).isNotEmpty();
        String text = MarkdownPage.read(PAGES.resolve(page)).text();
        assertThat(options)
                .filteredOn(option -> !text.contains("`" + option))
                .as("not described in " + page)
                .isEmpty();
    }

    @Test
    void everyValueOfTheChartIsDescribed() throws IOException {
        Map<String, ?> values = new Yaml().load(Files.readString(Path.of("charts/probe-guard/values.yaml")));
        String text = MarkdownPage.read(PAGES.resolve("chart.md")).text();
        assertThat(values).isNotEmpty();
        assertThat(values.keySet())
                .filteredOn(value -> !text.contains("| `" + value + "`") && !text.contains(", `" + value + "`"))
                .as("not described")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("allPages")
    void everyLinkLeadsSomewhere(MarkdownPage page) {
        assertThat(page.links())
                .filteredOn(link -> !link.matches("https?://.*"))
                .allSatisfy(link -> {
                    Path target = page.target(link);
                    assertThat(target).isRegularFile();
                    assertThat(IN_THE_SITE).anyMatch(target::startsWith);
                    int fragment = link.indexOf('#');
                    if (fragment >= 0) {
                        assertThat(MarkdownPage.read(target).anchors()).contains(link.substring(fragment + 1));
                    }
                });
    }

    @Test
    void everyPageIsInTheMenuAndInTheReadme() throws Exception {
        var items = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("src/site/site.xml").toFile())
                .getElementsByTagName("item");
        assertThat(IntStream.range(0, items.getLength()).mapToObj(i -> ((Element) items.item(i)).getAttribute("href")))
                .doesNotHaveDuplicates()
                .containsAll(sitePages().stream()
                        .map(page -> page.file().getFileName().toString().replaceFirst("md$", "html"))
                        .toList());
        MarkdownPage readme = MarkdownPage.read(README);
        assertThat(readme.links().stream().map(readme::target))
                .containsAll(sitePages().stream().map(MarkdownPage::file).toList());
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(200);
    }
}
