package io.probeguard.cli;

import io.probeguard.background.ReportApi;
import io.probeguard.server.BackgroundSettings;
import java.time.Duration;
import java.util.Arrays;
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

    BackgroundSettings settings() {
        return new BackgroundSettings(interval, !noOwnerEvents, policyReports);
    }
}
