package io.probeguard.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.Observer;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.decision.Decision;
import io.probeguard.node.Flag;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Metrics for Prometheus, which metrics-and-alerts.md lists. No label has values that users choose, except the catalogue
 * ids of the policy, so that their number is bounded.
 */
public final class Metrics implements Observer, AutoCloseable {
    /** In place of a catalogue id, if an admin flagged a node without naming a build. */
    private static final String UNNAMED = "unnamed";

    /** From the usual duration of a review to the timeout of the API server. */
    private static final Duration[] BUCKETS = DoubleStream.of(
                    0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)
            .mapToObj(millis -> Duration.ofNanos((long) (millis * 1_000_000)))
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = registry();
    private final MultiGauge affected = MultiGauge.builder("probe_guard_affected_workloads")
            .description(
                    "Workloads that run or can run on nodes with this build, from the leader's last background review")
            .register(registry);
    private final MeterProvider<Counter> reviews = Counter.builder("probe_guard_reviews")
            .description("Reviews of pods and templates, with or without exec probes")
            .withRegistry(registry);
    private final MeterProvider<Counter> findings = Counter.builder("probe_guard_findings")
            .description("Exec probes and hooks that can run on flagged nodes, without dry runs")
            .withRegistry(registry);
    private final Function<Decision.Outcome, Counter> decisions = forEach(
            Decision.Outcome.values(),
            outcome -> Counter.builder("probe_guard_decisions")
                    .description("Decisions on pods and templates that can run on flagged nodes, without dry runs")
                    .tag("outcome", outcome.word())
                    .register(registry));
    private final Function<Webhook, Timer> durations = forEach(
            Webhook.values(),
            webhook -> Timer.builder("probe_guard_review_duration")
                    .description("Time from the complete request to the complete answer")
                    .tag("webhook", webhook.name().toLowerCase(Locale.ROOT))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry));
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final LogbackMetrics logs = new LogbackMetrics();

    private static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals("logback.events") ? id.withName("probe_guard_log_events") : id;
            }
        });
        return registry;
    }

    /** A meter for each, registered at once: no review looks it up, and a rate is known from the first increment on. */
    private static <K, M extends Meter> Function<K, M> forEach(K[] keys, Function<K, M> meter) {
        Map<K, M> meters = Arrays.stream(keys).collect(Collectors.toUnmodifiableMap(Function.identity(), meter));
        return key -> Objects.requireNonNull(meters.get(key), "every constant has a meter");
    }

    @Override
    public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
        reviews.withTags(
                        "webhook",
                        webhook.name().toLowerCase(Locale.ROOT),
                        "operation",
                        operation.toLowerCase(Locale.ROOT),
                        "kind",
                        review.workload().kind().kindName(),
                        "outcome",
                        review.note() == null
                                ? review.action().word()
                                : review.note().reason().word())
                .increment();
        if (!isDryRun) {
            countDecision(webhook, operation, review);
        }
    }

    /** Only the validating webhook counts, which sees the pod as the mutating one changed it: no pod counts twice. */
    private void countDecision(Webhook webhook, String operation, Review review) {
        if (webhook == Webhook.VALIDATE) {
            review.findings().forEach(this::count);
        }
        Decision decision = Decision.of(webhook, operation, review);
        if (decision != null) {
            decisions.apply(decision.outcome()).increment();
        }
    }

    private void count(Finding finding) {
        List<String> builds = finding.builds().isEmpty()
                ? List.of(UNNAMED)
                : finding.builds().stream().map(CatalogueEntry::id).toList();
        for (String build : builds) {
            findings.withTags(
                            "build",
                            build,
                            "handler",
                            finding.handler().word(),
                            "action",
                            finding.action().word())
                    .increment();
        }
    }

    @Override
    public void answered(Webhook webhook, Duration took) {
        durations.apply(webhook).record(took);
    }

    /**
     * Registers how many nodes are known, and which of them are flagged; evaluated at each scrape.
     *
     * @param isCurrent whether the watch of nodes is connected
     */
    public void nodes(Supplier<Fleet> fleet, BooleanSupplier isCurrent) {
        Gauge.builder("probe_guard_nodes", () -> fleet.get().size())
                .description("Known nodes")
                .register(registry);
        Gauge.builder(
                        "probe_guard_stale_nodes",
                        () -> isCurrent.getAsBoolean() ? 0 : fleet.get().size())
                .description("Nodes whose facts may be outdated, because the watch is not connected")
                .register(registry);
        Gauge.builder(
                        "probe_guard_nodes_with_invalid_markers",
                        () -> fleet.get().members().stream()
                                .filter(member -> !member.ignored().isEmpty())
                                .count())
                .description("Nodes with labels, annotations or a condition for probe-guard that cannot be understood")
                .register(registry);
        GaugeWithCallback.builder()
                .name("probe_guard_flagged_nodes")
                .help("Flagged nodes, by the worst build of the flag")
                .labelNames("build", "source", "strength")
                .callback(gauge -> fleet.get().flagged().stream()
                        .collect(Collectors.groupingBy(node -> labels(node.flag()), Collectors.counting()))
                        .forEach((labels, count) -> gauge.call(count, labels.toArray(String[]::new))))
                .register(registry.getPrometheusRegistry());
        GaugeWithCallback.builder()
                .name("probe_guard_node_evidence")
                .help("Nodes of which a source says that exec works, or is broken and how surely")
                .labelNames("source", "says")
                .callback(gauge -> said(fleet.get())
                        .collect(Collectors.groupingBy(labels -> labels, Collectors.counting()))
                        .forEach((labels, count) -> gauge.call(count, labels.toArray(String[]::new))))
                .register(registry.getPrometheusRegistry());
    }

    private static Stream<List<String>> said(Fleet fleet) {
        return fleet.members().stream()
                .flatMap(member -> member.statements().stream())
                .map(each -> List.of(
                        each.source().word(),
                        each.strength() == null ? "works" : each.strength().word()));
    }

    private static List<String> labels(Flag flag) {
        String build = flag.builds().isEmpty() ? UNNAMED : flag.builds().get(0).id();
        return List.of(build, flag.source().word(), flag.strength().word());
    }

    /**
     * Registers whether the watch of a resource is connected, and how outdated the last known state may be.
     *
     * @param outdatedBy zero while the watch is connected
     */
    public void watching(String resource, BooleanSupplier isConnected, Supplier<Duration> outdatedBy) {
        Gauge.builder("probe_guard_watch_connected", () -> isConnected.getAsBoolean() ? 1 : 0)
                .description("Whether the watch is connected; if not, the last known state is used")
                .tag("resource", resource)
                .register(registry);
        Gauge.builder("probe_guard_watch_outdated_seconds", () -> seconds(outdatedBy.get()))
                .description("How outdated the last known state may be; 0 while the watch is connected")
                .tag("resource", resource)
                .register(registry);
    }

    /**
     * Registers how many entries are in use, and whether changes that should be in use cannot be.
     *
     * @param isRejected whether the last good changes stay in use
     */
    public void catalogue(Supplier<Catalogue> catalogue, BooleanSupplier isRejected) {
        Gauge.builder(
                        "probe_guard_catalogue_entries",
                        () -> catalogue.get().entries().size())
                .description("Entries of the catalogue in use")
                .register(registry);
        Gauge.builder("probe_guard_catalogue_rejected", () -> isRejected.getAsBoolean() ? 1 : 0)
                .description(
                        "Whether the ConfigMap with changes of the catalogue cannot be used, so that the last good ones stay")
                .register(registry);
    }

    /** Registers {@code probe_guard_calls_suspended}. */
    public void calls(BooleanSupplier areSuspended) {
        Gauge.builder("probe_guard_calls_suspended", () -> areSuspended.getAsBoolean() ? 1 : 0)
                .description("Whether API servers have been told not to call, as no node is flagged")
                .register(registry);
    }

    /**
     * Registers {@code probe_guard_leader}, {@code probe_guard_background_review_age_seconds} since the last background
     * review of this replica began, and {@code probe_guard_background_review_duration_seconds}; both NaN before the first.
     */
    public void reviewing(BooleanSupplier isLeader, Supplier<@Nullable Pass> latest) {
        Gauge.builder("probe_guard_leader", () -> isLeader.getAsBoolean() ? 1 : 0)
                .description("Whether this replica is the leader, which publishes its background reviews")
                .register(registry);
        gauge("age", latest, pass -> Duration.between(pass.at(), Instant.now()))
                .description("Time since the last background review of this replica began")
                .register(registry);
        gauge("duration", latest, Pass::took)
                .description("Duration of the last background review of this replica")
                .register(registry);
    }

    private static Gauge.Builder<?> gauge(
            String what, Supplier<@Nullable Pass> latest, Function<Pass, Duration> value) {
        return Gauge.builder("probe_guard_background_review_" + what + "_seconds", () -> {
            Pass pass = latest.get();
            return pass == null ? Double.NaN : seconds(value.apply(pass));
        });
    }

    /**
     * Updates {@code probe_guard_affected_workloads} by {@code build}, which may be {@value #UNNAMED}; 0 while this replica
     * is not the leader.
     *
     * @param isLeader evaluated at each scrape
     */
    public void affected(Pass pass, BooleanSupplier isLeader) {
        affected.register(
                pass.report().workloadsByBuild().entrySet().stream()
                        .map(each -> Row.of(
                                Tags.of("build", each.getKey().isEmpty() ? UNNAMED : each.getKey()),
                                () -> isLeader.getAsBoolean() ? each.getValue() : 0))
                        .toList(),
                true);
    }

    /**
     * @param remaining negative once the serving certificate has expired; null while there is none
     * @param isRejected whether one that should have replaced it cannot be used
     */
    public void certificate(Supplier<@Nullable Duration> remaining, BooleanSupplier isRejected) {
        Gauge.builder("probe_guard_certificate_remaining_seconds", () -> {
                    Duration left = remaining.get();
                    return left == null ? Double.NaN : seconds(left);
                })
                .description("Time until the serving certificate expires")
                .register(registry);
        Gauge.builder("probe_guard_certificate_rejected", () -> isRejected.getAsBoolean() ? 1 : 0)
                .description("Whether a certificate that should be in use cannot be, so that the last good one stays")
                .register(registry);
    }

    /** Registers metrics of the process: its version, what it logs from now on, and what its JVM uses. */
    public void process(String version) {
        Info.builder()
                .name("probe_guard_build_info")
                .help("The running version; always 1")
                .labelNames("version")
                .register(registry.getPrometheusRegistry())
                .addLabelValues(version);
        List.of(
                        logs,
                        collections,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(meters -> meters.bindTo(registry));
    }

    /** Serves them, in the format that Prometheus asks for. */
    public HttpServlet servlet() {
        return new MetricsServlet(registry.getPrometheusRegistry());
    }

    /** In Prometheus' text format. */
    String text() {
        return registry.scrape();
    }

    private static double seconds(Duration time) {
        return time.getSeconds() + time.getNano() / 1e9;
    }

    @Override
    public void close() {
        logs.close();
        collections.close();
        registry.close();
    }
}
