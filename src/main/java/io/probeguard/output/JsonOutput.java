package io.probeguard.output;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.ManifestReview.Summary;
import io.probeguard.policy.Steering;
import io.probeguard.policy.SteeringMode;
import io.probeguard.probe.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object; src/site/markdown/review-in-ci.md documents it. */
public final class JsonOutput implements ReviewOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    record Report(Summary summary, List<Found> findings, List<Steered> steered, List<InputError> errors) {}

    /** Where a workload is. */
    record Place(
            String file,
            int document,
            String kind,
            @Nullable String namespace,
            String name) {
        static Place of(Reviewed reviewed) {
            Workload workload = reviewed.found().workload();
            return new Place(
                    reviewed.file(),
                    reviewed.document().index(),
                    workload.kind().kindName(),
                    workload.namespace(),
                    workload.name());
        }
    }

    record Found(@JsonUnwrapped Place place, @JsonUnwrapped JsonFinding finding) {}

    /** @param nodes how many of the candidates its pods are led away from */
    record Steered(@JsonUnwrapped Place place, SteeringMode how, int candidates, int nodes, List<String> builds) {}

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        List<Found> findings = new ArrayList<>();
        List<Steered> steered = new ArrayList<>();
        for (Reviewed reviewed : review.reviewed()) {
            Place place = Place.of(reviewed);
            reviewed.review().findings().forEach(finding -> findings.add(new Found(place, JsonFinding.of(finding))));
            Steering steering = reviewed.review().steering();
            if (steering != null) {
                steered.add(new Steered(
                        place,
                        steering.how(),
                        steering.candidates(),
                        steering.away().size(),
                        steering.builds()));
            }
        }
        out.println(MAPPER.writeValueAsString(new Report(review.summary(), findings, steered, review.errors())));
    }
}
