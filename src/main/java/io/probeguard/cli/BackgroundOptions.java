package io.probeguard.cli;

import io.probeguard.background.ReportApi;
import io.probeguard.server.BackgroundSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How {@code serve} reviews running workloads. */
final class BackgroundOptions {
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

    @Option(
            names = "--background-review",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Interval.class,
            description = "Review running workloads at this interval, and whenever flags or modes change; one replica "
                    + "leads, by a Lease in --own-namespace. off for never. Default: ${DEFAULT-VALUE}.")
    private Duration interval;

    @Option(
            names = "--no-owner-events",
            description = "Do not create Events on workloads with pods on nodes where exec is broken.")
    private boolean noOwnerEvents;

    @Option(
            names = "--policy-reports",
            paramLabel = "API",
            converter = Api.class,
            description = "Keep policy reports of this API group: wgpolicyk8s.io or openreports.io. Default: none.")
    private @Nullable ReportApi policyReports;

    /** Reads the name of an API group. */
    static final class Api implements ITypeConverter<ReportApi> {
        @Override
        public ReportApi convert(String value) {
            ReportApi api = ReportApi.find(value);
            if (api == null) {
                throw new TypeConversionException("\"" + value + "\" is not a policy report API; allowed: "
                        + Arrays.stream(ReportApi.values())
                                .map(ReportApi::toString)
                                .collect(Collectors.joining(", ")));
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
            if (duration.compareTo(MIN_INTERVAL) < 0) {
                throw new TypeConversionException("\"" + value + "\" is too short; allowed: off, or at least 10s");
            }
            return duration;
        }
    }

    BackgroundSettings settings() {
        return new BackgroundSettings(interval, !noOwnerEvents, policyReports);
    }
}
