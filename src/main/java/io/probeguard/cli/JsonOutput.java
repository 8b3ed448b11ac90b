package io.probeguard.cli;

import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.cli.ManifestReview.Summary;
import io.probeguard.node.Candidates;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Steer;
import io.probeguard.policy.Steering;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.runtime.CatalogueEntry;
import io.probeguard.runtime.Effect;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object; the README documents it. */
final class JsonOutput implements ReviewOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    record Report(Summary summary, List<JsonFinding> findings, List<JsonSteering> steered, List<InputError> errors) {}

    /** @param nodes how many of the candidates its pods are led away from */
    record JsonSteering(
            String file,
            int document,
            String kind,
            @Nullable String namespace,
            String name,
            Steer how,
            int candidates,
            int nodes,
            List<String> builds) {}

    record JsonFinding(
            String file,
            int document,
            String kind,
            @Nullable String namespace,
            String name,
            String container,
            Handler handler,
            List<String> builds,
            @Nullable Nodes nodes,
            Effect effect,
            String consequence,
            Action action,
            @Nullable BeforeAfter timing,
            String message) {}

    /** @param names of the nodes counted in {@code flagged} */
    record Nodes(int candidates, int flagged, int suspected, List<String> names) {
        static @Nullable Nodes of(@Nullable Candidates candidates) {
            return candidates == null
                    ? null
                    : new Nodes(
                            candidates.count(),
                            candidates.confirmed().size(),
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

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        List<JsonFinding> findings = new ArrayList<>();
        List<JsonSteering> steered = new ArrayList<>();
        for (Reviewed reviewed : review.reviewed()) {
            reviewed.review().findings().forEach(finding -> findings.add(json(reviewed, finding)));
            if (reviewed.review().steering() != null) {
                steered.add(json(reviewed, reviewed.review().steering()));
            }
        }
        out.println(MAPPER.writeValueAsString(new Report(review.summary(), findings, steered, review.errors())));
    }

    private static JsonSteering json(Reviewed reviewed, Steering steering) {
        Workload workload = reviewed.found().workload();
        return new JsonSteering(
                reviewed.file(),
                reviewed.document().index(),
                workload.kind().kindName(),
                workload.namespace(),
                workload.name(),
                steering.how(),
                steering.candidates(),
                steering.away().size(),
                steering.builds());
    }

    private static JsonFinding json(Reviewed reviewed, Finding finding) {
        Workload workload = reviewed.found().workload();
        return new JsonFinding(
                reviewed.file(),
                reviewed.document().index(),
                workload.kind().kindName(),
                workload.namespace(),
                workload.name(),
                finding.container(),
                finding.handler(),
                finding.builds().stream().map(CatalogueEntry::id).toList(),
                Nodes.of(finding.candidates()),
                finding.effect(),
                finding.consequence().sentence(),
                finding.action(),
                BeforeAfter.of(finding),
                finding.message());
    }
}
