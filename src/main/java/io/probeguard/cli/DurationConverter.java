package io.probeguard.cli;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 90d}, {@code 12h}, {@code 30m}, {@code 20s} or ISO 8601. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        try {
            Duration duration = DurationStyle.detectAndParse(value);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new TypeConversionException("\"" + value + "\" is not a duration such as 90d, 12h, 30m or 20s");
    }
}
