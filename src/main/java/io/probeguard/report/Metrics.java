package io.probeguard.report;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.Observer;
import io.probeguard.policy.Review;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.report.BackgroundReview.Pass;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What can be counted, for Prometheus. No label holds a name that users choose, so that their number is bounded.
 *
 * <p>{@code probe_guard_reviews_total} by {@code webhook} (mutate, validate), {@code operation} (create, update),
 * {@code kind} (Pod, Deployment ...) and {@code outcome}: none, warn, rewrite, deny, or why the workload was left alone.
 */
public final class Metrics implements Observer {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MultiGauge affected = MultiGauge.builder("probe_guard_affected_workloads")
            .description("Workloads that are or could be on nodes with this build, as the leader saw them last")
            .register(registry);
    private final MeterProvider<Counter> reviews = Counter.builder("probe_guard_reviews")
            .description("Judgements on pods and templates with or without exec probes")
            .withRegistry(registry);

    @Override
    public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
        WorkloadKind kind = review.workload().kind();
        reviews.withTags(
                        "webhook",
                        webhook.name().toLowerCase(Locale.ROOT),
                        "operation",
                        operation.toLowerCase(Locale.ROOT),
                        "kind",
                        kind.kindName(),
                        "outcome",
                        review.note() == null
                                ? review.action().word()
                                : review.note().reason().word())
                .increment();
    }

    /** {@code probe_guard_watch_connected}: 1 while changes of these objects arrive, 0 while the last known ones hold. */
    public void watching(String resource, BooleanSupplier isConnected) {
        Gauge.builder("probe_guard_watch_connected", () -> isConnected.getAsBoolean() ? 1 : 0)
                .description("Whether changes arrive; where not, what was known last is used")
                .tag("resource", resource)
                .register(registry);
    }

    /**
     * {@code probe_guard_leader}: 1 where this replica tells others of its reviews, {@code
     * probe_guard_background_review_age_seconds} since its last one began, and {@code
     * probe_guard_background_review_duration_seconds}; both not a number before the first.
     */
    public void reviewing(BackgroundReview review) {
        Gauge.builder("probe_guard_leader", () -> review.isLeader() ? 1 : 0)
                .description("Whether this replica tells others of what runs")
                .register(registry);
        gauge("age", review, pass -> Duration.between(pass.at(), Instant.now()))
                .description("Since the last background review of this replica began")
                .register(registry);
        gauge("duration", review, Pass::took)
                .description("How long the last background review of this replica took")
                .register(registry);
    }

    private static Gauge.Builder<?> gauge(String what, BackgroundReview review, Function<Pass, Duration> value) {
        return Gauge.builder("probe_guard_background_review_" + what + "_seconds", () -> {
            Pass latest = review.latest();
            return latest == null ? Double.NaN : value.apply(latest).toMillis() / 1000.0;
        });
    }

    /**
     * {@code probe_guard_affected_workloads} by {@code build}, empty where none is named; 0 from replicas that do not lead.
     *
     * @param isLeader asked whenever they are read
     */
    public void affected(Pass pass, BooleanSupplier isLeader) {
        affected.register(
                pass.report().workloadsByBuild().entrySet().stream()
                        .map(each -> Row.of(
                                Tags.of("build", each.getKey()), () -> isLeader.getAsBoolean() ? each.getValue() : 0))
                        .toList(),
                true);
    }

    /** {@code probe_guard_certificate_remaining_seconds}: negative once the served certificate has expired. */
    public void certificate(Supplier<Number> remainingSeconds) {
        Gauge.builder("probe_guard_certificate_remaining_seconds", remainingSeconds)
                .description("Until the served certificate expires")
                .register(registry);
    }

    /**
     * Serves them over HTTP at {@code /metrics} until closed.
     *
     * @throws IOException if the port is taken
     */
    public AutoCloseable serve(int port) throws IOException {
        return HTTPServer.builder()
                .port(port)
                .registry(registry.getPrometheusRegistry())
                .buildAndStart();
    }

    /** In Prometheus' text format. */
    String text() {
        return registry.scrape();
    }
}
