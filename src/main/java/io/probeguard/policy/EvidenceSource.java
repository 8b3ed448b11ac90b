package io.probeguard.policy;

import io.probeguard.node.Flag.Source;
import io.probeguard.node.Trust;
import io.probeguard.policy.Policy.Suspicion;
import io.probeguard.text.Keyword;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Evidence that a policy may let touch pods. */
public enum EvidenceSource implements Keyword {
    ADMIN("admin", Source.LABEL),
    CONDITION("condition", Source.CONDITION),
    PACKAGES("packages", Source.PACKAGES),
    NODE_INFO("nodeInfo", Source.NODE_INFO),
    CANARY("canary", Source.CANARY),
    PROMETHEUS("prometheus", Source.PROMETHEUS),
    SYMPTOMS("symptoms", Source.SYMPTOMS);

    private final String word;
    private final Source source;

    EvidenceSource(String word, Source source) {
        this.word = word;
        this.source = source;
    }

    /** All that nobody who may only create pods or Events can forge; and symptoms, where they are wanted. */
    static List<EvidenceSource> unforgeable(boolean andSymptoms) {
        return Stream.of(values())
                .filter(each -> each != PROMETHEUS && (each != SYMPTOMS || andSymptoms))
                .toList();
    }

    static Trust trust(List<EvidenceSource> evidence, Suspicion suspicion) {
        return new Trust(
                evidence.stream().map(each -> each.source).collect(Collectors.toUnmodifiableSet()),
                suspicion == Suspicion.ACT);
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public String toString() {
        return word;
    }
}
