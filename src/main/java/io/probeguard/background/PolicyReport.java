package io.probeguard.background;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Keyword;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the policy does about one workload, in a format that report readers know: a PolicyReport of {@code
 * wgpolicyk8s.io/v1alpha2}, or a Report of {@code openreports.io/v1alpha1}. Only the fields that are written.
 *
 * @param source null in a PolicyReport, where only results have one
 * @param scope the workload that all results are about
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PolicyReport(
        String apiVersion,
        String kind,
        Metadata metadata,
        @Nullable String source,
        Scope scope,
        Summary summary,
        List<Result> results) {

    static final String SOURCE = "probe-guard";
    static final String LABEL = "app.kubernetes.io/managed-by";

    private static final String CATEGORY = "Exec probes";
    /** In place of a build, on nodes that an admin flagged without naming one. */
    private static final String NO_BUILD = "build-not-named";

    /**
     * @param resourceVersion null in a report that is to be created
     * @param annotations of others; null if there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Metadata(
            String name,
            String namespace,
            @Nullable String resourceVersion,
            Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            List<OwnerReference> ownerReferences) {
        /** Identifies it among all reports. */
        String key() {
            return namespace + "/" + name;
        }
    }

    record OwnerReference(String apiVersion, String kind, String name, String uid) {}

    record Scope(String apiVersion, String kind, String namespace, String name, String uid) {}

    record Summary(int pass, int fail, int warn, int error, int skip) {}

    /**
     * @param policy id of the worst build on the nodes
     * @param rule which of the container's handlers
     * @param timestamp when this was found first; null in comparisons
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            String source,
            String policy,
            String rule,
            String category,
            String severity,
            Outcome result,
            String message,
            Map<String, String> properties,
            @Nullable Timestamp timestamp) {}

    enum Outcome implements Keyword {
        /** On a node whose flag is confirmed. */
        FAIL,
        WARN
    }

    record Timestamp(long seconds, int nanos) {}

    /**
     * A workload to report on.
     *
     * @param judged its pods, once for each way in which they are judged; not empty, and the policy acts on each
     */
    record Subject(String namespace, ApiObject object, List<ScannedWorkload> judged) {
        /** Of its report. */
        String key() {
            return namespace + "/" + PolicyReport.name(object);
        }
    }

    static PolicyReport of(ReportApi api, Subject subject, Instant now) {
        ApiObject object = subject.object;
        List<Result> results = results(subject.judged, now);
        int failed = (int)
                results.stream().filter(result -> result.result == Outcome.FAIL).count();
        return new PolicyReport(
                api.apiVersion(),
                api.kind(),
                new Metadata(
                        name(object),
                        subject.namespace,
                        null,
                        Map.of(LABEL, SOURCE),
                        null,
                        List.of(new OwnerReference(object.apiVersion(), object.kind(), object.name(), object.uid()))),
                api.hasSource() ? SOURCE : null,
                new Scope(object.apiVersion(), object.kind(), subject.namespace, object.name(), object.uid()),
                new Summary(0, failed, results.size() - failed, 0, 0),
                results);
    }

    /** The name of the report on an object. */
    static String name(ApiObject object) {
        String plain = SOURCE + "-" + object.kind().toLowerCase(Locale.ROOT) + "-" + object.name();
        return plain.length() <= ObjectNames.MAX_LENGTH ? plain : ObjectNames.hashed(plain, plain);
    }

    private static List<Result> results(List<ScannedWorkload> judged, Instant now) {
        Map<List<String>, Result> results = new LinkedHashMap<>();
        for (ScannedWorkload workload : judged) {
            for (Finding finding : workload.review().acted()) {
                Result result = result(finding, now);
                results.putIfAbsent(List.of(finding.container(), result.rule, result.policy), result);
            }
        }
        return List.copyOf(results.values());
    }

    private static Result result(Finding finding, Instant now) {
        Optional<CatalogueEntry> worst = finding.builds().stream().findFirst();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("container", finding.container());
        properties.put("effect", finding.effect().word());
        properties.put("action", finding.action().word());
        if (finding.builds().size() > 1) {
            properties.put(
                    "builds", finding.builds().stream().map(CatalogueEntry::id).collect(Collectors.joining(",")));
        }
        return new Result(
                SOURCE,
                worst.map(CatalogueEntry::id).orElse(NO_BUILD),
                finding.handler().word(),
                CATEGORY,
                severity(finding.effect()),
                finding.nodes().worst().flag().isConfirmed() ? Outcome.FAIL : Outcome.WARN,
                Messages.lastingMessage(finding),
                properties,
                new Timestamp(now.getEpochSecond(), 0));
    }

    private static String severity(Effect effect) {
        return switch (effect) {
            case ALWAYS_FAILS, ALWAYS_HANGS -> "high";
            case HANGS, LOSES_EXIT, SOMETIMES_FAILS, UNKNOWN -> "medium";
            case SLOW, IGNORES_TIMEOUT, LEAKS -> "low";
        };
    }

    /**
     * Whether another report with our label has the same content, whenever each was written. What others add to it, such as
     * labels, does not matter.
     */
    boolean hasSameContentAs(PolicyReport other) {
        return content().equals(other.content());
    }

    private List<@Nullable Object> content() {
        List<Result> timeless = new ArrayList<>();
        for (Result each : Objects.requireNonNullElse(results, List.<Result>of())) {
            timeless.add(new Result(
                    each.source,
                    each.policy,
                    each.rule,
                    each.category,
                    each.severity,
                    each.result,
                    each.message,
                    each.properties,
                    null));
        }
        return Arrays.asList(metadata.ownerReferences, source, scope, summary, timeless);
    }

    /** This report as a replacement of a present one, keeping labels and annotations that others added. */
    PolicyReport replacing(Metadata present) {
        return new PolicyReport(
                apiVersion,
                kind,
                new Metadata(
                        present.name,
                        present.namespace,
                        present.resourceVersion,
                        present.labels,
                        present.annotations,
                        metadata.ownerReferences),
                source,
                scope,
                summary,
                results);
    }
}
