package io.probeguard.runtime;

import io.probeguard.runtime.VersionRange.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An installed package as {@code rpm -q} or {@code dpkg-query -W} prints it.
 *
 * @param version for RPM version and release, without the epoch, which {@code rpm -q} does not print; for Debian all of it
 */
public record PackageVersion(Scheme scheme, String name, String version) {
    private static final Pattern RPM = Pattern.compile(
            "(?<name>[A-Za-z0-9._+-]+)-(\\d+:)?(?<version>[^-\\s:]+-[^-\\s]+?)(\\.(x86_64|aarch64|ppc64le|s390x|i686|noarch))?");
    private static final Pattern DEB = Pattern.compile("(?<name>[a-z0-9.+-]+)(:[a-z0-9]+)?[\\s=]+(?<version>\\S+)");

    /** @throws IllegalArgumentException if the text is neither */
    public static PackageVersion parse(String text) {
        String trimmed = text.strip();
        Matcher deb = DEB.matcher(trimmed);
        if (deb.matches()) {
            return new PackageVersion(Scheme.DEB, deb.group("name"), deb.group("version"));
        }
        Matcher rpm = RPM.matcher(trimmed);
        if (rpm.matches()) {
            return new PackageVersion(Scheme.RPM, rpm.group("name"), rpm.group("version"));
        }
        throw new IllegalArgumentException("\"" + trimmed
                + "\" is not a package: expected what rpm -q prints (docker-1.13.1-84.git07f3374.el7.centos.x86_64)"
                + " or what dpkg-query -W prints (containerd.io 1.6.28-1)");
    }

    /** Reads a comma-separated list, leaving out what is not a package. */
    public static List<PackageVersion> parseList(String text) {
        List<PackageVersion> packages = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            try {
                packages.add(parse(each));
            } catch (IllegalArgumentException notOne) {
                // A stray word in an annotation is no reason to disbelieve the rest of it.
            }
        }
        return packages;
    }

    @Override
    public String toString() {
        return name + (scheme == Scheme.RPM ? "-" : " ") + version;
    }
}
