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
    /** In characters, far above any range that is meant. */
    private static final int MAX_LENGTH = 1000;

    private static final int MAX_SHOWN = 100;
    private static final Set<Comparator> INCLUDING =
            EnumSet.of(Comparator.EQUAL, Comparator.LESS_THAN_OR_EQUAL, Comparator.GREATER_THAN_OR_EQUAL);

    private final Vers range;
    private final String written;

    private VersionRange(Vers range, String written) {
        this.range = range;
        this.written = written;
    }

    /** Whose rules versions are compared by. */
    public enum Scheme {
        RPM("rpm"),
        DEB("deb"),
        SEMVER("npm"),
        /** Releases of Go, three numbers: {@code 1.10.2}. */
        GO("npm"),
        /** Seconds in UTC, written so that Debian's rules order them: {@code 20181130T024845Z}. */
        BUILD_TIME("deb");

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
            return VersionFactory.forScheme(vers, first).compareTo(VersionFactory.forScheme(vers, second));
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
            checkAscending(scheme, range);
            return new VersionRange(
                    Vers.parse("vers:" + scheme.vers + "/" + range).validate(), range);
        } catch (VersException | IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + range + "\" is not a version range: " + e.getMessage(), e);
        }
    }

    /** Vers would sort {@code >=1.3|<1.2} into its opposite. */
    private static void checkAscending(Scheme scheme, String range) {
        String[] versions = range.replaceAll("[<>=]", "").split("\\|", -1);
        for (int i = 1; i < versions.length; i++) {
            if (scheme.compare(versions[i - 1], versions[i]) >= 0) {
                throw new IllegalArgumentException("versions must be in ascending order");
            }
        }
    }

    /** Whether the version lies in the range; one that is invalid in the scheme lies in none. */
    public boolean contains(String version) {
        try {
            return range.contains(version) || isAnIncludedBound(version);
        } catch (VersException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Versions may be written differently and yet be equal, as Debian's 1.0~ and 1.0~0; Vers asks for the same text. */
    private boolean isAnIncludedBound(String version) {
        Version tested = VersionFactory.forScheme(range.scheme(), version);
        return range.constraints().stream()
                .filter(constraint -> INCLUDING.contains(constraint.comparator()))
                .anyMatch(constraint -> constraint.version().compareTo(tested) == 0);
    }

    /** The versions at which it begins or ends. */
    List<String> bounds() {
        return written.equals("*")
                ? List.of()
                : List.of(written.replaceAll("[<>=]", "").split("\\|", -1));
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
