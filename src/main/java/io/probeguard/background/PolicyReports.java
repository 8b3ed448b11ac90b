package io.probeguard.background;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.Nulls;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.background.PolicyReport.Metadata;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.ListPager;
import io.probeguard.cluster.Pacer;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
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
 * Keeps a policy report on each workload that the policy does something about, and none on others. What is there already
 * is read in pages, and only differences are written; the worst workloads come first, and there is a most.
 */
public final class PolicyReports implements Publisher {
    static final int MOST = 10_000;

    static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL)) // a result is never null
            .build();

    private static final int REQUESTS_A_SECOND = 20;
    private static final int PAGE = 250;
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReports.class);

    private final KubernetesClient client;
    private final ReportApi api;
    private boolean isAbsenceSaid;

    public PolicyReports(KubernetesClient client, ReportApi api) {
        this.client = client;
        this.api = api;
    }

    /** A page of what is there. Each item is read by itself, since anybody can make one with our label. */
    private record Page(@Nullable ListMetadata metadata, List<JsonNode> items) {
        record ListMetadata(
                @JsonProperty("continue") @Nullable String next) {}

        String next() {
            return metadata == null ? "" : Objects.requireNonNullElse(metadata.next, "");
        }
    }

    /**
     * Something to write: by POST, PUT or DELETE.
     *
     * @param judged what the report is to be on; null for DELETE
     * @param replaced what PUT is to change
     */
    private record Write(
            String method,
            String path,
            @Nullable List<ScannedWorkload> judged,
            @Nullable Metadata replaced) {}

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        Pacer pace = new Pacer(REQUESTS_A_SECOND);
        try {
            List<Write> differences = differences(wanted(pass.report()), pass, pace);
            if (differences != null) {
                write(differences, pass.at(), pace, mayGoOn);
            } else if (!isAbsenceSaid) {
                isAbsenceSaid = true;
                LOG.warn("this cluster has no {} of {}: no reports are written", api.kind(), api.apiVersion());
            }
        } catch (KubernetesClientException e) {
            LOG.warn("cannot list {} of {}, trying on: {}", api.kind(), api, ApiFailures.message(e));
        }
    }

    /** What was found of each workload to report on, by the key of its report; the worst first. */
    static Map<String, List<ScannedWorkload>> wanted(ScanReport report) {
        Map<String, List<ScannedWorkload>> byKey = new LinkedHashMap<>();
        report.workloads().stream()
                .filter(workload -> workload.object() != null && workload.namespace() != null)
                .filter(workload -> !workload.review().acted().isEmpty())
                .sorted(Comparator.comparingInt(ScannedWorkload::onFlagged).reversed())
                .forEach(workload -> byKey.computeIfAbsent(
                                workload.namespace() + "/" + PolicyReport.name(object(workload)),
                                key -> new ArrayList<>())
                        .add(workload));
        return byKey;
    }

    /** Of a workload in {@link #wanted}, which has no others than those in the API. */
    private static ApiObject object(ScannedWorkload workload) {
        return Objects.requireNonNull(workload.object());
    }

    /** Of a workload in {@link #wanted}, which has no others than those in a namespace. */
    private static String namespace(ScannedWorkload workload) {
        return Objects.requireNonNull(workload.namespace());
    }

    private PolicyReport report(List<ScannedWorkload> judged, Instant now) {
        ScannedWorkload first = judged.get(0);
        return PolicyReport.of(api, namespace(first), object(first), judged, now);
    }

    /** @return null where the API server does not know such reports */
    private @Nullable List<Write> differences(Map<String, List<ScannedWorkload>> wanted, Pass pass, Pacer pace) {
        Differences differences = new Differences(wanted, pass);
        String path =
                api.path() + "?labelSelector=" + PolicyReport.LABEL + "%3D" + PolicyReport.SOURCE + "&limit=" + PAGE;
        boolean isServed = ListPager.read(client, path, pace::await, answer -> {
            Page page = JSON.readValue(answer, Page.class);
            page.items.forEach(differences::compare);
            return page.next();
        });
        return isServed ? differences.writes() : null;
    }

    /** Of what is wanted to what is there. What a pass that is not complete did not see is left as it is. */
    private final class Differences {
        private final Map<String, List<ScannedWorkload>> wanted;
        private final Map<String, List<ScannedWorkload>> missing;
        private final Pass pass;
        private final List<Write> writes = new ArrayList<>();
        private int kept;

        Differences(Map<String, List<ScannedWorkload>> wanted, Pass pass) {
            this.wanted = wanted;
            this.missing = new LinkedHashMap<>(wanted);
            this.pass = pass;
        }

        void compare(JsonNode present) {
            Metadata metadata = JSON.treeToValue(present.path("metadata"), Metadata.class);
            String path = api.path(metadata.namespace()) + "/" + metadata.name();
            List<ScannedWorkload> judged = wanted.get(metadata.key()); // also of one that is listed twice
            missing.remove(metadata.key());
            if (judged == null && pass.isComplete()) {
                writes.add(new Write("DELETE", path, null, null));
                return;
            }
            kept++;
            if (judged != null && !isSaidBy(present, report(judged, pass.at()))) {
                writes.add(new Write("PUT", path, judged, metadata));
            }
        }

        /** What cannot be read says something else. */
        private boolean isSaidBy(JsonNode present, PolicyReport report) {
            try {
                return report.saysTheSameAs(JSON.treeToValue(present, PolicyReport.class));
            } catch (JacksonException e) {
                return false;
            }
        }

        /** All of them, once everything that is there was compared. */
        List<Write> writes() {
            int room = Math.max(0, MOST - kept);
            missing.values().stream()
                    .limit(room)
                    .forEach(judged -> writes.add(new Write("POST", api.path(namespace(judged.get(0))), judged, null)));
            if (missing.size() > room) {
                LOG.warn("{} workloads have no policy report: there are at most {}", missing.size() - room, MOST);
            }
            return writes;
        }
    }

    private void write(List<Write> writes, Instant now, Pacer pace, BooleanSupplier mayGoOn) {
        int refused = 0;
        String failureLog = null;
        for (Write write : writes) {
            pace.await();
            if (!mayGoOn.getAsBoolean()) {
                return;
            }
            try {
                client.raw(write.path, write.method, body(write, now));
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && write.method.equals("DELETE")) {
                    continue; // it went meanwhile, as when its owner is deleted
                }
                refused++;
                failureLog = ApiFailures.message(e);
                if (e.getCode() <= 0) {
                    break; // there is no API server
                }
            }
        }
        if (refused > 0) {
            LOG.warn("{} could not be written, trying on: {}", Wording.count(refused, "policy report"), failureLog);
        }
    }

    private @Nullable String body(Write write, Instant now) {
        if (write.judged == null) {
            return null;
        }
        PolicyReport report = report(write.judged, now);
        return JSON.writeValueAsString(write.replaced == null ? report : report.over(write.replaced));
    }
}
