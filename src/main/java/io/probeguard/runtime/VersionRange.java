package io.probeguard.runtime;

import io.github.nscuro.versatile.Vers;
import io.github.nscuro.versatile.VersException;
import io.github.nscuro.versatile.VersionFactory;

/**
 * A range of versions, compared as their own tool compares them.
 *
 * <p>Ranges are written as in <a href="https://github.com/package-url/vers-spec">VERS</a>, without the scheme:
 * {@code >=1.6.29|<=1.6.30}, {@code 1.7.14}, or {@code *} for all.
 */
public final class VersionRange {
    private final Vers range;

    private VersionRange(Vers range) {
        this.range = range;
    }

    /** Whose rules versions are compared by. */
    public enum Scheme {
        RPM("rpm"),
        DEB("deb"),
        SEMVER("npm");

        private final String vers;

        Scheme(String vers) {
            this.vers = vers;
        }

        /**
         * Compares two versions: negative where the first is older, positive where it is newer.
         *
         * @throws IllegalArgumentException if either is none
         */
        public int compare(String first, String second) {
            return VersionFactory.forScheme(vers, first).compareTo(VersionFactory.forScheme(vers, second));
        }
    }

    /** @throws IllegalArgumentException if the range is malformed */
    public static VersionRange parse(Scheme scheme, String range) {
        try {
            return new VersionRange(
                    Vers.parse("vers:" + scheme.vers + "/" + range).validate());
        } catch (VersException | IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + range + "\" is not a version range: " + e.getMessage(), e);
        }
    }

    /** Whether the version lies in the range; one that makes no sense in the scheme lies in none. */
    public boolean contains(String version) {
        try {
            return range.contains(version);
        } catch (VersException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return range.toString();
    }
}
