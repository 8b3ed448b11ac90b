package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.probe.Pods;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {
    private static NodeFacts labelled(NodeFacts node, String key, String value) {
        return new NodeFacts(node.name(), Map.of(key, value), node.taints(), null, node.packages(), null, node.info());
    }

    private static final Fleet FLEET = Nodes.fleet(
            labelled(Nodes.broken("b1"), "zone", "a"),
            labelled(Nodes.broken("b2"), "zone", "b"),
            labelled(Nodes.healthy("h1"), "zone", "a"),
            Nodes.node("s1", Nodes.EL7_DOCKER));

    @Test
    void countsTheCandidatesAndTheFlaggedAmongThem() {
        Candidates all = FLEET.candidates(Pods.pod(""));
        assertThat(all.count()).isEqualTo(4);
        assertThat(all.confirmed().names()).containsExactly("b1", "b2");
        assertThat(all.suspected().names()).containsExactly("s1");
        assertThat(all.flagged().size()).isEqualTo(3);

        Candidates zone = FLEET.candidates(Pods.pod("nodeSelector: {zone: a}"));
        assertThat(zone.count()).isEqualTo(2);
        assertThat(zone.confirmed().names()).containsExactly("b1");
    }

    /** What is of any size, as nobody has checked it yet, is not kept. */
    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "5000, 2", "1000000, 2"})
    void remembersAnswers(int length, int answersMade) {
        String selector = "nodeSelector: {zone: " + "a".repeat(length) + "}";
        List<Candidates> answers = List.of(FLEET.candidates(Pods.pod(selector)), FLEET.candidates(Pods.pod(selector)));
        assertThat(answers.get(1)).isEqualTo(answers.get(0));
        Set<Candidates> made = Collections.newSetFromMap(new IdentityHashMap<>());
        made.addAll(answers);
        assertThat(made).hasSize(answersMade);
    }

    /** However many there are: what anybody may ask for must not fill the memory. */
    @Test
    void forgetsPlacementsBeyondSoMany() {
        Fleet fleet = Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"));
        assertForgets(i -> fleet.candidates(Pods.pod("nodeSelector: {zone: z" + i + "}")), 2048);
    }

    /** As above; each of these placements has a thousand flagged nodes. */
    @Test
    void forgetsPlacementsBeyondSoManyFlaggedNodes() {
        Fleet fleet = Nodes.fleet(
                IntStream.range(0, 1000).mapToObj(i -> Nodes.broken("b" + i)).toArray(NodeFacts[]::new));
        assertForgets(i -> fleet.candidates(Pods.pod("tolerations: [{key: k" + i + ", operator: Exists}]")), 250);
    }

    private static void assertForgets(IntFunction<Candidates> ask, int most) {
        Candidates first = ask.apply(0);
        for (int i = 1; i < most; i++) {
            assertThat(ask.apply(i)).isNotSameAs(first);
        }
        assertThat(ask.apply(0)).isSameAs(first);
        Candidates last = ask.apply(most);
        assertThat(ask.apply(0)).isNotSameAs(first).isEqualTo(first);
        assertThat(ask.apply(most)).isSameAs(last);
    }

    /** A bug of ours that one node brings out must not keep the others from being judged. */
    @Test
    void aNodeThatCannotBeJudgedHasNoFlagAndSaysWhy() {
        NodeFacts odd = new NodeFacts(
                "odd", new Throwing(Map.of("zone", "a")), List.of(), null, Nodes.BAD_DOCKER, null, Nodes.EL7_DOCKER);
        Fleet atOnce = Nodes.fleet(Nodes.broken("b1"), odd);
        Fleet later = Nodes.fleet(Nodes.healthy("h1"))
                .with(
                        Map.of("b1", Nodes.broken("b1"), "odd", odd),
                        Catalogue.builtIn(),
                        Map.of(),
                        RuntimeClasses.UNKNOWN);
        for (Fleet fleet : List.of(atOnce, later)) {
            assertThat(fleet.candidates(Pods.pod("nodeSelector: {zone: a}")).count())
                    .isEqualTo(1);
            assertThat(fleet.flagged()).extracting(FlaggedNodes.Node::name).containsExactly("b1");
            assertThat(fleet.members())
                    .filteredOn(member -> member.facts().equals(odd))
                    .flatExtracting(Fleet.Member::ignored)
                    .singleElement()
                    .asString()
                    .startsWith("is not judged, and so has no flag, because of a bug in probe-guard; please report it:"
                            + " java.lang.IllegalStateException: no such label at "
                            + Throwing.class.getName() + ".get(FleetTest.java:");
        }
    }

    private static final class Throwing extends HashMap<String, String> {
        Throwing(Map<String, String> labels) {
            super(labels);
        }

        @Override
        public @Nullable String get(Object key) {
            if (key.equals(NodeFacts.EXEC_LABEL)) {
                throw new IllegalStateException("no such label");
            }
            return super.get(key);
        }
    }

    /** Kubelets, and others who may write to a node, must not keep the others from being judged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "containerd.io-%%1.13.1-84",
                "containerd.io-_-1",
                "containerd.io-~-^",
                "containerd.io-1.%s-1",
                "containerd.io-%s-1",
                "docker-1.13.1-84.git%s.el7.centos.x86_64",
                "runc-1.4.0-%s"
            })
    void aNodeWhosePackageHasNoVersionIsJudgedWithTheOthers(String installed) {
        for (String number : List.of("9".repeat(30), "1.".repeat(200) + "1")) {
            String packages = String.format(installed, number);
            Fleet fleet = Nodes.fleet(
                    Nodes.broken("broken"),
                    Nodes.read("{kind: Node, metadata: {name: odd, annotations: {probe-guard.io/packages: '" + packages
                            + "'}}}"));
            assertThat(fleet.candidates(Pods.pod("")).confirmed().names()).contains("broken");
        }
    }

    @Test
    void aPinnedPodMeetsOnlyItsNode() {
        assertThat(FLEET.candidates(Pods.pod("nodeName: b1")).confirmed().names())
                .containsExactly("b1");
        assertThat(FLEET.candidates(Pods.pod("nodeName: gone")).count()).isZero();
        Candidates daemon = FLEET.candidates(Pods.pod("affinity: {nodeAffinity:"
                + " {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key:"
                + " metadata.name, operator: In, values: [h1]}]}]}}}"));
        assertThat(daemon.count()).isEqualTo(1);
        assertThat(daemon.flagged().isEmpty()).isTrue();
    }

    @Test
    void anEmptyPoolHasNoCandidates() {
        assertThat(FLEET.candidates(Pods.pod("nodeSelector: {zone: none}")).count())
                .isZero();
    }

    @Test
    void answersRightWhenMorePlacementsAreAskedForThanItRemembers() {
        for (int i = 0; i < 5000; i++) {
            assertThat(FLEET.candidates(Pods.pod("nodeSelector: {zone: z" + i + "}"))
                            .count())
                    .isZero();
        }
        assertThat(FLEET.candidates(Pods.pod("nodeSelector: {zone: b}"))
                        .confirmed()
                        .names())
                .containsExactly("b2");
    }

    @Test
    void theWorstNodeSpeaksForAll() {
        Fleet fleet =
                Nodes.fleet(Nodes.node("c", new NodeInfo("containerd://1.7.14", "", "", "v1.30.0")), Nodes.broken("d"));
        FlaggedNodes flagged = fleet.candidates(Pods.pod("")).flagged();
        assertThat(flagged.worst().name()).isEqualTo("d");
        assertThat(flagged.builds())
                .extracting(Object::toString)
                .isEqualTo(List.of("docker-el7-1.13.1-84", "containerd-1.7.14", "containerd-exit-lost"));
    }

    /** Over Docker a failed exec counts for more, and of two of the same the older speaks. */
    @Test
    void ofNodesThatAreAlikeThoseWithDockerComeFirst() {
        Fleet fleet = Nodes.fleet(
                marked("a", "containerd://1.7.27", "v1.30.0"),
                marked("b", "docker://19.3.9", "v1.20.0"),
                marked("c", "docker://19.3.9", "v1.18.0"));
        assertThat(fleet.candidates(Pods.pod("")).flagged().alike())
                .singleElement()
                .satisfies(alike ->
                        assertThat(alike).extracting(FlaggedNodes.Node::name).containsExactly("c", "b", "a"));
    }

    private static NodeFacts marked(String name, String runtime, String kubelet) {
        return labelled(Nodes.node(name, new NodeInfo(runtime, "", "", kubelet)), NodeFacts.EXEC_LABEL, "broken");
    }

    /** By which the scheduler keeps steered pods off them. */
    @Test
    void knowsWhatIsLeftWithoutTheNodesThatHaveTheLabel() {
        Fleet fleet = Nodes.fleet(
                labelled(Nodes.broken("b1"), NodeFacts.FLAGGED_LABEL, "docker-el7-1.13.1-84"),
                Nodes.broken("b2"),
                Nodes.healthy("h1"));
        Candidates all = fleet.candidates(Pods.pod(""));
        assertThat(all.withoutLabelled()).isNotNull().satisfies(left -> {
            assertThat(left.count()).isEqualTo(2);
            assertThat(left.flagged().names()).containsExactly("b2");
            assertThat(left.withoutLabelled()).isNull();
        });
        assertThat(all.unfixable().names()).containsExactly("b1", "b2");
    }

    @Test
    void longerTimingFixesASuspicionAndASlowExec() {
        Fleet fleet = Nodes.fleet(
                Nodes.node("s1", Nodes.EL7_DOCKER),
                Nodes.node("c", new NodeInfo("containerd://1.7.14", "", "", "v1.30.0")));
        assertThat(fleet.candidates(Pods.pod("")).flagged().size()).isEqualTo(2);
        assertThat(fleet.candidates(Pods.pod("")).unfixable().isEmpty()).isTrue();
    }

    @Test
    void judgesAnewWhoseEvidenceOrCatalogueHasChanged() {
        Observation seen = new Observation(
                Instant.EPOCH, null, Effect.ALWAYS_FAILS, List.of("a/x", "a/y", "a/z"), List.of("exec failed"));
        Fleet observed = FLEET.with(
                Map.of(), Catalogue.builtIn(), Map.of("h1", Evidence.NONE.with(seen)), RuntimeClasses.UNKNOWN);
        assertThat(observed.isFlagged("h1")).isTrue();
        assertThat(observed.with(Map.of(), Catalogue.builtIn(), Map.of(), RuntimeClasses.UNKNOWN)
                        .isFlagged("h1"))
                .isFalse();
        Catalogue without = Catalogue.builtIn().with(new CatalogueChanges(List.of("docker-el7-1.13.1-84"), List.of()));
        assertThat(FLEET.with(Map.of(), without, Map.of(), RuntimeClasses.UNKNOWN)
                        .isFlagged("b1"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    labels: {probe-guard.io/exec: broken}                     | -
                    labels: {probe-guard.io/exec: Broken}                     | label probe-guard.io/exec=Broken is ignored
                    annotations: {probe-guard.io/build: conmon-2.0.23}        | -
                    annotations: {probe-guard.io/build: conmon-2.0.32}        | "conmon-2.0.32" is not in the catalogue (did you mean conmon-2.0.23
                    annotations: {probe-guard.io/build: docker-el7-1.13.1-84} | -
                    annotations: {probe-guard.io/packages: 'runc 1.4.0-1, '}  | -
                    annotations: {probe-guard.io/packages: 'runc 1.4.0-1, x'} | probe-guard.io/packages: "x" is ignored
                    """)
    void saysWhichMarkersItDoesNotUnderstand(String metadata, String ignored) {
        Catalogue without = Catalogue.builtIn().with(new CatalogueChanges(List.of("docker-el7-1.13.1-84"), List.of()));
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n, " + metadata + "}}");
        assertIgnored(Fleet.of(List.of(node), without), ignored);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    True  | KnownBrokenBuild     | no id                  | names no build
                    True  | KnownBrokenBuild     | 'conmon-2.0.23: EOF'   | -
                    True  | docker-el7-1.13.1-84 | whatever               | -
                    False | KnownBrokenBuild     | no id                  | -
                    """)
    void saysThatAConditionNamesNoBuild(String status, String reason, String message, String ignored) {
        NodeFacts node = Nodes.read(String.format(
                "{kind: Node, metadata: {name: n}, status: {conditions: [{type: ExecProbeBroken, status: '%s',"
                        + " reason: '%s', message: '%s'}]}}",
                status, reason, message));
        assertIgnored(Nodes.fleet(node), ignored);
    }

    private static void assertIgnored(Fleet fleet, String part) {
        List<String> ignored = fleet.members().iterator().next().ignored();
        if (part == null) {
            assertThat(ignored).isEmpty();
        } else {
            assertThat(ignored).singleElement().asString().contains(part);
        }
    }

    /** What is known before of labels and taints holds for the nodes that stay, wherever they stood. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    b1        | b2 h1 s1    | h1    | b2
                    b2        | b1 h1 s1    | b1 h1 | b1
                    s1        | b1 b2 h1    | b1 h1 | b1 b2
                    b1 b2 h1  | s1          | ''    | ''
                    none      | b1 b2 h1 s1 | b1 h1 | b1 b2
                    """)
    void forgetsNodesThatAreGone(String gone, String left, String inZone, String confirmed) {
        FLEET.candidates(Pods.pod("nodeSelector: {zone: a}"));
        Map<String, NodeFacts> changes = new HashMap<>();
        Set.of(gone.split(" ")).forEach(name -> changes.put(name, null));
        Fleet fleet = FLEET.with(changes, Catalogue.builtIn(), Map.of(), RuntimeClasses.UNKNOWN);

        List<String> names = List.of(left.split(" "));
        assertThat(fleet.members())
                .extracting(member -> member.facts().name())
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(fleet.size()).isEqualTo(names.size());
        assertThat(List.of("b1", "b2", "h1", "s1")).allSatisfy(name -> {
            assertThat(fleet.has(name)).isEqualTo(names.contains(name));
            assertThat(fleet.runtime(name) != null).isEqualTo(names.contains(name));
        });
        Set<String> marked = Set.copyOf(List.of(confirmed.split(" ")));
        assertThat(fleet.flagged())
                .filteredOn(node -> node.flag().isConfirmed())
                .extracting(FlaggedNodes.Node::name)
                .containsExactlyInAnyOrderElementsOf(confirmed.isEmpty() ? Set.of() : marked);
        assertThat(fleet.candidates(Pods.pod("nodeSelector: {zone: a}")).count())
                .isEqualTo(inZone.isEmpty() ? 0 : inZone.split(" ").length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FLAGGED | {b1: docker-el7-1.13.1-84, old: ''}
                    RUNTIME | {b1: docker, b2: docker, h1: containerd, none: '', old: containerd, s1: docker}
                    """)
    void wantsLabelsOnlyWhereTheyAreOthers(NodeLabel label, String wanted) {
        Fleet fleet = Nodes.fleet(
                Nodes.broken("b1"),
                labelled(Nodes.broken("b2"), NodeFacts.FLAGGED_LABEL, "docker-el7-1.13.1-84"),
                Nodes.healthy("h1"),
                labelled(Nodes.healthy("old"), NodeFacts.FLAGGED_LABEL, "docker-el7-1.13.1-84"),
                labelled(
                        Nodes.node("none", new NodeInfo("", "", "", "v1.30.0")), NodeLabel.RUNTIME.key(), "containerd"),
                labelled(Nodes.healthy("right"), NodeLabel.RUNTIME.key(), "containerd"),
                Nodes.node("s1", Nodes.EL7_DOCKER));
        assertThat(new TreeMap<>(fleet.wantedLabels(label)))
                .hasToString(wanted.replace(": ", "=").replace("''", ""));
    }

    /** The handlers of RuntimeClasses g and n are runsc and nvidia. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    -         | -
                    ''        | -
                    g         | runsc
                    n         | -
                    kata-qemu | kata-qemu
                    Kata_CLH  | Kata_CLH
                    katana    | -
                    """)
    void aRuntimeClassMayStandForAnotherRuntime(String name, String handler) {
        Fleet fleet = FLEET.with(
                Map.of(), Catalogue.builtIn(), Map.of(), new RuntimeClasses(Map.of("g", "runsc", "n", "nvidia")));
        assertThat(fleet.otherRuntime(name)).isEqualTo(handler);
    }
}
