package io.probeguard.host;

import io.probeguard.catalogue.PackageVersion;
import io.probeguard.text.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packages of an RPM-based node, as its own {@code rpm -q} reports them. */
final class RpmDatabase {
    private static final String NOT_INSTALLED = " is not installed";

    private RpmDatabase() {}

    /** @param names of the packages that are of interest */
    static InspectedSource query(HostRoot root, Set<String> names) {
        String[] command = Stream.concat(Stream.of("rpm", "-q"), names.stream()).toArray(String[]::new);
        try {
            // The exit code is the number of packages that are not installed, so only the lines say which are.
            Map<Boolean, List<String>> lines = root.run(command)
                    .output()
                    .lines()
                    .collect(Collectors.partitioningBy(line -> !line.contains(" ") || line.endsWith(NOT_INSTALLED)));
            List<String> answers = lines.getOrDefault(true, List.of());
            if (answers.size() < names.size()) {
                return InspectedSource.failed(
                        "rpm", "rpm -q: " + String.join("; ", lines.getOrDefault(false, List.of())));
            }
            List<PackageVersion> found = answers.stream()
                    .filter(line -> !line.endsWith(NOT_INSTALLED))
                    .map(PackageVersion::parse)
                    .toList();
            return InspectedSource.packages(
                    "rpm",
                    found,
                    "rpm -q: " + found.size() + " of " + names.size() + " packages in the catalogue are installed");
        } catch (FileNotFoundException e) {
            return InspectedSource.absent("rpm", Failures.message(e));
        } catch (IOException | IllegalArgumentException e) {
            return InspectedSource.failed("rpm", Failures.message(e));
        }
    }
}
