package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.probeguard.probe.Handler;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload.ExecHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was changed in a pod's probes, as the annotation {@link PodAnnotations#REWRITTEN} records it: a JSON list.
 *
 * <p>Users can write that annotation too. So it is trusted only for a probe that has exactly the numbers which it records
 * as those after rewriting, and it never keeps a probe from being rewritten.
 */
public record Rewrites(List<Rewrite> rewrites) {
    private static final Rewrites NONE = new Rewrites(List.of());
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * @param builds catalogue ids
     * @param before the numbers that were changed, as they were; the others are null
     * @param after the same numbers as they are now
     */
    public record Rewrite(String container, Handler handler, List<String> builds, Numbers before, Numbers after) {}

    /** Seconds, except for the threshold. */
    public record Numbers(
            @Nullable Integer periodSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer failureThreshold) {
        @Override
        public String toString() {
            return Stream.of(
                            periodSeconds == null ? null : "period " + periodSeconds + " s",
                            timeoutSeconds == null ? null : "timeout " + timeoutSeconds + " s",
                            failureThreshold == null ? null : "failureThreshold " + failureThreshold)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(", "));
        }
    }

    /** None where there is no annotation, or it cannot be read. */
    public static Rewrites read(PodAnnotations annotations) {
        if (annotations.rewritten() == null) {
            return NONE;
        }
        try {
            return new Rewrites(List.of(MAPPER.readValue(annotations.rewritten(), Rewrite[].class)));
        } catch (JacksonException | NullPointerException notOurs) {
            return NONE;
        }
    }

    /**
     * The annotation's value after a review: the findings that are rewritten now or were before.
     *
     * @return null where nothing was rewritten
     */
    public static @Nullable String annotation(Review review) {
        List<Rewrite> rewrites = new ArrayList<>();
        for (Finding finding : review.findings()) {
            Relaxation rewrite = finding.rewrite();
            if (rewrite != null) {
                rewrites.add(new Rewrite(
                        finding.container(),
                        finding.handler(),
                        finding.builds().stream().map(build -> build.id()).toList(),
                        changed(rewrite, rewrite.before()),
                        changed(rewrite, rewrite.after())));
            }
        }
        return rewrites.isEmpty() ? null : MAPPER.writeValueAsString(rewrites);
    }

    /** The numbers of a timing that the rewrite changes. */
    private static Numbers changed(Relaxation rewrite, Timing timing) {
        Timing before = rewrite.before();
        Timing after = rewrite.after();
        return new Numbers(
                before.period() == after.period() ? null : timing.period(),
                before.timeout() == after.timeout() ? null : timing.timeout(),
                before.failures() == after.failures() ? null : timing.failures());
    }

    /**
     * The timing that a probe had before it was rewritten: each number that is still as rewritten, as it was before. Null
     * where none is, and for hooks.
     */
    @Nullable
    Timing original(ExecHandler exec) {
        Timing now = exec.timing();
        if (now == null) {
            return null;
        }
        for (Rewrite rewrite : rewrites) {
            if (exec.containerName().equals(rewrite.container)
                    && exec.handler() == rewrite.handler
                    && rewrite.before != null
                    && rewrite.after != null) {
                Timing original = new Timing(
                        now.initialDelaySeconds(),
                        before(rewrite.before.periodSeconds, rewrite.after.periodSeconds, now.periodSeconds()),
                        before(rewrite.before.timeoutSeconds, rewrite.after.timeoutSeconds, now.timeoutSeconds()),
                        before(rewrite.before.failureThreshold, rewrite.after.failureThreshold, now.failureThreshold()),
                        now.successThreshold());
                return original.equals(now) ? null : original;
            }
        }
        return null;
    }

    private static @Nullable Integer before(@Nullable Integer before, @Nullable Integer after, @Nullable Integer now) {
        return before != null && before > 0 && after != null && before < after && after.equals(now) ? before : now;
    }
}
