package io.probeguard.output;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.node.Candidates;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.probe.Handler;
import io.probeguard.probe.NativeProbe;
import io.probeguard.probe.Timing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A finding as JSON; src/site/markdown/review-in-ci.md documents it. */
record JsonFinding(
        String container,
        Handler handler,
        List<String> builds,
        @Nullable Nodes nodes,
        Effect effect,
        String consequence,
        Action action,
        @Nullable BeforeAfter timing,
        @Nullable NativeProbe nativeProbe,
        String message) {

    static JsonFinding of(Finding finding) {
        return new JsonFinding(
                finding.container(),
                finding.handler(),
                finding.builds().stream().map(CatalogueEntry::id).toList(),
                Nodes.of(finding.candidates()),
                finding.effect(),
                finding.sentence(),
                finding.action(),
                BeforeAfter.of(finding),
                finding.nativeProbe(),
                finding.message());
    }

    /** @param names of the {@code flagged} nodes */
    record Nodes(int candidates, int flagged, int observed, int suspected, List<String> names) {
        static @Nullable Nodes of(@Nullable Candidates candidates) {
            return candidates == null
                    ? null
                    : new Nodes(
                            candidates.count(),
                            candidates.confirmed().size(),
                            candidates.observed().size(),
                            candidates.suspected().size(),
                            candidates.confirmed().names());
        }
    }

    /** Null for hooks, which have no timing. */
    record BeforeAfter(Timing before, @Nullable Timing after) {
        static @Nullable BeforeAfter of(Finding finding) {
            return finding.before() == null ? null : new BeforeAfter(finding.before(), finding.after());
        }
    }
}
