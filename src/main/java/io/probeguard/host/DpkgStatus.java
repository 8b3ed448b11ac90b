package io.probeguard.host;

import io.probeguard.catalogue.PackageVersion;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.text.Failures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The packages of a Debian or Ubuntu node. The status file is world-readable, and its format is
 * <a href="https://man7.org/linux/man-pages/man5/deb822.5.html">public</a>, so that no program of the node is needed.
 */
final class DpkgStatus {
    private static final String FILE = "/var/lib/dpkg/status";

    private DpkgStatus() {}

    /** @param names of the packages that are of interest */
    static InspectedSource read(HostRoot root, Set<String> names) {
        List<PackageVersion> found = new ArrayList<>();
        int installed = 0;
        // Names and versions are ASCII; other characters must not make reading fail.
        try (BufferedReader lines = Files.newBufferedReader(root.at(FILE), StandardCharsets.ISO_8859_1)) {
            Map<String, String> fields = new HashMap<>();
            String line;
            do {
                line = lines.readLine();
                if (line != null && !line.isEmpty()) {
                    field(line, fields);
                    continue;
                }
                if (fields.getOrDefault("Status", "").endsWith(" installed")) {
                    installed++;
                    String name = fields.get("Package");
                    String version = fields.get("Version");
                    if (name != null && version != null && names.contains(name)) {
                        found.add(new PackageVersion(Scheme.DEB, name, version));
                    }
                }
                fields.clear();
            } while (line != null);
        } catch (NoSuchFileException e) {
            return InspectedSource.absent("dpkg", FILE + " not found");
        } catch (IOException e) {
            return InspectedSource.failed("dpkg", FILE + ": " + Failures.message(e));
        }
        return InspectedSource.packages(
                "dpkg", found, FILE + ": " + installed + " packages, " + found.size() + " of them in the catalogue");
    }

    /** Fields of interest fit on a line; continuation lines begin with a space. */
    private static void field(String line, Map<String, String> fields) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.charAt(0) != ' ') {
            fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
    }
}
