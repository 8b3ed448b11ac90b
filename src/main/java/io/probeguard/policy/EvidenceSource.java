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

    /** What nobody can forge who may only create pods and Events. */
    static final List<EvidenceSource> UNFORGEABLE = List.of(ADMIN, CONDITION, PACKAGES, NODE_INFO, CANARY);

    private final String word;
    private final Source source;

    EvidenceSource(String word, Source source) {
        this.word = word;
        this.source = source;
    }

    /** Which nodes a policy acts on. */
    static Trust trust(List<EvidenceSource> evidence, SymptomUse symptoms, Suspicion suspicion) {
        Stream<EvidenceSource> more = symptoms == SymptomUse.ACT ? Stream.of(SYMPTOMS) : Stream.of();
        return new Trust(
                Stream.concat(evidence.stream(), more).map(each -> each.source).collect(Collectors.toUnmodifiableSet()),
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
