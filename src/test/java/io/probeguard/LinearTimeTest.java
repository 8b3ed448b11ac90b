package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.MalformedReviewException;
import io.probeguard.admission.Observer;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueFile;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.catalogue.VersionRange;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.kubelet.Fault;
import io.probeguard.manifest.FileReview;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeList;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.probe.NativeProbe;
import io.probeguard.probe.Timing;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonPointer;

/**
 * Input that is made to take long. What takes time in the square of the size would take minutes for the larger of the two
 * sizes here, and what recurses for each part of it would end in an overflow of the stack. Three seconds of the processor's
 * time must do for each million characters; on a machine that others keep busy they hold less than otherwise.
 */
class LinearTimeTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long LIMIT_NANOS = 3_000_000_000L;

    /** The first ones also load and compile what is called. */
    private static final int TRIES = 4;

    private static final List<Integer> SIZES = List.of(1_000, 1_000_000);

    private static final NodeInfo NODE =
            new NodeInfo("containerd://1.6.28", "Ubuntu 22.04", "5.15.0-1052-azure", "v1.28.3");
    private static final Admission ADMISSION_OF_PODS = new Admission(
            ClusterState.fixed(Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"))),
            PolicyFile.read(new SourceText("policy.yaml", "mode: rewrite\nsteer: require")),
            Observer.NONE);

    /** What reads it. */
    private enum Reader {
        DOCUMENTS,
        REVIEW,
        POLICY,
        NODES,
        NODE_INFO,
        SCRIPT,
        EVENT,
        PACKAGE,
        RANGE,
        VERSION,
        CATALOGUE,
        ADMISSION,
        FAULT;

        void read(String text) throws MalformedReviewException {
            SourceText source = new SourceText("crafted.yaml", text);
            switch (this) {
                case DOCUMENTS ->
                    Documents.parse(source)
                            .documents()
                            .forEach(document -> document.duplicateKeys(JsonPointer.empty()));
                case REVIEW ->
                    FileReview.of(source, Fleet.assuming(Catalogue.builtIn().entries()), Policy.DEFAULT);
                case POLICY -> PolicyFile.read(source);
                case NODES -> NodeList.read(source);
                case NODE_INFO -> {
                    NodeInfo info = new NodeInfo(text, text, text, text);
                    Catalogue.builtIn().flagging(info);
                    Catalogue.builtIn().shipped(info, Map.of());
                }
                case SCRIPT -> NativeProbe.of(List.of("sh", "-c", text), new Timing(null, null, null, null, null));
                case EVENT -> Catalogue.builtIn().symptom(text, "docker://19.3.15");
                case PACKAGE -> PackageVersion.parse(text);
                case RANGE -> VersionRange.parse(Scheme.SEMVER, text);
                case VERSION -> {
                    for (Scheme scheme : Scheme.values()) {
                        scheme.compare(text, text + "1");
                        VersionRange.parse(scheme, ">=1.0.0").contains(text);
                    }
                }
                case CATALOGUE -> {
                    Catalogue catalogue = Catalogue.builtIn().with(CatalogueFile.read(source));
                    catalogue.flagging(NODE);
                    catalogue.shipped(NODE, Map.of());
                }
                case ADMISSION -> {
                    byte[] body = text.getBytes(StandardCharsets.UTF_8);
                    for (Webhook webhook : Webhook.values()) {
                        ADMISSION_OF_PODS.answer(webhook, body, System.nanoTime() + 60_000_000_000L);
                    }
                }
                case FAULT -> Fault.parse(text);
            }
        }
    }

    private static Arguments row(String name, Reader reader, IntFunction<String> text) {
        return arguments(name, reader, text);
    }

    static Stream<Arguments> inputs() {
        return Stream.of(
                        yaml(),
                        scripts(),
                        nodes(),
                        catalogues(),
                        reviews(),
                        Stream.of(
                                row("a range of many", Reader.RANGE, n -> "1|".repeat(n) + "2"),
                                row("a range of signs", Reader.RANGE, n -> ">".repeat(n)),
                                row("a package of hyphens", Reader.PACKAGE, n -> "a-1".repeat(n) + " "),
                                row("a package of numbers", Reader.PACKAGE, n -> "a-" + "1:".repeat(n) + " "),
                                row("a version of digits", Reader.VERSION, n -> "1".repeat(n)),
                                row("a version of numbers", Reader.VERSION, n -> "1" + ".1".repeat(n / 2)),
                                row("a version of tildes", Reader.VERSION, n -> "1" + "~".repeat(n)),
                                row("a pre-release", Reader.VERSION, n -> "1.0.0-" + "a.1.".repeat(n / 4) + "a"),
                                row("a fault", Reader.FAULT, n -> "a/".repeat(n) + "="),
                                row("an Event", Reader.EVENT, n -> "exec: \"".repeat(n)),
                                row("an Event of escapes", Reader.EVENT, n -> "exec: \"" + "\\a".repeat(n)),
                                row("an Event of files", Reader.EVENT, n -> "executable file ".repeat(n)),
                                row("an Event of slashes", Reader.EVENT, n -> "exec /".repeat(n)),
                                row("an Event of containers", Reader.EVENT, n -> "container ".repeat(n))))
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> yaml() {
        return Stream.of(
                row("a plain scalar", Reader.DOCUMENTS, n -> "a: " + "x".repeat(20 * n)),
                row("a quoted scalar", Reader.DOCUMENTS, n -> "a: \"" + "x".repeat(20 * n) + "\""),
                row("a quoted scalar of escapes", Reader.DOCUMENTS, n -> "a: \"" + "\\n".repeat(n) + "\""),
                row("a literal scalar of a line", Reader.DOCUMENTS, n -> "a: |\n " + "x".repeat(20 * n)),
                row("a literal scalar of lines", Reader.DOCUMENTS, n -> "a: |\n" + " x\n".repeat(n)),
                row("a scalar beyond the basic plane", Reader.DOCUMENTS, n -> "a: " + "\uD83D\uDE00".repeat(5 * n)),
                row("a comment", Reader.DOCUMENTS, n -> "#" + "x".repeat(20 * n)),
                row("many comments", Reader.DOCUMENTS, n -> "#\n".repeat(n) + "a: 1"),
                row("a JSON string", Reader.DOCUMENTS, n -> "{\"a\": \"" + "x".repeat(20 * n) + "\"}"),
                row("many JSON values", Reader.DOCUMENTS, n -> "{}".repeat(n / 2)),
                row("many documents", Reader.DOCUMENTS, n -> "---\n".repeat(n / 4)),
                row("a directive and many documents", Reader.DOCUMENTS, n -> "%YAML 1.1\n" + "---\n".repeat(n / 4)),
                row("a number", Reader.DOCUMENTS, n -> "a: " + "1".repeat(n)),
                row("a number of base 60", Reader.DOCUMENTS, n -> "a: 1" + ":1".repeat(n)),
                row("many keys", Reader.DOCUMENTS, n -> keys(n / 10, i -> "k" + i + ": 1\n")),
                row("one key many times", Reader.DOCUMENTS, n -> "k: 1\n".repeat(n / 5)),
                row(
                        "keys below a long one",
                        Reader.DOCUMENTS,
                        n -> "? " + "x".repeat(n) + "\n:\n" + "  k: 1\n".repeat(n / 10)),
                row("a chain of merges", Reader.DOCUMENTS, n -> chain(Math.min(n, 20_000))),
                row(
                        "merges of one mapping",
                        Reader.DOCUMENTS,
                        n -> "a: &a {" + keys(1000, i -> "k" + i + ": 1, ") + "}\n"
                                + keys(n / 10, i -> "m" + i + ": {<<: *a}\n")),
                row("a misspelt key", Reader.POLICY, n -> "x".repeat(n) + ": 1"),
                row("many misspelt keys", Reader.POLICY, n -> keys(n / 10, i -> "k" + i + ": 1\n")),
                row("findings behind an emoji", Reader.REVIEW, n -> pods(n / 1000)),
                row(
                        "a RuntimeClass",
                        Reader.REVIEW,
                        n -> pod("runtimeClassName: \"" + "kata-".repeat(n / 5) + "\\n\"")),
                row(
                        "names of a pod",
                        Reader.REVIEW,
                        n -> "apiVersion: v1\nkind: Pod\nmetadata: {name: \"" + "a-1".repeat(n / 3)
                                + "\"}\nspec: {containers: []}"),
                row("a template", Reader.REVIEW, n -> "{".repeat(n)));
    }

    private static Stream<Arguments> scripts() {
        return Stream.of(
                row("blanks in a script", Reader.SCRIPT, n -> "a" + " ".repeat(n) + "b"),
                row("redirections", Reader.SCRIPT, n -> "curl -f localhost" + " >/dev/null".repeat(n / 10)),
                row("redirections before a word", Reader.SCRIPT, n -> "a" + " >/dev/null".repeat(n / 10) + " b"),
                row("exits", Reader.SCRIPT, n -> "a" + " || exit 1".repeat(n / 10) + " b"),
                row("quotes", Reader.SCRIPT, n -> "curl " + "'\"".repeat(n)),
                row("words", Reader.SCRIPT, n -> "curl -f" + " a".repeat(n)),
                row("a header", Reader.SCRIPT, n -> "curl -f localhost -H 'a:" + " ".repeat(n) + "x\nx'"),
                row("an URL", Reader.SCRIPT, n -> "curl -f http://localhost" + "/".repeat(n) + "#"),
                row("a duration", Reader.SCRIPT, n -> "curl -f localhost -m " + "1".repeat(n)));
    }

    private static Stream<Arguments> nodes() {
        String table =
                "NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME\n";
        return Stream.of(
                row("an operating system", Reader.NODE_INFO, n -> "CentOS Linux" + " 7".repeat(n / 2) + "\n"),
                row("a runtime", Reader.NODE_INFO, n -> "docker://1.1." + "1".repeat(n / 2) + "x".repeat(n / 2) + "\n"),
                row("a kubelet", Reader.NODE_INFO, n -> "v1.1." + "1".repeat(n / 2) + "x".repeat(n / 2) + "\n"),
                row("a kernel", Reader.NODE_INFO, n -> "3." + "1".repeat(n / 2) + "x".repeat(n / 2) + "\n"),
                row("an image of AKS", Reader.NODE_INFO, n -> "AKSUbuntu-2204" + "containerd-".repeat(n / 11)),
                row("a header", Reader.NODES, n -> "NAME STATUS " + "VERSION ".repeat(n / 8) + "\u2028"),
                row("a row", Reader.NODES, n -> table + "a" + " ".repeat(n) + "b"),
                row("a description", Reader.NODES, n -> "Name: a\n" + " ".repeat(n) + "A:\u2028\n"));
    }

    private static Stream<Arguments> catalogues() {
        return Stream.of(
                row("many disabled", Reader.CATALOGUE, n -> "disabled:\n" + "- docker-el7-1.13.1-84\n".repeat(n / 20)),
                row("many entries", Reader.CATALOGUE, n -> "entries:\n" + keys(n / 250, LinearTimeTest::entry)),
                row(
                        "ranges of many",
                        Reader.CATALOGUE,
                        n -> "entries:\n" + keys(n / 1000, i -> entry(i, "\"1.2" + "|1.2".repeat(180) + "\"", "x"))),
                row("symptoms", Reader.CATALOGUE, n -> "entries:\n" + entry(1, "1.13.1", "x, ".repeat(n / 3))));
    }

    private static String entry(int i) {
        return entry(i, "1.13.1", "x");
    }

    private static String entry(int i, String versions, String symptoms) {
        return "- {id: own-" + i
                + ", component: docker, summary: broken, affected: [{by: nodeInfo, name: docker, versions: "
                + versions
                + "}], effect: always-fails, flags: true, timingHelps: false, remedy: update, confidence: high,"
                + " symptoms: [" + symptoms + "], sources: [https://example.com]}\n";
    }

    private static Stream<Arguments> reviews() {
        String container = "{\"name\": \"a\", \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}";
        return Stream.of(
                row("containers", Reader.ADMISSION, n -> review(list("containers", n / 60, container))),
                row("init containers", Reader.ADMISSION, n -> review(list("initContainers", n / 60, container))),
                row(
                        "arguments",
                        Reader.ADMISSION,
                        n -> review("\"containers\": [" + container.replace("\"x\"", "\"x\"" + ",\"x\"".repeat(n / 4))
                                + "]")),
                row(
                        "a script",
                        Reader.ADMISSION,
                        n -> review("\"containers\": ["
                                + container.replace("\"x\"", "\"sh\", \"-c\", \"curl" + " a".repeat(n / 2) + "\"")
                                + "]")),
                row(
                        "tolerations",
                        Reader.ADMISSION,
                        n -> review(list("tolerations", n / 40, "{\"key\": \"k\", \"operator\": \"Exists\"}"))),
                row(
                        "terms",
                        Reader.ADMISSION,
                        n -> review(
                                "\"affinity\": {\"nodeAffinity\": {\"requiredDuringSchedulingIgnoredDuringExecution\": {"
                                        + list(
                                                "nodeSelectorTerms",
                                                n / 70,
                                                "{\"matchExpressions\": [{\"key\": \"zone\", \"operator\": \"NotIn\","
                                                        + " \"values\": [\"a\"]}]}")
                                        + "}}")),
                row("a selector", Reader.ADMISSION, n -> review(map("nodeSelector", n / 15))),
                row(
                        "annotations",
                        Reader.ADMISSION,
                        n -> review("").replace("\"name\": \"a\"", map("annotations", n / 15))),
                row("values that nobody reads", Reader.ADMISSION, n -> review(list("other", n / 2, "1"))),
                row("one key many times", Reader.ADMISSION, n -> review("\"a\": 1, ".repeat(n / 8) + "\"a\": 1")),
                row("a number", Reader.ADMISSION, n -> review("\"terminationGracePeriodSeconds\": " + "1".repeat(n))),
                row("arrays in arrays", Reader.ADMISSION, n -> review("\"other\": " + "[".repeat(n))),
                row("escapes", Reader.ADMISSION, n -> review("\"nodeName\": \"" + "\\u0041".repeat(n / 6) + "\"")),
                row("blanks", Reader.ADMISSION, n -> review(" ".repeat(n))));
    }

    /** Of the creation of a pod with this specification. */
    private static String review(String spec) {
        return "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1\", \"request\": {\"uid\": \"u\","
                + " \"kind\": {\"group\": \"\", \"version\": \"v1\", \"kind\": \"Pod\"}, \"namespace\": \"a\","
                + " \"operation\": \"CREATE\", \"object\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\","
                + " \"metadata\": {\"name\": \"a\"}, \"spec\": {" + spec + "}}}}";
    }

    private static String list(String name, int count, String item) {
        return "\"" + name + "\": [" + (item + ",").repeat(count) + item + "]";
    }

    private static String map(String name, int count) {
        return "\"" + name + "\": {" + keys(count, i -> "\"k" + i + "\": \"v\",") + "\"k\": \"v\"}";
    }

    private static String keys(int count, IntFunction<String> key) {
        return IntStream.range(0, count).mapToObj(key).collect(Collectors.joining());
    }

    private static String chain(int length) {
        return "a0: &a0 {k0: 1}\n"
                + keys(length, i -> "a" + (i + 1) + ": &a" + (i + 1) + " {<<: *a" + i + ", k" + (i + 1) + ": 1}\n");
    }

    private static String pod(String more) {
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  " + more + "\n  containers:\n"
                + "  - {name: a, livenessProbe: {exec: {command: [x]}}}\n";
    }

    /** Each with a probe, in one document. */
    private static String pods(int count) {
        return "# \uD83D\uDE00\napiVersion: v1\nkind: List\nitems:\n"
                + keys(
                        count,
                        i -> "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a" + i + "}\n  spec:\n    containers:\n"
                                + "    - {name: a, livenessProbe: {exec: {command: [x]}}}\n");
    }

    static Stream<Arguments> inputsOfEachSize() {
        return inputs().flatMap(
                        row -> SIZES.stream().map(size -> arguments(row.get()[0], size, row.get()[1], row.get()[2])));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("inputsOfEachSize")
    @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
    void isReadInNoTime(String name, int size, Reader reader, IntFunction<String> input) {
        String text = input.apply(size);
        long limit = Math.max(LIMIT_NANOS, LIMIT_NANOS / 1_000_000 * text.length());
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > limit; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            read(reader, text);
            least = Math.min(least, THREADS.getCurrentThreadCpuTime() - start);
        }
        assertThat(least).isLessThan(limit);
    }

    private static void read(Reader reader, String text) {
        try {
            reader.read(text);
        } catch (DocumentException | IllegalArgumentException | MalformedReviewException e) {
            assertThat(e.getMessage()).isNotBlank(); // a clear error is as good as a result
        }
    }
}
