package io.probeguard.background;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.Nulls;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.background.PolicyReport.Metadata;
import io.probeguard.background.PolicyReport.Subject;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.ListPager;
import io.probeguard.cluster.Pacer;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.RepeatedFailureLog;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps a policy report on each workload that the policy acts on, up to a maximum and the worst first, and none on others.
 * Existing reports are read in pages, and only differences are written.
 */
public final class PolicyReports implements Publisher {
    static final int MAX_REPORTS = 10_000;

    static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL)) // results must not be null
            .build();

    private static final int MAX_REQUESTS_PER_SECOND = 20;
    private static final int PAGE = 250;
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReports.class);

    private final KubernetesClient client;
    private final ReportApi api;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private final OnceLog onceLog = new OnceLog(LOG);

    public PolicyReports(KubernetesClient client, ReportApi api) {
        this.client = client;
        this.api = api;
    }

    /** A page of existing reports. Each is decoded by itself, since anybody can create one with our label. */
    private record Page(@Nullable ListMetadata metadata, List<JsonNode> items) {
        record ListMetadata(
                @JsonProperty("continue") @Nullable String next) {}

        String next() {
            return metadata == null ? "" : Objects.requireNonNullElse(metadata.next, "");
        }
    }

    /**
     * A request: POST, PUT or DELETE.
     *
     * @param subject of the report; null for DELETE
     * @param replaced what PUT replaces; null for the others
     */
    private record Write(
            String method,
            String path,
            @Nullable Subject subject,
            @Nullable Metadata replaced) {}

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        Pacer pacer = new Pacer(MAX_REQUESTS_PER_SECOND);
        try {
            List<Write> differences = differences(wanted(pass.report()), pass, pacer);
            failureLog.end();
            if (differences != null) {
                write(differences, pass.at(), new PacedWriter(pacer, mayGoOn));
            } else {
                onceLog.warn("the API server does not serve " + api.kind() + " of " + api.apiVersion()
                        + ", no policy reports are written");
            }
        } catch (KubernetesClientException e) {
            failureLog.say("cannot list " + api.kind() + " of " + api, e);
        }
    }

    /** The workloads to report on, by the key of their report; the worst first. */
    static Map<String, Subject> wanted(ScanReport report) {
        Map<String, Subject> byKey = new LinkedHashMap<>();
        report.workloads().stream()
                .filter(workload -> !workload.review().acted().isEmpty())
                .sorted(Comparator.comparingInt(ScannedWorkload::onFlagged).reversed())
                .forEach(workload -> {
                    if (workload.namespace() != null && workload.object() != null) {
                        Subject subject = new Subject(workload.namespace(), workload.object(), new ArrayList<>());
                        byKey.computeIfAbsent(subject.key(), key -> subject)
                                .judged()
                                .add(workload);
                    }
                });
        return byKey;
    }

    /** @return null if the API server does not serve such reports */
    private @Nullable List<Write> differences(Map<String, Subject> wanted, Pass pass, Pacer pacer) {
        Differences differences = new Differences(wanted, pass);
        String path =
                api.path() + "?labelSelector=" + PolicyReport.LABEL + "%3D" + PolicyReport.SOURCE + "&limit=" + PAGE;
        boolean isServed = ListPager.read(client, path, pacer::await, answer -> {
            Page page = JSON.readValue(answer, Page.class);
            page.items.forEach(differences::compare);
            return page.next();
        });
        return isServed ? differences.writes() : null;
    }

    /** Between wanted and existing reports. Those on workloads that an incomplete pass did not see are left alone. */
    private final class Differences {
        private final Map<String, Subject> wanted;
        private final Map<String, Subject> missing;
        private final Pass pass;
        private final List<Write> writes = new ArrayList<>();
        private int kept;

        Differences(Map<String, Subject> wanted, Pass pass) {
            this.wanted = wanted;
            this.missing = new LinkedHashMap<>(wanted);
            this.pass = pass;
        }

        void compare(JsonNode present) {
            Metadata metadata = JSON.treeToValue(present.path("metadata"), Metadata.class);
            String path = api.path(metadata.namespace()) + "/" + metadata.name();
            Subject subject = wanted.get(metadata.key()); // not removed: one may be listed twice
            missing.remove(metadata.key());
            if (subject == null && pass.isComplete()) {
                writes.add(new Write("DELETE", path, null, null));
                return;
            }
            kept++;
            if (subject != null && !isUpToDate(present, PolicyReport.of(api, subject, pass.at()))) {
                writes.add(new Write("PUT", path, subject, metadata));
            }
        }

        /** A report that cannot be decoded is not. */
        private boolean isUpToDate(JsonNode present, PolicyReport report) {
            try {
                return report.hasSameContentAs(JSON.treeToValue(present, PolicyReport.class));
            } catch (JacksonException e) {
                return false;
            }
        }

        /** All of them, once every existing report was compared. */
        List<Write> writes() {
            int room = Math.max(0, MAX_REPORTS - kept);
            missing.values().stream()
                    .limit(room)
                    .forEach(subject -> writes.add(new Write("POST", api.path(subject.namespace()), subject, null)));
            if (missing.size() > room) {
                LOG.warn("{} workloads get no policy report, the maximum is {}", missing.size() - room, MAX_REPORTS);
            }
            return writes;
        }
    }

    private void write(List<Write> writes, Instant now, PacedWriter writer) {
        writes.forEach(write -> writer.write(() -> request(write, now)));
        writer.logRefused(LOG, "policy report");
    }

    private void request(Write write, Instant now) {
        try {
            client.raw(write.path, write.method, body(write, now));
        } catch (KubernetesClientException e) {
            // One that is to be deleted may be gone already, as after its owner was deleted.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND || !write.method.equals("DELETE")) {
                throw e;
            }
        }
    }

    private @Nullable String body(Write write, Instant now) {
        if (write.subject == null) {
            return null;
        }
        PolicyReport report = PolicyReport.of(api, write.subject, now);
        return JSON.writeValueAsString(write.replaced == null ? report : report.replacing(write.replaced));
    }
}
