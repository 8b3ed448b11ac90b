package io.probeguard.catalogue;

import io.probeguard.catalogue.VersionRange.Scheme;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ValueRange;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that is installed on a node: a package, as {@code rpm -q} or {@code dpkg-query -W} prints it, or how the program
 * was built, in this form, whose values are GoVersion and BuildTime of the Docker Engine API's {@code GET /version}:
 *
 * <pre>
 * docker-go-version=go1.10.2
 * docker-build-time=2018-11-30T02:48:45.000000000+00:00
 * </pre>
 *
 * @param version of a package without the epoch, for RPM version and release; of Go three numbers; of a build time the
 *     second in UTC as {@code 20181130T024845Z}
 */
public record PackageVersion(Scheme scheme, String name, String version) {
    // What rpm allows in a version and a release: ALLOWED_CHARS_VERREL of its build/parsePreamble.c.
    private static final Pattern RPM = Pattern.compile(
            "(?<name>[A-Za-z0-9._+-]+)-(\\d+:)?(?<version>[\\w.+%~^]+-[\\w.+%~^]+?)(\\.(x86_64|aarch64|ppc64le|s390x|i686|noarch))?");
    private static final Pattern DEB =
            Pattern.compile("(?<name>[a-z0-9.+-]+)(:[a-z0-9]+)?[\\s=]+(\\d+:)?(?<version>\\d[^\\s:]*)");
    private static final Pattern BUILT =
            Pattern.compile("(?<name>[a-z0-9.+-]+)-(?<what>go-version|build-time)=(?<value>.+)");
    private static final Pattern GO = Pattern.compile("go(?<major>\\d+\\.\\d+)(?<minor>\\.\\d+)?\\b.*");
    /** Of four digits, which is all that is read back. */
    private static final ValueRange YEARS = ValueRange.of(1000, 9999);

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    /** @throws IllegalArgumentException if the text is neither */
    public static PackageVersion parse(String text) {
        String trimmed = text.strip();
        Matcher built = BUILT.matcher(trimmed);
        if (built.matches()) {
            return built.group("what").equals("go-version")
                    ? new PackageVersion(Scheme.GO, built.group("name"), goVersion(built.group("value")))
                    : new PackageVersion(Scheme.BUILD_TIME, built.group("name"), buildTime(built.group("value")));
        }
        Matcher deb = DEB.matcher(trimmed);
        if (deb.matches()) {
            return new PackageVersion(Scheme.DEB, deb.group("name"), deb.group("version"));
        }
        Matcher rpm = RPM.matcher(trimmed);
        if (rpm.matches()) {
            return new PackageVersion(Scheme.RPM, rpm.group("name"), rpm.group("version"));
        }
        throw new IllegalArgumentException("\"" + trimmed
                + "\" is not a package: expected the output of rpm -q (docker-1.13.1-84.git07f3374.el7.centos.x86_64)"
                + " or dpkg-query -W (containerd.io 1.6.28-1)");
    }

    private static String goVersion(String text) {
        Matcher go = GO.matcher(text);
        if (!go.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a Go release: expected one such as go1.10.2");
        }
        return go.group("major") + (go.group("minor") == null ? ".0" : go.group("minor"));
    }

    private static String buildTime(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            YEARS.checkValidValue(time.getYear(), ChronoField.YEAR);
            return time.format(SECOND);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time: expected one such as 2018-11-30T02:48:45Z", e);
        }
    }

    /** Reads a comma-separated list, skipping what is not a package. */
    public static List<PackageVersion> parseList(String text) {
        List<PackageVersion> packages = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            try {
                packages.add(parse(each));
            } catch (IllegalArgumentException notAPackage) {
                // A stray word in an annotation does not invalidate the rest of it.
            }
        }
        return packages;
    }

    /** What of a comma-separated list is not a package. */
    public static List<String> unreadable(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty() && parseList(each).isEmpty())
                .toList();
    }

    /** As written in the annotation; {@link #parse} reads it back. */
    public String word() {
        return switch (scheme) {
            case GO -> name + "-go-version=go" + version;
            case BUILD_TIME -> name + "-build-time=" + LocalDateTime.parse(version, SECOND) + "Z";
            case RPM, DEB, SEMVER -> toString();
        };
    }

    /** For people, after "package": {@code docker-1.13.1-84.el7}, {@code docker built with Go 1.10.2}. */
    @Override
    public String toString() {
        return name
                + switch (scheme) {
                    case RPM -> "-";
                    case GO -> " built with Go ";
                    case BUILD_TIME -> " built at ";
                    case DEB, SEMVER -> " ";
                }
                + version;
    }
}
