package io.probeguard.catalogue;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.nscuro.versatile.Comparator;
import io.github.nscuro.versatile.Vers;
import io.github.nscuro.versatile.VersException;
import io.github.nscuro.versatile.VersionFactory;
import io.github.nscuro.versatile.spi.Version;
import io.probeguard.text.Wording;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of versions, compared as their own tool compares them.
 *
 * <p>Ranges are written as in <a href="https://github.com/package-url/vers-spec">VERS</a>, without the scheme:
 * {@code >=1.6.29|<=1.6.30}, {@code 1.7.14}, or {@code *} for all.
 */
public final class VersionRange {
    private static final Pattern RANGE =
            Pattern.compile("\\*|([<>]=?)?[0-9A-Za-z][^<>=|*\\s]*(\\|([<>]=?)?[0-9A-Za-z][^<>=|*\\s]*)*");
    private static final Pattern BOUND = Pattern.compile("[^<>=|*]+");

    /** In characters, far above any range that is meant. */
    private static final int MAX_LENGTH = 1000;

    /** In characters, those of a file's name: longer than any package's, and the library takes time in their square. */
    private static final int MAX_VERSION_LENGTH = 255;

    private static final int MAX_SHOWN = 100;
    private static final Set<Comparator> INCLUDING =
            EnumSet.of(Comparator.EQUAL, Comparator.LESS_THAN_OR_EQUAL, Comparator.GREATER_THAN_OR_EQUAL);

    private final Scheme scheme;
    private final Vers range;
    private final String written;

    private VersionRange(Scheme scheme, Vers range, String written) {
        this.scheme = scheme;
        this.range = range;
        this.written = written;
    }

    /** Whose rules versions are compared by. */
    public enum Scheme {
        RPM("rpm"),
        DEB("deb"),
        /** Up to three numbers, and perhaps a pre-release: {@code 1.7.14}, {@code 2.0.0-rc.1}; 1.7 is 1.7.0. */
        SEMVER("npm"),
        /** Releases of Go: {@code 1.10.2}. */
        GO("npm"),
        /** Seconds in UTC, written so that Debian's rules order them: {@code 20181130T024845Z}. */
        BUILD_TIME("deb");

        private static final Pattern NUMBERS = Pattern.compile("(\\d+)(\\.\\d+)?(\\.\\d+)?(-[0-9A-Za-z.-]+)?");

        private final String vers;

        Scheme(String vers) {
            this.vers = vers;
        }

        /**
         * Compares two versions: negative where the first is older, positive where it is newer.
         *
         * @throws IllegalArgumentException if either is not a version
         */
        public int compare(String first, String second) {
            // To the library 444.0.0 is older than itself: it compares boxed numbers by identity.
            return whole(first).equals(whole(second)) ? 0 : version(first).compareTo(version(second));
        }

        /** Whether it can be compared. To the library a number may be too large only when it compares it. */
        @SuppressWarnings("ReturnValueIgnored")
        boolean isVersion(String text) {
            try {
                version(text).compareTo(version(text));
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private Version version(String text) {
            return VersionFactory.forScheme(vers, whole(text));
        }

        /**
         * The version with all of its numbers. To the library 1.7 is older than 1.7.0 and 1.x as old as each 1.y, and it
         * fails to compare 1.7+a with 1.7+b.
         */
        private String whole(String text) {
            if (text.length() > MAX_VERSION_LENGTH) {
                throw new IllegalArgumentException(
                        Wording.truncate(text, MAX_SHOWN) + " is longer than " + MAX_VERSION_LENGTH + " characters");
            }
            if (!vers.equals("npm")) {
                return text;
            }
            Matcher matcher = NUMBERS.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        Wording.truncate(text, MAX_SHOWN) + " is not a version such as 1.7.14");
            }
            return matcher.group(1)
                    + Objects.requireNonNullElse(matcher.group(2), ".0")
                    + Objects.requireNonNullElse(matcher.group(3), ".0")
                    + Objects.requireNonNullElse(matcher.group(4), "");
        }
    }

    /** @throws IllegalArgumentException if the range is malformed */
    public static VersionRange parse(Scheme scheme, String range) {
        // RPM and Debian order any text: a typo such as "=>1.2" would be a version to them.
        if (range.length() > MAX_LENGTH || !RANGE.matcher(range).matches()) {
            throw new IllegalArgumentException("\"" + Wording.truncate(range, MAX_SHOWN)
                    + "\" is not a version range: expected one such as >=1.6.29|<1.6.31, 1.7.14 or *");
        }
        try {
            checkVersions(scheme, range);
            String whole =
                    BOUND.matcher(range).replaceAll(bound -> Matcher.quoteReplacement(scheme.whole(bound.group())));
            return new VersionRange(
                    scheme, Vers.parse("vers:" + scheme.vers + "/" + whole).validate(), range);
        } catch (VersException | IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + range + "\" is not a version range: " + e.getMessage(), e);
        }
    }

    /** Vers would sort {@code >=1.3|<1.2} into its opposite. */
    private static void checkVersions(Scheme scheme, String range) {
        List<Version> versions = bounds(range).stream().map(scheme::version).toList();
        for (int i = 1; i < versions.size(); i++) {
            if (versions.get(i - 1).compareTo(versions.get(i)) >= 0) {
                throw new IllegalArgumentException("versions must be in ascending order");
            }
        }
    }

    /** Whether the version lies in the range; one that is invalid in the scheme lies in none. */
    public boolean contains(String version) {
        try {
            String whole = scheme.whole(version);
            for (String bound : written.split("\\|", -1)) {
                if (!written.equals("*")
                        && scheme.whole(bound.replaceAll("[<>=]", "")).equals(whole)) {
                    return bound.contains("=") || !bound.matches("[<>].*");
                }
            }
            return range.contains(whole) || isAnIncludedBound(scheme.version(whole));
        } catch (VersException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Versions may be written differently and yet be equal, as Debian's 1.0~ and 1.0~0; Vers asks for the same text. */
    private boolean isAnIncludedBound(Version tested) {
        return range.constraints().stream()
                .filter(constraint -> INCLUDING.contains(constraint.comparator()))
                .anyMatch(constraint -> constraint.version().compareTo(tested) == 0);
    }

    /** The versions at which it begins or ends. */
    List<String> bounds() {
        return bounds(written);
    }

    private static List<String> bounds(String range) {
        return range.equals("*")
                ? List.of()
                : List.of(range.replaceAll("[<>=]", "").split("\\|", -1));
    }

    /** For people: {@code >=1.20.0 <1.20.7, >=1.21.0 <1.22.0}. */
    public String phrase() {
        return written.replaceAll("(>[^|]*)\\|<", "$1 <").replace("|", ", ");
    }

    /** Whether the other one is written alike, for the same kind of versions. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VersionRange that
                && range.scheme().equals(that.range.scheme())
                && written.equals(that.written);
    }

    @Override
    public int hashCode() {
        return Objects.hash(range.scheme(), written);
    }

    /** As written. */
    @JsonValue
    @Override
    public String toString() {
        return written;
    }
}
