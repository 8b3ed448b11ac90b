package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.background.OwnerEvents;
import io.probeguard.background.PolicyReports;
import io.probeguard.background.ReportApi;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.policy.Policy;
import io.probeguard.server.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How {@code serve} reviews what runs. */
final class BackgroundOptions {
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    @Option(
            names = "--background-review",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Interval.class,
            description = "Reviews what runs so often, and whenever flags or modes change; one replica leads, by a "
                    + "Lease in its own namespace. Or off. Default: ${DEFAULT-VALUE}.")
    private Duration interval;

    @Option(
            names = "--no-owner-events",
            description = "Leaves no Events on what made pods that run where exec is broken.")
    private boolean noOwnerEvents;

    @Option(
            names = "--policy-reports",
            paramLabel = "API",
            converter = Api.class,
            description = "Keeps policy reports of wgpolicyk8s.io or openreports.io. Default: none.")
    private @Nullable ReportApi policyReports;

    /** By its group. */
    static final class Api implements ITypeConverter<ReportApi> {
        @Override
        public ReportApi convert(String value) {
            ReportApi api = ReportApi.find(value);
            if (api == null) {
                throw new TypeConversionException(
                        "\"" + value + "\" is none; allowed: " + Arrays.toString(ReportApi.values()));
            }
            return api;
        }
    }

    /** Zero for off. */
    static final class Interval implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            if (value.equals("off")) {
                return Duration.ZERO;
            }
            Duration duration = new DurationConverter().convert(value);
            if (duration.compareTo(SHORTEST) < 0) {
                throw new TypeConversionException("\"" + value + "\" is too short; allowed: off, or 10s and more");
            }
            return duration;
        }
    }

    /**
     * The review, which is not started yet.
     *
     * @param service what the Lease is named after
     * @return null where it is off
     */
    @Nullable
    BackgroundReview review(
            KubernetesClient client,
            LiveCluster cluster,
            Policy policy,
            String ownNamespace,
            String service,
            Metrics metrics) {
        if (interval.isZero()) {
            return null;
        }
        Leadership leadership = new Leadership(client, ownNamespace, service + "-background-review");
        List<Publisher> publishers = new ArrayList<>();
        publishers.add((pass, mayGoOn) -> metrics.affected(pass, leadership::isHeld));
        if (!noOwnerEvents) {
            publishers.add(new OwnerEvents(client, Clock.systemUTC()));
        }
        if (policyReports != null) {
            publishers.add(new PolicyReports(client, policyReports));
        }
        BackgroundReview review = new BackgroundReview(
                new Inventory(client), cluster, policy, ownNamespace, leadership, publishers, interval);
        metrics.reviewing(review::isLeader, review::latest);
        return review;
    }
}
