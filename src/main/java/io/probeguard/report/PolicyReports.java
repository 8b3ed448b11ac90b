package io.probeguard.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.cluster.Pace;
import io.probeguard.cluster.Pages;
import io.probeguard.policy.Words;
import io.probeguard.report.BackgroundReview.Pass;
import io.probeguard.report.BackgroundReview.Publisher;
import io.probeguard.report.PolicyReport.Metadata;
import io.probeguard.report.ScanReport.ScannedWorkload;
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
import tools.jackson.databind.DeserializationFeature;
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

    /** A page of them, of each what we write. */
    private record Page(@Nullable ListMetadata metadata, List<PolicyReport> items) {
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
     * @param replaces version of the object that PUT is to change
     */
    private record Write(
            String method,
            String path,
            @Nullable List<ScannedWorkload> judged,
            @Nullable String replaces) {}

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        Pace pace = new Pace(REQUESTS_A_SECOND);
        try {
            List<Write> differences = differences(wanted(pass.report()), pass, pace);
            if (differences != null) {
                write(differences, pass.at(), pace, mayGoOn);
            } else if (!isAbsenceSaid) {
                isAbsenceSaid = true;
                LOG.warn("this cluster has no {} of {}: no reports are written", api.kind(), api.apiVersion());
            }
        } catch (KubernetesClientException e) {
            LOG.warn("cannot list {} of {}, trying on: {}", api.kind(), api, e.getMessage());
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
                                workload.namespace() + "/" + PolicyReport.name(workload.object()),
                                key -> new ArrayList<>())
                        .add(workload));
        if (byKey.size() > MOST) {
            LOG.warn("{} workloads have no policy report: there are at most {}", byKey.size() - MOST, MOST);
            byKey.keySet().retainAll(byKey.keySet().stream().limit(MOST).toList());
        }
        return byKey;
    }

    private PolicyReport report(List<ScannedWorkload> judged, Instant now) {
        ScannedWorkload first = judged.get(0);
        return PolicyReport.of(api, first.namespace(), first.object(), judged, now);
    }

    /**
     * Compares with what is there. What a pass that is not complete did not see is left as it is.
     *
     * @return null where the API server does not know such reports
     */
    private @Nullable List<Write> differences(Map<String, List<ScannedWorkload>> wanted, Pass pass, Pace pace) {
        List<Write> writes = new ArrayList<>();
        Map<String, List<ScannedWorkload>> missing = new LinkedHashMap<>(wanted);
        String path =
                api.path() + "?labelSelector=" + PolicyReport.LABEL + "%3D" + PolicyReport.SOURCE + "&limit=" + PAGE;
        boolean isServed = Pages.read(client, path, pace::await, answer -> {
            Page page = JSON.readValue(answer, Page.class);
            for (PolicyReport present : page.items()) {
                Metadata metadata = present.metadata();
                String object = api.path(metadata.namespace()) + "/" + metadata.name();
                List<ScannedWorkload> judged = wanted.get(present.key()); // also of one that is listed twice
                missing.remove(present.key());
                if (judged != null) {
                    if (!report(judged, pass.at()).saysTheSameAs(typed(present))) {
                        writes.add(new Write("PUT", object, judged, metadata.resourceVersion()));
                    }
                } else if (pass.isComplete()) {
                    writes.add(new Write("DELETE", object, null, null));
                }
            }
            return page.next();
        });
        if (!isServed) {
            return null;
        }
        missing.values()
                .forEach(judged ->
                        writes.add(new Write("POST", api.path(judged.get(0).namespace()), judged, null)));
        return writes;
    }

    /** The items of a list say neither what they are nor in which version. */
    private PolicyReport typed(PolicyReport item) {
        return new PolicyReport(
                api.apiVersion(),
                api.kind(),
                item.metadata(),
                item.source(),
                item.scope(),
                item.summary(),
                item.results());
    }

    private void write(List<Write> writes, Instant now, Pace pace, BooleanSupplier mayGoOn) {
        int refused = 0;
        String trouble = null;
        for (Write write : writes) {
            pace.await();
            if (!mayGoOn.getAsBoolean()) {
                return;
            }
            try {
                String body = write.judged == null
                        ? null
                        : JSON.writeValueAsString(report(write.judged, now).versioned(write.replaces));
                client.raw(write.path, write.method, body);
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && write.method.equals("DELETE")) {
                    continue; // it went meanwhile, as when its owner is deleted
                }
                refused++;
                trouble = e.getMessage();
                if (e.getCode() <= 0) {
                    break; // there is no API server
                }
            }
        }
        if (refused > 0) {
            LOG.warn("{} could not be written, trying on: {}", Words.count(refused, "policy report"), trouble);
        }
    }
}
