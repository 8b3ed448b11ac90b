package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.Effect;
import io.probeguard.probe.Pods;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        Fleet fleet = Nodes.fleet(
                Nodes.node("c", new io.probeguard.catalogue.NodeInfo("containerd://1.7.14", "", "", "v1.30.0")),
                Nodes.broken("d"));
        FlaggedNodes flagged = fleet.candidates(Pods.pod("")).flagged();
        assertThat(flagged.worst().name()).isEqualTo("d");
        assertThat(flagged.builds())
                .extracting(Object::toString)
                .isEqualTo(List.of("docker-el7-1.13.1-84", "containerd-1.7.14", "containerd-exit-lost"));
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
}
